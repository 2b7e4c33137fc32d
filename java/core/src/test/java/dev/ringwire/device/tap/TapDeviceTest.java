package dev.ringwire.device.tap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Offload;
import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.TcpFrames;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A TAP or TUN interface of which this test is the other end, and the kernel's own stack the one. */
@RingTest
@Timeout(120)
class TapDeviceTest {
    private static final String KERNEL = "203.0.113.1";
    private static final String OURS = "203.0.113.2";
    private static final byte[] OUR_MAC = {2, 0, 0, 0, 0, 9};
    private static final long WAIT = TimeUnit.SECONDS.toNanos(10);

    private static TapDevice open(boolean tun, boolean offloads) throws IOException {
        TapDevice tap = TapDevice.builder("rwtap%d").tun(tun).offloads(offloads).open();
        Command.run("sysctl", "-qw", "net.ipv6.conf." + tap.name() + ".disable_ipv6=1");
        Command.run("ip", "addr", "add", KERNEL + "/24", "dev", tap.name());
        tap.up();
        if (!tun) {
            Command.run("ip", "neigh", "replace", OURS, "lladdr", "02:00:00:00:00:09", "dev", tap.name());
        }
        return tap;
    }

    /** Answers ARP and ICMP echo requests until woken. */
    private static void answer(TapDevice tap, boolean tun) throws IOException {
        int network = tun ? 0 : 14;
        while (tap.next(WAIT)) {
            ByteBuffer b = ByteBuffer.wrap(tap.frame().bytes());
            if (!tun) {
                b.put(0, b.array(), 6, 6).put(6, OUR_MAC);
            }
            if (!tun && Bits.u16(b, 12) == 0x0806 && Bits.u16(b, 20) == 1) {
                byte[] request = b.array().clone();
                Bits.put16(b, 20, 2);
                b.put(22, OUR_MAC).put(28, request, 38, 4).put(32, request, 22, 10);
            } else if ((tun || Bits.u16(b, 12) == 0x0800) && b.get(network + 9) == 1 && b.get(network + 20) == 8) {
                byte[] request = b.array().clone();
                b.put(network + 12, request, network + 16, 4).put(network + 16, request, network + 12, 4);
                b.put(network + 20, (byte) 0);
                Bits.put16(b, network + 22, 0);
                Bits.put16(b, network + 22, ~TcpFrames.sum(b, network + 20, b.capacity() - network - 20, 0));
            } else {
                continue;
            }
            tap.send(b, 0, b.capacity());
            tap.flush();
        }
    }

    private static void pings(boolean tun, boolean offloads) throws Exception {
        try (TapDevice tap = open(tun, offloads)) {
            if (!tun) {
                Command.run("ip", "neigh", "del", OURS, "dev", tap.name());
            }
            assertEquals(tun ? LinkType.RAW : LinkType.ETHERNET, tap.linkType());
            assertEquals(!tun, tap.hardwareAddress().isPresent());
            var failure = new AtomicReference<IOException>();
            Thread responder = new Thread(() -> {
                try {
                    answer(tap, tun);
                } catch (IOException e) {
                    failure.set(e);
                }
            });
            responder.start();
            String said = Command.run("ping", "-c", "3", "-i", "0.05", "-W", "10", "-s", "1400", OURS);
            assertTrue(said.contains("3 packets transmitted, 3 received"), said);
            tap.wake();
            responder.join();
            assertEquals(null, failure.get());
            assertTrue(tap.sentFrames() >= 3 && tap.statistics().received() >= 3, "counts");
        }
    }

    @Test
    void pingsThroughTap() throws Exception {
        pings(false, false);
        pings(false, true);
    }

    @Test
    void pingsThroughTun() throws Exception {
        pings(true, false);
        pings(true, true);
    }

