package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.device.Offload;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.TcpFrames;
import dev.ringwire.testing.VethHere;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames sent on one end of a cable, as they come out of the other. */
@RingTest
@Timeout(120)
class PacketSenderTest {
    /** For experiments (IEEE 802): the kernel has no use for it. */
    private static final int ETHERTYPE = 0x88b5;

    private VethHere veth;

    @BeforeEach
    void connect() {
        veth = VethHere.create();
    }

    @AfterEach
    void disconnect() {
        veth.close();
    }

    private static byte[] frame(int length, int number) {
        byte[] bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        ByteBuffer b = ByteBuffer.wrap(bytes);
        bytes[0] = 2;
        Bits.put16(b, 12, ETHERTYPE);
        return bytes;
    }

    private static ByteBuffer wrap(byte[] bytes, int kind) {
        ByteBuffer b = kind == 1 ? ByteBuffer.allocateDirect(bytes.length + 5) : ByteBuffer.allocate(bytes.length + 5);
        b.put(5, bytes);
        return kind == 2 ? b.asReadOnlyBuffer() : b;
    }

    /** It is read only after all was sent, so a block must not be used up by one millisecond. */
    private PacketRing ring() throws IOException {
        return PacketRing.open(veth.right());
    }

    private static List<byte[]> read(PacketRing ring, int count) throws IOException {
        List<byte[]> found = new ArrayList<>();
        while (found.size() < count && ring.next(TimeUnit.SECONDS.toNanos(5))) {
            found.add(ring.frame().bytes());
        }
        return found;
    }

    @Test
    void everyFrameArrivesOnceAndInOrder() throws IOException {
        for (int batch : new int[] {1, 3, 64, 300}) {
            for (boolean bypass : new boolean[] {false, true}) {
                try (PacketRing ring = ring();
                        PacketSender sender = PacketSender.builder(veth.left())
                                .batch(batch)
                                .qdiscBypass(bypass)
                                .segment(batch == 3)
                                .open()) {
                    List<byte[]> sent = new ArrayList<>();
                    long bytes = 0;
                    for (int i = 0; i < 1501; i++) {
                        sent.add(frame(14 + i, i));
                        sender.send(wrap(sent.get(i), i % 3), 5, 14 + i);
                        bytes += 14 + i;
                    }
                    sender.flush();
                    List<byte[]> found = read(ring, sent.size());
                    assertEquals(sent.size(), found.size());
                    for (int i = 0; i < sent.size(); i++) {
                        assertArrayEquals(sent.get(i), found.get(i));
                    }
                    assertEquals(1501, sender.sentFrames());
                    assertEquals(bytes, sender.sentBytes());
                    assertEquals(0, sender.pending());
                }
            }
        }
    }

