package dev.ringwire.testkit;

import dev.ringwire.stack.NanoClock;
import java.time.Duration;

/** A clock that stands still until it is told to go on. From any thread. */
public final class ManualClock implements NanoClock {
    private volatile long nanos;

    /** Begins at 0. */
    public ManualClock() {}

    /** Begins at that time, in nanoseconds. */
    public ManualClock(long nanos) {
        this.nanos = nanos;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /**
     * Goes on by so many nanoseconds; the new time.
     *
     * @throws IllegalArgumentException if negative
     */
    public synchronized long advance(long by) {
        if (by < 0) {
            throw new IllegalArgumentException("a clock does not go back, by " + by + " ns");
        }
        nanos = Math.addExact(nanos, by);
        return nanos;
    }

    /**
     * Goes on by that time.
     *
     * @throws IllegalArgumentException if negative
     */
    public long advance(Duration by) {
        return advance(by.toNanos());
    }

    @Override
    public String toString() {
        return "ManualClock[" + nanos + " ns]";
    }
}
