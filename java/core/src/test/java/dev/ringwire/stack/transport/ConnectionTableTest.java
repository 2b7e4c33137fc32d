package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
    private record Tuple(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort)
            implements FourTuple {}

    private final ConnectionTable<Tuple> table = new ConnectionTable<>(new Random(1));

    private Tuple get(Tuple t) {
        return table.get(t.localHigh, t.localLow, t.localPort, t.remoteHigh, t.remoteLow, t.remotePort);
    }

    private static Tuple random(Random random) {
        // Few values, so that tuples differ in one place only.
        return new Tuple(
                random.nextInt(2),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(2),
                random.nextInt(4),
                random.nextInt(8));
    }

    @Test
    void itDoesWhatAHashMapDoes() {
        Random random = new Random(2);
        Map<Tuple, Tuple> model = new HashMap<>();
        for (int i = 0; i < 30_000; i++) {
            Tuple tuple = random(random);
            Tuple there = model.get(tuple);
            assertSame(there, get(tuple));
            // Grows and shrinks in turn.
            if (random.nextInt(100) < (i / 3_000 % 2 == 0 ? 70 : 30)) {
                assertEquals(there == null, table.put(tuple));
                model.putIfAbsent(tuple, tuple);
            } else {
                assertFalse(table.remove(tuple), "one that is equal but not the same");
                if (there != null) {
                    assertTrue(table.remove(there));
                    model.remove(tuple);
                }
            }
            assertEquals(model.size(), table.size());
        }
        Set<Tuple> all = new HashSet<>();
        table.forEach(all::add);
        assertEquals(model.keySet(), all);
        assertTrue(all.size() > 50);
    }

    /** One value in one place of a connection, the rest of it the same for each salt. */
    private static Tuple with(int place, int value, int salt) {
        return switch (place) {
            case 0 -> new Tuple(value, salt, 3, 4, 5, 6);
            case 1 -> new Tuple(1, value, salt, 4, 5, 6);
            case 2 -> new Tuple(1, salt, value, 4, 5, 6);
            case 3 -> new Tuple(1, salt, 3, value, 5, 6);
            case 4 -> new Tuple(1, salt, 3, 4, value, 6);
            default -> new Tuple(1, salt, 3, 4, 5, value);
        };
    }

    @Test
    void thoseOfTheSameHashAreToldApart() {
        // The table's key, so that a pair can be looked for.
        SipHash hash = new SipHash(new Random(1));
        for (int place = 0; place < 6; place++) {
            boolean found = false;
            for (int salt = 0; !found; salt++) {
                long[] hashes = new long[1 << 16];
                for (int i = 0; i < hashes.length; i++) {
                    Tuple t = with(place, i, salt);
                    hashes[i] =
                            hash.begin(t.localHigh, t.localLow, t.localPort, t.remoteHigh, t.remoteLow, t.remotePort)
                                                    .end()
                                            << 32
                                    | i;
                }
                Arrays.sort(hashes);
                for (int i = 1; i < hashes.length; i++) {
                    if (hashes[i] >>> 32 == hashes[i - 1] >>> 32) {
                        assertTrue(table.put(with(place, (int) hashes[i], salt)));
                        assertNull(get(with(place, (int) hashes[i - 1], salt)), "place " + place);
                        found = true;
                    }
                }
            }
        }
    }

    @Test
    void everyOneCanGoWhileAllAreHandedOver() {
        List<Tuple> tuples = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            tuples.add(new Tuple(0, i, 80, 0, 5, 6));
            assertTrue(table.put(tuples.get(i)));
        }
        int[] seen = new int[1];
        table.forEach(t -> {
            seen[0]++;
            assertTrue(table.remove(t));
        });
        assertEquals(1000, seen[0]);
        assertEquals(0, table.size());
        for (Tuple tuple : tuples) {
            assertNull(get(tuple));
        }
    }

    @Test
    void fiftyThousandAreFound() {
        List<Tuple> tuples = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            Tuple tuple = new Tuple(0, 1, 80, 0, i / 1000, i % 1000);
            tuples.add(tuple);
            table.put(tuple);
        }
        for (Tuple tuple : tuples) {
            assertSame(tuple, get(tuple));
        }
        for (int i = 0; i < tuples.size(); i += 2) {
            assertTrue(table.remove(tuples.get(i)));
        }
        for (int i = 0; i < tuples.size(); i++) {
            assertSame(i % 2 == 0 ? null : tuples.get(i), get(tuples.get(i)));
        }
    }
}
