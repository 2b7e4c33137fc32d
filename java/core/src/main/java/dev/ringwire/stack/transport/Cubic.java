package dev.ringwire.stack.transport;

/**
 * CUBIC (RFC 9438): the window follows a cubic function of the time since the last loss, whose plateau is the window at
 * that loss. Doubles only here, with {@link StrictMath}: every JVM comes to the same window.
 */
final class Cubic extends LossBasedControl {
    private static final double C = 0.4;
    private static final double BETA = 0.7;

    /** What makes growth as in Reno fair to Reno in spite of {@link #BETA} (RFC 9438 section 4.3). */
    private static final double RENO_ALPHA = 3 * (1 - BETA) / (1 + BETA);

    private static final double NANOS = 1e9;

    /** W_max: the window at the last loss, lower if that was already lower than the one before; 0 before any. */
    private double plateau;

    /** cwnd_prior: the window at the last loss. */
    private double prior;

    /** W_est: the window that Reno would have. */
    private double estimate;

    /** K: seconds from the beginning of congestion avoidance to the plateau. */
    private double k;

    /** Bytes by which the window is still to grow, less than one. */
    private double fraction;

    private boolean avoiding;
    private long epoch;
    private long latest;

    Cubic(int mss) {
        super(mss);
    }

    @Override
    void avoid(int bytes, long now, long smoothedRtt) {
        latest = now;
        if (!avoiding) {
            begin(now);
        }
        int window = window();
        double acknowledged = (double) bytes / window;
        estimate += (estimate >= prior ? 1 : RENO_ALPHA) * mss() * acknowledged;
        double elapsed = (now - epoch) / NANOS;
        if (cubic(elapsed) < estimate) {
            add(estimate - window - fraction);
        } else {
            double target = Math.max(window, Math.min(1.5 * window, cubic(elapsed + smoothedRtt / NANOS)));
            add((target - window) * acknowledged);
        }
    }

    private void begin(long now) {
        avoiding = true;
        epoch = now;
        int window = window();
        if (isAfterTimeout() || plateau < window) {
            plateau = window;
        }
        estimate = window;
        fraction = 0;
        k = StrictMath.cbrt((plateau - window) / (C * mss()));
    }

    private double cubic(double seconds) {
        double t = seconds - k;
        return C * mss() * t * t * t + plateau;
    }

    private void add(double bytes) {
        fraction += Math.max(0, bytes);
        int whole = (int) Math.min(MAX_WINDOW, fraction);
        fraction -= whole;
        grow(whole);
    }

    @Override
    int reduced(int flightSize) {
        int window = window();
        // Fast convergence (RFC 9438 section 4.7): give way to newcomers.
        plateau = window < plateau ? window * (1 + BETA) / 2 : window;
        prior = window;
        return (int) (flightSize * 7L / 10);
    }

    @Override
    void pause(long now) {
        // Time in which nothing fills the window does not count (RFC 9438 section 5.8).
        epoch += now - latest;
        latest = now;
    }

    @Override
    void endAvoidance() {
        avoiding = false;
    }
}
