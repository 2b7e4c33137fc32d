package dev.ringwire.device;

import java.time.Instant;

/**
 * The time of day in nanoseconds since 1970-01-01T00:00Z. The system's clock is asked at most once a millisecond, and
 * the time since is that of {@link System#nanoTime()}: the answer of the clock is an object, and a frame is to make none.
 */
final class WallClock {
    private static final long VALID_NANOS = 1_000_000;

    private static volatile Reading latest = read();

    private WallClock() {}

    private record Reading(long nanoTime, long nanos) {}

    static long nanos() {
        long now = System.nanoTime();
        Reading reading = latest;
        long since = now - reading.nanoTime;
        if (since < 0 || since > VALID_NANOS) {
            reading = read();
            latest = reading;
            since = 0;
        }
        return reading.nanos + since;
    }

    private static Reading read() {
        Instant now = Instant.now();
        return new Reading(System.nanoTime(), now.getEpochSecond() * 1_000_000_000L + now.getNano());
    }
}
