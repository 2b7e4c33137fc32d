package dev.ringwire.stack.transport;

/** What one connection counts. Read on the stack's thread; another thread may see them a little late. */
public final class TcpSessionCounters {
    /** Segments that came in. */
    public int segmentsReceived;

    /** Segments handed down. */
    public int segmentsSent;

    /** Bytes handed to the user. */
    public long bytesReceived;

    /** Bytes sent, those sent again not counted. */
    public long bytesSent;

    /** Segments sent again. */
    public int retransmitted;

    /** Retransmission time-outs. */
    public int timeouts;

    /** Losses repaired without a time-out. */
    public int fastRetransmits;

    /** Acknowledgements that said the same as the last. */
    public int duplicateAcks;

    /** Segments that came before what precedes them. */
    public int outOfOrder;

    /** Segments with only bytes that had come before. */
    public int duplicates;

    /** Segments that were dropped: outside the window, old, or not allowed. */
    public int dropped;

    TcpSessionCounters() {}
}
