package dev.ringwire.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long MS = 1_000_000;

    private static int burst(RateLimit limit, long now) {
        int allowed = 0;
        while (limit.allow(now)) {
            allowed++;
            assertTrue(allowed < 10_000, "no end");
        }
        return allowed;
    }

    @Test
    void aBurstIsAsLongAsItMayBeOnAverage() {
        Set<Integer> lengths = new HashSet<>();
        int sum = 0;
        for (int seed = 0; seed < 200; seed++) {
            int length = burst(new RateLimit(new Random(seed), MS, 50), 0);
            lengths.add(length);
            sum += length;
        }
        assertEquals(50, sum / 200.0, 5);
        assertTrue(lengths.size() > 10, "the length of a burst tells nothing");
    }

    @Test
    void laterItIsAsManyAsTheIntervalSays() {
        for (long begin : new long[] {0, -5_000_000_000L, Long.MAX_VALUE / 2}) {
            RateLimit limit = new RateLimit(new Random(1), 10 * MS, 5);
            burst(limit, begin);
            int allowed = 0;
            for (int i = 1; i <= 100_000; i++) {
                allowed += limit.allow(begin + i * MS / 10) ? 1 : 0;
            }
            assertEquals(1000, allowed, 100);
        }
    }

    @Test
    void aLongPauseFillsItOnceOnly() {
        RateLimit limit = new RateLimit(new Random(2), MS, 8);
        burst(limit, 0);
        assertFalse(limit.allow(MS - 1));
        int sum = 0;
        for (int i = 1; i <= 100; i++) {
            sum += burst(limit, i * 3_600_000L * MS);
        }
        assertEquals(800, sum, 120);
    }

    @Test
    void nothingPositiveIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RateLimit(new Random(), 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new RateLimit(new Random(), 1, 0));
    }
}
