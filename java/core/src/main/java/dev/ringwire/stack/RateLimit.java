package dev.ringwire.stack;

import java.util.random.RandomGenerator;

/**
 * A token bucket: so many actions per second, and a few more at once after a pause. When the bucket is full again, a
 * random few tokens are missing, so that nobody can tell from outside how many others had of it (CVE-2020-25705).
 */
public final class RateLimit {
    private static final long SECOND = 1_000_000_000L;

    private final long nanosPerToken;
    private final int burst;
    private final RandomGenerator random;

    /** When the bucket was, or will be, empty. */
    private long emptyAt;

    private boolean used;
    private long refused;

    /**
     * Full.
     *
     * @param perSecond tokens that come back each second
     * @param burst tokens of a full bucket
     * @throws IllegalArgumentException if one is not at least 1
     */
    public RateLimit(int perSecond, int burst, RandomGenerator random) {
        if (perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException(
                    "a rate of " + perSecond + " per second and " + burst + " at once, not at least 1 each");
        }
        this.nanosPerToken = SECOND / perSecond;
        this.burst = burst;
        this.random = random;
    }

    /** Takes a token, if there is one at this time of the stack's clock. */
    public boolean allows(long now) {
        long full = now - burst * nanosPerToken;
        if (!used || emptyAt < full) {
            used = true;
            emptyAt = full + random.nextInt(Math.min(burst, 4)) * nanosPerToken;
        }
        if (now - emptyAt < nanosPerToken) {
            refused++;
            return false;
        }
        emptyAt += nanosPerToken;
        return true;
    }

    /** How often there was none. */
    public long refused() {
        return refused;
    }
}
