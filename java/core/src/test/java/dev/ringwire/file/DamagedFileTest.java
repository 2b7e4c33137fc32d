package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files cut at every byte, and with bits turned over. */
class DamagedFileTest {
    @TempDir
    Path directory;

    private static final int[] LENGTHS = {3, 0, 7, 4};

    private record Sample(Layout layout, List<Integer> ends, List<Integer> packetsAt) {}

    private static Sample pcap() {
        Layout file = Layout.little().pcapHeader(0xa1b23c4dL, 2, 4, 65535, 1);
        List<Integer> ends = new ArrayList<>(List.of(file.size()));
        List<Integer> packets = new ArrayList<>(List.of(0));
        for (int i = 0; i < LENGTHS.length; i++) {
            file.u32(i + 1, i, LENGTHS[i], LENGTHS[i] + 1).run(1, LENGTHS[i]);
            ends.add(file.size());
            packets.add(i + 1);
        }
        return new Sample(file, ends, packets);
    }

    private static Sample pcapng() {
        Layout file = Layout.big().section();
        List<Integer> ends = new ArrayList<>(List.of(file.size()));
        List<Integer> packets = new ArrayList<>(List.of(0));
        file.iface(1, 0);
        ends.add(file.size());
        packets.add(0);
        for (int i = 0; i < LENGTHS.length; i++) {
            file.packet(0, i, LENGTHS[i], 9);
            ends.add(file.size());
            packets.add(i + 1);
            file.block(0x0bad, Layout.big().run(0, 8));
            ends.add(file.size());
            packets.add(i + 1);
        }
        return new Sample(file, ends, packets);
    }

    @Test
    void everyCut() throws IOException {
        Path path = directory.resolve("cut");
        for (Sample sample : List.of(pcap(), pcapng())) {
            for (int cut = 0; cut <= sample.layout.size(); cut++) {
                byte[] part = Arrays.copyOf(sample.layout.array(), cut);
                Files.write(path, part);
                checkCut(sample, cut, () -> CaptureReader.open(path));
                checkCut(sample, cut, () -> CaptureReader.open(path, 1));
                checkCut(sample, cut, () -> CaptureReader.open(Readers.channel(part), "cut", 64));
            }
        }
    }

    private interface Opening {
        CaptureReader open() throws IOException;
    }

    private static void checkCut(Sample sample, int cut, Opening opening) throws IOException {
        int whole = -1;
        for (int i = 0; i < sample.ends.size() && sample.ends.get(i) <= cut; i++) {
            whole = i;
        }
        boolean clean = whole >= 0 && sample.ends.get(whole) == cut;
        int packets = whole < 0 ? 0 : sample.packetsAt.get(whole);
        CaptureReader reader;
        try {
            reader = opening.open();
        } catch (CaptureFormatException e) {
            assertEquals(0, packets);
            assertTrue(!clean, () -> "cut " + cut + ": " + e);
            return;
        }
        if (clean) {
            assertEquals(packets, Readers.all(reader).size());
            return;
        }
        List<Frame> frames = new ArrayList<>();
        CaptureFormatException error = Readers.untilError(reader, frames);
        assertEquals(packets, frames.size());
        assertEquals(packets + 1, error.packetNumber());
        assertEquals((long) sample.ends.get(whole), error.offset());
        assertTrue(error.getMessage().contains("truncated at byte " + error.offset()), error.getMessage());
    }

    @Test
    void turnedBitsGiveDocumentedErrorsOnly() throws IOException {
        Random random = new Random(20);
        Path path = directory.resolve("bits");
        for (Sample sample : List.of(pcap(), pcapng())) {
            for (int round = 0; round < 5000; round++) {
                byte[] file = sample.layout.array();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
                }
                long fromStream = walk(() -> CaptureReader.open(Readers.channel(file), "bits", 64));
                if (round % 50 == 0) {
                    Files.write(path, file);
                    assertEquals(fromStream, walk(() -> CaptureReader.open(path, 1)));
                }
            }
        }
    }

    // A hash of all that was read, and of how it ended.
    private static long walk(Opening opening) throws IOException {
        long hash = 1;
        int count = 0;
        try (CaptureReader reader = opening.open()) {
            Frame frame = reader.frame();
            while (reader.next()) {
                hash = hash * 31 + frame.timestampNanos();
                hash = hash * 31
                        + frame.originalLength()
                        + frame.direction().name().length();
                hash = hash * 31
                        + frame.linkType().hashCode()
                        + frame.interfaceName().hashCode();
                hash = hash * 31 + Arrays.hashCode(frame.bytes());
                if (++count > 1000) {
                    fail("more packets than bytes");
                }
            }
        } catch (CaptureFormatException e) {
            hash = hash * 31 + e.offset();
        }
        return hash;
    }

    @Test
    void aLyingLengthCostsNoMemory() throws IOException {
        byte[] file = Layout.little()
                .pcapHeader(0xa1b2c3d4L, 2, 4, 0, 1)
                .u32(1, 2, 200 << 20, 200 << 20)
                .run(0, 100)
                .array();
        CaptureReader reader = CaptureReader.open(Readers.channel(file), "lie");
        CaptureFormatException error = assertThrows(CaptureFormatException.class, reader::next);
        assertEquals(
                "lie: truncated at byte 24 (packet 1): record needs 209715216 bytes, 116 are left", error.getMessage());
        assertEquals(Input.CAPACITY, reader.input.buffer.capacity());
        CaptureReader small = CaptureReader.open(Readers.channel(file), "lie", 32);
        assertThrows(CaptureFormatException.class, small::next);
        assertTrue(small.input.buffer.capacity() <= 256);
    }
}
