package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways bytes come in: windows, pipes, files that change meanwhile. */
@Timeout(60)
class InputTest {
    private static final int PACKET = 1000;

    @TempDir
    Path directory;

    private static Layout pcap(int packets) {
        Layout file = Layout.little().pcapHeader(0xa1b2c3d4L, 2, 4, 65535, 1);
        for (int i = 0; i < packets; i++) {
            record(file, i);
        }
        return file;
    }

    private static Layout record(Layout file, int i) {
        return file.u32(i, 0, PACKET, PACKET).run(i, PACKET);
    }

    private static void check(List<Frame> frames, int expected) {
        assertEquals(expected, frames.size());
        for (int i = 0; i < expected; i++) {
            assertEquals(i * 1_000_000_000L, frames.get(i).timestampNanos());
            assertArrayEquals(
                    new Layout(java.nio.ByteOrder.BIG_ENDIAN).run(i, PACKET).array(),
                    frames.get(i).bytes());
        }
    }

    @Test
    void windowsOfEverySize() throws IOException {
        Path path = pcap(20).write(directory);
        for (int window = 1; window < 3000; window += window < 40 ? 1 : 97) {
            check(Readers.all(CaptureReader.open(path, window)), 20);
        }
    }

    @Test
    void streamBuffersOfEverySize() throws IOException {
        byte[] file = pcap(20).array();
        for (int capacity = 4; capacity < 3000; capacity += capacity < 40 ? 1 : 97) {
            check(Readers.all(CaptureReader.open(Readers.channel(file), "test", capacity)), 20);
        }
    }

    @Test
    void manyWindowsOfALargeFile() throws IOException {
        Path path = pcap(3000).write(directory);
        try (CaptureReader reader = CaptureReader.open(path, 1 << 16)) {
            int count = 0;
            while (reader.next()) {
                assertEquals(count++ * 1_000_000_000L, reader.frame().timestampNanos());
            }
            assertEquals(3000, count);
            assertEquals(reader.size(), reader.position());
        }
    }

    @Test
    void aPipeGivesEachPacketAsSoonAsItIsThere() throws Exception {
        byte[] header = pcap(0).array();
        byte[] record = record(Layout.little(), 0).array();
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink()) {
            sink.write(ByteBuffer.wrap(header));
            CaptureReader reader = CaptureReader.open(pipe.source(), "pipe");
            for (int i = 0; i < 3; i++) {
                sink.write(ByteBuffer.wrap(record));
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertTrue(reader.next()));
                assertEquals(PACKET, reader.frame().length());
            }
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try (sink) {
                    for (byte b : record) {
                        sink.write(ByteBuffer.wrap(new byte[] {b}));
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertTrue(reader.next());
            writer.get();
            assertFalse(reader.next());
            assertTrue(reader.ended());
            reader.close();
        }
    }

    @Test
    void aNamedPipeIsStreamed() throws Exception {
        Path fifo = directory.resolve("fifo");
        try {
            Assumptions.assumeTrue(
                    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0);
        } catch (IOException e) {
            Assumptions.abort("no mkfifo here");
        }
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try {
                Files.write(fifo, pcap(5).array(), StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        CaptureReader reader = CaptureReader.open(fifo);
        assertEquals(-1, reader.size());
        check(Readers.all(reader), 5);
        writer.get();
    }

    @Test
    void aChannelMustBlock() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            assertThrows(IllegalBlockingModeException.class, () -> CaptureReader.open(source, "pipe"));
            sink.configureBlocking(false);
            assertThrows(
                    IllegalBlockingModeException.class, () -> PcapngWriter.create(sink, "pipe", WriterOptions.DEFAULT));
        }
    }

