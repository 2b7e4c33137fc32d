package dev.ringwire.accel;

import java.nio.ByteBuffer;
import java.util.Objects;

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

    /**
     * Sums a range of memory: the fastest way to sum more than a header.
     *
     * @param initial an earlier sum, not negative
     * @return the sum folded to 0 to 0xffff, not complemented
     * @throws IndexOutOfBoundsException if the range is not within the memory
     * @throws IllegalArgumentException if {@code initial} is negative
     */
    int sum(Memory memory, int offset, int length, int initial);

    /**
     * Sums many ranges of memory, such as the packets of a ring block.
     *
     * @param offsets where each range starts
     * @param lengths how many bytes each has
     * @param sums holds an initial sum for each range, and receives its sum
     * @param count how many ranges, from index 0 of the arrays
     * @throws IndexOutOfBoundsException if an array is shorter than {@code count}, before anything is summed; or if a
     *     range is not within the memory, after the sums of all ranges before it are written
     * @throws IllegalArgumentException if an initial sum is negative, after the sums before it are written
     */
    default void sums(Memory memory, int[] offsets, int[] lengths, int[] sums, int count) {
        Objects.checkFromIndexSize(0, count, Math.min(Math.min(offsets.length, lengths.length), sums.length));
        for (int i = 0; i < count; i++) {
            sums[i] = sum(memory, offsets[i], lengths[i], sums[i]);
        }
    }

    /** The 16-bit value that a header carries: the complement of {@link #sum(byte[], int, int, int)}. */
    default int checksum(byte[] bytes, int offset, int length, int initial) {
        return ~sum(bytes, offset, length, initial) & 0xffff;
    }

    /** The 16-bit value that a header carries: the complement of {@link #sum(ByteBuffer, int, int, int)}. */
    default int checksum(ByteBuffer bytes, int offset, int length, int initial) {
        return ~sum(bytes, offset, length, initial) & 0xffff;
    }
}
