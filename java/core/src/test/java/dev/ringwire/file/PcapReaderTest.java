package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapReaderTest {
    private static final long MICROS = 0xa1b2c3d4L;
    private static final long NANOS = 0xa1b23c4dL;
    private static final long MODIFIED = 0xa1b2cd34L;

    @TempDir
    Path directory;

    private static byte[] octets(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    @Test
    void littleEndianMicroseconds() throws IOException {
        byte[] file = octets(
                0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0, // header
                0x01, 0, 0, 0x80, 0x3f, 0x42, 0x0f, 0, 3, 0, 0, 0, 0x10, 0x27, 0, 0, 7, 8, 9); // 2038, .999999
        try (CaptureReader reader = CaptureReader.open(Files.write(directory.resolve("a.pcap"), file))) {
            assertEquals("pcap 2.4, little-endian", reader.format().toString());
            assertEquals(LinkType.ETHERNET, reader.linkType());
            assertEquals(1, reader.sections());
            assertEquals(file.length, reader.size());
            assertEquals(24, reader.position());
            CaptureInterface captured = reader.interfaces().get(0);
            assertEquals(
                    new CaptureInterface(0, 0, "", "", LinkType.ETHERNET, 65535, 6, 0, BlockOptions.NONE), captured);
            Frame frame = reader.frame();
            assertThrows(IllegalStateException.class, frame::timestampNanos);
            assertTrue(reader.next());
            assertSame(frame, reader.frame());
            assertEquals(0x8000_0001L * 1_000_000_000L + 999_999_000, frame.timestampNanos());
            assertEquals(10_000, frame.originalLength());
            assertArrayEquals(octets(7, 8, 9), frame.bytes());
            assertEquals(Direction.UNKNOWN, frame.direction());
            assertEquals(file.length, reader.position());
            assertTrue(!reader.next() && reader.ended());
        }
    }

    @Test
    void bigEndianNanoseconds() throws IOException {
        byte[] file = octets(
                0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 101, // header
                0, 0, 0, 1, 0x3b, 0x9a, 0xc9, 0xff, 0, 0, 0, 2, 0, 0, 0, 2, 0x45, 0x00);
        CaptureReader reader = Readers.stream(file);
        assertEquals(ByteOrder.BIG_ENDIAN, reader.format().byteOrder());
        assertEquals(-1, reader.size());
        List<Frame> frames = Readers.all(reader);
        assertEquals(1, frames.size());
        assertEquals(1_999_999_999L, frames.get(0).timestampNanos());
        assertEquals(LinkType.RAW, frames.get(0).linkType());
        assertEquals(2, frames.get(0).originalLength());
    }

    @Test
    void everyMagicInBothOrders() throws IOException {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            for (long magic : new long[] {MICROS, NANOS, MODIFIED}) {
                Layout file = new Layout(order).pcapHeader(magic, 2, 4, 65535, 1);
                for (int i = 1; i <= 3; i++) {
                    file.u32(i, i, i, 2L * i);
                    if (magic == MODIFIED) {
                        file.u32(7).u16(0x0800).bytes((byte) (i == 2 ? 4 : 0), (byte) 0);
                    }
                    file.run(i, i);
                }
                List<Frame> frames = Readers.all(Readers.stream(file.array()));
                assertEquals(3, frames.size());
                Frame second = frames.get(1);
                assertArrayEquals(octets(2, 3), second.bytes());
                assertEquals(4, second.originalLength());
                assertEquals(2_000_000_000L + (magic == NANOS ? 2 : 2000), second.timestampNanos());
                if (magic == MODIFIED) {
                    assertEquals(7, second.interfaceId());
                    assertEquals(Direction.OUTBOUND, second.direction());
                    assertEquals(Direction.INBOUND, frames.get(0).direction());
                }
            }
        }
    }

    @Test
    void oldVersionsSwapTheLengths() throws IOException {
        // 2.2 always has the original length first, 2.3 has either order, 2.4 the captured length.
        for (int minor = 2; minor <= 4; minor++) {
            Layout file = Layout.big().pcapHeader(MICROS, 2, minor, 100, 1);
            if (minor == 4) {
                file.u32(1, 0, 3, 60);
            } else {
                file.u32(1, 0, 60, 3);
            }
            file.run(1, 3);
            if (minor == 3) {
                file.u32(2, 0, 3, 60).run(4, 3);
            }
            for (Frame frame : Readers.all(Readers.stream(file.array()))) {
                assertEquals(3, frame.length());
                assertEquals(60, frame.originalLength());
            }
        }
    }

    @Test
    void everySnapLength() throws IOException {
        // A packet over the limit in the header is taken as long as it is no larger than tools take anyway.
        for (long snapLength : new long[] {0, 1, 64, 262_144, 0x7fff_ffffL, 0xffff_ffffL}) {
            Layout file = Layout.little()
                    .pcapHeader(MICROS, 2, 4, snapLength, 1)
                    .u32(1, 2, 300, 300)
                    .run(0, 300);
            assertEquals(1, Readers.all(Readers.stream(file.array())).size());
        }
        Layout huge = Layout.little()
                .pcapHeader(MICROS, 2, 4, 0, 1)
                .u32(1, 2, 300_000, 300_000)
                .run(0, 300_000);
        assertEquals(300_000, Readers.all(Readers.stream(huge.array())).get(0).length());
        Layout over = Layout.little()
                .pcapHeader(MICROS, 2, 4, 64, 1)
                .u32(1, 2, 300_000, 300_000)
                .run(0, 300_000);
        assertTrue(Readers.untilError(Readers.stream(over.array()), new ArrayList<>())
                .getMessage()
                .endsWith("damaged at byte 24 (packet 1): captured length 300000 exceeds the limit 262144"));
    }

    @Test
    void inconsistentLengthsAreReportedAsTheyAre() throws IOException {
        Layout file = Layout.little().pcapHeader(MICROS, 2, 4, 64, 1);
        file.u32(1, 2, 4, 2)
                .run(0, 4)
                .u32(1, 2, 0, 0)
                .u32(1, 0xffff_ffffL, 1, 0xffff_ffffL)
                .run(0, 1);
        List<Frame> frames = Readers.all(CaptureReader.open(file.write(directory)));
        assertEquals(4, frames.get(0).length());
        assertEquals(2, frames.get(0).originalLength());
        assertEquals(0, frames.get(1).length());
        assertEquals(Integer.MAX_VALUE, frames.get(2).originalLength());
        assertEquals(1_000_000_000L + 0xffff_ffffL * 1000, frames.get(2).timestampNanos());
    }

    @Test
    void damageComesAfterThePacketsBeforeIt() throws IOException {
        Layout file =
                Layout.little().pcapHeader(MICROS, 2, 4, 64, 1).u32(1, 2, 4, 4).run(0, 4);
        int end = file.size();
        file.u32(1, 2, 0xffff_ffffL, 4).run(0, 100);
        List<Frame> frames = new ArrayList<>();
        CaptureFormatException error = Readers.untilError(CaptureReader.open(file.write(directory)), frames);
        assertEquals(1, frames.size());
        assertEquals(end, error.offset());
        assertEquals(2, error.packetNumber());
        assertTrue(error.getMessage().contains("captured length 4294967295 exceeds the limit 262144"));
    }

    @Test
    void headersThatCannotBeMeantSo() throws IOException {
        assertTrue(rejected(Layout.big().pcapHeader(MICROS, 1, 4, 64, 1).array())
                .endsWith("pcap version 1.4 is not known (2.x is)"));
        assertTrue(
                rejected(Layout.big().pcapHeader(MICROS, 2, 4, 64, 0x0030_0001).array())
                        .contains("reserved bits are set in link type 00300001"));
        // The bits for frame check sequences, and AIX's version number.
        assertEquals(
                LinkType.ETHERNET,
                Readers.stream(Layout.big()
                                .pcapHeader(MICROS, 543, 0, 64, 0xf400_0001L)
                                .array())
                        .linkType());
    }

    @Test
    void whatIsNoCaptureFileSaysSo() throws IOException {
        assertTrue(rejected().endsWith(": not a capture file: the file is empty"));
        assertTrue(rejected(1, 2, 3).endsWith(": not a capture file: only 3 bytes"));
        assertTrue(rejected(0x50, 0x4b, 3, 4, 5).endsWith(": not a capture file: it starts with 504b0304"));
        assertTrue(rejected(0x1f, 0x8b, 8, 0, 5).endsWith(": the gzip data is truncated at byte 0 (packet 1)"));
        assertTrue(rejected(0x28, 0xb5, 0x2f, 0xfd, 5)
                .endsWith(": zstd-compressed: decompress it first, with \"zstd -dc\" into a pipe"));
    }

    private String rejected(int... file) throws IOException {
        return rejected(octets(file));
    }

    private String rejected(byte[] file) throws IOException {
        Path path = Files.write(directory.resolve("x.pcap"), file);
        String message = assertThrows(CaptureFormatException.class, () -> CaptureReader.open(path))
                .getMessage();
        assertTrue(message.startsWith(path.toString()));
        assertThrows(CaptureFormatException.class, () -> Readers.stream(file));
        return message;
    }
}
