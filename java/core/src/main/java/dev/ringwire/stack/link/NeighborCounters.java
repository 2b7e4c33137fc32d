package dev.ringwire.stack.link;

/** What a {@link NeighborCache} counts. Read on the stack's thread; another thread may see them a little late. */
public final class NeighborCounters {
    /** Questions sent to find a MAC address, or to make sure that it still holds. */
    public long solicitations;

    /** Answers that told a MAC address or confirmed it. */
    public long answers;

    /** Answers that nobody waited for, or not from there: they change nothing. */
    public long ignoredAnswers;

    /** Neighbours that did not answer. */
    public long failures;

    /** Packets told to their senders as unreachable. */
    public long unreachable;

    /** Packets that waited and were dropped to make room. */
    public long waitingDropped;

    /** Neighbours forgotten to make room. */
    public long evicted;

    /** All zero. */
    public NeighborCounters() {}
}
