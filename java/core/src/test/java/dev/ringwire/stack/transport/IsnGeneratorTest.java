package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IsnGeneratorTest {
    private final IsnGenerator generator = new IsnGenerator(new Random(1));

    private int isn(int remotePort, long now) {
        return generator.isn(0, 1, 80, 0, 2, remotePort, now);
    }

    @Test
    @DisplayName("T49 MUST-8 one connection goes up by one in four microseconds")
    void oneConnectionGoesUpByOneInFourMicroseconds() {
        int first = isn(1000, 0);
        assertEquals(first + 1, isn(1000, 4_000));
        assertEquals(first, isn(1000, 3_999));
        assertEquals(first + 250_000, isn(1000, 1_000_000_000));
        assertEquals(first - 1, isn(1000, -1), "the clock may begin anywhere");
        // Round the whole space in 4.77 hours.
        assertEquals(first, isn(1000, 4_000L << 32));
    }

    @Test
    @DisplayName("T49 MUST-9 connections tell nothing of each other")
    void connectionsTellNothingOfEachOther() {
        Set<Integer> all = new HashSet<>();
        int[] ones = new int[32];
        int n = 20_000;
        int rising = 0;
        int before = 0;
        for (int i = 0; i < n; i++) {
            int isn = isn(i, 0);
            all.add(isn);
            for (int bit = 0; bit < 32; bit++) {
                ones[bit] += (isn ^ before) >>> bit & 1;
            }
            rising += Integer.compareUnsigned(isn, before) > 0 ? 1 : 0;
            before = isn;
        }
        assertTrue(all.size() > n - 5, "repeats");
        for (int bit = 0; bit < 32; bit++) {
            // Six standard deviations of a fair coin.
            assertEquals(n / 2.0, ones[bit], 3 * Math.sqrt(n), "bit " + bit);
        }
        assertEquals(n / 2.0, rising, 3 * Math.sqrt(n));
    }

    @Test
    void eachAddressAndPortCounts() {
        int some = generator.isn(0, 1, 2, 0, 3, 4, 0);
        assertNotEquals(some, generator.isn(0, 2, 2, 0, 3, 4, 0));
        assertNotEquals(some, generator.isn(0, 1, 3, 0, 3, 4, 0));
        assertNotEquals(some, generator.isn(0, 1, 2, 0, 4, 4, 0));
        assertNotEquals(some, generator.isn(0, 1, 2, 0, 3, 5, 0));
        assertNotEquals(some, generator.isn(1, 1, 2, 0, 3, 4, 0));
        assertNotEquals(some, generator.isn(0, 1, 2, 1, 3, 4, 0));
    }

    @Test
    void timestampsHaveAnOffsetOfTheirOwn() {
        int offset = generator.timestampOffset(0, 1, 80, 0, 2, 1000);
        assertEquals(offset, generator.timestampOffset(0, 1, 80, 0, 2, 1000));
        assertNotEquals(offset, generator.timestampOffset(0, 1, 80, 0, 2, 1001));
        assertNotEquals(offset, isn(1000, 0));
    }

    @Test
    void anotherKeyGivesOthers() {
        assertNotEquals(isn(1, 0), new IsnGenerator(new Random(2)).isn(0, 1, 80, 0, 2, 1, 0));
    }
}
