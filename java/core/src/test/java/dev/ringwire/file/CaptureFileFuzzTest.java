package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.testing.Fuzzer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Any bytes as a file: frames within the file, then its end or a documented error, however large the buffer and
 * however the bytes arrive.
 */
@Tag("fuzz")
class CaptureFileFuzzTest {
    @Test
    void files() {
        Layout bigPcap = Layout.big().pcapHeader(0xa1b2c3d4L, 2, 4, 96, 1);
        Layout littlePcap = Layout.little().pcapHeader(0xa1b23c4dL, 2, 4, 65535, 113);
        Layout big = Layout.big().section().iface(1, 0);
        Layout little = Layout.little().section().iface(101, 96).iface(1, 0);
        for (int length : new int[] {0, 7, 60}) {
            bigPcap.u32(1, 2, length, length + 1).run(1, length);
            littlePcap.u32(0xffffffffL, 999_999_999, length, length).run(5, length);
            big.packet(0, 5, length, 9);
            little.packet(1, 1L << 40, length, length)
                    .block(0x0bad, Layout.little().run(0, 8));
        }
        big.section().iface(113, 0).packet(0, 5, 4, 9);
        List<byte[]> seeds = List.of(
                bigPcap.array(),
                littlePcap.array(),
                big.array(),
                little.array(),
                BlockCopierTest.everything(ByteOrder.BIG_ENDIAN).array(),
                BlockCopierTest.everything(ByteOrder.LITTLE_ENDIAN).array());
        Fuzzer.run(seeds, CaptureFileFuzzTest::read);
    }

    /** The same behind a decompressor, which is damaged at times as well. */
    @Test
    void compressed() throws IOException {
        byte[] file = BlockCopierTest.everything(ByteOrder.LITTLE_ENDIAN).array();
        byte[] one = GzipTest.gzip(file);
        byte[] two = Layout.big()
                .bytes(GzipTest.gzip(Arrays.copyOf(file, 100)))
                .bytes(GzipTest.gzip(new byte[9]))
                .array();
        Fuzzer.run(List.of(one, two), CaptureFileFuzzTest::read);
    }

    /** What can be read with all its blocks can be copied, and says the same then. */
    @Test
    void copies() throws IOException {
        List<byte[]> seeds = List.of(
                BlockCopierTest.everything(ByteOrder.BIG_ENDIAN).array(),
                BlockCopierTest.everything(ByteOrder.LITTLE_ENDIAN).array());
        Fuzzer.run(seeds, CaptureFileFuzzTest::copy);
    }

    private static void copy(byte[] file) throws IOException {
        List<String> whole;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureReader reader = Readers.stream(file);
                PcapngWriter writer = PcapngWriter.create(Channels.newChannel(out), "out", WriterOptions.DEFAULT)) {
            if (reader.format().container() != CaptureFormat.Container.PCAPNG) {
                return;
            }
            whole = Events.of(Readers.stream(file));
            writer.copyFrom(reader);
            while (reader.next()) {
                writer.write(reader.frame());
            }
        } catch (CaptureFormatException damaged) {
            return;
        }
        whole.removeIf(event -> event.startsWith("block " + OtherBlock.CUSTOM_NOT_COPIED));
        whole.replaceAll(event -> event.replaceAll("1937[23]:\\w* ", ""));
        List<String> copied = Events.of(Readers.stream(out.toByteArray()));
        for (int i = 0; i < Math.min(whole.size(), copied.size()); i++) {
            // A simple packet shorter than its section's limit allows is no simple packet any more, and gets a time.
            if (whole.get(i).matches("(?s)packet .* - \\d+ UNKNOWN .*")) {
                copied.set(i, copied.get(i).replaceFirst(" -?\\d+ (\\d+ UNKNOWN )", " - $1"));
            }
        }
        assertEquals(whole, copied);
    }

    private static void read(byte[] file) throws IOException {
        String whole = walk(file, 4096);
        assertEquals(whole, walk(file, 64), "a small buffer gives something else");
        assertEquals(whole, walkArriving(file), "bytes that arrive as they please give something else");
    }

    private static String walk(byte[] file, int capacity) throws IOException {
        StringBuilder all = new StringBuilder();
        try (CaptureReader reader = CaptureReader.open(Readers.channel(file), "fuzz", capacity)) {
            int count = 0;
            while (reader.next()) {
                show(reader.frame(), all);
                assertTrue(reader.gzip() || ++count <= file.length, "more frames than the file has bytes");
            }
            all.append(reader.interfaces()).append(reader.sections());
            assertTrue(reader.ended());
        } catch (CaptureFormatException e) {
            boolean decompressed = e.getMessage().contains("decompressed byte");
            assertTrue(e.offset() >= 0 && (decompressed || e.offset() <= file.length), e::getMessage);
            all.append(e.getMessage());
        }
        return all.toString();
    }

    private static String walkArriving(byte[] file) throws IOException {
        StringBuilder all = new StringBuilder();
        Slices channel = new Slices(file);
        ArrivingCapture arriving = new ArrivingCapture(channel, "fuzz");
        try {
            CaptureReader reader = arriving.tryOpen();
            while (reader == null) {
                reader = arriving.tryOpen();
            }
            while (!reader.ended()) {
                if (reader.next(0)) {
                    show(reader.frame(), all);
                }
            }
            all.append(reader.interfaces()).append(reader.sections());
        } catch (CaptureFormatException e) {
            all.append(e.getMessage());
        }
        return all.toString();
    }

    private static void show(Frame frame, StringBuilder all) {
        all.append(frame).append(HexFormat.of().formatHex(frame.bytes()));
        all.append(frame.interfaceName()).append(frame.direction());
        all.append(frame.hasTimestamp() ? frame.timestamp() : "-").append(frame.originalLength());
    }

    /** A connection: some bytes, or none yet. */
    private static final class Slices implements ReadableByteChannel {
        private final ByteBuffer file;
        private final Random random;

        Slices(byte[] file) {
            this.file = ByteBuffer.wrap(file);
            random = new Random(Arrays.hashCode(file));
        }

        @Override
        public int read(ByteBuffer to) {
            int most = random.nextInt(3) == 0 ? 0 : Math.min(to.remaining(), 1 + random.nextInt(80));
            if (most > 0 && !file.hasRemaining()) {
                return -1;
            }
            int length = Math.min(most, file.remaining());
            to.put(to.position(), file, file.position(), length);
            to.position(to.position() + length);
            file.position(file.position() + length);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
