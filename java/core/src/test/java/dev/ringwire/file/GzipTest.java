package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GzipTest {
    @TempDir
    Path directory;

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] file() {
        return BlockCopierTest.everything(ByteOrder.LITTLE_ENDIAN).array();
    }

    @Test
    void membersFollowEachOther() throws IOException {
        byte[] file = file();
        List<String> whole = Events.of(Readers.stream(file));
        for (int cut = 0; cut <= file.length; cut += 50) {
            byte[] packed = join(
                    gzip(Arrays.copyOf(file, cut)),
                    gzip(Arrays.copyOfRange(file, cut, file.length)),
                    new byte[cut % 3]);
            assertEquals(whole, Events.of(Readers.stream(packed)));
            assertEquals(whole, Events.of(CaptureReader.open(Readers.channel(packed), "test", 5)));
        }
    }

    @Test
    void theHeaderMayHoldAllThereIs() throws IOException {
        byte[] packed = gzip(file());
        byte[] header = {0x1f, (byte) 0x8b, 8, 0x1f, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3, 'n', 0, 'c', 'd', 0, 9, 9};
        byte[] full = join(header, Arrays.copyOfRange(packed, 10, packed.length));
        List<String> whole = Events.of(Readers.stream(file()));
        assertEquals(whole, Events.of(Readers.stream(full)));
        for (int cut = 2; cut < header.length; cut++) {
            byte[] start = Arrays.copyOf(full, cut);
            String message = assertThrows(CaptureFormatException.class, () -> Readers.stream(start))
                    .getMessage();
            assertTrue(message.startsWith("test: the gzip data is truncated at byte "), message);
        }
    }

    @Test
    void positionAndSizeAreThoseOfTheFile() throws IOException {
        Layout pcap = Layout.little().pcapHeader(0xa1b2c3d4L, 2, 4, 65535, 1);
        for (int i = 0; i < 5000; i++) {
            pcap.u32(i, 0, 1000, 1000).run(i, 1000);
        }
        Path path = Files.write(directory.resolve("a.pcap.gz"), gzip(pcap.array()));
        try (CaptureReader reader = CaptureReader.open(path)) {
            assertTrue(reader.gzip());
            assertEquals(Files.size(path), reader.size());
            long packets = 0;
            long before = 0;
            while (reader.next()) {
                assertTrue(reader.position() >= before && reader.position() <= reader.size());
                before = reader.position();
                packets++;
            }
            assertEquals(5000, packets);
            assertEquals(reader.size(), reader.position());
        }
    }

    @Test
    void truncatedAnywhere() throws IOException {
        byte[] packed = gzip(file());
        int packets = Readers.all(Readers.stream(file())).size();
        int most = 0;
        for (int length = 2; length < packed.length; length++) {
            List<Frame> frames = new ArrayList<>();
            CaptureFormatException error;
            try {
                CaptureReader reader = Readers.stream(Arrays.copyOf(packed, length));
                error = Readers.untilError(reader, frames);
            } catch (CaptureFormatException e) {
                error = e;
            }
            assertEquals(
                    "test: the gzip data is truncated at byte " + error.offset() + " (packet " + (frames.size() + 1)
                            + ")",
                    error.getMessage());
            assertTrue(error.offset() <= length);
            assertEquals(frames.size() + 1, error.packetNumber());
            most = Math.max(most, frames.size());
        }
        assertEquals(packets, most, "what stands before the damage is given");
    }

    @Test
    void damage() throws IOException {
        byte[] packed = gzip(file());
        byte[] sum = packed.clone();
        sum[packed.length - 5]++;
        expect("the gzip data is damaged: its check sum is wrong", sum);
        byte[] size = packed.clone();
        size[packed.length - 1]++;
        expect("the gzip data is damaged: its check sum is wrong", size);
        expect("something else follows the gzip data", join(packed, new byte[] {0, 1}));
        expect("the gzip header is damaged", join(packed, new byte[] {0, 0x1f, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        byte[] data = packed.clone();
        data[10] = (byte) 0xff;
        expect("the gzip data is damaged: ", data);
        expect("gzip-compressed: decompress it first, with \"gzip -dc\" into a pipe", gzip(packed));
        Layout cut = Layout.little().section().iface(1, 0).packet(0, 1, 4, 4);
        expect("truncated at decompressed byte 48 (packet 1)", gzip(Arrays.copyOf(cut.array(), cut.size() - 4)));
    }

    /** Frames before the damage are given, and it is at the same byte, however much is read at once. */
    @Test
    void damageIsWhereItIs() throws IOException {
        byte[] packed = gzip(file());
        for (int i = 10; i < packed.length; i++) {
            byte[] damaged = packed.clone();
            damaged[i] ^= 0x10;
            assertEquals(events(damaged, 4096), events(damaged, 5), "byte " + i);
        }
    }

    private static List<String> events(byte[] packed, int capacity) throws IOException {
        try {
            return Events.of(CaptureReader.open(Readers.channel(packed), "test", capacity));
        } catch (CaptureFormatException e) {
            return List.of(e.getMessage());
        }
    }

    private static void expect(String why, byte[] packed) {
        String message = assertThrows(CaptureFormatException.class, () -> {
                    try (CaptureReader reader = Readers.stream(packed)) {
                        while (reader.next()) {
                            reader.frame().bytes();
                        }
                        assertFalse(reader.next());
                    }
                })
                .getMessage();
        assertTrue(message.startsWith("test: " + why), message);
    }

    @Test
    void otherCompressionsNameTheirTool() {
        for (String magic : List.of("28b52ffd zstd", "04224d18 lz4", "fd377a58 xz", "425a6839 bzip2")) {
            String[] words = magic.split(" ");
            byte[] start = ByteBuffer.allocate(8)
                    .putInt(Integer.parseUnsignedInt(words[0], 16))
                    .array();
            expect(words[1] + "-compressed: decompress it first, with \"" + words[1] + " -dc\" into a pipe", start);
        }
    }

    /** Never more than a byte at a time, and none every other time. */
    private static final class Slow implements ReadableByteChannel {
        private final ByteBuffer bytes;
        private boolean pause;

        Slow(byte[] bytes) {
            this.bytes = ByteBuffer.wrap(bytes);
        }

        @Override
        public int read(ByteBuffer into) {
            pause = !pause;
            if (pause) {
                return 0;
            }
            if (!bytes.hasRemaining()) {
                return -1;
            }
            into.put(bytes.get());
            return 1;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void asItArrives() throws IOException {
        ArrivingCapture arriving = new ArrivingCapture(new Slow(gzip(file())), "test");
        CaptureReader reader = arriving.tryOpen();
        while (reader == null) {
            reader = arriving.tryOpen();
        }
        int packets = 0;
        while (!reader.ended()) {
            packets += reader.next(0) ? 1 : 0;
        }
        assertEquals(Readers.all(Readers.stream(file())).size(), packets);
    }
}
