package dev.ringwire.stack.transport;

/** What the TCP of a stack counts. Read on the stack's thread; another thread may see them a little late. */
public final class TcpCounters {
    /** All zero. */
    public TcpCounters() {}

    /** Segments that came in. */
    public long segmentsReceived;

    /** Segments handed down; one that the device cuts up counts once. */
    public long segmentsSent;

    /** Segments sent again. */
    public long retransmitted;

    /** Connections we opened. */
    public long activeOpens;

    /** Connections that others opened and completed. */
    public long passiveOpens;

    /** Opened by us and never completed. */
    public long failedOpens;

    /** Connections that were up and ended by a reset of the other side. */
    public long resetsReceived;

    /** Resets sent. */
    public long resetsSent;

    /** Resets for no connection that were not sent: too many at a time, or switched off. */
    public long resetsSuppressed;

    /** Connections given up because the other side did not answer for too long. */
    public long timedOut;

    /** Dropped: a wrong checksum. */
    public long badChecksum;

    /** Dropped: shorter than its header, or options that run over it. */
    public long malformed;

    /** Dropped: to a broadcast or multicast address. */
    public long forMany;

    /** Answered with a reset: nobody there. */
    public long noConnection;

    /** Dropped: outside the receive window. */
    public long outOfWindow;

    /** Dropped: timestamp older than the last (PAWS, RFC 7323). */
    public long oldTimestamp;

    /** Dropped: no timestamp where one was agreed on (RFC 7323 section 3.2). */
    public long missingTimestamp;

    /** Dropped: no ACK flag. */
    public long noAck;

    /** Dropped: acknowledges what was never sent, or is older than any window (RFC 5961 section 5). */
    public long badAck;

    /** Dropped: a RST that does not hit the next byte exactly (RFC 5961 section 3). */
    public long blindReset;

    /** Dropped: a SYN in a connection (RFC 5961 section 4). */
    public long blindSyn;

    /** ACKs sent to prove that the connection is alive (RFC 5961). */
    public long challengeAcks;

    /** The same, not sent because one was sent just before. */
    public long challengeAcksSuppressed;

    /** Segments with only bytes that had come before. */
    public long duplicates;

    /** Segments that came before what precedes them. */
    public long outOfOrder;

    /** Dropped: out of order, and there are gaps enough already or no memory. */
    public long outOfOrderRefused;

    /** Bytes dropped because they were beyond the window or the stack has no memory for them. */
    public long bytesRefused;

    /** Data that came after close(): answered with a reset (RFC 1122 section 4.2.2.13). */
    public long dataAfterClose;

    /** Half-open connections now. */
    public long halfOpen;

    /** Half-open connections given up: nobody answered. */
    public long halfOpenTimedOut;

    /** SYNs answered by a cookie, as there were too many half-open connections (RFC 4987). */
    public long cookiesSent;

    /** Connections made from a cookie. */
    public long cookiesAccepted;

    /** Dropped: ACKs with a wrong cookie. */
    public long cookiesRefused;

    /** Dropped: SYNs and handshakes for a listener whose queue is full. */
    public long listenOverflows;

    /** Dropped: a connection more than {@link TcpLayer#maxConnections()}. */
    public long tooManyConnections;

    /** Connections waiting in TIME-WAIT now. */
    public long timeWait;

    /** Taken out of TIME-WAIT before their time because there were too many. */
    public long timeWaitOverflows;

    /** Taken out of TIME-WAIT by a new SYN (RFC 6191). */
    public long timeWaitReused;

    /** Dropped in TIME-WAIT: resets (RFC 1337). */
    public long timeWaitResetsIgnored;

    /** Retransmission time-outs. */
    public long timeouts;

    /** Connections whose segments were made shorter, as longer ones seemed to be lost without a word. */
    public long blackHoles;

    /** Losses repaired without a time-out. */
    public long fastRetransmits;

    /** Probes of a closed window. */
    public long windowProbes;

    /** Keep-alive probes. */
    public long keepAliveProbes;

    /** ICMP errors that changed something. */
    public long icmpErrors;

    /** Dropped: ICMP errors about nothing that is on its way (RFC 5927). */
    public long icmpErrorsIgnored;
}
