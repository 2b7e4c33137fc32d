package dev.ringwire.stack.transport;

/** Round-trip time and retransmission timeout (RFC 6298), in nanoseconds. */
final class RttEstimator {
    /** Before the first sample (RFC 6298 section 2.1). */
    static final long INITIAL_RTO = 1_000_000_000L;

    /** Once data is sent after a SYN was lost (RFC 6298 section 5.7). */
    static final long RTO_AFTER_LOST_SYN = 3_000_000_000L;

    /** As other stacks do; RFC 6298 section 2.4 would have a second. */
    static final long DEFAULT_MIN_RTO = 200_000_000L;

    /** At least 60 s (RFC 6298 section 2.5). */
    static final long DEFAULT_MAX_RTO = 120_000_000_000L;

    private final long minRto;
    private final long maxRto;
    private long smoothed;
    private long variance;
    private long minimum = Long.MAX_VALUE;
    private long base;
    private int doublings;

    RttEstimator(long minRtoNanos, long maxRtoNanos) {
        if (minRtoNanos <= 0 || maxRtoNanos < minRtoNanos) {
            throw new IllegalArgumentException(
                    "retransmission timeout from " + minRtoNanos + " to " + maxRtoNanos + " ns");
        }
        minRto = minRtoNanos;
        maxRto = maxRtoNanos;
        base = Math.max(minRto, Math.min(maxRto, INITIAL_RTO));
    }

    /** A round trip was measured, on a segment that was not sent twice; one sample in each round trip. */
    void sample(long rttNanos) {
        sample(rttNanos, 1);
    }

    /**
     * A round trip was measured by a timestamp on a segment that was sent twice. If the acknowledgement of the first copy
     * was lost, the other side answers the second with the first one's timestamp, and the time between them is in it,
     * too: so it counts for no more than twice the timeout, which a round trip that has become longer reaches soon.
     */
    void sampleOfRetransmitted(long rttNanos) {
        sample(Math.min(rttNanos, 2 * base));
    }

    /**
     * A round trip was measured, one of several in the same round trip, which weigh together like one (RFC 7323
     * appendix G).
     *
     * @param samplesPerRoundTrip half the segments in flight, when timestamps measure every acknowledgement
     */
    void sample(long rttNanos, int samplesPerRoundTrip) {
        long rtt = Math.max(0, Math.min(rttNanos, maxRto));
        int weight = Math.max(1, samplesPerRoundTrip);
        if (minimum == Long.MAX_VALUE) {
            smoothed = rtt;
            variance = rtt / 2;
        } else {
            variance += (Math.abs(smoothed - rtt) - variance) / (4L * weight);
            smoothed += (rtt - smoothed) / (8L * weight);
        }
        minimum = Math.min(minimum, rtt);
        // The minimum stands where the RFC has the clock's granularity: a peer may hold back an acknowledgement on long
        // paths, too.
        base = Math.min(maxRto, smoothed + Math.max(minRto, 4 * variance));
    }

    /** The timeout, doubled as often as {@link #backOff} asked for. */
    long rto() {
        return Math.min(maxRto, base << doublings);
    }

    /** The timer has rung: the next time it takes twice as long. */
    void backOff() {
        if (base << doublings < maxRto) {
            doublings++;
        }
    }

    /** How often the timer has rung since new data was acknowledged, up to the longest timeout. */
    int backOffs() {
        return doublings;
    }

    /** New data was acknowledged. */
    void resetBackOff() {
        doublings = 0;
    }

    /** The connection is open, but its SYN had to be sent again: unless there is a sample, the timeout is 3 s. */
    void synWasLost() {
        doublings = 0;
        if (!hasSample()) {
            base = Math.max(minRto, Math.min(maxRto, RTO_AFTER_LOST_SYN));
        }
    }

    boolean hasSample() {
        return minimum != Long.MAX_VALUE;
    }

    /** SRTT; 0 before the first sample. */
    long smoothed() {
        return smoothed;
    }

    /** RTTVAR; 0 before the first sample. */
    long variance() {
        return variance;
    }

    /** The shortest of all samples; 0 before the first. */
    long minimum() {
        return hasSample() ? minimum : 0;
    }
}
