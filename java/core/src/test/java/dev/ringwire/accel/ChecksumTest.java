package dev.ringwire.accel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ringwire.natives.NativeLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every implementation at hand against the definition, word by word. */
@ParameterizedClass
@MethodSource("implementations")
record ChecksumTest(Checksum checksum) {
    private static final int LONGEST = 2048;
    private static final byte[] RFC_1071 = HexFormat.of().parseHex("0001f203f4f5f6f7");
    private static final byte[] RANDOM = new byte[LONGEST + 32];
    private static final byte[] ONES = new byte[LONGEST + 32];

    static {
        new Random(1071).nextBytes(RANDOM);
        Arrays.fill(ONES, (byte) 0xff);
    }

    static List<Checksum> implementations() {
        List<Checksum> all = new ArrayList<>(List.of(new JavaChecksum(), Accelerators.checksum()));
        if (NativeLibrary.isLoaded()) {
            all.add(new NativeChecksum());
        }
        return all;
    }

    private static int naive(byte[] bytes, int offset, int length, int initial) {
        long sum = initial;
        for (int i = 0; i < length; i++) {
            int octet = bytes[offset + i] & 0xff;
            sum += i % 2 == 0 ? octet << 8 : octet;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    @Test
    void exampleOfRfc1071() {
        assertEquals(0xddf2, checksum.sum(RFC_1071, 0, 8, 0));
        assertEquals(0x220d, checksum.checksum(RFC_1071, 0, 8, 0));
        assertEquals(0x220d, checksum.checksum(ByteBuffer.wrap(RFC_1071), 0, 8, 0));
    }

    @Test
    void everyLengthAndAlignmentOfAnArray() {
        for (byte[] bytes : List.of(RANDOM, ONES, new byte[LONGEST + 32])) {
            for (int length = 0; length <= LONGEST; length++) {
                for (int alignment = 0; alignment < 16; alignment++) {
                    int initial = alignment % 2 == 0 ? 0 : Integer.MAX_VALUE - alignment;
                    int wanted = naive(bytes, alignment, length, initial);
                    int sum = checksum.sum(bytes, alignment, length, initial);
                    if (sum != wanted) {
                        assertEquals(wanted, sum, "length " + length + " alignment " + alignment);
                    }
                }
            }
        }
    }

    @Test
    void everyLengthAndAlignmentOfEveryKindOfBuffer(@TempDir Path directory) throws IOException {
        for (Map.Entry<String, ByteBuffer> kind : buffers(directory).entrySet()) {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                ByteBuffer buffer = kind.getValue().order(order);
                int position = buffer.position();
                for (int length = 0; length <= LONGEST; length++) {
                    for (int alignment = 0; alignment < 16; alignment++) {
                        int wanted = naive(RANDOM, alignment, length, alignment);
                        int sum = checksum.sum(buffer, alignment, length, alignment);
                        if (sum != wanted) {
                            String place = " length " + length + " alignment " + alignment;
                            assertEquals(wanted, sum, kind.getKey() + " " + order + place);
                        }
                    }
                }
                assertEquals(position, buffer.position(), kind.getKey());
                assertEquals(order, buffer.order(), kind.getKey());
            }
        }
    }

    @Test
    void everyLengthAndAlignmentOfMemory() {
        Memory memory = Memory.allocate(RANDOM.length);
        memory.bytes().put(0, RANDOM);
        int[] offsets = new int[16];
        int[] lengths = new int[16];
        int[] sums = new int[16];
        for (int length = 0; length <= LONGEST; length++) {
            for (int alignment = 0; alignment < 16; alignment++) {
                offsets[alignment] = alignment;
                lengths[alignment] = length;
                sums[alignment] = alignment * 0x0fff_ffff & Integer.MAX_VALUE;
                int wanted = naive(RANDOM, alignment, length, sums[alignment]);
                int sum = checksum.sum(memory, alignment, length, sums[alignment]);
                if (sum != wanted) {
                    assertEquals(wanted, sum, "length " + length + " alignment " + alignment);
                }
            }
            int[] wanted = sums.clone();
            for (int i = 0; i < 16; i++) {
                wanted[i] = naive(RANDOM, i, length, sums[i]);
            }
            checksum.sums(memory, offsets, lengths, sums, 16);
            assertArrayEquals(wanted, sums, "batch of length " + length);
        }
    }

    @Test
    void aBatchMayBeLarge() {
        int count = 1000;
        Memory memory = Memory.allocate(RANDOM.length);
        memory.bytes().put(0, RANDOM);
        int[] offsets = new int[count];
        int[] lengths = new int[count];
        int[] sums = new int[count];
        int[] wanted = new int[count];
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            offsets[i] = random.nextInt(RANDOM.length);
            lengths[i] = random.nextInt(RANDOM.length - offsets[i] + 1);
            wanted[i] = i < count - 1 ? naive(RANDOM, offsets[i], lengths[i], 0) : 0;
        }
        checksum.sums(memory, offsets, lengths, sums, count - 1);
        assertArrayEquals(wanted, sums);
    }

