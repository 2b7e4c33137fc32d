package dev.ringwire.stack.network;

/** What {@link Reassembly} counts, in packets. Read on the stack's thread; another thread may see them a little late. */
public final class ReassemblyCounters {
    /** Put together. */
    public long reassembled;

    /** Dropped: not all fragments came in time. */
    public long timedOut;

    /** Dropped: fragments overlap. */
    public long overlapping;

    /** Dropped: fragments contradict each other or make a packet of more than 65535 bytes. */
    public long malformed;

    /** Dropped: one source, or one packet, took more than its share. */
    public long overShare;

    /** Dropped: the memory for all was needed for others. */
    public long evicted;

    /** All zero. */
    public ReassemblyCounters() {}
}