    @Test
    void datagramsGoBothWays() throws IOException {
        for (boolean offloads : new boolean[] {false, true}) {
            try (TapDevice tap = open(false, offloads);
                    DatagramChannel channel = DatagramChannel.open()) {
                channel.bind(new InetSocketAddress(KERNEL, 0));
                int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
                for (int i = 0; i < 100; i++) {
                    ByteBuffer payload = ByteBuffer.allocate(4 + i * 7 % 1400).putInt(0, i);
                    channel.send(payload, new InetSocketAddress(OURS, 7000));
                }
                channel.configureBlocking(false);
                for (int i = 0; i < 100; ) {
                    assertTrue(tap.next(WAIT), "datagram " + i);
                    TapFrame frame = tap.frame();
                    ByteBuffer b = frame.buffer();
                    if (frame.length() < 46 || Bits.u16(b, frame.offset() + 36) != 7000) {
                        continue;
                    }
                    assertEquals(i, Bits.i32(b, frame.offset() + 42));
                    assertEquals(42 + 4 + i * 7 % 1400, frame.length());
                    assertEquals(Direction.INBOUND, frame.direction());
                    assertEquals(offloads, frame.needsChecksum());
                    assertEquals(Offload.GSO_NONE, frame.gsoType());
                    // Back to where it came from.
                    byte[] echo = frame.bytes();
                    ByteBuffer e = ByteBuffer.wrap(echo);
                    e.put(0, echo.clone(), 6, 6).put(6, OUR_MAC);
                    byte[] before = echo.clone();
                    e.put(26, before, 30, 4).put(30, before, 26, 4);
                    e.put(34, before, 36, 2).put(36, before, 34, 2);
                    if (offloads) {
                        tap.send(e, 0, echo.length, Offload.checksum(frame.checksumStart(), frame.checksumOffset()));
                    } else {
                        tap.send(e, 0, echo.length);
                    }
                    i++;
                }
                tap.flush();
                ByteBuffer received = ByteBuffer.allocate(2000);
                for (int i = 0; i < 100; i++) {
                    received.clear();
                    long deadline = System.nanoTime() + WAIT;
                    while (channel.receive(received) == null) {
                        assertTrue(System.nanoTime() < deadline, "echo " + i + " on port " + port);
                    }
                    assertEquals(i, received.getInt(0));
                }
            }
        }
    }

    /** Completes a handshake with the kernel by hand, and returns the frame that carries a long segment. */
    @Test
    void takesLongTcpSegmentsUncut() throws Exception {
        try (TapDevice tap = open(false, true);
                Socket client = new Socket()) {
            client.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
            var failure = new AtomicReference<IOException>();
            Thread writer = new Thread(() -> {
                try {
                    client.connect(new InetSocketAddress(OURS, 9000));
                    client.getOutputStream().write(new byte[200_000]);
                } catch (IOException e) {
                    failure.set(e);
                }
            });
            writer.start();
            long received = 0;
            boolean seenLong = false;
            long isn = 0;
            while (received < 200_000) {
                assertTrue(tap.next(WAIT), () -> "stalled, " + failure.get());
                TapFrame f = tap.frame();
                byte[] bytes = f.bytes();
                ByteBuffer b = ByteBuffer.wrap(bytes);
                if (bytes.length < 54 || Bits.u16(b, 12) != 0x0800 || b.get(23) != 6) {
                    continue;
                }
                int payloadStart = 34 + (Bits.u8(b, 46) >>> 4) * 4;
                int payload = 14 + Bits.u16(b, 16) - payloadStart;
                boolean syn = (b.get(47) & 2) != 0;
                assertTrue(f.needsChecksum());
                assertEquals(34, f.checksumStart());
                assertEquals(16, f.checksumOffset());
                assertEquals(TcpFrames.pseudo(b, 14, false, bytes.length - 34), Bits.u16(b, 50), "partial checksum");
                long sequence = Bits.u32(b, 38);
                if (syn) {
                    isn = sequence;
                } else if (payload > 1460) {
                    seenLong = true;
                    assertEquals(Offload.GSO_TCPV4, f.gsoType());
                    assertEquals(1460, f.gsoSize());
                    assertTrue(f.headerLength() >= 54, "header " + f.headerLength());
                }
                if (syn || payload > 0) {
                    received = syn ? 0 : Math.max(received, (sequence - isn - 1 & 0xffff_ffffL) + payload);
                    reply(tap, bytes, syn, sequence + (syn ? 1 : payload));
                }
            }
            writer.join();
            assertEquals(null, failure.get());
            assertTrue(seenLong, "no segment was longer than the MTU");
        }
    }