    @Test
    void aBadRangeEndsABatchAndIsNotRead() {
        Memory memory = Memory.allocate(100);
        memory.bytes().put(0, RANDOM, 0, 100);
        int[][] ranges = {{0, 101}, {100, 1}, {-1, 2}, {2, -1}, {Integer.MAX_VALUE, Integer.MAX_VALUE}};
        for (int bad : new int[] {0, 3, 255, 256, 299}) {
            for (int[] range : ranges) {
                int[] offsets = new int[300];
                int[] lengths = new int[300];
                int[] sums = new int[300];
                Arrays.fill(lengths, 100);
                offsets[bad] = range[0];
                lengths[bad] = range[1];
                assertThrows(IndexOutOfBoundsException.class, () -> checksum.sums(memory, offsets, lengths, sums, 300));
                int sum = naive(RANDOM, 0, 100, 0);
                for (int i = 0; i < 300; i++) {
                    assertEquals(i < bad ? sum : 0, sums[i], "sum " + i + " of a batch with a bad range " + bad);
                }
            }
            int[] sums = new int[300];
            sums[bad] = -1;
            assertThrows(
                    IllegalArgumentException.class, () -> checksum.sums(memory, new int[300], new int[300], sums, 300));
        }
        assertThrows(
                IndexOutOfBoundsException.class, () -> checksum.sums(memory, new int[2], new int[1], new int[2], 2));
        assertThrows(
                IndexOutOfBoundsException.class, () -> checksum.sums(memory, new int[2], new int[2], new int[2], -1));
    }

    private static Map<String, ByteBuffer> buffers(Path directory) throws IOException {
        byte[] shifted = new byte[RANDOM.length + 7];
        System.arraycopy(RANDOM, 0, shifted, 7, RANDOM.length);
        ByteBuffer shiftedDirect = ByteBuffer.allocateDirect(shifted.length).put(0, shifted);
        Path file = Files.write(directory.resolve("bytes"), RANDOM);
        Map<String, ByteBuffer> buffers = new LinkedHashMap<>();
        buffers.put("heap", ByteBuffer.wrap(RANDOM).position(5));
        buffers.put("heap slice", ByteBuffer.wrap(shifted).slice(7, RANDOM.length));
        buffers.put("read-only heap", ByteBuffer.wrap(RANDOM).asReadOnlyBuffer().position(3));
        buffers.put("direct", ByteBuffer.allocateDirect(RANDOM.length).put(0, RANDOM));
        buffers.put("direct slice", shiftedDirect.slice(7, RANDOM.length));
        buffers.put("read-only direct", shiftedDirect.slice(7, RANDOM.length).asReadOnlyBuffer());
        try (FileChannel channel = FileChannel.open(file)) {
            buffers.put("mapped", channel.map(FileChannel.MapMode.READ_ONLY, 0, RANDOM.length));
        }
        return buffers;
    }

    @Test
    void chainsOverEvenParts() {
        for (int cut = 0; cut <= LONGEST; cut += 2) {
            int first = checksum.sum(RANDOM, 0, cut, 0);
            assertEquals(naive(RANDOM, 0, LONGEST, 0), checksum.sum(RANDOM, cut, LONGEST - cut, first));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 1_000_001})
    void longRunsOfOnesLoseNoCarry(int length) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 0xff);
        int wanted = naive(ones, 0, length, 0);
        assertEquals(wanted, checksum.sum(ones, 0, length, 0));
        assertEquals(wanted, checksum.sum(ByteBuffer.allocateDirect(length).put(0, ones), 0, length, 0));
    }

    @Test
    void rangesOutsideAreRefused() {
        byte[] bytes = new byte[LONGEST];
        for (ByteBuffer buffer : List.of(
                ByteBuffer.wrap(bytes),
                ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                ByteBuffer.allocateDirect(LONGEST).limit(LONGEST))) {
            assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(buffer, 1, LONGEST, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(buffer, -1, 4, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(buffer, Integer.MAX_VALUE, 2, 0));
            buffer.limit(100);
            assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(buffer, 0, 101, 0));
        }
        Memory memory = Memory.allocate(LONGEST);
        assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(memory, 1, LONGEST, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(memory, -1, 4, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(memory, 0, Integer.MIN_VALUE, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(memory, Integer.MAX_VALUE, 2, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(bytes, 0, LONGEST + 1, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> checksum.sum(bytes, 0, -1, 0));
    }

    @Test
    void negativeInitialSumsAreRefused() {
        byte[] bytes = new byte[LONGEST];
        for (int length : new int[] {0, 20, LONGEST}) {
            assertThrows(IllegalArgumentException.class, () -> checksum.sum(bytes, 0, length, -1));
            for (ByteBuffer buffer : List.of(
                    ByteBuffer.wrap(bytes),
                    ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                    ByteBuffer.allocateDirect(LONGEST))) {
                assertThrows(IllegalArgumentException.class, () -> checksum.sum(buffer, 0, length, -1));
            }
        }
    }
}
