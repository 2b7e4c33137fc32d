package dev.ringwire.accel;

import java.nio.ByteBuffer;

/**
 * The Internet checksum of RFC 1071 in parts: ones'-complement sums of big-endian 16-bit words.
 *
 * <p>A sum over several parts is chained by {@code initial}; every part but the last must have an even length, and an
 * odd last byte counts as the high byte of a word. All implementations give the same answers, and are safe for use by
 * several threads.
 */
public interface Checksum {
    /**
     * Sums a range of an array.
     *
     * @param initial an earlier sum, not negative
     * @return the sum folded to 0 to 0xffff, not complemented
     * @throws IndexOutOfBoundsException if the range is not within the array
     * @throws IllegalArgumentException if {@code initial} is negative
     */
    int sum(byte[] bytes, int offset, int length, int initial);

    /**
     * Sums a range of a buffer by absolute index. Position and byte order of the buffer play no part and stay as they
     * are.
     *
     * @param initial an earlier sum, not negative
     * @return the sum folded to 0 to 0xffff, not complemented
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     * @throws IllegalArgumentException if {@code initial} is negative
     */
    int sum(ByteBuffer bytes, int offset, int length, int initial);

    /** The 16-bit value that a header carries: the complement of {@link #sum(byte[], int, int, int)}. */
    default int checksum(byte[] bytes, int offset, int length, int initial) {
        return ~sum(bytes, offset, length, initial) & 0xffff;
    }

    /** The 16-bit value that a header carries: the complement of {@link #sum(ByteBuffer, int, int, int)}. */
    default int checksum(ByteBuffer bytes, int offset, int length, int initial) {
        return ~sum(bytes, offset, length, initial) & 0xffff;
    }
}
