package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several rings read by one thread. */
@RingTest
@Timeout(60)
class PacketRingsTest {
    private static PacketRing.Builder ring(String name) {
        return PacketRing.builder(name).lowLatency().blockCount(64);
    }

    @Test
    void givesTheFramesOfAllAndEndsWithTheLast() throws IOException {
        try (VethPair one = VethPair.create();
                VethPair two = VethPair.create();
                PacketRings rings = PacketRings.open(ring(one.here()), ring(two.here()), ring("lo"))) {
            long lost = Burst.send(one, 2000, 1) + Burst.send(two, 1000, 1);
            Map<String, Integer> next = new HashMap<>();
            while (rings.next(TimeUnit.MILLISECONDS.toNanos(200))) {
                RingFrame frame = rings.frame();
                int number = Captured.number(frame);
                if (number >= 0) {
                    Integer before = next.put(frame.interfaceName(), number + 1);
                    assertTrue(before == null || number >= before, "out of order");
                }
            }
            if (lost == 0 && rings.statistics().dropped() == 0) {
                assertEquals(Map.of(one.here(), 2000, two.here(), 1000), next);
            }
            assertTrue(next.getOrDefault(one.here(), 0) > 0 && next.getOrDefault(two.here(), 0) > 0, next::toString);
            assertThrows(IllegalStateException.class, () -> rings.frame().buffer());
            long dropped = rings.statistics().dropped();
            assertTrue(rings.statistics().received() >= 3000 - lost - dropped);
            assertTrue(rings.position() >= 3000 - lost - dropped);

            Command.run("ip", "link", "del", one.here());
            IOException e = assertThrows(IOException.class, () -> {
                while (rings.next(TimeUnit.SECONDS.toNanos(2))) {
                    // What came before it went.
                }
            });
            assertTrue(e.getMessage().contains(one.here() + " is gone"), e::getMessage);
            assertFalse(rings.ended());
            Burst.send(two, 10, 1);
            int more = 0;
            while (rings.next(TimeUnit.MILLISECONDS.toNanos(200))) {
                more += Captured.number(rings.frame()) >= 0 ? 1 : 0;
            }
            assertTrue(more > 0);
        }
    }

    @Test
    void aBusyRingDoesNotStarveAnother() throws Exception {
        try (VethPair busy = VethPair.create();
                VethPair calm = VethPair.create();
                PacketRings rings = PacketRings.open(ring(busy.here()), ring(calm.here()))) {
            Process flood = Burst.start(busy, 100_000_000, 1);
            try {
                Burst.send(calm, 1, 1);
                boolean seen = false;
                long frames = 0;
                while (!seen && rings.next(TimeUnit.SECONDS.toNanos(5))) {
                    seen = rings.frame().interfaceName().equals(calm.here()) && Captured.number(rings.frame()) == 0;
                    frames++;
                }
                assertTrue(seen, "not among " + frames);
                assertTrue(flood.isAlive(), "the flood was over too soon to tell");
            } finally {
                flood.destroy();
                flood.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void wakeAndCloseEndTheWait() throws Exception {
        PacketRings rings = PacketRings.open(ring("lo"), ring("lo"));
        rings.wake();
        while (rings.next(FrameSource.FOREVER)) {
            // Whatever crosses loopback.
        }
        assertFalse(rings.ended());
        AtomicReference<Object> result = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try {
                result.set(rings.next());
            } catch (IOException e) {
                result.set(e);
            }
        });
        reader.start();
        Thread.sleep(50);
        rings.close();
        reader.join(TimeUnit.SECONDS.toMillis(10));
        assertEquals(false, result.get());
        assertTrue(rings.ended());
        assertFalse(rings.next(0));
    }

    @Test
    void opensAllOrNone() {
        assertThrows(NoSuchInterfaceException.class, () -> PacketRings.open(ring("lo"), ring("eth99")));
        assertThrows(IllegalArgumentException.class, PacketRings::open);
        assertThrows(
                IllegalArgumentException.class, () -> PacketRings.open(new PacketRing.Builder[PacketRings.MOST + 1]));
    }
}
