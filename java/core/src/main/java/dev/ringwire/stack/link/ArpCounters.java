package dev.ringwire.stack.link;

/** What the ARP layer counts. Read on the stack's thread; another thread may see them a little late. */
public final class ArpCounters {
    /** Messages that came in. */
    public long received;

    /** Dropped: not ARP for IPv4 on Ethernet, or with addresses that nobody can have. */
    public long malformed;

    /** Requests for addresses of ours, answered. */
    public long answered;

    /** Requests for addresses of others. */
    public long notOurs;

    /** All zero. */
    public ArpCounters() {}
}
