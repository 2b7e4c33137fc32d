package dev.ringwire.device.libpcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bpf.Bpf;
import dev.ringwire.bpf.BpfMatcher;
import dev.ringwire.bpf.BpfProgram;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.RootOnly;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** libpcap over a veth pair of the test's own. */
@RootOnly
@Tag("ring")
@Timeout(60)
class PcapDeviceTest {
    private static final int ETHERTYPE = 0x88b5; // for local experiments

    @BeforeEach
    void needsLibpcap() {
        Assumptions.assumeTrue(Bpf.status().available(), Bpf.status().text());
    }

    /** A frame with tags before its ethertype and a number behind it. */
    private static byte[] frame(int number, int... tags) {
        ByteBuffer b = ByteBuffer.allocate(64);
        b.put(HexFormat.of().parseHex("ffffffffffff020000000001"));
        for (int tag : tags) {
            b.putInt(tag);
        }
        b.putShort((short) ETHERTYPE).putInt(number);
        return b.array();
    }

    /** The frames of ours until the last number came, or none for two seconds. */
    private static List<Frame> read(FrameSource source, int last) throws IOException {
        return read(source, last, 2000);
    }

    private static List<Frame> read(FrameSource source, int last, int quietMillis) throws IOException {
        List<Frame> frames = new ArrayList<>();
        while (source.next(TimeUnit.MILLISECONDS.toNanos(quietMillis))) {
            int number = number(source.frame());
            if (number >= 0) {
                frames.add(source.frame().copy());
            }
            if (number == last) {
                break;
            }
        }
        return frames;
    }

    private static int number(Frame frame) {
        int at = 12;
        while (at < 24 && (Short.toUnsignedInt(u16(frame, at)) == 0x8100 || u16(frame, at) == (short) 0x88a8)) {
            at += 4;
        }
        return u16(frame, at) == (short) ETHERTYPE
                ? frame.slice().order(ByteOrder.BIG_ENDIAN).getInt(at + 2)
                : -1;
    }

    private static short u16(Frame frame, int at) {
        return frame.slice().order(ByteOrder.BIG_ENDIAN).getShort(at);
    }

    private static List<Integer> numbers(List<Frame> frames) {
        return frames.stream().map(PcapDeviceTest::number).toList();
    }

    @Test
    void listsInterfaces() throws IOException {
        List<InterfaceInfo> all = PcapInterfaces.list();
        InterfaceInfo lo =
                all.stream().filter(i -> i.name().equals("lo")).findFirst().orElseThrow();
        assertTrue(lo.up() && lo.loopback() && lo.mtu() > 0 && lo.index() > 0, lo::toString);
        assertTrue(lo.addresses().toString().contains("127.0.0.1/8"), lo::toString);
        assertTrue(all.stream().anyMatch(i -> i.name().equals("any")), all::toString);
    }