    @Test
    void closingInTheSendingThreadFlushesAndInAnotherDoesNot() throws Exception {
        try (PacketRing ring = ring()) {
            try (PacketSender sender = PacketSender.open(veth.left())) {
                sender.write(Frame.of(frame(60, 1), LinkType.ETHERNET, 0));
                assertEquals(1, sender.pending());
            }
            assertArrayEquals(frame(60, 1), read(ring, 1).get(0));

            PacketSender sender = PacketSender.open(veth.left());
            sender.send(ByteBuffer.wrap(frame(60, 2)), 0, 60);
            Thread other = new Thread(() -> {
                try {
                    sender.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            other.start();
            other.join();
            assertEquals(0, sender.sentFrames());
            IOException e = assertThrows(IOException.class, sender::flush);
            assertTrue(e.getMessage().contains("closed"), e::getMessage);
            assertThrows(IOException.class, () -> sender.send(ByteBuffer.allocate(60), 0, 60));
            sender.close();
        }
    }

    @Test
    void refusesWhatDoesNotFitBeforeItIsSent() throws IOException {
        try (PacketRing ring = ring();
                PacketSender sender = PacketSender.open(veth.left())) {
            ByteBuffer b = ByteBuffer.wrap(frame(3000, 0));
            IOException e = assertThrows(IOException.class, () -> sender.send(b, 0, 13));
            assertTrue(e.getMessage().contains("13 bytes is shorter than the link header"), e::getMessage);
            assertThrows(IOException.class, () -> sender.send(b, 0, 0));
            e = assertThrows(IOException.class, () -> sender.send(b, 0, 1515));
            assertTrue(e.getMessage().contains("1515 bytes is too long for " + veth.left()), e::getMessage);
            assertTrue(e.getMessage().contains("MTU of 1500 allows 1514, or 1518 with a VLAN tag"), e::getMessage);
            assertThrows(IndexOutOfBoundsException.class, () -> sender.send(b, 2990, 60));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.send(b, -1, 60));
            IOException link =
                    assertThrows(IOException.class, () -> sender.write(Frame.of(new byte[60], LinkType.LINUX_SLL, 0)));
            assertTrue(link.getMessage().contains("LINUX_SLL"), link::getMessage);
            assertEquals(0, sender.pending());

            Bits.put32(b, 12, 0x8100_0007);
            sender.send(b, 0, 1518);
            assertThrows(IOException.class, () -> sender.send(b, 0, 1519));
            sender.flush();
            assertEquals(1518, read(ring, 1).get(0).length);

            // A larger MTU is noticed when it is needed.
            Command.run("ip", "link", "set", veth.right(), "mtu", "2000");
            Command.run("ip", "link", "set", veth.left(), "mtu", "2000");
            sender.send(b, 0, 2018);
            sender.flush();
            assertEquals(2018, read(ring, 1).get(0).length);
            assertEquals(2000, sender.mtu());
        }
    }

    @Test
    void aSmallerMtuCostsOneFrameAndTheOthersGoOn() throws IOException {
        try (PacketRing ring = ring();
                PacketSender sender = PacketSender.open(veth.left())) {
            sender.send(ByteBuffer.wrap(frame(60, 1)), 0, 60);
            sender.send(ByteBuffer.wrap(frame(1500, 2)), 0, 1500);
            sender.send(ByteBuffer.wrap(frame(61, 3)), 0, 61);
            Command.run("ip", "link", "set", veth.left(), "mtu", "1000");
            IOException e = assertThrows(IOException.class, sender::flush);
            assertTrue(e.getMessage().contains("1500 bytes is too long"), e::getMessage);
            assertTrue(e.getMessage().contains("MTU is 1000"), e::getMessage);
            assertTrue(e.getMessage().contains("2 of 3 frames of the batch are done"), e::getMessage);
            assertEquals(1, sender.pending());
            sender.flush();
            assertEquals(
                    List.of(60, 61), read(ring, 2).stream().map(f -> f.length).toList());
            assertEquals(2, sender.sentFrames());
        }
    }

    @Test
    void segmentsTcpWhenAsked() throws IOException {
        for (int tag : new int[] {0, 0x8100_0005}) {
            for (boolean ipv6 : new boolean[] {false, true}) {
                try (PacketRing ring = ring();
                        PacketSender sender =
                                PacketSender.builder(veth.left()).segment(true).open()) {
                    int headers = (tag == 0 ? 14 : 18) + (ipv6 ? 60 : 40);
                    byte[] whole = TcpFrames.tcp(ipv6, tag, 20_000);
                    sender.send(ByteBuffer.wrap(frame(60, 1)), 0, 60);
                    sender.send(ByteBuffer.wrap(whole), 0, whole.length);
                    sender.send(ByteBuffer.wrap(frame(61, 2)), 0, 61);
                    sender.flush();

                    int mss = ipv6 ? 1440 : 1460;
                    int count = (20_000 + mss - 1) / mss;
                    List<byte[]> found = read(ring, count + 2);
                    assertEquals(count + 2, found.size(), "frames of VLAN " + tag + ", IPv6 " + ipv6);
                    var payload = new ByteArrayOutputStream();
                    for (byte[] segment : found.subList(1, count + 1)) {
                        ByteBuffer b = ByteBuffer.wrap(segment);
                        int network = tag == 0 ? 14 : 18;
                        assertTrue(segment.length <= network + 1500, "length " + segment.length);
                        assertTrue(TcpFrames.checksumsRight(b, 0, network, segment.length), "checksums");
                        assertEquals(1_000_000 + payload.size(), Bits.i32(b, headers - 16), "sequence number");
                        payload.write(segment, headers, segment.length - headers);
                    }
                    assertArrayEquals(
                            java.util.Arrays.copyOfRange(whole, headers, whole.length), payload.toByteArray());
                    assertArrayEquals(frame(60, 1), found.get(0));
                    assertArrayEquals(frame(61, 2), found.get(count + 1));

                    IOException e = assertThrows(
                            IOException.class, () -> sender.send(ByteBuffer.wrap(frame(2000, 3)), 0, 2000));
                    assertTrue(e.getMessage().contains("not TCP that can be segmented"), e::getMessage);
                }
            }
        }
    }

    @Test
    void doesWhatTheOffloadSays() throws IOException {
        try (PacketRing ring = ring();
                PacketSender sender =
                        PacketSender.builder(veth.left()).segment(true).open();
                PacketSender plain = PacketSender.open(veth.left())) {
            assertTrue(sender.offloads());
            assertFalse(plain.offloads());
            for (boolean ipv6 : new boolean[] {false, true}) {
                int tcp = ipv6 ? 54 : 34;
                int headers = tcp + 20;
                ByteBuffer whole = ByteBuffer.wrap(TcpFrames.tcp(ipv6, 0, 5_000));
                Bits.put16(whole, tcp + 16, TcpFrames.pseudo(whole, 14, ipv6, whole.capacity() - tcp));
                int type = ipv6 ? Offload.GSO_TCPV6 : Offload.GSO_TCPV4;
                // Segments shorter than the MTU would allow.
                Offload offload = Offload.tcp(type, tcp, headers, 1000);
                sender.send(whole, 0, whole.capacity(), offload);
                ByteBuffer one = ByteBuffer.wrap(TcpFrames.tcp(ipv6, 0, 101));
                Bits.put16(one, tcp + 16, TcpFrames.pseudo(one, 14, ipv6, one.capacity() - tcp));
                sender.send(one, 0, one.capacity(), Offload.checksum(tcp, 16));
                sender.flush();
                List<byte[]> found = read(ring, 6);
                assertEquals(6, found.size());
                for (int i = 0; i < 6; i++) {
                    byte[] segment = found.get(i);
                    assertEquals(headers + (i < 5 ? 1000 : 101), segment.length);
                    assertTrue(
                            TcpFrames.checksumsRight(ByteBuffer.wrap(segment), 0, 14, segment.length), "segment " + i);
                }
                assertThrows(IllegalStateException.class, () -> plain.send(whole, 0, whole.capacity(), offload));
                var e = assertThrows(
                        IOException.class,
                        () -> sender.send(whole, 0, whole.capacity(), Offload.tcp(type, tcp, headers, 1481)));
                assertTrue(e.getMessage().contains("where each may have 1514"), e::getMessage);
            }
        }
    }

    @Test
    void segmentationSurvivesWhateverBytesAreThere() throws IOException {
        var random = new Random(3);
        try (PacketSender sender =
                PacketSender.builder(veth.left()).segment(true).open()) {
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = TcpFrames.tcp(random.nextBoolean(), random.nextBoolean() ? 0 : 0x8100_0005, 1600);
                for (int j = random.nextInt(4); j >= 0; j--) {
                    bytes[12 + random.nextInt(70)] = (byte) random.nextInt();
                }
                try {
                    sender.send(ByteBuffer.wrap(bytes), 0, bytes.length - random.nextInt(80));
                } catch (IOException refused) {
                    assertTrue(
                            refused.getMessage().contains("too long")
                                    || refused.getMessage().contains("refuses"),
                            refused::getMessage);
                }
            }
            sender.discard();
        }
    }

    @Test
    void saysWhatIsWrongWithTheInterface() throws IOException {
        assertThrows(NoSuchInterfaceException.class, () -> PacketSender.open("eth99"));
        assertThrows(NoSuchInterfaceException.class, () -> PacketSender.open(""));
        assertThrows(NoSuchInterfaceException.class, () -> PacketSender.open("a name longer than the kernel takes"));
        assertThrows(
                IllegalArgumentException.class, () -> PacketSender.builder("lo").batch(0));
        assertThrows(
                IllegalArgumentException.class, () -> PacketSender.builder("lo").sendBuffer(0));

        try (PacketSender sender = PacketSender.open(veth.left())) {
            ByteBuffer b = ByteBuffer.wrap(frame(60, 0));
            sender.send(b, 0, 60);
            Command.run("ip", "link", "set", veth.left(), "down");
            IOException e = assertThrows(IOException.class, sender::flush);
            assertTrue(e.getMessage().contains("sudo ip link set " + veth.left() + " up"), e::getMessage);
            assertTrue(e.getMessage().contains("0 of 1 frames"), e::getMessage);
            e = assertThrows(IOException.class, () -> PacketSender.open(veth.left()));
            assertTrue(e.getMessage().contains("sudo ip link set " + veth.left() + " up"), e::getMessage);

            Command.run("ip", "link", "set", veth.left(), "up");
            sender.flush();
            assertEquals(1, sender.sentFrames());

            sender.send(b, 0, 60);
            Command.run("ip", "link", "del", veth.left());
            e = assertThrows(IOException.class, sender::flush);
            assertTrue(e.getMessage().contains(veth.left() + " is gone"), e::getMessage);
            assertEquals(1, sender.discard());
        }
    }

    @Test
    void waitsForRoomAndGivesUpInTheEnd() throws Exception {
        shape("2mbit", 1_000_000);
        try (PacketRing ring = ring();
                PacketSender sender =
                        PacketSender.builder(veth.left()).sendBuffer(10_000).open()) {
            for (int i = 0; i < 60; i++) {
                sender.send(ByteBuffer.wrap(frame(1000, i)), 0, 1000);
            }
            sender.flush();
            List<byte[]> found = read(ring, 60);
            assertEquals(60, found.size());
            for (int i = 0; i < 60; i++) {
                assertArrayEquals(frame(1000, i), found.get(i));
            }
            assertTrue(sender.retries() > 0, "never full");
        }
        // A queue of two frames drops the others, which the kernel tells as ENOBUFS.
        shape("8kbit", 2100);
        try (PacketSender sender =
                PacketSender.builder(veth.left()).timeout(Duration.ofMillis(30)).open()) {
            for (int i = 0; i < 60; i++) {
                sender.send(ByteBuffer.wrap(frame(1000, i)), 0, 1000);
            }
            IOException e = assertThrows(IOException.class, sender::flush);
            assertTrue(e.getMessage().contains("stayed full for 30 ms (ENOBUFS"), e::getMessage);
            assertEquals(60, sender.sentFrames() + sender.discard());
        }
        shape("8kbit", 1_000_000);
        try (PacketSender sender = PacketSender.builder(veth.left())
                .sendBuffer(10_000)
                .timeout(Duration.ofMillis(30))
                .open()) {
            for (int i = 0; i < 60; i++) {
                sender.send(ByteBuffer.wrap(frame(1000, i)), 0, 1000);
            }
            IOException e = assertThrows(IOException.class, sender::flush);
            assertTrue(e.getMessage().contains("stayed full for 30 ms (EAGAIN"), e::getMessage);
            assertEquals(60, sender.sentFrames() + sender.pending());
            sender.discard();
        }
        PacketSender sender = PacketSender.builder(veth.left())
                .sendBuffer(10_000)
                .timeout(Duration.ofDays(1))
                .open();
        var result = new AtomicReference<Throwable>();
        var started = new CountDownLatch(1);
        Thread sending = new Thread(() -> {
            try {
                for (int i = 0; ; i++) {
                    sender.send(ByteBuffer.wrap(frame(1000, i)), 0, 1000);
                    if (i == 62) {
                        started.countDown();
                    }
                }
            } catch (IOException e) {
                result.set(e);
            }
        });
        sending.start();
        assertTrue(started.await(20, TimeUnit.SECONDS));
        while (sender.retries() == 0) {
            Thread.onSpinWait();
        }
        sender.close();
        sending.join();
        IOException e = assertInstanceOf(IOException.class, result.get());
        assertTrue(e.getMessage().contains("is closed"), e::getMessage);
    }

    /** Lets so much out of the left end, a frame of 1000 bytes or two at a time, and holds so much back. */
    private void shape(String rate, int queueBytes) {
        String[] command = {
            "tc",
            "qdisc",
            "replace",
            "dev",
            veth.left(),
            "root",
            "tbf",
            "rate",
            rate,
            "burst",
            "2000",
            "limit",
            Integer.toString(queueBytes)
        };
        Command.run(command);
    }

    @Test
    void leavesNoDescriptorBehind() throws IOException {
        long before = descriptors();
        for (int i = 0; i < 1000; i++) {
            PacketSender.builder(veth.left()).batch(1).open().close();
        }
        assertThrows(IOException.class, () -> PacketSender.open("eth99"));
        assertTrue(descriptors() < before + 20, before + " descriptors, then " + descriptors());
        assertFalse(descriptors() == 0);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