    @Test
    void aFileThatShrinksIsAnIOException() throws IOException {
        // Cut to a page and a bit: what is left of the page reads as zeros, beyond it the JVM reports a fault.
        for (long left : new long[] {0, 100, 4096, 5000, 1 << 20, (1 << 20) + 3000}) {
            Path path = pcap(4000).write(directory);
            try (CaptureReader reader = CaptureReader.open(path)) {
                for (int i = 0; i < 3; i++) {
                    assertTrue(reader.next());
                }
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(left);
                }
                IOException error = assertThrows(IOException.class, () -> drain(reader));
                assertTrue(error.getMessage().contains("shrank while it was read"), error::toString);
                assertFalse(reader.next());
            }
        }
    }

    @Test
    void aFileThatShrinksUnderCompiledCodeDoesNotEndTheVirtualMachine() throws IOException {
        Layout pcap = Layout.little().pcapHeader(0xa1b2c3d4L, 2, 4, 65535, 1);
        Layout pcapng = Layout.little().section().iface(1, 0);
        for (int i = 0; i < 20_000; i++) {
            pcap.u32(i, i, 100, 100).run(0, 100);
            pcapng.packet(0, i, 100, 100);
        }
        Random random = new Random(4);
        for (Layout layout : List.of(pcap, pcapng)) {
            for (int round = 0; round < 60; round++) {
                Path path = layout.write(directory);
                int cut = random.nextInt(layout.size());
                int after = 1 + random.nextInt(10_000);
                IOException error = assertThrows(IOException.class, () -> shrink(path, cut, after));
                assertTrue(error.getMessage().contains("shrank while it was read"), error::toString);
                Files.delete(path);
            }
        }
    }

    private static void shrink(Path path, int cut, int after) throws IOException {
        try (CaptureReader reader = CaptureReader.open(path);
                FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            try {
                long sum = 0;
                Frame frame = reader.frame();
                for (int count = 0; reader.next(); count++) {
                    if (count == after) {
                        channel.truncate(cut);
                    }
                    sum += frame.timestampNanos() + frame.originalLength() + frame.interfaceId();
                    sum += frame.linkType().value() + frame.direction().name().length();
                }
                throw new AssertionError("a clean end, sum " + sum);
            } catch (InternalError e) {
                throw reader.shrunk(e);
            }
        }
    }

    // As a careful user would: the fault may show where the bytes are touched, or a little later.
    private static void drain(CaptureReader reader) throws IOException {
        long sum = 0;
        try {
            while (reader.next()) {
                sum += reader.frame().timestampNanos() + reader.frame().get(PACKET / 2);
            }
        } catch (InternalError e) {
            throw reader.shrunk(e);
        }
        throw new AssertionError("a clean end, sum " + sum);
    }

    @Test
    void otherInternalErrorsAreLeftAlone() throws IOException {
        InternalError mine = new InternalError("mine");
        try (CaptureReader reader = CaptureReader.open(pcap(1).write(directory))) {
            assertEquals(mine, assertThrows(InternalError.class, () -> reader.shrunk(mine)));
            assertTrue(reader.shrunk(new InternalError("a fault occurred in an unsafe memory access operation"))
                    .getMessage()
                    .contains("the device failed"));
        }
        try (CaptureReader reader = Readers.stream(pcap(1).array())) {
            assertEquals(mine, assertThrows(InternalError.class, () -> reader.shrunk(mine)));
        }
    }

    @Test
    void aGrowingFileIsFollowedToItsEnd() throws IOException {
        Path path = pcap(2).write(directory);
        try (CaptureReader reader = CaptureReader.open(path)) {
            assertTrue(reader.next());
            for (int i = 2; i < 5; i++) {
                Files.write(path, record(Layout.little(), i).array(), StandardOpenOption.APPEND);
                assertTrue(reader.next());
            }
            assertTrue(reader.next());
            assertEquals(4_000_000_000L, reader.frame().timestampNanos());
            Files.write(path, new byte[10], StandardOpenOption.APPEND);
            assertThrows(CaptureFormatException.class, reader::next);
            assertFalse(reader.next());
        }
    }

    @Test
    void closeFromAnotherThreadEndsABlockedRead() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.sink().write(ByteBuffer.wrap(pcap(0).array()));
        CaptureReader reader = CaptureReader.open(pipe.source(), "pipe");
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(reader.next());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        Thread.sleep(50);
        reader.close();
        assertFalse(result.get(20, TimeUnit.SECONDS));
        assertTrue(reader.ended());
        thread.join();
        pipe.sink().close();
    }

    @Test
    void closeFromAnotherThreadNeverCrashesAReader() throws Exception {
        Path path = pcap(5000).write(directory);
        for (int round = 0; round < 40; round++) {
            CaptureReader reader = CaptureReader.open(path, 1 << 16);
            CompletableFuture<Long> result = CompletableFuture.supplyAsync(() -> {
                long sum = 0;
                try {
                    while (reader.next()) {
                        try {
                            sum += reader.frame().get(0) + reader.frame().timestampNanos();
                        } catch (IllegalStateException closed) {
                            assertTrue(reader.ended());
                        }
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return sum;
            });
            if (round % 2 == 0) {
                Thread.sleep(1);
            }
            reader.close();
            try {
                result.get(20, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
            assertThrows(IllegalStateException.class, () -> reader.frame().buffer());
        }
    }

    @Test
    void nothingIsAllocatedPerPacket() throws IOException {
        Assumptions.assumeTrue(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Layout pcap = Layout.little().pcapHeader(0xa1b2c3d4L, 2, 4, 65535, 1);
        Layout pcapng = Layout.little().section().iface(1, 0);
        for (int i = 0; i < 100_000; i++) {
            pcap.u32(i, i, 4, 4).run(0, 4);
            pcapng.packet(0, i, 4, 4);
        }
        for (Layout layout : List.of(pcap, pcapng)) {
            Path path = layout.write(directory);
            for (int round = 0; round < 2; round++) {
                try (CaptureReader reader = CaptureReader.open(path)) {
                    Frame frame = reader.frame();
                    assertTrue(reader.next());
                    long sum = 0;
                    long before = threads.getCurrentThreadAllocatedBytes();
                    while (reader.next()) {
                        sum += frame.timestampNanos()
                                + frame.originalLength()
                                + frame.linkType().value();
                    }
                    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                    assertTrue(sum != 0);
                    // The first round also links classes.
                    assertTrue(round == 0 || allocated < 50_000, () -> "allocated " + allocated);
                }
            }
        }
    }
}
