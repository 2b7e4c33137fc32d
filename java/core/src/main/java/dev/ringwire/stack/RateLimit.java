package dev.ringwire.stack;

import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A token bucket for answers that anybody can provoke: ICMP errors (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4), RSTs
 * and challenge ACKs (RFC 5961 section 7). Each takes 0, 1 or 2 tokens by chance, 1 on average, so that counting the
 * answers does not tell how many were given to others.
 */
public final class RateLimit {
    private final RandomGenerator random;
    private final long interval;
    private final int burst;
    private long tokens;
    private long since;
    private boolean begun;

    /**
     * A full bucket.
     *
     * @param intervalNanos the time in which one token comes
     * @param burst most tokens
     * @throws IllegalArgumentException if either is not positive
     */
    public RateLimit(RandomGenerator random, long intervalNanos, int burst) {
        if (intervalNanos <= 0 || burst <= 0) {
            throw new IllegalArgumentException("a rate limit of " + burst + " every " + intervalNanos + " ns");
        }
        this.random = Objects.requireNonNull(random);
        interval = intervalNanos;
        this.burst = burst;
        tokens = burst;
    }

    /** Whether one more may go now, in nanoseconds of the stack's clock. */
    public boolean allow(long now) {
        if (!begun) {
            begun = true;
            since = now;
        }
        long earned = (now - since) / interval;
        if (earned > 0) {
            tokens = Math.min(burst, tokens + earned);
            since += earned * interval;
        }
        if (tokens <= 0) {
            return false;
        }
        // May leave a debt of one, else the last token would on average go to more than one.
        tokens -= random.nextInt(3);
        return true;
    }
}
