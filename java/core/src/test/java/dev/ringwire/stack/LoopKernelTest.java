package dev.ringwire.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.Device;
import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.testing.Command;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop over devices that leave work undone and do some, with the kernel's TCP at the other end. */
@RingTest
@Timeout(60)
class LoopKernelTest {
    private static final int BYTES = 4 << 20;

    /** Sends all, then nothing more. */
    private static final class Source implements TcpApplication {
        private final ByteBuffer toSend;

        Source(byte[] bytes) {
            toSend = ByteBuffer.wrap(bytes);
        }

        @Override
        public void connectionMade(TcpSession session) {
            writable(session);
        }

        @Override
        public void received(TcpSession session, ByteBuffer data) {
            data.position(data.limit());
        }

        @Override
        public void writable(TcpSession session) {
            try {
                session.trySend(toSend);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            if (!toSend.hasRemaining()) {
                session.shutdownOutput();
            }
        }
    }

    /** Collects what comes. */
    private static final class Sink implements TcpApplication {
        private final CompletableFuture<byte[]> all = new CompletableFuture<>();
        private final ByteBuffer got = ByteBuffer.allocate(BYTES);

        @Override
        public void received(TcpSession session, ByteBuffer data) {
            got.put(data);
            if (!got.hasRemaining()) {
                all.complete(got.array());
            }
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[BYTES];
        new SplittableRandom(3).nextBytes(bytes);
        return bytes;
    }

    /** Moves 4 MiB each way; how many frames were sent, and the longest that came in. */
    private static int[] exchange(Device device, String ours) throws Exception {
        NetStack stack = NetStack.builder(device).address(ours + "/24").build();
        byte[] bytes = random();
        Sink sink = new Sink();
        AtomicInteger longestIn = new AtomicInteger();
        CompletableFuture<Boolean> stopped;
        try (StackLoop loop = new StackLoop(stack).ownsDevice(true)) {
            stack.tcp().listen(TcpEndpoint.any(7000), TcpOptions.DEFAULT, session -> new Source(bytes));
            stack.tcp().listen(TcpEndpoint.any(7001), TcpOptions.DEFAULT, session -> sink);
            stack.deviceLayer().addIncomingHook(packet -> {
                longestIn.accumulateAndGet(packet.length(), Math::max);
                return Verdict.PASS;
            });
            loop.start();
            try (Socket socket = new Socket(ours, 7000)) {
                assertArrayEquals(bytes, socket.getInputStream().readNBytes(BYTES));
                assertEquals(-1, socket.getInputStream().read());
            }
            try (Socket socket = new Socket(ours, 7001)) {
                socket.getOutputStream().write(bytes);
                assertArrayEquals(bytes, sink.all.get(20, TimeUnit.SECONDS));
                // The stack ends what is still open before it goes.
                stopped = CompletableFuture.supplyAsync(() -> stop(loop));
                assertEquals(-1, socket.getInputStream().read());
            }
            assertTrue(stopped.get(20, TimeUnit.SECONDS));
            assertTrue(loop.failure().isEmpty(), () -> loop.failure().toString());
            assertEquals(0, stack.context().counters().applicationErrors);
            int frames = (int) Math.min(stack.context().counters().sent, Integer.MAX_VALUE);
            return new int[] {frames, longestIn.get()};
        }
    }

    private static boolean stop(StackLoop loop) {
        try {
            return loop.stop(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static TapDevice tap(boolean tun, boolean offloads) throws IOException {
        TapDevice tap =
                TapDevice.builder("rwloop%d").tun(tun).offloads(offloads).open();
        Command.run("sysctl", "-qw", "net.ipv6.conf." + tap.name() + ".disable_ipv6=1");
        Command.run("ip", "addr", "add", "203.0.113.1/24", "dev", tap.name());
        tap.up();
        return tap;
    }

    @Test
    void overATapWithoutOffloads() throws Exception {
        int[] result = exchange(tap(false, false), "203.0.113.2");
        assertTrue(result[0] > BYTES / 1460, () -> result[0] + " frames sent");
        assertEquals(1514, result[1]);
    }

    @Test
    void overATapThatCutsSegments() throws Exception {
        int[] result = exchange(tap(false, true), "203.0.113.2");
        assertTrue(result[0] < BYTES / 1460, () -> result[0] + " frames sent");
        assertTrue(result[1] > 3000, () -> result[1] + " bytes at most");
    }

    @Test
    void overATunThatCutsSegments() throws Exception {
        int[] result = exchange(tap(true, true), "203.0.113.2");
        assertTrue(result[0] < BYTES / 1460, () -> result[0] + " frames sent");
        assertTrue(result[1] > 3000, () -> result[1] + " bytes at most");
    }
}
