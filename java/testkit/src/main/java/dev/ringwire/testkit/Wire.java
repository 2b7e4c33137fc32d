package dev.ringwire.testkit;

import dev.ringwire.device.Faults;
import java.time.Duration;
import java.util.Objects;

/**
 * One direction of a simulated link. A frame waits for those before it to be on the wire, takes its time to get there,
 * and then what {@link Faults} say; a held-back frame comes at the latest 10 ms after its time.
 *
 * @param bitsPerSecond how fast frames leave, counted by their bytes alone; 0 for no limit
 * @param queue how many frames may wait or leave; one more is dropped and counted. Means nothing without a rate.
 * @param faults what happens on the way, and how long that takes
 */
public record Wire(long bitsPerSecond, int queue, Faults faults) {
    /** Nothing takes time and nothing is lost. */
    public static final Wire PERFECT = new Wire(0, 1000, Faults.NONE);

    private static final int LARGEST_QUEUE = 1 << 16;

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if the rate is negative, or the queue not in 1..65536
     */
    public Wire {
        Objects.requireNonNull(faults);
        if (bitsPerSecond < 0) {
            throw new IllegalArgumentException("a rate of " + bitsPerSecond + " bit/s");
        }
        if (queue < 1 || queue > LARGEST_QUEUE) {
            throw new IllegalArgumentException("a queue of " + queue + " frames is not in 1.." + LARGEST_QUEUE);
        }
    }

    /** The same with another rate; 0 for no limit. */
    public Wire withRate(long bitsPerSecond) {
        return new Wire(bitsPerSecond, queue, faults);
    }

    /** The same with another queue. */
    public Wire withQueue(int frames) {
        return new Wire(bitsPerSecond, frames, faults);
    }

    /** The same with other faults. */
    public Wire withFaults(Faults other) {
        return new Wire(bitsPerSecond, queue, other);
    }

    /** The same, taking that long. */
    public Wire withDelay(Duration delay) {
        return withFaults(faults.withDelay(delay, Duration.ofNanos(faults.jitterNanos())));
    }

    /** The same, losing frames with that probability. */
    public Wire withLoss(double probability) {
        return withFaults(faults.withLoss(probability));
    }

    /** How long a frame of so many bytes takes to leave, in nanoseconds. */
    long transmission(int bytes) {
        // 65,549 bytes are less than 2^20 bits, and 10^9 is less than 2^30: no overflow.
        return bitsPerSecond == 0 ? 0 : 8_000_000_000L * bytes / bitsPerSecond;
    }
}
