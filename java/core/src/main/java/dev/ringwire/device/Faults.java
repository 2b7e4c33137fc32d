package dev.ringwire.device;

import java.time.Duration;

/**
 * What a {@link FaultInjector} does to the frames of one direction. Each is decided for each frame on its own.
 *
 * @param loss probability, 0..1, that a frame vanishes
 * @param duplication probability that it comes twice
 * @param reordering probability that it is held back until one to three later frames have passed it
 * @param corruption probability that one of its bits is turned over
 * @param truncation probability that its end is cut off, 14 bytes or more staying
 * @param delayNanos how long every frame takes
 * @param jitterNanos up to how much longer a frame takes, so that frames may pass each other
 */
public record Faults(
        double loss,
        double duplication,
        double reordering,
        double corruption,
        double truncation,
        long delayNanos,
        long jitterNanos) {
    /** A perfect link. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0);

    /** Longest delay, and longest jitter: an hour. */
    private static final long LONGEST = 3_600_000_000_000L;

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if a probability is not in 0..1, or a time not in 0..1 hour
     */
    public Faults {
        probability("loss", loss);
        probability("duplication", duplication);
        probability("reordering", reordering);
        probability("corruption", corruption);
        probability("truncation", truncation);
        time("delay", delayNanos);
        time("jitter", jitterNanos);
    }

    private static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " of " + value + " is not in 0..1");
        }
    }

    private static void time(String name, long nanos) {
        if (nanos < 0 || nanos > LONGEST) {
            throw new IllegalArgumentException(name + " of " + nanos + " ns is not in 0..1 hour");
        }
    }

    /** The same with another loss. */
    public Faults withLoss(double probability) {
        return new Faults(probability, duplication, reordering, corruption, truncation, delayNanos, jitterNanos);
    }

    /** The same with another duplication. */
    public Faults withDuplication(double probability) {
        return new Faults(loss, probability, reordering, corruption, truncation, delayNanos, jitterNanos);
    }

    /** The same with another reordering. */
    public Faults withReordering(double probability) {
        return new Faults(loss, duplication, probability, corruption, truncation, delayNanos, jitterNanos);
    }

    /** The same with another corruption. */
    public Faults withCorruption(double probability) {
        return new Faults(loss, duplication, reordering, probability, truncation, delayNanos, jitterNanos);
    }

    /** The same with another truncation. */
    public Faults withTruncation(double probability) {
        return new Faults(loss, duplication, reordering, corruption, probability, delayNanos, jitterNanos);
    }

    /** The same with other times. */
    public Faults withDelay(Duration delay, Duration jitter) {
        return new Faults(
                loss, duplication, reordering, corruption, truncation, nanos("delay", delay), nanos("jitter", jitter));
    }

    private static long nanos(String name, Duration time) {
        if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(name + " of " + time + " is not in 0..1 hour");
        }
        return time.toNanos();
    }
}
