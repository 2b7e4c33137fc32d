package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways bytes come in: buffers of every size, pipes, files that change meanwhile. */
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
    void buffersOfEverySize() throws IOException {
        Layout layout = pcap(20);
        Path path = layout.write(directory);
        for (int capacity = 1; capacity < 3000; capacity += capacity < 40 ? 1 : 97) {
            check(Readers.all(CaptureReader.open(path, capacity)), 20);
            check(Readers.all(CaptureReader.open(Readers.channel(layout.array()), "test", capacity)), 20);
        }
    }

    @Test
    void aFileManyTimesTheBuffer() throws IOException {
        Path path = pcap(3000).write(directory);
        try (CaptureReader reader = CaptureReader.open(path)) {
            int count = 0;
            while (reader.next()) {
                assertEquals(count++ * 1_000_000_000L, reader.frame().timestampNanos());
                assertEquals(24 + 1016L * count, reader.position());
            }
            assertEquals(3000, count);
            assertEquals(Files.size(path), reader.size());
            assertEquals(Input.CAPACITY, reader.input.buffer.capacity());
        }
    }

    @Test
    void aChannelIsReadFromWhereItStands() throws IOException {
        byte[] file = pcap(2).array();
        Path path = Layout.little().run(0, 777).bytes(file).write(directory);
        FileChannel channel = FileChannel.open(path).position(777);
        CaptureReader reader = CaptureReader.open(channel, "inner");
        assertEquals(file.length, reader.size());
        check(Readers.all(reader), 2);
        assertEquals(file.length, reader.position());
    }

    @Test
    void aFileThatDoesNotTellItsSize() throws IOException {
        Path path = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(path) && Files.size(path) == 0);
        try (Input input = new Input(FileChannel.open(path), "status", 8)) {
            assertEquals(-1, input.size());
            assertTrue(input.skip(Long.MAX_VALUE) > 100);
        }
    }

    @Test
    void aReadThatFailsNamesTheFile() {
        ReadableByteChannel broken = Channels.newChannel(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is on fire");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });
        String message = assertThrows(IOException.class, () -> CaptureReader.open(broken, "a.pcap"))
                .getMessage();
        assertEquals("a.pcap: cannot be read: the disk is on fire", message);
        assertFalse(broken.isOpen());
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

    private Path fifo() throws Exception {
        Path fifo = directory.resolve("fifo");
        try {
            Assumptions.assumeTrue(
                    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0);
        } catch (IOException e) {
            Assumptions.abort("no mkfifo here");
        }
        return fifo;
    }

    @Test
    void aNamedPipeIsStreamed() throws Exception {
        Path fifo = fifo();
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
        Layout pcap = Layout.little().pcapHeader(0xa1b2c3d4L, 2, 4, 65535, 1);
        Layout pcapng = Layout.big().section().iface(1, 0);
        List<Integer> pcapEnds = new ArrayList<>();
        List<Integer> pcapngEnds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pcap.u32(i, 0, 9, 9).run(0, 9);
            pcapEnds.add(pcap.size());
            pcapng.packet(0, i, 9, 9);
            pcapngEnds.add(pcapng.size());
            pcapng.block(0x0bad, Layout.big().run(0, 20));
        }
        // Every packet count before the cut, and cuts everywhere: between records, within their headers and data.
        for (int capacity : new int[] {1, 40, 100}) {
            for (int after = 0; after <= 4; after++) {
                for (int left = 0; left < pcap.size(); left += 5) {
                    shrink(pcap, pcapEnds, capacity, after, left);
                }
                for (int left = 0; left < pcapng.size(); left += 11) {
                    shrink(pcapng, pcapngEnds, capacity, after, left);
                }
            }
        }
    }

    private void shrink(Layout file, List<Integer> ends, int capacity, int after, int left) throws IOException {
        Path path = Files.write(directory.resolve("shrinking"), file.array());
        try (CaptureReader reader = CaptureReader.open(path, capacity)) {
            int count = 0;
            while (count < after) {
                assertTrue(reader.next());
                count++;
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(left);
            }
            // What is in the buffer already is not lost.
            long seen = Math.max(left, reader.input.start + reader.input.limit);
            String error = "";
            try {
                while (reader.next()) {
                    assertEquals(8, reader.frame().get(8));
                    count++;
                }
            } catch (IOException e) {
                error = e.getMessage();
            }
            assertEquals(ends.stream().filter(end -> end <= seen).count(), count);
            assertEquals(
                    seen == file.size()
                            ? ""
                            : path + " shrank while it was read: it had " + file.size() + " bytes, now " + left,
                    error);
            assertTrue(reader.ended());
            assertFalse(reader.next());
        }
    }

    @Test
    void aFileThatShrinksBeforeItsFirstByteIsRead() throws IOException {
        Path path = pcap(1).write(directory);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (Input input = new Input(channel, "file", 8)) {
            channel.truncate(2);
            String message =
                    assertThrows(IOException.class, () -> input.require(4)).getMessage();
            assertEquals("file shrank while it was read: it had 1040 bytes, now 2", message);
        }
    }

    @Test
    void aGrowingFileIsFollowedToItsEnd() throws IOException {
        Path path = pcap(2).write(directory);
        byte[] last = record(Layout.little(), 4).array();
        for (int capacity : new int[] {1, 1500, Input.CAPACITY}) {
            Files.write(path, pcap(2).array());
            try (CaptureReader reader = CaptureReader.open(path, capacity)) {
                assertTrue(reader.next());
                for (int i = 2; i < 4; i++) {
                    append(path, record(Layout.little(), i).array());
                    assertTrue(reader.next());
                }
                // A packet that is half there when the reader comes near it.
                append(path, Arrays.copyOf(last, 500));
                assertTrue(reader.next());
                append(path, Arrays.copyOfRange(last, 500, last.length));
                assertTrue(reader.next());
                assertEquals(4_000_000_000L, reader.frame().timestampNanos());
                assertEquals(reader.position(), reader.size());
                append(path, new byte[10]);
                CaptureFormatException error = assertThrows(CaptureFormatException.class, reader::next);
                assertTrue(error.getMessage().contains("needs 16 bytes, 10 are left"), error::toString);
                assertFalse(reader.next());
            }
        }
    }

    private static void append(Path path, byte[] bytes) throws IOException {
        Files.write(path, bytes, StandardOpenOption.APPEND);
    }

    @Test
    void closeFromAnotherThreadEndsABlockedRead() throws Exception {
        byte[] header = pcap(0).array();
        Pipe pipe = Pipe.open();
        pipe.sink().write(ByteBuffer.wrap(header));
        closeWhileBlocked(CaptureReader.open(pipe.source(), "pipe"));
        pipe.sink().close();
        Path fifo = fifo();
        // Open for both ends, or opening would wait for the other.
        try (FileChannel sink = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            sink.write(ByteBuffer.wrap(header));
            closeWhileBlocked(CaptureReader.open(fifo));
        }
    }

    private static void closeWhileBlocked(CaptureReader reader) throws Exception {
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
    }

    @Test
    void closeFromAnotherThreadNeverCrashesAReader() throws Exception {
        Path path = pcap(5000).write(directory);
        for (int round = 0; round < 40; round++) {
            CaptureReader reader = CaptureReader.open(path, 1 << 12);
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
        for (int i = 0; i < 30_000; i++) {
            pcap.u32(i, i, 4, 4).run(0, 4);
            pcapng.packet(0, i, 4, 4);
        }
        for (Layout layout : List.of(pcap, pcapng)) {
            Path path = layout.write(directory);
            for (int round = 0; round < 2; round++) {
                // A small buffer, so that many reads are counted in.
                try (CaptureReader reader = CaptureReader.open(path, 1 << 12)) {
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
