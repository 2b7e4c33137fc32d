package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.ringwire.bytes.Bits;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameHandler;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.UdpSender;
import dev.ringwire.testing.VethPair;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ring delivers, against what was sent and what tcpdump saw. */
@RingTest
class RingCaptureTest {
    private static final int PORT = 4711;

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

    private static void sendFromHere(int count, int low, int high) throws IOException {
        UdpSender.send(new InetSocketAddress(veth.peerAddress(), PORT), count, low, high, 0);
    }

    private static void sendFromPeer(String to, int count, String sizes) {
        Command.Result result = Command.attempt(
                insidePeer(Command.java(UdpSender.class, to, Integer.toString(PORT), Integer.toString(count), sizes)));
        assertEquals(0, result.exit(), result.output());
    }

    private static List<String> insidePeer(List<String> command) {
        List<String> whole =
                new ArrayList<>(List.of("ip", "netns", "exec", veth.netns().name()));
        whole.addAll(command);
        return whole;
    }

    @Test
    void deliversEveryFrameInOrderWithItsMetadata() throws IOException {
        try (PacketRing ring = PacketRing.open(veth.here())) {
            long before = System.currentTimeMillis();
            sendFromHere(1000, 12, 1400);
            List<Frame> frames = Captured.read(ring, 1000);
            long after = System.currentTimeMillis();

            assertEquals(1000, frames.size());
            long last = 0;
            for (int i = 0; i < frames.size(); i++) {
                Frame frame = frames.get(i);
                assertEquals(i, Captured.number(frame));
                assertEquals(14 + 20 + 8 + 12 + i % 1389, frame.length());
                assertEquals(frame.length(), frame.originalLength());
                assertEquals(Direction.OUTBOUND, frame.direction());
                assertEquals(LinkType.ETHERNET, frame.linkType());
                assertEquals(veth.here(), frame.interfaceName());
                assertEquals(ring.interfaceIndex(), frame.interfaceId());
                assertEquals(0, frame.strippedVlanTag());
                // One thread sent them one after the other.
                assertTrue(frame.timestampNanos() >= last, "time runs backwards at " + i);
                last = frame.timestampNanos();
            }
            assertTrue(frames.get(0).timestampNanos() / 1_000_000 >= before - 1, "first is too early");
            assertTrue(last / 1_000_000 <= after + 1, "last is too late");
        }
    }

    @Test
    void tellsInboundFromOutbound() throws IOException {
        try (PacketRing ring = PacketRing.open(veth.here())) {
            sendFromPeer(veth.address(), 10, "20");
            sendFromPeer("[" + veth.address6() + "]", 10, "20");
            sendFromHere(10, 20, 20);
            List<Frame> frames = Captured.read(ring, 30);
            assertEquals(30, frames.size());
            for (int i = 0; i < 30; i++) {
                assertEquals(
                        i < 20 ? Direction.INBOUND : Direction.OUTBOUND,
                        frames.get(i).direction());
                assertEquals(
                        i / 10 == 1 ? 0x86dd : 0x0800, Bits.u16(frames.get(i).buffer(), 12));
            }
        }
    }

