package dev.ringwire.stack.transport;

/**
 * What a {@link UdpLayer}, or one {@link UdpSession} of it, counts; the last four are of the layer alone. Written on the
 * stack's thread; another thread may see them a little late.
 */
public final class UdpCounters {
    /** Datagrams handed to a session. */
    public long received;

    /** Bytes of their payload. */
    public long receivedBytes;

    /** Datagrams handed to IP. */
    public long sent;

    /** Bytes of their payload. */
    public long sentBytes;

    /** Datagrams that a session's full queue had no room for. */
    public long dropped;

    /** ICMP errors about what a connected session sent. */
    public long icmpErrors;

    /** Datagrams dropped because the length in the header is below 8 or above what came. */
    public long badLength;

    /** Datagrams dropped because of a wrong checksum. */
    public long badChecksum;

    /** IPv6 datagrams dropped because they have no checksum (RFC 8200 section 8.1). */
    public long noChecksum;

    /** Datagrams for a port that nobody listens at. */
    public long noPort;

    /** All zero. */
    public UdpCounters() {}
}
