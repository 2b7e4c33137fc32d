package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.WriterOptions.Resolution;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterTest {
    private static final long TIME = 1_700_000_000_123_456_789L;

    @TempDir
    Path directory;

    /** A frame that says what it is told to. */
    private static final class Told extends Frame {
        private final int id;
        private final String name;
        private final LinkType linkType;
        private final Direction direction;
        private final int originalLength;

        Told(int id, String name, LinkType linkType, Direction direction, byte[] bytes, int originalLength) {
            this.id = id;
            this.name = name;
            this.linkType = linkType;
            this.direction = direction;
            this.originalLength = originalLength;
            aim(ByteBuffer.wrap(bytes), 0, bytes.length);
        }

        @Override
        public int originalLength() {
            return originalLength;
        }

        @Override
        public long timestampNanos() {
            return TIME;
        }

        @Override
        public LinkType linkType() {
            return linkType;
        }

        @Override
        public int interfaceId() {
            return id;
        }

        @Override
        public String interfaceName() {
            return name;
        }

        @Override
        public Direction direction() {
            return direction;
        }
    }

    private static WriterOptions options(ByteOrder order, Resolution resolution, int snapLength) {
        return new WriterOptions(order, resolution, snapLength);
    }

    private static List<Frame> frames() {
        Random random = new Random(3);
        List<Frame> frames = new ArrayList<>();
        for (int size : new int[] {0, 1, 2, 3, 4, 60, 1514, 65_535, 262_144, 300_000, 5}) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            frames.add(Frame.of(bytes, LinkType.ETHERNET, TIME + frames.size()));
        }
        return frames;
    }

    private static byte[] write(boolean ng, WriterOptions options, List<Frame> frames) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureWriter writer = ng
                ? PcapngWriter.create(Channels.newChannel(out), "out", options)
                : PcapWriter.create(Channels.newChannel(out), "out", LinkType.ETHERNET, options)) {
            for (Frame frame : frames) {
                writer.write(frame);
            }
        }
        return out.toByteArray();
    }

    @Test
    void roundTrips() throws IOException {
        List<Frame> frames = frames();
        for (boolean ng : new boolean[] {false, true}) {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                for (Resolution resolution : Resolution.values()) {
                    for (int snapLength : new int[] {1, 3, 64, 262_144, 1 << 28}) {
                        byte[] file = write(ng, options(order, resolution, snapLength), frames);
                        CaptureReader reader = Readers.stream(file);
                        assertEquals(order, reader.format().byteOrder());
                        assertEquals(ng, reader.format().container() == CaptureFormat.Container.PCAPNG);
                        List<Frame> read = Readers.all(reader);
                        assertEquals(frames.size(), read.size());
                        assertEquals(snapLength, reader.interfaces().get(0).snapLength());
                        for (int i = 0; i < read.size(); i++) {
                            check(frames.get(i), read.get(i), resolution, snapLength);
                        }
                    }
                }
            }
        }
    }

    private static void check(Frame written, Frame read, Resolution resolution, int snapLength) {
        assertEquals(Math.min(written.length(), snapLength), read.length());
        assertEquals(written.length(), read.originalLength());
        assertEquals(
                resolution == Resolution.NANOSECONDS
                        ? written.timestampNanos()
                        : written.timestampNanos() / 1000 * 1000,
                read.timestampNanos());
        assertArrayEquals(java.util.Arrays.copyOf(written.bytes(), read.length()), read.bytes());
        assertEquals(LinkType.ETHERNET, read.linkType());
    }

    @Test
    void pcapBytes() throws IOException {
        Frame frame = Frame.of(new byte[] {1, 2, 3}, LinkType.ETHERNET, TIME);
        byte[] expected = Layout.big()
                .pcapHeader(0xa1b2c3d4L, 2, 4, 2, 1)
                .u32(1_700_000_000, 123_456, 2, 3)
                .run(1, 2)
                .array();
        assertArrayEquals(
                expected, write(false, options(ByteOrder.BIG_ENDIAN, Resolution.MICROSECONDS, 2), List.of(frame)));
    }

    @Test
    void pcapngBytes() throws IOException {
        Frame frame = new Told(4, "eth0", LinkType.ETHERNET, Direction.OUTBOUND, new byte[] {1, 2, 3}, 99);
        Layout section = Layout.little().u32(0x1a2b3c4d).u16(1, 0).u64(-1);
        section.u16(4, 8).bytes("Ringwire".getBytes(StandardCharsets.UTF_8)).u16(0, 0);
        Layout iface = Layout.little().u16(1, 0).u32(262_144);
        iface.u16(2, 4)
                .bytes("eth0".getBytes(StandardCharsets.UTF_8))
                .u16(9, 1)
                .u32(9)
                .u16(0, 0);
        Layout packet =
                Layout.little().u32(0, TIME >>> 32, TIME, 3, 99).run(1, 3).pad();
        packet.u16(2, 4).u32(2).u16(0, 0);
        byte[] expected = Layout.little()
                .block(0x0a0d0d0aL, section)
                .block(1, iface)
                .block(6, packet)
                .array();
        assertArrayEquals(expected, write(true, WriterOptions.DEFAULT, List.of(frame)));
    }

    @Test
    void pcapngKeepsInterfacesAndDirections() throws IOException {
        byte[] data = {0x45, 0};
        List<Frame> frames = List.of(
                new Told(3, "eth0", LinkType.ETHERNET, Direction.INBOUND, data, 10),
                new Told(3, "eth0", LinkType.RAW, Direction.OUTBOUND, data, 2),
                new Told(8, "", LinkType.ETHERNET, Direction.UNKNOWN, data, 2),
                new Told(3, "eth0", LinkType.ETHERNET, Direction.OUTBOUND, data, 2));
        CaptureReader reader = Readers.stream(write(true, WriterOptions.DEFAULT, frames));
        List<Frame> read = Readers.all(reader);
        assertEquals(3, reader.interfaces().size());
        for (int i = 0; i < 4; i++) {
            assertEquals(frames.get(i).interfaceName(), read.get(i).interfaceName());
            assertEquals(frames.get(i).linkType(), read.get(i).linkType());
            assertEquals(frames.get(i).direction(), read.get(i).direction());
            assertEquals(frames.get(i).originalLength(), read.get(i).originalLength());
            assertEquals(i % 3, read.get(i).interfaceId());
        }
    }

    @Test
    void whatPcapCannotHoldIsAnError() throws IOException {
        Path path = directory.resolve("a.pcap");
        byte[] data = {1};
        try (CaptureWriter writer = CaptureWriter.create(path, LinkType.ETHERNET)) {
            writer.write(Frame.of(data, LinkType.ETHERNET, 0xffff_ffffL * 1_000_000_000L + 999_999_999));
            for (Frame frame : List.of(
                    Frame.of(data, LinkType.RAW, 0),
                    Frame.of(data, LinkType.ETHERNET, -1),
                    Frame.of(data, LinkType.ETHERNET, (1L << 32) * 1_000_000_000L))) {
                String message = assertThrows(IOException.class, () -> writer.write(frame))
                        .getMessage();
                assertTrue(message.startsWith(path + ": a pcap file "), message);
            }
            writer.write(Frame.of(data, LinkType.ETHERNET, 1));
        }
        assertEquals(2, Readers.all(CaptureReader.open(path)).size());
        for (int snapLength : new int[] {0, -1}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> options(ByteOrder.BIG_ENDIAN, Resolution.NANOSECONDS, snapLength));
        }
    }

    @Test
    void theNameChoosesTheFormat() throws IOException {
        for (String name : List.of("a.pcap", "b.CAP", "c.pcapng", "d", "e.pcap.new")) {
            Path path = directory.resolve(name);
            CaptureWriter.create(path, LinkType.ETHERNET).close();
            boolean pcap = name.startsWith("a") || name.startsWith("b");
            try (CaptureReader reader = CaptureReader.open(path)) {
                assertEquals(
                        pcap ? CaptureFormat.Container.PCAP : CaptureFormat.Container.PCAPNG,
                        reader.format().container());
            }
        }
    }

    @Test
    void flushMakesTheFileComplete() throws IOException {
        Path path = directory.resolve("f.pcapng");
        CaptureWriter writer = CaptureWriter.create(path, LinkType.ETHERNET);
        writer.write(Frame.of(new byte[60], LinkType.ETHERNET, 1));
        writer.flush();
        assertEquals(1, Readers.all(CaptureReader.open(path)).size());
        writer.write(Frame.of(new byte[60], LinkType.ETHERNET, 2));
        writer.close();
        writer.close();
        writer.flush();
        assertEquals(2, Readers.all(CaptureReader.open(path)).size());
        assertThrows(IOException.class, () -> writer.write(Frame.of(new byte[1], LinkType.ETHERNET, 1)));
    }

    /** A device with room for so many bytes, which takes few at a time. */
    private static final class Full implements WritableByteChannel {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int room;
        private boolean open = true;

        Full(int room) {
            this.room = room;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = Math.min(Math.min(1000, bytes.remaining()), room - taken.size());
            if (count == 0) {
                throw new IOException("No space left on device");
            }
            byte[] part = new byte[count];
            bytes.get(part);
            taken.writeBytes(part);
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    @Test
    void aFullDiskIsAnErrorThatNamesTheFile() throws IOException {
        Full disk = new Full(500_000);
        PcapngWriter writer = PcapngWriter.create(disk, "full.pcapng", WriterOptions.DEFAULT);
        Frame frame = Frame.of(new byte[1514], LinkType.ETHERNET, TIME);
        IOException error = assertThrows(IOException.class, () -> {
            for (int i = 0; i < 1000; i++) {
                writer.write(frame);
            }
        });
        assertEquals("full.pcapng: cannot be written: No space left on device", error.getMessage());
        assertThrows(IOException.class, () -> writer.write(frame));
        assertThrows(IOException.class, writer::flush);
        writer.close();
        assertTrue(!disk.isOpen());
        List<Frame> read = new ArrayList<>();
        Readers.untilError(Readers.stream(disk.taken.toByteArray()), read);
        assertTrue(read.size() > 300);
    }

    @Test
    void aFullDiskShowsAtTheLatestInClose() throws IOException {
        Full disk = new Full(50);
        PcapWriter writer = PcapWriter.create(disk, "full.pcap", LinkType.ETHERNET, WriterOptions.DEFAULT);
        writer.write(Frame.of(new byte[100], LinkType.ETHERNET, TIME));
        assertThrows(IOException.class, writer::close);
        assertTrue(!disk.isOpen());
    }

    @Test
    void toolsReadWhatIsWritten() throws Exception {
        List<Frame> frames = frames().subList(0, 8);
        List<String> files = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (boolean ng : new boolean[] {false, true}) {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                for (Resolution resolution : Resolution.values()) {
                    Path path = directory.resolve(files.size() + ".tool");
                    files.add(Files.write(path, write(ng, options(order, resolution, 65_535), frames))
                            .toString());
                    for (Frame frame : frames) {
                        long nanos = resolution == Resolution.NANOSECONDS
                                ? frame.timestampNanos()
                                : frame.timestampNanos() / 1000 * 1000;
                        expected.add(nanos / 1_000_000_000 + "." + nanos % 1_000_000_000 + "\t" + frame.length());
                    }
                }
            }
        }
        // One after the other into one file, since starting tshark takes long.
        String merged = directory.resolve("merged").toString();
        run(Stream.concat(Stream.of("mergecap", "-a", "-w", merged), files.stream()));
        String fields =
                run(Stream.of("tshark", "-r", merged, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len"));
        assertEquals(expected, fields.lines().toList());
    }

    private static String run(Stream<String> words) throws Exception {
        List<String> command = words.toList();
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Assumptions.abort(command.get(0) + " is not installed");
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        return out;
    }
}
