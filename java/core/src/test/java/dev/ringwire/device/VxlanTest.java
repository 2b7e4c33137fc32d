package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Direction;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tunnels over the loopback interface, which need no privilege. */
@Timeout(60)
class VxlanTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Vxlan.Builder here() {
        return Vxlan.builder().bind(anyPort());
    }

    private static byte[] frame(int i) {
        byte[] bytes = new byte[60 + i];
        Arrays.fill(bytes, (byte) i);
        return bytes;
    }

    @Test
    void framesCarryTheirNetworkAndSender() throws IOException {
        try (Vxlan receiver = here().vni(5, 0xff_ffff, 7).open();
                Vxlan sender = here().vni(7).remotes(receiver.localAddress()).open()) {
            VxlanFrame frame = receiver.frame();
            sender.send(ByteBuffer.wrap(frame(1)), 0, 61);
            assertTrue(receiver.next(LONG));
            assertEquals(7, frame.vni());
            assertEquals(sender.localAddress(), frame.sender());
            assertArrayEquals(frame(1), frame.bytes());
            assertEquals(61, frame.originalLength());
            assertEquals("vni 7", frame.interfaceName());
            assertEquals(7, frame.interfaceId());
            assertEquals(Direction.INBOUND, frame.direction());
            for (int vni : new int[] {0xff_ffff, 6, 5}) {
                sender.send(vni, receiver.localAddress(), ByteBuffer.wrap(frame(vni & 3)), 0, 60 + (vni & 3));
            }
            assertTrue(receiver.next(LONG));
            assertEquals(0xff_ffff, frame.vni());
            assertTrue(receiver.next(LONG));
            assertEquals(5, frame.vni());
            assertEquals(1, receiver.otherVni());
            assertEquals(new CaptureStatistics(3, 0, 0), receiver.statistics());
            assertFalse(receiver.next(0));
            assertThrows(IllegalStateException.class, frame::vni);
        }
    }

    @Test
    void theHeaderIsThatOfTheRfc() throws IOException {
        try (Vxlan vxlan = here().open();
                DatagramChannel raw = DatagramChannel.open().bind(anyPort())) {
            vxlan.send(0x123456, raw.getLocalAddress(), ByteBuffer.wrap(frame(0)), 0, 60);
            ByteBuffer datagram = ByteBuffer.allocate(100);
            raw.receive(datagram);
            datagram.flip();
            assertEquals(68, datagram.remaining());
            assertEquals(0x0800_0000_1234_5600L, datagram.getLong());
            // Reserved bits mean nothing to the receiver.
            raw.send(datagram.rewind().putLong(0, 0xffff_ffff_0000_2affL), vxlan.localAddress());
            assertTrue(vxlan.next(LONG));
            assertEquals(42, vxlan.frame().vni());
            assertEquals(60, vxlan.frame().length());
        }
    }

    @Test
    void eachRemoteGetsAFrame() throws IOException {
        try (Vxlan a = here().open();
                Vxlan b = here().open();
                Vxlan sender = here().sendVni(9)
                        .remotes(a.localAddress(), b.localAddress())
                        .open()) {
            sender.send(ByteBuffer.wrap(frame(2)), 0, 62);
            assertTrue(a.next(LONG));
            assertTrue(b.next(LONG));
            assertEquals(9, b.frame().vni());
        }
    }

    @Test
    void whatCannotBeSentSaysWhy() throws IOException {
        try (Vxlan silent = here().open();
                Vxlan large = here().mtu(65_485).open()) {
            ByteBuffer bytes = ByteBuffer.allocate(70_000);
            assertTrue(assertThrows(IOException.class, () -> silent.send(bytes, 0, 60))
                    .getMessage()
                    .contains("no VNI"));
            InetSocketAddress to = large.localAddress();
            assertTrue(assertThrows(IOException.class, () -> silent.send(1, to, bytes, 0, 1465))
                    .getMessage()
                    .contains("longer than the 1464 that an MTU of 1450 allows"));
            assertThrows(IOException.class, () -> silent.send(1, to, bytes, 0, 13));
            assertThrows(IllegalArgumentException.class, () -> silent.send(1 << 24, to, bytes, 0, 60));
            assertThrows(IndexOutOfBoundsException.class, () -> silent.send(1, to, bytes, 69_990, 60));
            // A tag is not counted, as in the kernel.
            silent.send(1, to, bytes.putShort(12, (short) 0x8100), 0, 1468);
            assertTrue(large.next(LONG));
            assertEquals(1468, large.frame().length());
            large.send(1, to, bytes, 0, Vxlan.MAXIMUM_FRAME);
            assertTrue(large.next(LONG));
            assertEquals(Vxlan.MAXIMUM_FRAME, large.frame().length());
            assertThrows(IOException.class, () -> large.send(1, to, bytes, 0, Vxlan.MAXIMUM_FRAME + 1));
        }
    }

    @Test
    void anyDatagramIsAFrameOrCounted() throws IOException {
        Random random = new Random(42);
        try (Vxlan vxlan = here().open();
                DatagramChannel raw = DatagramChannel.open()) {
            long good = 0;
            for (int i = 0; i < 5000; i++) {
                byte[] bytes = new byte[random.nextInt(i % 10 == 0 ? 2000 : 40)];
                random.nextBytes(bytes);
                boolean valid = bytes.length >= 22 && (bytes[0] & 8) != 0;
                raw.send(ByteBuffer.wrap(bytes), vxlan.localAddress());
                assertEquals(valid, vxlan.next(valid ? LONG : TimeUnit.MICROSECONDS.toNanos(100)));
                if (valid) {
                    good++;
                    assertEquals(bytes.length - 8, vxlan.frame().length());
                    assertTrue(vxlan.frame().interfaceId() >= 0);
                }
            }
            assertFalse(vxlan.next(TimeUnit.MILLISECONDS.toNanos(50)));
            assertEquals(5000, vxlan.malformed() + good);
            assertEquals(good, vxlan.statistics().received());
        }
    }

    @Test
    @SuppressWarnings("try") // closes before the end on purpose
    void wakeInterruptAndCloseEndAWait() throws Exception {
        try (Vxlan vxlan = here().open()) {
            vxlan.wake();
            assertFalse(vxlan.next(LONG));
            Thread here = Thread.currentThread();
            var interrupter = CompletableFuture.runAsync(() -> {
                sleep();
                here.interrupt();
            });
            assertThrows(InterruptedIOException.class, () -> vxlan.next(LONG));
            interrupter.join();
            assertTrue(Thread.interrupted());
            assertFalse(vxlan.ended());
            vxlan.send(3, vxlan.localAddress(), ByteBuffer.wrap(frame(0)), 0, 60);
            Thread.currentThread().interrupt();
            assertTrue(vxlan.next(LONG), "a frame that is there is given");
            assertTrue(Thread.interrupted());
            int port = vxlan.localAddress().getPort();
            var closer = CompletableFuture.runAsync(() -> {
                sleep();
                try {
                    vxlan.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertFalse(vxlan.next());
            assertTrue(vxlan.ended());
            closer.get();
            Vxlan.builder()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .open()
                    .close();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPortInUseIsAClearError() throws IOException {
        try (Vxlan first = here().open()) {
            InetSocketAddress taken = first.localAddress();
            String message = assertThrows(
                            IOException.class, () -> Vxlan.builder().bind(taken).open())
                    .getMessage();
            assertTrue(message.startsWith("vxlan://127.0.0.1:" + taken.getPort() + ": "), message);
        }
    }

    @Test
    void nothingIsAllocatedPerFrame() throws IOException {
        Assumptions.assumeTrue(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Vxlan receiver = here().open();
                Vxlan sender = here().vni(1).remotes(receiver.localAddress()).open()) {
            ByteBuffer bytes = ByteBuffer.wrap(frame(4));
            long sum = 0;
            for (int round = 0; round < 3; round++) {
                long allocated = 0;
                for (int batch = 0; batch < 400; batch++) {
                    for (int i = 0; i < 50; i++) {
                        sender.send(bytes, 0, 64);
                    }
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < 50; i++) {
                        assertTrue(receiver.next(0));
                        sum += receiver.frame().timestampNanos()
                                + receiver.frame().vni();
                    }
                    allocated += threads.getCurrentThreadAllocatedBytes() - before;
                }
                long whole = allocated;
                // The first rounds link and compile.
                assertTrue(round < 2 || whole < 20_000 * 8, () -> "allocated " + whole + " for 20000 frames");
            }
            assertTrue(sum != 0);
        }
    }
}
