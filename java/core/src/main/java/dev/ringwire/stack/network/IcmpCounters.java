package dev.ringwire.stack.network;

/** What an ICMP layer counts. Read on the stack's thread; another thread may see them a little late. */
public final class IcmpCounters {
    /** Messages that came in. */
    public long received;

    /** Dropped: shorter than their header, or quoting less than they must. */
    public long malformed;

    /** Dropped: the checksum is wrong. */
    public long badChecksum;

    /** Dropped: of a type that means nothing to us. */
    public long ignored;

    /** Echo requests answered. */
    public long echoed;

    /** Echo requests to broadcast addresses and groups, which IPv4 leaves unanswered (RFC 1122 section 3.2.2.6). */
    public long echoToManyIgnored;

    /** Errors that came in about packets of ours. */
    public long errorsReceived;

    /** Dropped: errors about packets that are not from us, or of a protocol that nobody listens for. */
    public long foreignErrors;

    /** Errors sent. */
    public long errorsSent;

    /** Errors not sent, as too many had been (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4 (f)). */
    public long errorsLimited;

    /** Errors that must not be sent: about errors, about packets for many, to nobody (RFC 1122 section 3.2.2). */
    public long errorsForbidden;

    /** All zero. */
    public IcmpCounters() {}
}
