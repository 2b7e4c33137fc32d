package dev.ringwire.accel;

import java.nio.ByteBuffer;

/**
 * Chooses by kind and length: C for long heap arrays, Java for all else. A direct buffer whose origin is unknown may be
 * a file mapping, so it never reaches C.
 */
final class SelectingChecksum implements Checksum {
    /**
     * Length in bytes from which C wins over Java for a heap array, the price of pinning it included. Measured by
     * ChecksumBenchmark on x86_64.
     */
    static final int CROSSING = 1024;

    private final Checksum java;
    private final Checksum c;

    SelectingChecksum(Checksum java, Checksum c) {
        this.java = java;
        this.c = c;
    }

    @Override
    public int sum(byte[] bytes, int offset, int length, int initial) {
        return (length < CROSSING ? java : c).sum(bytes, offset, length, initial);
    }

    @Override
    public int sum(ByteBuffer bytes, int offset, int length, int initial) {
        return (length < CROSSING || !bytes.hasArray() ? java : c).sum(bytes, offset, length, initial);
    }
}