    @Test
    void putsStrippedVlanTagsBackExactlyAsTcpdumpDoes(@TempDir Path directory) throws Exception {
        String program = System.getProperty("ringwire.test.sendFrames");
        assumeTrue(program != null, "the build names no program that sends raw frames");
        // What a peer's VLAN device would send; the kernel strips the outermost tag where it arrives.
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        int[][] tags = {{0x8100_0007}, {0x88a8_2009}, {0x88a8_0009, 0x8100_0005}, {}, {0x8100_0000}};
        for (int kind = 0; kind < tags.length; kind++) {
            for (int i = 0; i < 50; i++) {
                byte[] frame = taggedFrame(tags[kind], i, 12 + 23 * i);
                sent.write(frame.length >>> 8);
                sent.write(frame.length);
                sent.write(frame);
            }
        }
        Path frameFile = Files.write(directory.resolve("frames"), sent.toByteArray());

        Path file = directory.resolve("tcpdump.out");
        Process tcpdump = Command.start(List.of(
                "tcpdump",
                "-Z",
                "root",
                "-i",
                veth.here(),
                "--immediate-mode",
                "-U",
                "-s",
                "0",
                "-w",
                file.toString(),
                "udp" + " or vlan"));
        List<Frame> frames;
        try (PacketRing ring = PacketRing.open(veth.here());
                var said =
                        new BufferedReader(new InputStreamReader(tcpdump.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            while (line != null && !line.contains("listening on")) {
                line = said.readLine();
            }
            veth.netns().run(program, veth.peer(), frameFile.toString());
            frames = Captured.read(ring, 250);
            // It writes each packet at once, but sees it later than the ring does.
            Thread.sleep(300);
        } finally {
            tcpdump.destroy();
            assertTrue(tcpdump.waitFor(10, TimeUnit.SECONDS));
        }

        assertEquals(250, frames.size());
        List<byte[]> theirs = markedFramesOf(file);
        assertEquals(250, theirs.size());
        for (int i = 0; i < 250; i++) {
            assertArrayEquals(theirs.get(i), frames.get(i).bytes(), "frame " + i);
            assertEquals(frames.get(i).length(), frames.get(i).originalLength());
        }
        assertEquals(0x8100_0007, frames.get(0).strippedVlanTag());
        assertEquals(0x8100_0007, Bits.i32(frames.get(0).buffer(), 12));
        assertEquals(0x88a8_2009, frames.get(50).strippedVlanTag());
        assertEquals(0x88a8_0009, frames.get(100).strippedVlanTag());
        assertEquals(0x8100_0005, Bits.i32(frames.get(100).buffer(), 16));
        assertEquals(0, frames.get(150).strippedVlanTag());
        assertEquals(0x8100_0000, frames.get(200).strippedVlanTag());
    }

    private static byte[] taggedFrame(int[] tags, int number, int payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 4 * tags.length + 20 + 8 + payload);
        frame.putInt(0x0200_0000).putShort((short) 0x0099).putInt(0x0200_0000).putShort((short) 0x0001);
        for (int tag : tags) {
            frame.putInt(tag);
        }
        frame.putShort((short) 0x0800);
        frame.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (20 + 8 + payload))
                .putInt(0);
        frame.put((byte) 64)
                .put((byte) 17)
                .putShort((short) 0)
                .putInt(0xc612_0001)
                .putInt(0xc612_0002);
        frame.putShort((short) 1)
                .putShort((short) PORT)
                .putShort((short) (8 + payload))
                .putShort((short) 0);
        frame.put(UdpSender.MARK.getBytes(StandardCharsets.US_ASCII)).putInt(number);
        return frame.array();
    }

