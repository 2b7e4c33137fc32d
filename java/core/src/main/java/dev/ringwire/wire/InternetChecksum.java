package dev.ringwire.wire;

import dev.ringwire.accel.Accelerators;
import java.nio.ByteBuffer;

/**
 * The Internet checksum (RFC 1071) by hand: the ones' complement of the ones'-complement sum of big-endian 16-bit words;
 * an odd last byte is the upper half of a word. Over bytes that hold their right checksum it is 0.
 */
public final class InternetChecksum {
    private InternetChecksum() {}

    /** The checksum of these bytes as they stand: one to be filled in is to be 0 in them. */
    public static int of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    /**
     * The checksum of a range by absolute index.
     *
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     */
    public static int of(ByteBuffer bytes, int offset, int length) {
        return ~Accelerators.checksum().sum(bytes, offset, length, 0) & 0xffff;
    }
}
