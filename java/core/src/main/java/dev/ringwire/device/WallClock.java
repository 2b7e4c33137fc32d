package dev.ringwire.device;

import java.time.Instant;

/** The time of day in nanoseconds since 1970-01-01T00:00Z. */
final class WallClock {
    private WallClock() {}

    static long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
