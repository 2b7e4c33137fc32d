package dev.ringwire.stack.link;

/** What the Ethernet layer counts. Read on the stack's thread; another thread may see them a little late. */
public final class LinkCounters {
    /** Dropped: shorter than an Ethernet header. */
    public long runts;

    /** Dropped: for another MAC address. */
    public long notOurs;

    /** Not sent: no neighbour is known to send it to. */
    public long noNeighbor;

    /** All zero. */
    public LinkCounters() {}
}
