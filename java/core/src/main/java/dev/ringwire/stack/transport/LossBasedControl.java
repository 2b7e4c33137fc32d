package dev.ringwire.stack.transport;

/**
 * What all that take a loss for congestion have in common: initial window of ten segments (RFC 6928), slow start by
 * bytes acknowledged (RFC 3465), recovery and timeout (RFC 5681). They differ in congestion avoidance.
 */
abstract class LossBasedControl implements CongestionControl {
    /** More than any scaled window can be (RFC 7323 section 2.3). */
    static final int MAX_WINDOW = 1 << 30;

    /**
     * By how many segments an acknowledgement lets slow start grow (L of RFC 9406 section 4.3). Receivers that put
     * segments together acknowledge many at once: with the 2 of RFC 3465 the window would hardly grow.
     */
    private static final int MOST_SEGMENTS = 8;

    private int mss;
    private int window;
    private int threshold = Integer.MAX_VALUE;
    private boolean grown;
    private boolean recovering;
    private boolean afterTimeout;
    private boolean timedOut;

    LossBasedControl(int mss) {
        this.mss = Math.max(1, mss);
        window = initialWindow();
    }

    /** Congestion avoidance: so many bytes were acknowledged, {@link #grow} as it says. */
    abstract void avoid(int bytes, long now, long smoothedRtt);

    /** The window after a loss, before the least of two segments. */
    abstract int reduced(int flightSize);

    /** An acknowledgement came that does not let the window grow. */
    void pause(long now) {}

    /** The present stretch of congestion avoidance is over. */
    void endAvoidance() {}

    private int initialWindow() {
        return Math.min(10 * mss, Math.max(2 * mss, 14_600));
    }

    final int mss() {
        return mss;
    }

    /** Whether the last loss was a timeout, and the window has not come back to the threshold since. */
    final boolean isAfterTimeout() {
        return afterTimeout;
    }

    final void grow(int bytes) {
        window = Math.min(MAX_WINDOW, window + bytes);
    }

    @Override
    public final int window() {
        return window;
    }

    @Override
    public final int slowStartThreshold() {
        return threshold;
    }

    @Override
    public final void acknowledged(int bytes, long now, long smoothedRtt, boolean windowLimited) {
        timedOut = false;
        if (!windowLimited || recovering || bytes <= 0) {
            pause(now);
            return;
        }
        grown = true;
        if (window < threshold) {
            // RFC 3465 section 2.3: what was lost before a timeout may be acknowledged in big steps.
            grow(Math.min(bytes, afterTimeout ? mss : MOST_SEGMENTS * mss));
            pause(now);
        } else {
            avoid(Math.min(bytes, window), now, smoothedRtt);
            afterTimeout = false;
        }
    }

    @Override
    public final void enterRecovery(int flightSize, long now) {
        recovering = true;
        afterTimeout = false;
        lower(flightSize);
        window = threshold;
    }

    @Override
    public final void exitRecovery(long now) {
        recovering = false;
    }

    @Override
    public final void timeout(int flightSize, long now) {
        recovering = false;
        if (!timedOut) {
            lower(flightSize);
        }
        timedOut = true;
        afterTimeout = true;
        window = mss;
    }

    private void lower(int flightSize) {
        grown = true;
        threshold = Math.max(2 * mss, reduced(Math.min(flightSize, MAX_WINDOW)));
        endAvoidance();
    }

    @Override
    public final void idleRestart() {
        // RFC 2861 section 3: the threshold remembers what the window was.
        threshold = Math.max(threshold, window - window / 4);
        window = Math.min(window, initialWindow());
        endAvoidance();
    }

    @Override
    public final void synWasLost() {
        window = mss;
        grown = true;
    }

    @Override
    public final void mss(int bytes) {
        mss = Math.max(1, bytes);
        if (!grown) {
            window = initialWindow();
        }
        window = Math.max(window, mss);
    }
}