    /** A SYN+ACK or an ACK with a checksum for the kernel to finish. */
    private static void reply(TapDevice tap, byte[] to, boolean syn, long acknowledge) throws IOException {
        int options = syn ? 8 : 0;
        byte[] bytes = new byte[54 + options];
        ByteBuffer b = ByteBuffer.wrap(bytes);
        b.put(0, to, 6, 6).put(6, OUR_MAC);
        Bits.put16(b, 12, 0x0800);
        b.put(14, (byte) 0x45).put(22, (byte) 64).put(23, (byte) 6);
        Bits.put16(b, 16, 40 + options);
        b.put(26, to, 30, 4).put(30, to, 26, 4);
        Bits.put16(b, 24, ~TcpFrames.sum(b, 14, 20, 0));
        b.put(34, to, 36, 2).put(36, to, 34, 2);
        Bits.put32(b, 38, syn ? 77 : 78);
        Bits.put32(b, 42, acknowledge);
        b.put(46, (byte) (20 + options << 2)).put(47, (byte) (syn ? 0x12 : 0x10));
        Bits.put16(b, 48, 0xffff);
        if (syn) {
            // MSS 1460, window scale 4.
            Bits.put64(b, 54, 0x0204_05b4_0103_0304L);
        }
        Bits.put16(b, 50, TcpFrames.pseudo(b, 14, false, 20 + options));
        tap.send(b, 0, bytes.length, Offload.checksum(34, 16));
        tap.flush();
    }

    @Test
    void sendsLongTcpSegmentsUncut() throws IOException {
        try (TapDevice tap = open(false, true);
                PacketRing ring = PacketRing.builder(tap.name())
                        .blockTimeout(Duration.ofMillis(1))
                        .open()) {
            byte[] bytes = TcpFrames.tcp(false, 0, 30_000);
            ByteBuffer b = ByteBuffer.wrap(bytes);
            Bits.put16(b, 50, TcpFrames.pseudo(b, 14, false, bytes.length - 34));
            assertThrows(IOException.class, () -> tap.send(b, 0, bytes.length));
            tap.send(b, 0, bytes.length, Offload.tcp(Offload.GSO_TCPV4, 34, 54, 1460));
            tap.flush();
            do {
                assertTrue(ring.next(WAIT), "the kernel did not receive it");
            } while (ring.frame().length() < 2000);
            assertArrayEquals(bytes, ring.frame().bytes());

            // Fields that do not agree with the bytes: the kernel refuses this frame, the next one goes.
            tap.send(b, 0, 200, new Offload(300, 16, Offload.GSO_TCPV4, 1000, 54));
            tap.send(b, 0, 60);
            IOException e = assertThrows(IOException.class, tap::flush);
            assertTrue(e.getMessage().contains("refuses a frame of 200 bytes"), e::getMessage);
            tap.flush();
            assertEquals(2, tap.sentFrames());
            IOException long1 = assertThrows(
                    IOException.class,
                    () -> tap.send(b, 0, bytes.length, Offload.tcp(Offload.GSO_TCPV4, 34, 54, 9000)));
            assertTrue(long1.getMessage().contains("in segments of 9054"), long1::getMessage);
        }
        try (TapDevice plain = TapDevice.open("rwtap%d")) {
            assertThrows(
                    IllegalStateException.class,
                    () -> plain.send(ByteBuffer.allocate(60), 0, 60, Offload.checksum(34, 16)));
        }
        assertThrows(IllegalArgumentException.class, () -> Offload.tcp(Offload.GSO_TCPV4, 34, 54, 0));
        assertThrows(IllegalArgumentException.class, () -> Offload.checksum(-1, 16));
        assertThrows(IllegalArgumentException.class, () -> Offload.checksum(34, 0x10000));
    }

    @Test
    void framesOfAnyMtuComeWhole() throws IOException {
        try (TapDevice tap = open(false, false);
                DatagramChannel channel = DatagramChannel.open()) {
            assertEquals(1500, tap.mtu());
            tap.mtu(60_000);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
            // Somebody else changes it after it was opened.
            Command.run("ip", "link", "set", tap.name(), "mtu", "65521");
            byte[] payload = new byte[65_493];
            payload[65_492] = 42;
            channel.send(ByteBuffer.wrap(payload), new InetSocketAddress(OURS, 7000));
            do {
                assertTrue(tap.next(WAIT), "the kernel did not send it");
            } while (tap.frame().length() < 1000);
            assertEquals(65_535, tap.frame().length());
            assertEquals(42, tap.frame().get(65_534));
            tap.send(ByteBuffer.allocate(65_535), 0, 65_535);
            assertEquals(65_521, tap.mtu());
            assertThrows(IOException.class, () -> tap.mtu(-1));
        }
    }

