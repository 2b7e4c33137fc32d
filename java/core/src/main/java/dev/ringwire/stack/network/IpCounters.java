package dev.ringwire.stack.network;

/** What an IP layer counts. Read on the stack's thread; another thread may see them a little late. */
public final class IpCounters {
    /** Packets that came in. */
    public long received;

    /** Packets handed to a layer above. */
    public long delivered;

    /** Dropped: not the version, or a header that ends too soon. */
    public long badHeader;

    /** Dropped: longer than the frame, or shorter than its header. */
    public long badLength;

    /** Dropped: the header checksum is wrong. */
    public long badChecksum;

    /** Dropped: options or extension headers that are malformed, or ask for what is refused, such as a source route. */
    public long badOptions;

    /** Dropped: an address that can stand in no packet from this link, such as our own as the source. */
    public long martians;

    /** Dropped: for somebody else. */
    public long notOurs;

    /** Dropped: for us alone, but sent to everybody on the link (RFC 1122 section 3.3.6). */
    public long unicastByBroadcast;

    /** Dropped: for a protocol that no layer is registered for. */
    public long unknownProtocol;

    /** Fragments that came in. */
    public long fragmentsReceived;

    /** Packets put together from fragments. */
    public long reassembled;

    /** Packets sent, each counted once however it was cut. */
    public long sent;

    /** Fragments sent. */
    public long fragmentsSent;

    /** Not sent: longer than the path takes, and must not be cut. */
    public long tooLong;

    /** Not sent: no way to the destination. */
    public long noRoute;

    /** Not received: packets to an address of our own beyond those that may wait. */
    public long localDropped;

    /** All zero. */
    public IpCounters() {}
}
