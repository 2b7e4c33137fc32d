package dev.ringwire.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.FaultStatistics;
import dev.ringwire.device.Faults;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkSimTest {
    private static final long MILLI = 1_000_000;

    private final LinkSim sim = new LinkSim(1);
    private final SimDevice a = sim.device("a", LinkType.RAW);
    private final SimDevice b = sim.device("b", LinkType.RAW);

    private static ByteBuffer numbered(int n, int length) {
        return ByteBuffer.allocate(length).putInt(0, n);
    }

    private static void send(SimDevice from, int n, int length) {
        try {
            from.send(numbered(n, length), 0, length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The numbers that have come, each with its time in microseconds. */
    private static List<String> read(SimDevice device) {
        List<String> read = new ArrayList<>();
        while (device.next(0)) {
            read.add(device.frame().buffer().getInt(device.frame().offset()) + "@"
                    + device.frame().timestampNanos() / 1000);
        }
        return read;
    }

    @Test
    void aFrameTakesItsTimeToLeaveAndToArrive() {
        // 1000 bytes at 8 Mbit/s leave within a millisecond.
        sim.connect(a, b, Wire.PERFECT.withRate(8_000_000).withDelay(Duration.ofMillis(5)));
        send(a, 1, 1000);
        send(a, 2, 500);
        sim.after(Duration.ofMillis(20), () -> send(a, 3, 1000));
        sim.run(Duration.ofNanos(6 * MILLI - 1));
        assertEquals(List.of(), read(b));
        sim.run(Duration.ofNanos(1));
        assertEquals(List.of("1@6000"), read(b));
        sim.run(Duration.ofHours(1));
        assertEquals(List.of("2@6500", "3@26000"), read(b));
        assertEquals(Duration.ofHours(1).toNanos() + 6 * MILLI, sim.now());
    }

    @Test
    void theQueueIsBoundedAndCounts() {
        sim.connect(a, b, Wire.PERFECT.withRate(8_000_000).withQueue(20));
        for (int i = 0; i < 30; i++) {
            send(a, i, 1000);
        }
        // One has left by then.
        sim.run(Duration.ofMillis(1));
        send(a, 30, 1000);
        send(a, 31, 1000);
        sim.run(Duration.ofSeconds(1));
        List<String> came = read(b);
        assertEquals(21, came.size());
        assertEquals("30@21000", came.get(20));
        assertEquals(new FaultStatistics(32, 0, 0, 0, 0, 0, 11), a.outgoing());
        assertEquals(a.outgoing(), b.incoming());
    }

    @Test
    void directionsAndTimesMayDiffer() {
        sim.connect(a, b, Wire.PERFECT.withDelay(Duration.ofMillis(1)));
        b.outgoing(Wire.PERFECT.withDelay(Duration.ofMillis(3)));
        b.onFrame(frame -> b.send(frame.buffer(), frame.offset(), frame.length()));
        send(a, 1, 60);
        sim.run(Duration.ofSeconds(1));
        assertEquals(List.of("1@4000"), read(a));
        a.incoming(Wire.PERFECT.withLoss(1));
        send(a, 2, 60);
        sim.run(Duration.ofSeconds(1));
        assertEquals(List.of(), read(a));
        assertEquals(1, b.outgoing().lost());
    }

    @Test
    void heldBackFramesComeBehindOneToThreeOthers() {
        sim.connect(a, b, Wire.PERFECT.withDelay(Duration.ofMillis(1)));
        a.outgoing(Wire.PERFECT.withFaults(Faults.NONE.withReordering(1)));
        send(a, 0, 60);
        a.outgoing(Wire.PERFECT);
        for (int i = 1; i < 6; i++) {
            send(a, i, 60);
        }
        sim.run(Duration.ofMillis(5));
        List<String> came = read(b);
        int at = came.indexOf("0@0");
        assertTrue(at >= 1 && at <= 3, came::toString);
        assertEquals(6, came.size());
        // Nobody passes this one.
        a.outgoing(Wire.PERFECT.withFaults(Faults.NONE.withReordering(1)));
        send(a, 6, 60);
        sim.run(Duration.ofSeconds(1));
        assertEquals(List.of("6@15000"), read(b));
        assertEquals(2, a.outgoing().reordered());
    }

    @Test
    void faultsHappenAsOftenAsTold() {
        sim.connect(
                a,
                b,
                Wire.PERFECT.withFaults(Faults.NONE
                        .withLoss(0.1)
                        .withDuplication(0.05)
                        .withReordering(0.02)
                        .withCorruption(0.3)
                        .withTruncation(0.01)
                        .withDelay(Duration.ofMillis(1), Duration.ofMillis(1))));
        int[] came = new int[1];
        int[] changed = new int[1];
        b.onFrame(frame -> {
            came[0]++;
            int sum = 0;
            for (int i = 4; i < frame.length(); i++) {
                sum += frame.get(i);
            }
            changed[0] += sum != 0 || frame.length() != 60 ? 1 : 0;
        });
        for (int i = 0; i < 20_000; i++) {
            send(a, i, 60);
            sim.run(Duration.ofNanos(10_000));
        }
        sim.run(Duration.ofSeconds(1));
        FaultStatistics did = a.outgoing();
        assertEquals(20_000, did.seen());
        assertEquals(came[0], did.seen() - did.lost() + did.duplicated());
        assertNear(2_000, did.lost(), 200);
        assertNear(900, did.duplicated(), 150);
        assertNear(360, did.reordered(), 100);
        assertNear(5_400, did.corrupted(), 300);
        assertNear(180, did.truncated(), 80);
        // A flipped bit of the number or one cut away is not looked for.
        assertTrue(changed[0] > 4_500, () -> changed[0] + " of " + did);
    }

    private static void assertNear(long wanted, long is, long tolerance) {
        assertTrue(Math.abs(is - wanted) <= tolerance, () -> is + " is not near " + wanted);
    }

    @Test
    void aSwitchLearnsAndFloods() throws IOException {
        SimDevice[] hosts = new SimDevice[4];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = sim.device("host" + i, LinkType.ETHERNET);
        }
        sim.connect(Wire.PERFECT.withDelay(Duration.ofMillis(1)), hosts);
        // Unknown, then known; broadcast.
        ethernet(hosts[0], hosts[2].hardwareAddress().orElseThrow().bits());
        sim.run(Duration.ofMillis(10));
        assertArrayEquals(new long[] {0, 1, 1, 1}, received(hosts));
        ethernet(hosts[2], hosts[0].hardwareAddress().orElseThrow().bits());
        ethernet(hosts[3], 0xffff_ffff_ffffL);
        sim.run(Duration.ofMillis(2));
        assertArrayEquals(new long[] {2, 2, 2, 1}, received(hosts));
        assertEquals(12 * MILLI, sim.now());
    }

    private static void ethernet(SimDevice from, long to) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(60);
        Bits.put16(frame, 0, (int) (to >>> 32));
        Bits.put32(frame, 2, to);
        long address = from.hardwareAddress().orElseThrow().bits();
        Bits.put16(frame, 6, (int) (address >>> 32));
        Bits.put32(frame, 8, address);
        from.send(frame, 0, 60);
    }

    private static long[] received(SimDevice[] devices) {
        long[] received = new long[devices.length];
        for (int i = 0; i < devices.length; i++) {
            received[i] = devices[i].statistics().received();
        }
        return received;
    }

    @Test
    void oneSeedIsOneRun() {
        assertEquals(runHash(7), runHash(7));
        assertNotEquals(runHash(7), runHash(8));
    }

    /** What is sent depends on what has come, so one difference leads to others. */
    private static String runHash(long seed) {
        LinkSim sim = new LinkSim(seed);
        SimDevice left = sim.device("left", LinkType.RAW);
        SimDevice right = sim.device("right", LinkType.RAW);
        sim.connect(
                left,
                right,
                Wire.PERFECT
                        .withRate(1_000_000)
                        .withQueue(10)
                        .withFaults(new Faults(0.05, 0.05, 0.05, 0.05, 0.01, MILLI, MILLI)));
        MessageDigest digest = sha256();
        sim.tap(frame -> {
            digest.update((frame.interfaceName() + frame.direction() + frame.timestampNanos())
                    .getBytes(StandardCharsets.UTF_8));
            digest.update(frame.bytes());
        });
        for (SimDevice device : List.of(left, right)) {
            device.onFrame(frame -> {
                ByteBuffer copy =
                        ByteBuffer.allocate(64).put(0, frame.buffer(), frame.offset(), Math.min(frame.length(), 60));
                int length = 30 + (copy.getInt(0) & 31);
                device.send(copy.putInt(0, copy.getInt(0) * 1_664_525 + 1_013_904_223), 0, length);
            });
        }
        for (int i = 0; i < 100; i++) {
            int n = i;
            sim.after(Duration.ofMillis(10L * i), () -> send(n % 2 == 0 ? left : right, n, 60));
        }
        sim.run(Duration.ofSeconds(5));
        assertTrue(left.outgoing().seen() > 500, left.outgoing()::toString);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTapWritesWhatACaptureWouldSee(@TempDir Path folder) throws IOException {
        sim.connect(a, b, Wire.PERFECT.withDelay(Duration.ofSeconds(2)));
        Path file = folder.resolve("both.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            sim.tap(writer::write);
            send(a, 5, 60);
            sim.run(Duration.ofSeconds(3));
        }
        try (CaptureReader reader = CaptureReader.open(file)) {
            assertTrue(reader.next());
            assertEquals(Direction.OUTBOUND, reader.frame().direction());
            assertEquals("a", reader.frame().interfaceName());
            assertTrue(reader.next());
            assertEquals(Direction.INBOUND, reader.frame().direction());
            assertEquals("b", reader.frame().interfaceName());
            assertEquals(2_000 * MILLI, reader.frame().timestampNanos());
            assertArrayEquals(numbered(5, 60).array(), reader.frame().bytes());
            assertFalse(reader.next());
        }
    }

    @Test
    void whoWaitsWaitsInSimulatedTime() throws IOException {
        sim.connect(a, b, Wire.PERFECT.withDelay(Duration.ofHours(1)));
        assertFalse(b.next(MILLI));
        assertEquals(MILLI, sim.now());
        send(a, 1, 60);
        assertTrue(b.next());
        assertEquals(MILLI + Duration.ofHours(1).toNanos(), sim.now());
        assertThrows(IllegalStateException.class, b::next);
        b.onFrame(frame -> a.next(1));
        send(a, 2, 60);
        assertThrows(IllegalStateException.class, () -> sim.run(Duration.ofHours(3)));
        b.close();
        send(a, 3, 60);
        sim.run(Duration.ofHours(3));
        assertEquals(1, b.statistics().dropped());
        assertThrows(IOException.class, () -> b.send(numbered(1, 60), 0, 60));
    }

    @Test
    void aMomentThatDoesNotEndIsToldOf() {
        sim.connect(a, b, Wire.PERFECT);
        for (SimDevice device : List.of(a, b)) {
            device.onFrame(frame -> device.send(frame.buffer(), frame.offset(), frame.length()));
        }
        send(a, 1, 60);
        var e = assertThrows(IllegalStateException.class, () -> sim.run(Duration.ofSeconds(1)));
        assertTrue(e.getMessage().contains("does not get past 0 ns"), e::getMessage);
    }

    @Test
    void misuseIsToldOf() {
        SimDevice ethernet = sim.device("e", LinkType.ETHERNET);
        assertThrows(IllegalArgumentException.class, () -> sim.connect(a, ethernet, Wire.PERFECT));
        assertThrows(IllegalStateException.class, () -> a.send(numbered(0, 60), 0, 60));
        sim.connect(a, b, Wire.PERFECT);
        assertThrows(IllegalStateException.class, () -> sim.connect(Wire.PERFECT, a, sim.device("c", LinkType.RAW)));
        assertThrows(IOException.class, () -> a.send(numbered(0, 1501), 0, 1501));
        assertThrows(IOException.class, () -> ethernet.send(numbered(0, 13), 0, 13));
        assertThrows(IllegalArgumentException.class, () -> Wire.PERFECT.withQueue(0));
        assertThrows(IllegalArgumentException.class, () -> Wire.PERFECT.withRate(-1));
        assertThrows(IllegalArgumentException.class, () -> sim.device("d", LinkType.RAW, 0));
    }

    @Test
    void nothingIsAllocatedPerFrame() {
        sim.connect(
                a,
                b,
                Wire.PERFECT
                        .withRate(1_000_000_000)
                        .withFaults(new Faults(0.01, 0.01, 0.01, 0.01, 0.01, MILLI, MILLI)));
        for (SimDevice device : List.of(a, b)) {
            device.onFrame(frame -> device.send(frame.buffer(), frame.offset(), frame.length()));
        }
        Runnable seconds = () -> {
            for (int i = 0; i < 100; i++) {
                send(a, i, 100);
            }
            sim.run(Duration.ofSeconds(2));
        };
        seconds.run();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long seen = a.outgoing().seen() + b.outgoing().seen();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        seconds.run();
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        long frames = a.outgoing().seen() + b.outgoing().seen() - seen;
        assertTrue(frames > 10_000, () -> frames + " frames");
        assertTrue(allocated < frames, () -> allocated + " bytes for " + frames + " frames");
    }
}
