package dev.ringwire.stack.transport;

/**
 * How much one connection may have under way (RFC 5681). All sizes are bytes, times nanoseconds of the stack's clock.
 * Belongs to the stack's thread.
 *
 * <p>The window is not inflated while losses are repaired: the sender counts what is still under way (RFC 6675), and
 * without SACK takes one segment from that for each duplicate acknowledgement, which comes to the same as RFC 6582.
 */
public interface CongestionControl {
    /** The congestion window. */
    int window();

    /** The slow start threshold; {@link Integer#MAX_VALUE} before the first loss. */
    int slowStartThreshold();

    /**
     * New data was acknowledged.
     *
     * @param bytes so many
     * @param smoothedRtt the round-trip time, 0 if not known
     * @param windowLimited whether the window was full; else it does not grow (RFC 7661)
     */
    void acknowledged(int bytes, long now, long smoothedRtt, boolean windowLimited);

    /**
     * A loss was seen in duplicate acknowledgements; once per window.
     *
     * @param flightSize sent and not acknowledged
     */
    void enterRecovery(int flightSize, long now);

    /** All that was under way when the loss was seen is acknowledged. */
    void exitRecovery(long now);

    /**
     * The retransmission timer has rung. Rings before anything is acknowledged do not lower the threshold again.
     *
     * @param flightSize sent and not acknowledged
     */
    void timeout(int flightSize, long now);

    /** Nothing was sent for longer than a retransmission timeout (RFC 5681 section 4.1). */
    void idleRestart();

    /** SYN or SYN-ACK had to be sent again: the first window is one segment (RFC 5681 section 3.1). */
    void synWasLost();

    /** The largest segment has so many bytes from now on. */
    void mss(int bytes);
}