    /** Our datagrams in a classic pcap file of this machine's byte order. */
    private static List<byte[]> markedFramesOf(Path pcap) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(pcap)).order(ByteOrder.nativeOrder());
        assertEquals(0xa1b2c3d4, file.getInt(0));
        List<byte[]> frames = new ArrayList<>();
        for (int at = 24; at < file.limit(); at += 16 + file.getInt(at + 8)) {
            byte[] frame = new byte[file.getInt(at + 8)];
            file.get(at + 16, frame);
            if (Captured.number(ByteBuffer.wrap(frame), 0, frame.length) >= 0) {
                frames.add(frame);
            }
        }
        return frames;
    }

    @Test
    void setsPromiscuousModeOnlyWhileOpenAndOnlyIfAsked() throws IOException {
        assertFalse(isPromiscuous());
        PacketRing modest = PacketRing.builder(veth.here()).promiscuous(false).open();
        assertFalse(isPromiscuous());
        PacketRing curious = PacketRing.open(veth.here());
        assertTrue(isPromiscuous());
        curious.close();
        assertFalse(isPromiscuous());
        modest.close();
    }

    private static boolean isPromiscuous() {
        return Command.run("ip", "-d", "link", "show", veth.here()).contains("promiscuity 1");
    }

    @Test
    void seesLoopbackFramesOnce() throws IOException {
        try (PacketRing ring = PacketRing.open("lo")) {
            UdpSender.send(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 100, 16, 16, 0);
            List<Frame> frames = Captured.read(ring, 100);
            for (int i = 0; i < 100; i++) {
                assertEquals(i, Captured.number(frames.get(i)));
            }
            assertEquals(Direction.INBOUND, frames.get(0).direction());
            assertFalse(ring.next(0) && Captured.number(ring.frame()) >= 0, "a frame came twice");
        }
    }

    @Test
    void accountsForEveryFrameOfABurst() throws Exception {
        int count = 100_000;
        try (PacketRing ring = PacketRing.open(veth.here())) {
            Process sender = Command.start(insidePeer(Command.java(
                    UdpSender.class, veth.address(), Integer.toString(PORT), Integer.toString(count), "12")));
            int seen = 0;
            int expected = 0;
            int gaps = 0;
            // The JVM inside takes its time to start.
            while (seen < count && ring.next(TimeUnit.SECONDS.toNanos(seen == 0 ? 20 : 2))) {
                int number = Captured.number(ring.frame());
                if (number >= 0) {
                    seen++;
                    gaps += number - expected;
                    expected = number + 1;
                }
            }
            assertTrue(sender.waitFor(20, TimeUnit.SECONDS));
            CaptureStatistics statistics = ring.statistics();
            assertEquals(0, sender.exitValue());
            assertEquals(count, seen + gaps + (count - expected));
            // A single drop with room to spare has been seen from this kernel.
            assertTrue(statistics.dropped() <= 1, statistics::toString);
            assertTrue(count - seen <= statistics.dropped(), seen + " seen, " + statistics);
            assertTrue(statistics.received() >= seen, statistics::toString);
        }
    }

    @Test
    void countsWhatItDropsWhenNobodyReads() throws IOException {
        PacketRing ring = PacketRing.builder(veth.here())
                .blockSize(1 << 16)
                .blockCount(4)
                .blockTimeout(Duration.ofMillis(1))
                .open();
        try {
            sendFromHere(5000, 1000, 1000);
            CaptureStatistics first = ring.statistics();
            assertTrue(first.dropped() > 3000, first::toString);
            assertTrue(first.freezes() >= 1, first::toString);
            assertTrue(first.received() + first.dropped() >= 5000, first::toString);
            sendFromHere(100, 1000, 1000);
            CaptureStatistics second = ring.statistics();
            assertTrue(second.received() + second.dropped() >= 5100, second::toString);
        } finally {
            ring.close();
        }
        assertTrue(ring.statistics().dropped() > 3000);
    }

    @Test
    void goesOnAfterTheRingWentRoundManyTimes() throws IOException {
        try (PacketRing ring = PacketRing.builder(veth.here())
                .blockSize(1 << 16)
                .blockCount(16)
                .blockTimeout(Duration.ofMillis(5))
                .open()) {
            for (int round = 0; round < 60; round++) {
                sendFromHere(40, 1000, 1000);
                List<Frame> frames = Captured.read(ring, 40);
                assertEquals(40, frames.size());
                assertEquals(39, Captured.number(frames.get(39)));
            }
            assertEquals(0, ring.statistics().dropped());
        }
    }

    @Test
    void cutsFramesLongerThanABlockAndSaysSo() throws IOException {
        try (PacketRing ring =
                PacketRing.builder("lo").blockSize(4096).blockCount(64).open()) {
            UdpSender.send(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 1, 9000, 9000, 0);
            Frame frame = Captured.read(ring, 1).get(0);
            assertEquals(14 + 20 + 8 + 9000, frame.originalLength());
            assertTrue(frame.length() < 4096 && frame.length() > 3500, frame::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allocatesNothingPerFrame(boolean byHandler) throws Exception {
        int count = 1_000_000;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sum = new long[1];
        FrameHandler handler = frame -> sum[0] += use((RingFrame) frame);
        try (PacketRing ring = PacketRing.builder(veth.here()).open()) {
            Process sender = Burst.start(veth, 100_000_000, 16);
            try {
                // What is compiled and linked at the first time allocates.
                assertEquals(50_000, take(ring, 50_000, byHandler ? handler : null, sum));
                long before = threads.getCurrentThreadAllocatedBytes();
                long seen = take(ring, count, byHandler ? handler : null, sum);
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertEquals(count, seen);
                assertTrue(sum[0] != 0 && allocated < 10_000, allocated + " bytes for " + seen + " frames");
            } finally {
                sender.destroy();
                sender.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private static long take(PacketRing ring, int count, FrameHandler handler, long[] sum) throws IOException {
        long wait = TimeUnit.SECONDS.toNanos(5);
        int seen = 0;
        if (handler == null) {
            while (seen < count && ring.next(wait)) {
                sum[0] += use(ring.frame());
                seen++;
            }
            return seen;
        }
        for (int n = 1; n > 0 && seen < count; seen += n) {
            n = ring.drain(handler, count - seen, wait);
        }
        return seen;
    }

    private static long use(RingFrame frame) {
        return frame.timestampNanos()
                + frame.originalLength()
                + frame.interfaceId()
                + frame.strippedVlanTag()
                + frame.direction().ordinal()
                + frame.clock().ordinal()
                + frame.checksumStatus().ordinal()
                + Bits.u16(frame.buffer(), frame.offset() + 12)
                + frame.length();
    }

    @Test
    void findsOutThatABlockIsDamaged() throws IOException {
        try (PacketRing ring = PacketRing.open("lo")) {
            UdpSender.send(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 20, 18, 18, 0);
            assertTrue(ring.next(TimeUnit.SECONDS.toNanos(2)));
            // Over whatever header follows: an offset, a length and an address far outside the block.
            ByteBuffer block = ring.frame().buffer();
            for (int at = ring.frame().offset() + ring.frame().length(); at < 8192; at++) {
                block.put(at, (byte) 0xff);
            }
            IOException e = assertThrows(IOException.class, () -> {
                while (ring.next(TimeUnit.SECONDS.toNanos(1))) {
                    assertTrue(ring.frame().length() >= 0);
                }
            });
            assertTrue(e.getMessage().contains("is damaged"), e::toString);
            UdpSender.send(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 5, 18, 18, 0);
            assertEquals(5, Captured.read(ring, 5).size());
        }
    }
}
