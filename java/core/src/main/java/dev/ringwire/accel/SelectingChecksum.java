package dev.ringwire.accel;

import java.nio.ByteBuffer;

/**
 * Chooses by kind and length: C for what is long, Java for what is short, because the call costs more than the sum. A
 * direct buffer whose origin is unknown may be a file mapping, so it never reaches C; {@link Memory} does.
 */
final class SelectingChecksum implements Checksum {
    static final int MEMORY_CROSSING = 128;
    static final int ARRAY_CROSSING = 1024;

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
