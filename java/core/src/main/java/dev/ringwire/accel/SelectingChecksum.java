package dev.ringwire.accel;

import java.nio.ByteBuffer;

/**
 * Chooses by kind and length: C for what is long, Java for what is short, because the call costs more than the sum. A
 * direct buffer whose origin is unknown may be a file mapping, so it never reaches C; {@link Memory} does.
 */
final class SelectingChecksum implements Checksum {
    /**
     * Length in bytes from which C wins for memory whose address is known. ChecksumBenchmark's question, asked of all
     * in turn in one process on x86_64 with AVX2, best of 55 rounds, in ns on JDK 17 (25): at 40 bytes Java 15.7
     * (15.2), C 15.4 (15.1); at 64, 19.7 (15.8) and 14.9 (15.4); at 256, 42.7 (37.0) and 17.9 (17.6); at 1500, 154
     * (140) and 35 (35).
     */
    static final int MEMORY_CROSSING = 64;

    /**
     * The same for a heap array, the price of pinning it included: at 384 bytes Java 35.9 (56.8), C 36.5 (37.4); at
     * 576, 49.0 (78.0) and 38.6 (39.6). Pinning may also delay a garbage collection, so the tie goes to Java.
     */
    static final int ARRAY_CROSSING = 512;

    private final Checksum java;
    private final Checksum c;

    SelectingChecksum(Checksum java, Checksum c) {
        this.java = java;
        this.c = c;
    }

    @Override
    public int sum(byte[] bytes, int offset, int length, int initial) {
        return (length < ARRAY_CROSSING ? java : c).sum(bytes, offset, length, initial);
    }

    @Override
    public int sum(ByteBuffer bytes, int offset, int length, int initial) {
        return (length < ARRAY_CROSSING || !bytes.hasArray() ? java : c).sum(bytes, offset, length, initial);
    }

    @Override
    public int sum(Memory memory, int offset, int length, int initial) {
        return (length < MEMORY_CROSSING ? java : c).sum(memory, offset, length, initial);
    }

    @Override
    public void sums(Memory memory, int[] offsets, int[] lengths, int[] sums, int count) {
        c.sums(memory, offsets, lengths, sums, count);
    }
}
