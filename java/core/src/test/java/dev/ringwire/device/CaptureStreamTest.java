package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.PcapWriter;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.file.WriterOptions;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.RootOnly;
import dev.ringwire.testing.UdpSender;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CaptureStreamTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private static Frame frame(int i) {
        byte[] bytes = new byte[60 + i];
        Arrays.fill(bytes, (byte) i);
        return Frame.of(bytes, LinkType.ETHERNET, 1_000_000_000L * i);
    }

    private static byte[] capture(boolean next, int frames) throws IOException {
        var out = new ByteArrayOutputStream();
        var channel = Channels.newChannel(out);
        try (FrameSink writer = next
                ? PcapngWriter.create(channel, "test", WriterOptions.DEFAULT)
                : PcapWriter.create(channel, "test", LinkType.ETHERNET, WriterOptions.DEFAULT)) {
            for (int i = 0; i < frames; i++) {
                writer.write(frame(i));
                if (next) {
                    // A block of an unknown type, to be passed over.
                    writer.flush();
                    out.writeBytes(ByteBuffer.allocate(32)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(0, 0x0bad)
                            .putInt(4, 32)
                            .putInt(28, 32)
                            .array());
                }
            }
        }
        return out.toByteArray();
    }

    private static void check(Frame frame, int i) {
        assertArrayEquals(frame(i).bytes(), frame.bytes());
        assertEquals(i * 1_000_000_000L, frame.timestampNanos());
        assertEquals(LinkType.ETHERNET, frame.linkType());
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Socket connect(CaptureStream stream) throws IOException {
        InetSocketAddress at = stream.localAddress().orElseThrow();
        return new Socket(at.getAddress(), at.getPort());
    }

    @Test
    void aByteAtATime() throws IOException {
        for (boolean next : new boolean[] {false, true}) {
            Pipe pipe = Pipe.open();
            try (CaptureStream stream = CaptureStream.of(pipe.source(), "pipe")) {
                Frame frame = stream.frame();
                assertEquals(LinkType.NULL, stream.linkType());
                int count = 0;
                for (byte b : capture(next, 5)) {
                    pipe.sink().write(ByteBuffer.wrap(new byte[] {b}));
                    if (stream.next(0)) {
                        check(frame, count++);
                    } else {
                        assertFalse(stream.ended());
                        assertThrows(IllegalStateException.class, frame::buffer);
                    }
                }
                assertEquals(5, count);
                assertEquals(LinkType.ETHERNET, stream.linkType());
                pipe.sink().close();
                assertFalse(stream.next());
                assertTrue(stream.ended());
                assertEquals(5, stream.statistics().received());
            }
        }
    }

    @Test
    void waitsNoLongerThanToldAndGoesOnLater() throws Exception {
        Pipe pipe = Pipe.open();
        byte[] capture = capture(false, 1);
        try (CaptureStream stream = CaptureStream.of(pipe.source(), "pipe")) {
            assertFalse(stream.next(TimeUnit.MILLISECONDS.toNanos(5)));
            pipe.sink().write(ByteBuffer.wrap(capture, 0, 70));
            assertFalse(stream.next(TimeUnit.MILLISECONDS.toNanos(5)));
            var rest = CompletableFuture.runAsync(() -> {
                try {
                    Thread.sleep(30);
                    pipe.sink().write(ByteBuffer.wrap(capture, 70, capture.length - 70));
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertTrue(stream.next(LONG));
            check(stream.frame(), 0);
            rest.get();
        }
    }

    @Test
    @SuppressWarnings("try") // closes before the end on purpose
    void wakeInterruptAndCloseEndAWait() throws Exception {
        try (CaptureStream stream = CaptureStream.listen(loopback());
                Socket peer = connect(stream)) {
            stream.wake();
            assertFalse(stream.next(LONG), "woken before it waits");
            assertFalse(stream.ended());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> stream.next(LONG));
            assertTrue(Thread.interrupted());
            Thread here = Thread.currentThread();
            var interrupter = CompletableFuture.runAsync(() -> {
                sleep(30);
                here.interrupt();
            });
            assertThrows(InterruptedIOException.class, () -> stream.next(LONG));
            assertTrue(Thread.interrupted());
            interrupter.join();
            peer.getOutputStream().write(capture(true, 1));
            assertTrue(stream.next(LONG), "the connection is whole");
            var closer = CompletableFuture.runAsync(() -> {
                sleep(30);
                try {
                    stream.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertFalse(stream.next());
            assertTrue(stream.ended());
            closer.get();
            assertEquals(-1, peer.getInputStream().read());
        }
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aListenerTakesOnePeerAfterTheOther() throws IOException {
        byte[] capture = capture(false, 3);
        try (CaptureStream stream = CaptureStream.listen(loopback())) {
            assertFalse(stream.next(0));
            Socket cut = connect(stream);
            Socket second = connect(stream);
            second.getOutputStream().write(capture);
            second.close();
            cut.getOutputStream().write(capture, 0, capture.length - 10);
            cut.close();
            for (int i = 0; i < 2; i++) {
                assertTrue(stream.next(LONG));
                check(stream.frame(), i);
            }
            String message = assertThrows(CaptureFormatException.class, () -> stream.next(LONG))
                    .getMessage();
            int at = 24 + 16 + 60 + 16 + 61;
            assertTrue(
                    message.contains("truncated at byte " + at + " (packet 3): record needs 78 bytes, 68 are left"),
                    message);
            assertFalse(stream.ended());
            for (int i = 0; i < 3; i++) {
                assertTrue(stream.next(LONG));
                check(stream.frame(), i);
            }
            assertFalse(stream.next(0));
            assertFalse(stream.ended());
        }
    }

    @Test
    @SuppressWarnings("try") // closes before the end on purpose
    void aConnectionEndsWithItsPeer() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress at = (InetSocketAddress) server.getLocalSocketAddress();
            try (CaptureStream stream = CaptureStream.connect(at)) {
                try (Socket peer = server.accept()) {
                    peer.getOutputStream().write(capture(true, 2));
                }
                assertTrue(stream.next());
                assertTrue(stream.next());
                assertFalse(stream.next());
                assertTrue(stream.ended());
                assertThrows(IOException.class, () -> stream.write(frame(0)));
            }
            server.close();
            String refused = assertThrows(IOException.class, () -> CaptureStream.connect(at))
                    .getMessage();
            assertTrue(refused.startsWith("tcp://") && refused.contains(":" + at.getPort() + ": "), refused);
        }
    }

    @Test
    void whatCannotBeWaitedForIsPumped() throws Exception {
        var input = new ByteArrayInputStream(capture(false, 4));
        try (CaptureStream stream = CaptureStream.of(Channels.newChannel(input), "stdin")) {
            for (int i = 0; i < 4; i++) {
                assertTrue(stream.next(LONG));
                check(stream.frame(), i);
            }
            assertFalse(stream.next());
            assertTrue(stream.ended());
        }
        InputStream broken = new InputStream() {
            private final InputStream first = new ByteArrayInputStream(capture(false, 1));

            @Override
            public int read() throws IOException {
                int b = first.read();
                if (b < 0) {
                    throw new IOException("the disk is on fire");
                }
                return b;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                into[offset] = (byte) read();
                return 1;
            }
        };
        try (CaptureStream stream = CaptureStream.of(Channels.newChannel(broken), "stdin")) {
            assertTrue(stream.next(LONG));
            assertEquals(
                    "stdin: the disk is on fire",
                    assertThrows(IOException.class, () -> stream.next()).getMessage());
            assertTrue(stream.ended());
        }
    }

    @Test
    void nonsenseIsNoMoreThanAnError() throws IOException {
        Random random = new Random(7);
        byte[][] whole = {capture(false, 3), capture(true, 3)};
        for (int round = 0; round < 400; round++) {
            byte[] bytes;
            if (round % 4 == 0) {
                bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
            } else {
                bytes = whole[round % 2].clone();
                for (int i = 0; i < 1 + round % 5; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            Pipe pipe = Pipe.open();
            try (CaptureStream stream = CaptureStream.of(pipe.source(), "pipe")) {
                int at = 0;
                while (at < bytes.length && !stream.ended()) {
                    int count = Math.min(1 + random.nextInt(50), bytes.length - at);
                    pipe.sink().write(ByteBuffer.wrap(bytes, at, count));
                    at += count;
                    stream.next(0);
                }
                pipe.sink().close();
                while (stream.next()) {
                    assertTrue(stream.frame().length() >= 0);
                }
            } catch (IOException e) {
                assertInstanceOf(CaptureFormatException.class, e);
            } finally {
                pipe.sink().close();
            }
        }
    }

    @Test
    @RootOnly
    void takesWhatTcpdumpSendsOverTcp() throws Exception {
        try (CaptureStream stream = CaptureStream.listen(loopback())) {
            int port = stream.localAddress().orElseThrow().getPort();
            Process tcpdump = Command.start(List.of(
                    "sh", "-c", "tcpdump -i lo -U -w - udp port 45999 2>/dev/null | socat -u - TCP:127.0.0.1:" + port));
            try {
                int count = 0;
                for (int i = 0; i < 400 && count < 10; i++) {
                    UdpSender.send(new InetSocketAddress(InetAddress.getLoopbackAddress(), 45999), 1, 32, 32, 0);
                    while (stream.next(TimeUnit.MILLISECONDS.toNanos(50))) {
                        assertEquals(14 + 20 + 8 + 32, stream.frame().length());
                        count++;
                    }
                }
                assertTrue(count >= 10, "only " + count + " frames");
                assertEquals(LinkType.ETHERNET, stream.linkType());
            } finally {
                tcpdump.descendants().forEach(ProcessHandle::destroy);
                tcpdump.destroy();
                assertTrue(tcpdump.waitFor(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void aWriterSendsWhatAStreamReads() throws Exception {
        try (CaptureStream stream = CaptureStream.listen(loopback());
                Socket peer = connect(stream)) {
            OutputStream out = peer.getOutputStream();
            try (var writer = PcapngWriter.create(Channels.newChannel(out), "tcp", WriterOptions.DEFAULT)) {
                for (int i = 0; i < 20; i++) {
                    writer.write(frame(i));
                    writer.flush();
                    assertTrue(stream.next(LONG));
                    check(stream.frame(), i);
                }
            }
        }
    }
}
