package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.examples.FanoutCapture;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameHandler;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several rings that share the frames of one interface. */
@RingTest
@Timeout(120)
class RingFanoutTest {
    private static final int SOURCE_PORT = 34;

    private static VethPair veth;

    @BeforeAll
    static void connect() {
        veth = VethPair.create().withoutOffloads();
    }

    @AfterAll
    static void disconnect() {
        if (veth != null) {
            veth.close();
        }
    }

    /** What one thread has seen. */
    private static final class Seen implements FrameHandler {
        private final BitSet numbers = new BitSet();
        private final BitSet ports = new BitSet();
        private int twice;
        private final AtomicLong all = new AtomicLong();

        @Override
        public void onFrame(Frame frame) {
            int number = Captured.number(frame);
            if (number >= 0) {
                twice += numbers.get(number) ? 1 : 0;
                numbers.set(number);
                ports.set(Bits.u16(frame.buffer(), frame.offset() + SOURCE_PORT));
            }
            all.incrementAndGet();
        }
    }

    @Test
    void twoThreadsAccountForEveryPacketOfALargeBurst() throws Exception {
        int count = 2_000_000;
        List<Seen> seen = new ArrayList<>();
        CaptureStatistics statistics;
        long lostBefore;
        try (var capture = new FanoutCapture(PacketRing.builder(veth.here()), Fanout.Mode.HASH, 2)) {
            capture.start(() -> {
                seen.add(new Seen());
                return seen.get(seen.size() - 1);
            });
            lostBefore = Burst.send(veth, count, 64);
            statistics = capture.statistics();
            // Read everything that was put into the rings; what else comes meanwhile does not matter.
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (seen.get(0).all.get() + seen.get(1).all.get() < statistics.received()
                    && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
        }
        BitSet union = (BitSet) seen.get(0).numbers.clone();
        union.or(seen.get(1).numbers);
        String counts = union.cardinality() + " read, " + statistics + ", lost on the link " + lostBefore;
        assertEquals(0, seen.get(0).twice + seen.get(1).twice);
        assertEquals(
                union.cardinality(),
                seen.get(0).numbers.cardinality() + seen.get(1).numbers.cardinality());
        // Others than ours cross the cable now and then: neighbour discovery.
        long others = seen.get(0).all.get() + seen.get(1).all.get() - union.cardinality();
        assertTrue(others < 1000, others + " others");
        long missing = count - union.cardinality() - lostBefore;
        assertTrue(missing >= 0 && missing <= statistics.dropped() + 1, counts);
        assertTrue(missing >= statistics.dropped() - others, counts);
        assertTrue(union.cardinality() > count / 100, counts);
        assertTrue(seen.get(0).numbers.cardinality() > 0 && seen.get(1).numbers.cardinality() > 0, counts);
        assertTrue(!seen.get(0).ports.intersects(seen.get(1).ports), "a flow came to both");
    }

    @ParameterizedTest
    @EnumSource(Fanout.Mode.class)
    void everyModeGivesEachFrameToOneRing(Fanout.Mode mode) throws IOException {
        Fanout first = Fanout.newGroup(mode).withDefrag();
        try (PacketRing one = open(first)) {
            Fanout same = Fanout.group(one.fanoutGroup(), mode).withDefrag();
            try (PacketRing two = open(same)) {
                assertEquals(one.fanoutGroup(), two.fanoutGroup());
                long lost = Burst.send(veth, 1000, 16);
                List<Frame> frames = Captured.read(one, 1000, 300);
                frames.addAll(Captured.read(two, 1000, 300));
                assertEquals(1000 - lost, frames.size());
                assertEquals(
                        1000 - lost,
                        frames.stream().map(Captured::number).distinct().count());
            }
        }
    }

    private static PacketRing open(Fanout fanout) throws IOException {
        return PacketRing.builder(veth.here()).blockCount(16).fanout(fanout).open();
    }

    @Test
    void membersThatDisagreeAreRefused() throws IOException {
        try (PacketRing ring = open(Fanout.newGroup(Fanout.Mode.HASH).withRollover())) {
            int group = ring.fanoutGroup();
            for (Fanout other : new Fanout[] {
                Fanout.group(group, Fanout.Mode.HASH),
                Fanout.group(group, Fanout.Mode.LB).withRollover()
            }) {
                IOException e = assertThrows(IOException.class, () -> open(other));
                assertTrue(e.getMessage().contains("the same interface, mode and flags"), e::getMessage);
            }
            open(Fanout.group(group, Fanout.Mode.HASH).withRollover()).close();
        }
        assertThrows(IllegalArgumentException.class, () -> Fanout.group(-2, Fanout.Mode.CPU));
        assertThrows(IllegalArgumentException.class, () -> Fanout.group(1 << 16, Fanout.Mode.CPU));
    }
}
