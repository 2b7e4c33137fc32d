package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bpf.BpfProgram;
import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.UdpSender;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the settings of a ring do to real traffic. */
@RingTest
@Timeout(60)
class RingOptionsTest {
    /** {@code tcpdump -ddd udp port 4711}'s shape, for Ethernet and IPv4 without options: keeps 262144 bytes. */
    private static final BpfProgram TO_4711 = BpfProgram.parse("""
            8
            40 0 0 12
            21 0 5 2048
            48 0 0 23
            21 0 3 17
            40 0 0 36
            21 0 1 4711
            6 0 0 262144
            6 0 0 0
            """);

    private static final BpfProgram LENGTH_OF_IT = BpfProgram.parse("2\n128 0 0 0\n22 0 0 0\n");

    private static VethPair veth;

    @BeforeAll
    static void connect() {
        veth = VethPair.create();
    }

    @AfterAll
    static void disconnect() {
        if (veth != null) {
            veth.close();
        }
    }

    private static void send(int port, int count, int payload) throws IOException {
        UdpSender.send(new InetSocketAddress(veth.peerAddress(), port), count, payload, payload, 0);
    }

    @Test
    void aFilterLetsNothingElseInFromTheFirstFrameOn() throws Exception {
        var sender = Burst.start(veth, 3_000_000, 4);
        try {
            for (int round = 0; round < 20; round++) {
                try (PacketRing ring = small().filter(TO_4711).open()) {
                    send(4712, 20, 20);
                    send(4711, 20, 20);
                    List<Frame> frames = readAll(ring, 60);
                    assertEquals(
                            20,
                            frames.stream()
                                    .filter(f -> Bits.u16(f.buffer(), 36) == 4711)
                                    .count());
                    assertEquals(20, frames.size());
                    assertEquals(20, ring.statistics().received());
                }
            }
        } finally {
            sender.destroy();
            sender.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static PacketRing.Builder small() {
        return PacketRing.builder(veth.here()).lowLatency().blockCount(64);
    }

    /** Copies everything until nothing came for so long. */
    private static List<Frame> readAll(PacketRing ring, int quietMillis) throws IOException {
        var frames = new java.util.ArrayList<Frame>();
        while (ring.next(TimeUnit.MILLISECONDS.toNanos(quietMillis))) {
            frames.add(ring.frame().copy());
        }
        return frames;
    }

    @Test
    void snaplenCutsWithAndWithoutAFilter() throws IOException {
        for (BpfProgram filter : new BpfProgram[] {null, TO_4711, LENGTH_OF_IT}) {
            PacketRing.Builder builder = small().snaplen(60);
            if (filter != null) {
                builder.filter(filter);
            }
            try (PacketRing ring = builder.open()) {
                send(4711, 10, 1000);
                send(4711, 10, 13);
                List<Frame> frames = Captured.read(ring, 20);
                assertEquals(20, frames.size());
                assertEquals(60, frames.get(0).length());
                assertEquals(14 + 20 + 8 + 1000, frames.get(0).originalLength());
                assertEquals(14 + 20 + 8 + 13, frames.get(19).length());
                assertEquals(14 + 20 + 8 + 13, frames.get(19).originalLength());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> small().snaplen(0));
    }

    @Test
    void ignoresWhatThisHostSends() throws IOException {
        try (PacketRing ring = small().ignoreOutgoing(true).open()) {
            send(4711, 10, 20);
            Burst.send(veth, 10, 1);
            List<Frame> frames = readAll(ring, 100);
            assertTrue(frames.stream().allMatch(f -> f.direction() == Direction.INBOUND));
            assertEquals(
                    10, frames.stream().filter(f -> Captured.number(f) >= 0).count());
        }
    }

    @Test
    void theHashOfAFlowIsThatOfTheFlow() throws IOException {
        try (PacketRing ring = small().rxHash(true).open()) {
            Burst.send(veth, 64, 2);
            Set<Integer> even = new HashSet<>();
            Set<Integer> odd = new HashSet<>();
            for (int i = 0; i < 64 && ring.next(TimeUnit.SECONDS.toNanos(1)); ) {
                int number = Captured.number(ring.frame());
                if (number >= 0) {
                    (number % 2 == 0 ? even : odd).add(ring.frame().rxHash());
                    i++;
                }
            }
            assertEquals(1, even.size());
            assertEquals(1, odd.size());
            assertNotEquals(even, odd);
        }
    }

    @Test
    void tellsUnfinishedChecksumsAndTheClock() throws IOException {
        try (PacketRing ring = small().open()) {
            send(4711, 1, 20);
            Burst.send(veth, 1, 1);
            int both = 0;
            while (both < 2 && ring.next(TimeUnit.SECONDS.toNanos(2))) {
                RingFrame frame = ring.frame();
                if (Captured.number(frame) < 0) {
                    continue;
                }
                both++;
                // veth takes checksums off our hands and never computes them; the sender inside left its at zero.
                assertEquals(
                        frame.direction() == Direction.OUTBOUND ? ChecksumStatus.UNFINISHED : ChecksumStatus.UNKNOWN,
                        frame.checksumStatus());
                assertNotEquals(FrameClock.HARDWARE, frame.clock());
                long age = System.currentTimeMillis() - frame.timestampNanos() / 1_000_000;
                assertTrue(age >= -1 && age < 10_000, "age of " + age + " ms");
            }
            assertEquals(2, both);
        }
        assertEquals(ChecksumStatus.VALID, ChecksumStatus.of(0x81));
        assertEquals(FrameClock.HARDWARE, FrameClock.of(0x8000_0001));
        assertEquals(FrameClock.SOFTWARE, FrameClock.of(0x2000_0001));
        assertEquals(FrameClock.RING, FrameClock.of(1));
    }

    @Test
    void saysThatThereIsNoHardwareClock() {
        IOException e = assertThrows(
                IOException.class,
                () -> small().timestamps(TimestampSource.HARDWARE).open());
        assertTrue(e.getMessage().contains("no hardware timestamps on " + veth.here()), e::getMessage);
    }

    @Test
    void busyPollingCaptures() throws IOException {
        try (PacketRing ring = small().busyPoll(Duration.ofNanos(50_000)).open()) {
            send(4711, 10, 20);
            assertEquals(10, Captured.read(ring, 10).size());
        }
        assertThrows(IllegalArgumentException.class, () -> small().busyPoll(Duration.ofSeconds(2)));
        assertThrows(IllegalArgumentException.class, () -> small().busyPoll(Duration.ofSeconds(-1)));
    }

    @Test
    void drainsInBatchesAndSaysWhatIsReady() throws IOException {
        try (PacketRing ring =
                PacketRing.builder(veth.here()).ignoreOutgoing(true).open()) {
            long lost = Burst.send(veth, 5000, 1);
            assertEquals(7, ring.drain(frame -> {}, 7, TimeUnit.SECONDS.toNanos(2)));
            int ready = ring.ready();
            assertTrue(ready > 0, "nothing ready");
            assertEquals(ready, ring.drain(frame -> {}, ready, 0));
            assertEquals(0, ring.ready());
            int rest = 0;
            for (int n = 1; n > 0; rest += n) {
                n = ring.drain(frame -> {}, 1000, TimeUnit.MILLISECONDS.toNanos(100));
                assertTrue(n <= 1000);
            }
            assertTrue(7 + ready + rest >= 5000 - lost, 7 + ready + rest + " of " + (5000 - lost));
            assertEquals(7 + ready + rest, ring.position());
            assertThrows(IllegalStateException.class, () -> ring.frame().buffer());
        }
    }

    @Test
    void aWakeUpEndsTheNextWaitAndNoOther() throws Exception {
        try (PacketRing ring = small().filter(BpfProgram.of(6L << 48)).open()) {
            ring.wake();
            ring.wake();
            assertFalse(ring.next(0));
            long start = System.nanoTime();
            assertFalse(ring.next(TimeUnit.SECONDS.toNanos(20)));
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10), "it was not woken");
            start = System.nanoTime();
            assertFalse(ring.next(TimeUnit.MILLISECONDS.toNanos(250)));
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(250), "it was woken twice");

            Thread waker = new Thread(() -> {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    return;
                }
                ring.wake();
            });
            waker.start();
            assertFalse(ring.next(TimeUnit.SECONDS.toNanos(20)));
            waker.join();
            assertFalse(ring.ended());
        }
    }

    @Test
    void waitsUntilTheInterfaceIsBackIfAsked() throws Exception {
        try (VethPair other = VethPair.create();
                PacketRing ring = PacketRing.builder(other.here())
                        .lowLatency()
                        .blockCount(64)
                        .whenDown(WhenDown.WAIT)
                        .open()) {
            int index = ring.interfaceIndex();
            Command.run("ip", "link", "set", other.here(), "down");
            readAll(ring, 300);
            Command.run("ip", "link", "set", other.here(), "up");
            // The link is ready some time after.
            readAll(ring, 300);
            Burst.send(other, 10, 1);
            assertEquals(10, Captured.read(ring, 10).size());

            Command.run("ip", "link", "del", other.here());
            readAll(ring, 300);
            assertFalse(ring.ended());
            other.connectAgain();
            readAll(ring, 300);
            Burst.send(other, 10, 1);
            List<Frame> frames = Captured.read(ring, 10);
            assertEquals(10, frames.size());
            assertNotEquals(index, ring.interfaceIndex());
            assertEquals(ring.interfaceIndex(), frames.get(0).interfaceId());
        }
    }

    @Test
    void aFanoutMemberDoesNotWaitForAnotherInterface() throws Exception {
        try (VethPair other = VethPair.create();
                PacketRing ring = PacketRing.builder(other.here())
                        .lowLatency()
                        .blockCount(64)
                        .fanout(Fanout.newGroup(Fanout.Mode.HASH))
                        .whenDown(WhenDown.WAIT)
                        .open()) {
            Command.run("ip", "link", "set", other.here(), "down");
            readAll(ring, 300);
            Command.run("ip", "link", "set", other.here(), "up");
            // The link is ready some time after.
            readAll(ring, 300);
            Burst.send(other, 10, 1);
            assertEquals(10, Captured.read(ring, 10).size());

            Command.run("ip", "link", "del", other.here());
            String said =
                    assertThrows(IOException.class, () -> readAll(ring, 1000)).getMessage();
            assertTrue(said.contains("is gone") && said.contains("fanout"), said);
            assertTrue(ring.ended());
            assertFalse(ring.next(TimeUnit.SECONDS.toNanos(20)));
        }
    }
}
