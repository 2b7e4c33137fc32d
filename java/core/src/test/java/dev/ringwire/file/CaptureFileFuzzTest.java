package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.testing.Fuzzer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a file: frames within the file, then its end or a documented error, however large the buffer. */
@Tag("fuzz")
class CaptureFileFuzzTest {
    @Test
    void pcap() {
        Layout big = Layout.big().pcapHeader(0xa1b2c3d4L, 2, 4, 96, 1);
        Layout little = Layout.little().pcapHeader(0xa1b23c4dL, 2, 4, 65535, 113);
        for (int length : new int[] {0, 7, 60}) {
            big.u32(1, 2, length, length + 1).run(1, length);
            little.u32(0xffffffffL, 999_999_999, length, length).run(5, length);
        }
        Fuzzer.run(List.of(big.array(), little.array()), CaptureFileFuzzTest::read);
    }

    @Test
    void pcapng() {
        Layout big = Layout.big().section().iface(1, 0);
        Layout little = Layout.little().section().iface(101, 96).iface(1, 0);
        for (int length : new int[] {0, 7, 60}) {
            big.packet(0, 5, length, 9);
            little.packet(1, 1L << 40, length, length)
                    .block(0x0bad, Layout.little().run(0, 8));
        }
        big.section().iface(113, 0).packet(0, 5, 4, 9);
        Fuzzer.run(List.of(big.array(), little.array()), CaptureFileFuzzTest::read);
    }

    private static void read(byte[] file) throws IOException {
        assertEquals(walk(file, 4096), walk(file, 64), "a small buffer gives something else");
    }

    private static String walk(byte[] file, int capacity) throws IOException {
        StringBuilder all = new StringBuilder();
        long bytes = 0;
        int count = 0;
        try (CaptureReader reader = CaptureReader.open(Readers.channel(file), "fuzz", capacity)) {
            Frame frame = reader.frame();
            while (reader.next()) {
                bytes += frame.bytes().length;
                all.append(frame).append(frame.interfaceName()).append(frame.direction());
                all.append(frame.hasTimestamp() ? frame.timestamp() : "-").append(frame.originalLength());
                assertTrue(bytes <= file.length && ++count <= file.length, "more frames than the file has bytes");
            }
            all.append(reader.interfaces()).append(reader.sections());
            assertTrue(reader.ended());
        } catch (CaptureFormatException e) {
            assertTrue(e.offset() >= 0 && e.offset() <= file.length, e::getMessage);
            all.append(e.getMessage());
        }
        return all.toString();
    }
}