    @Test
    void closeWakeAndInterruptEndTheWait() throws Exception {
        TapDevice tap = open(false, false);
        drain(tap);
        tap.wake();
        assertFalse(tap.next(WAIT), "woken before it waited");
        assertFalse(tap.next(1), "once only");

        Thread reader = Thread.currentThread();
        Thread interrupter = new Thread(reader::interrupt);
        interrupter.start();
        assertThrows(InterruptedIOException.class, () -> {
            while (true) {
                tap.next(WAIT);
            }
        });
        assertTrue(Thread.interrupted());

        var result = new AtomicReference<Object>();
        var waiting = new CountDownLatch(1);
        Thread blocked = new Thread(() -> {
            try {
                waiting.countDown();
                result.set(tap.next());
            } catch (IOException e) {
                result.set(e);
            }
        });
        blocked.start();
        waiting.await();
        Thread[] closers = new Thread[4];
        for (int i = 0; i < closers.length; i++) {
            closers[i] = new Thread(() -> {
                try {
                    tap.close();
                } catch (IOException e) {
                    result.set(e);
                }
            });
            closers[i].start();
        }
        for (Thread closer : closers) {
            closer.join();
        }
        blocked.join();
        assertEquals(false, result.get());
        assertTrue(tap.ended());
        assertThrows(IllegalStateException.class, () -> {
            tap.next(0);
            tap.frame().buffer();
        });
        assertThrows(IOException.class, () -> tap.send(ByteBuffer.allocate(60), 0, 60));
        tap.wake();
    }

    private static void drain(TapDevice tap) throws IOException {
        while (tap.next(TimeUnit.MILLISECONDS.toNanos(50))) {
            // What the kernel has to say when an interface comes up.
        }
    }

    @Test
    void closedUnderTraffic() throws Exception {
        for (int i = 0; i < 30; i++) {
            TapDevice tap = open(false, i % 2 == 0);
            var stop = new AtomicBoolean();
            Thread traffic = new Thread(() -> {
                try (DatagramChannel channel = DatagramChannel.open()) {
                    while (!stop.get()) {
                        channel.send(ByteBuffer.allocate(1000), new InetSocketAddress(OURS, 7000));
                    }
                } catch (IOException gone) {
                    // The route goes with the interface.
                }
            });
            var read = new CountDownLatch(50);
            var failure = new AtomicReference<IOException>();
            Thread reader = new Thread(() -> {
                try {
                    while (tap.next()) {
                        read.countDown();
                        tap.send(tap.frame().buffer(), tap.frame().offset(), 60);
                    }
                } catch (IOException e) {
                    if (!tap.ended()) {
                        failure.set(e);
                    }
                }
            });
            traffic.start();
            reader.start();
            assertTrue(read.await(20, TimeUnit.SECONDS), "no traffic");
            tap.close();
            reader.join();
            stop.set(true);
            traffic.join();
            assertEquals(null, failure.get());
        }
    }

    @Test
    void leavesNoDescriptorBehind() throws IOException {
        long before = descriptors();
        for (int i = 0; i < 1000; i++) {
            TapDevice.open("rwtap%d").close();
        }
        assertTrue(descriptors() < before + 20, before + " descriptors, then " + descriptors());
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void saysWhatIsWrongWithTheInterface() throws IOException {
        try (TapDevice tap = TapDevice.open("rwtap%d")) {
            IOException busy = assertThrows(IOException.class, () -> TapDevice.open(tap.name()));
            assertTrue(busy.getMessage().contains("in use by another program"), busy::getMessage);
            tap.send(ByteBuffer.allocate(60), 0, 60);
            IOException down = assertThrows(IOException.class, tap::flush);
            assertTrue(down.getMessage().contains("ip link set " + tap.name() + " up"), down::getMessage);
            tap.up();
            tap.flush();
            assertThrows(IOException.class, () -> tap.send(ByteBuffer.allocate(60), 0, 13));
            assertThrows(IOException.class, () -> tap.send(ByteBuffer.allocate(2000), 0, 1519));
            assertThrows(IndexOutOfBoundsException.class, () -> tap.send(ByteBuffer.allocate(60), 1, 60));

            drain(tap);
            Command.run("ip", "link", "del", tap.name());
            IOException gone = assertThrows(IOException.class, () -> tap.next(WAIT));
            assertTrue(gone.getMessage().contains(tap.name() + " is gone"), gone::getMessage);
            assertTrue(tap.ended());
            assertFalse(tap.next(WAIT));
        }
        IOException kind = assertThrows(IOException.class, () -> TapDevice.open("lo"));
        assertTrue(kind.getMessage().contains("interface lo exists and is no TAP"), kind::getMessage);
        assertThrows(IOException.class, () -> TapDevice.open(""));
        assertThrows(IOException.class, () -> TapDevice.open("a name longer than the kernel takes"));
    }
}
