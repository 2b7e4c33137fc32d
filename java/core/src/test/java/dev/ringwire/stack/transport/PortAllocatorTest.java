package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortAllocatorTest {
    private static int allocate(PortAllocator ports, int destination, BitSet used) {
        int port = ports.allocate(0, 1, 0, destination, 443, p -> !used.get(p));
        if (port != PortAllocator.NONE) {
            assertFalse(used.get(port));
            used.set(port);
        }
        return port;
    }

    @Test
    void everyPortIsFoundAndThenNone() {
        PortAllocator ports = new PortAllocator(new Random(1));
        BitSet used = new BitSet();
        for (int i = PortAllocator.FIRST; i <= PortAllocator.LAST; i++) {
            int port = allocate(ports, i % 7, used);
            assertTrue(port >= PortAllocator.FIRST && port <= PortAllocator.LAST);
        }
        assertEquals(PortAllocator.LAST - PortAllocator.FIRST + 1, used.cardinality());
        assertEquals(PortAllocator.NONE, allocate(ports, 1, used));
        used.clear(40_000);
        assertEquals(40_000, allocate(ports, 1, used));
    }

    @Test
    void toOneDestinationNoPortComesAgainBeforeAllOthersHave() {
        PortAllocator ports = new PortAllocator(new Random(2));
        BitSet seen = new BitSet();
        for (int i = PortAllocator.FIRST; i <= PortAllocator.LAST; i++) {
            int port = ports.allocate(0, 1, 0, 2, 443, p -> true);
            assertFalse(seen.get(port));
            seen.set(port);
        }
    }

    @Test
    void oneDestinationTellsNothingOfAnother() {
        int[] buckets = new int[64];
        int following = 0;
        int n = 64 * 500;
        PortAllocator ports = new PortAllocator(new Random(3));
        int before = 0;
        for (int i = 0; i < n; i++) {
            int port = ports.allocate(0, 1, 0, i, 443, p -> true);
            buckets[port - PortAllocator.FIRST >>> 9]++;
            following += Math.abs(port - before) < 100 ? 1 : 0;
            before = port;
        }
        double chi = 0;
        for (int bucket : buckets) {
            chi += (bucket - 500) * (bucket - 500) / 500.0;
        }
        // 63 degrees of freedom: over 114 once in 10,000 keys.
        assertTrue(chi < 114, "chi square " + chi);
        assertTrue(following < n / 100, following + " ports near the one before");
    }

    @Test
    void theRangeCanBeChosen() {
        PortAllocator one = new PortAllocator(new Random(4), 61_000, 61_000);
        assertEquals(61_000, one.allocate(0, 1, 0, 2, 3, p -> true));
        assertEquals(61_000, one.allocate(0, 1, 0, 2, 3, p -> true));
        assertEquals(PortAllocator.NONE, one.allocate(0, 1, 0, 2, 3, p -> false));
        assertThrows(IllegalArgumentException.class, () -> new PortAllocator(new Random(), 0, 10));
        assertThrows(IllegalArgumentException.class, () -> new PortAllocator(new Random(), 10, 65_536));
        assertThrows(IllegalArgumentException.class, () -> new PortAllocator(new Random(), 10, 9));
    }

    @Test
    void anotherKeyGivesOthers() {
        assertNotEquals(
                new PortAllocator(new Random(5)).allocate(0, 1, 0, 2, 3, p -> true),
                new PortAllocator(new Random(6)).allocate(0, 1, 0, 2, 3, p -> true));
    }
}
