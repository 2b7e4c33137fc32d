package dev.ringwire.accel;

import dev.ringwire.natives.Natives;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * {@link Checksum} in C, for every length and kind of buffer. Only for bytes that are no file mapping: C cannot survive
 * a file that shrinks.
 */
public final class NativeChecksum implements Checksum {
    @Override
    public int sum(byte[] bytes, int offset, int length, int initial) {
        return Natives.checksumArray(bytes, offset, length, initial);
    }

    @Override
    public int sum(ByteBuffer bytes, int offset, int length, int initial) {
        if (bytes.isDirect()) {
            return Natives.checksumBuffer(bytes, offset, length, initial);
        }
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (bytes.hasArray()) {
            return Natives.checksumArray(bytes.array(), bytes.arrayOffset() + offset, length, initial);
        }
        byte[] copy = new byte[length];
        bytes.get(offset, copy);
        return Natives.checksumArray(copy, 0, length, initial);
    }

    @Override
    public int sum(Memory memory, int offset, int length, int initial) {
        Objects.checkFromIndexSize(offset, length, memory.size());
        try {
            return Natives.checksumAddress(memory.address() + offset, length, initial);
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    @Override
    public void sums(Memory memory, int[] offsets, int[] lengths, int[] sums, int count) {
        int taken;
        try {
            taken = Natives.checksums(memory.address(), memory.size(), offsets, lengths, sums, count);
        } finally {
            Reference.reachabilityFence(memory);
        }
        if (taken < count) {
            Objects.checkFromIndexSize(offsets[taken], lengths[taken], memory.size());
            throw new IllegalArgumentException("negative initial sum " + sums[taken]);
        }
    }

    /** Names the instructions that C uses here. */
    @Override
    public String toString() {
        return "native (" + Natives.checksumPath() + ")";
    }
}