    @Test
    void sendsAndReceives() throws IOException {
        try (VethPair veth = VethPair.create();
                // A packet socket does not see what it sent itself.
                PcapDevice sender = PcapDevice.open(veth.here());
                // In immediate mode the usual buffer holds 32 frames.
                PcapDevice device = PcapDevice.open(veth.here());
                PcapDevice any = PcapDevice.open("any")) {
            assertEquals(LinkType.ETHERNET, device.linkType());
            assertEquals(1500, device.mtu());
            assertTrue(device.hardwareAddress().isPresent());
            assertEquals(LinkType.LINUX_SLL, any.linkType());
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = frame(i);
                sender.send(ByteBuffer.wrap(bytes), 0, bytes.length);
                if (i % 100 == 99) {
                    sender.flush();
                    // What was sent comes by, too.
                    List<Frame> back = read(device, i);
                    assertEquals(100, back.size());
                    assertEquals(i - 99, number(back.get(0)));
                    assertEquals(device.name(), back.get(0).interfaceName());
                    assertTrue(
                            Math.abs(back.get(0).timestampNanos() / 1_000_000 - System.currentTimeMillis()) < 60_000);
                }
            }
            assertTrue(device.statistics().received() >= 20_000, () -> device.toString());
            assertTrue(any.next(TimeUnit.SECONDS.toNanos(5)));
            byte[] tooLong = new byte[70_000];
            sender.send(ByteBuffer.wrap(tooLong), 0, tooLong.length);
            byte[] behind = frame(77);
            sender.send(ByteBuffer.wrap(behind), 0, behind.length);
            String refused = assertThrows(IOException.class, sender::flush).getMessage();
            assertTrue(refused.contains("a frame of 70000 bytes; 68 bytes of batch left"), refused);
            sender.flush();
            assertEquals(List.of(77), numbers(read(device, 77)));
        }
    }

    @Test
    void keepsSoManyBytes() throws IOException {
        try (VethPair veth = VethPair.create();
                // A packet socket does not see what it sent itself.
                PcapDevice sender = PcapDevice.open(veth.here());
                PcapDevice device = PcapDevice.builder(veth.here())
                        .snaplen(30)
                        .immediate(true)
                        .open()) {
            byte[] bytes = frame(5);
            sender.send(ByteBuffer.wrap(bytes), 0, bytes.length);
            sender.flush();
            Frame frame = read(device, 5).get(0);
            assertEquals(30, frame.length());
            assertEquals(64, frame.originalLength());
        }
    }

    /** What the kernel lets through, and what the interpreter accepts of frames whose tag the kernel took out. */
    @Test
    void tagsAreFoundByTheKernelAndByTheInterpreter() throws IOException {
        List<String> directions = List.of(
                "inbound",
                "outbound",
                "not inbound",
                "vlan and inbound",
                "vlan and outbound",
                "inbound and not vlan 5");
        List<String> expressions = List.of(
                "vlan",
                "vlan 5",
                "vlan 6",
                "not vlan",
                "vlan and vlan",
                "vlan 5 and vlan 7",
                "vlan and ether proto 0x88b5",
                "ether proto 0x88b5",
                "vlan and ether broadcast and len < 100");
        byte[][] frames = {
            frame(0),
            frame(1, 0x8100_0005),
            frame(2, 0x8100_2006),
            frame(3, 0x88a8_0005, 0x8100_0007),
            frame(4, 0x8100_0005, 0x8100_0007),
            frame(5, 0x8100_0000),
            frame(6)
        };
        byte[][] sentHere = {frame(10), frame(11, 0x8100_0005), frame(12, 0x8100_2006)};
        try (VethPair veth = VethPair.create()) {
            for (String expression :
                    Stream.concat(expressions.stream(), directions.stream()).toList()) {
                BpfProgram live = Bpf.compileLive(expression, veth.here());
                BpfMatcher liveMatcher = live.matcher();
                List<Integer> kernel;
                List<Integer> libpcap;
                List<Frame> all;
                try (PcapDevice filtered = PcapDevice.builder(veth.here())
                                .immediate(true)
                                .filter(live)
                                .open();
                        PacketRing kernelRing = PacketRing.builder(veth.here())
                                .blockCount(4)
                                .filter(live)
                                .open();
                        PacketRing ring = PacketRing.open(veth.here())) {
                    Path file = Files.createTempFile("frames", "");
                    try {
                        // Outbound first.
                        writeFrames(file, sentHere);
                        Command.run(System.getProperty("ringwire.test.sendFrames"), veth.here(), file.toString());
                        writeFrames(file, frames);
                        veth.netns().run(System.getProperty("ringwire.test.sendFrames"), veth.peer(), file.toString());
                    } finally {
                        Files.delete(file);
                    }
                    all = read(ring, 6);
                    kernel = numbers(read(kernelRing, -2, 400));
                    libpcap = numbers(read(filtered, -2, 400));
                }
                assertEquals(frames.length + sentHere.length, all.size());
                if (!directions.contains(expression)) {
                    // libpcap filters the first frames itself, without the direction.
                    assertEquals(kernel, libpcap, expression);
                } else {
                    assertTrue(kernel.containsAll(libpcap) && !kernel.isEmpty(), expression + kernel + libpcap);
                }
                if (live.usesExtensions()) {
                    assertEquals(kernel, accepted(all, liveMatcher), () -> "on live frames: " + expression);
                }
                if (directions.contains(expression)) {
                    continue;
                }
                // Of the saved file there is no metadata.
                List<Frame> saved = all.stream()
                        .map(f -> Frame.of(f.bytes(), f.linkType(), f.timestampNanos()))
                        .toList();
                BpfMatcher offline = Bpf.compile(expression, LinkType.ETHERNET).matcher();
                assertEquals(accepted(saved, offline), accepted(all, offline), () -> "as saved: " + expression);
                if (live.usesExtensions()) {
                    assertEquals(kernel, accepted(saved, offline), () -> "by bytes: " + expression);
                    assertEquals(kernel, accepted(saved, liveMatcher), () -> "live program on files: " + expression);
                }
            }
        }
    }

    private static void writeFrames(Path file, byte[][] frames) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(frames.length * 66);
        for (byte[] frame : frames) {
            all.putShort((short) frame.length).put(frame);
        }
        Files.write(file, all.array());
    }

    private static List<Integer> accepted(List<Frame> frames, BpfMatcher matcher) {
        return numbers(frames.stream().filter(matcher).toList());
    }

    @Test
    void saysWhatIsWrong() {
        assertThrows(NoSuchInterfaceException.class, () -> PcapDevice.open("no_such_if"));
        assertThrows(NoSuchInterfaceException.class, () -> PcapDevice.open(""));
        assertThrows(
                IllegalArgumentException.class, () -> PcapDevice.builder("lo").snaplen(0));
    }

    @Test
    void endsWithItsInterfaceAndTakesNothingOnceClosed() throws Exception {
        try (VethPair veth = VethPair.create()) {
            PcapDevice device = PcapDevice.open(veth.here());
            Command.run("ip", "link", "del", veth.here());
            assertThrows(IOException.class, () -> {
                while (device.next(TimeUnit.SECONDS.toNanos(10))) {}
            });
            assertTrue(device.ended());
            assertFalse(device.next(FrameSource.FOREVER));
            device.close();
            String said = assertThrows(IOException.class, () -> device.send(ByteBuffer.allocate(60), 0, 60))
                    .getMessage();
            assertTrue(said.contains("is closed"), said);
        }
    }

    @Test
    void wakesAndClosesUnderAReader() throws Exception {
        try (VethPair veth = VethPair.create()) {
            PcapDevice device = PcapDevice.open(veth.here());
            // Until the link is quiet.
            while (device.next(TimeUnit.MILLISECONDS.toNanos(300))) {}
            device.wake();
            assertFalse(device.next(FrameSource.FOREVER));
            assertFalse(device.ended());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> {
                while (device.next(FrameSource.FOREVER)) {}
            });
            assertTrue(Thread.interrupted());
            var reader = CompletableFuture.supplyAsync(() -> {
                try {
                    // The hosts of a new link speak now and then.
                    while (device.next()) {}
                    return device.ended();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(100);
            device.close();
            assertTrue(reader.get(20, TimeUnit.SECONDS));
            device.close();
            assertFalse(device.next(0));
            assertTrue(device.statistics().received() >= 0);
            assertThrows(IllegalStateException.class, () -> device.frame().buffer());
            assertThrows(IOException.class, () -> device.send(ByteBuffer.allocate(60), 0, 60));
        }
    }
}
