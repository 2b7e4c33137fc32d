package dev.ringwire.natives;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Every native method of Ringwire: the only class with the keyword. Call nothing here unless
 * {@link NativeLibrary#isLoaded()} said true. Arguments are checked on this side, so that C never sees a bad range.
 */
public final class Natives {
    /** Number of the interface between this class and the library; raise it with every change of a signature. */
    static final int ABI = 3;

    Natives() {}

    /** The {@link #ABI} that the loaded library was built for. */
    static native int abi();

    /** Compiler, architecture and C standard of the loaded library, for people. */
    static native String buildInfo();

    /**
     * RFC 1071 partial sum of heap bytes. The garbage collector waits while C reads them.
     *
     * @param initial an earlier partial sum, not negative
     * @return 0 to 0xffff, not complemented
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    public static int checksumArray(byte[] bytes, int offset, int length, int initial) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return sumOrOutOfMemory(checksumArray0(bytes, offset, length, checkInitial(initial)));
    }

    /**
     * RFC 1071 partial sum of a direct buffer, by absolute index. Never hand over a file mapping: a file that shrinks
     * under it kills the process inside C.
     *
     * @param initial an earlier partial sum, not negative
     * @return 0 to 0xffff, not complemented
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public static int checksumBuffer(ByteBuffer direct, int offset, int length, int initial) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer: " + direct);
        }
        Objects.checkFromIndexSize(offset, length, direct.limit());
        return sumOrOutOfMemory(checksumBuffer0(direct, offset, length, checkInitial(initial)));
    }

    /**
     * RFC 1071 partial sum at an address. The caller vouches that the bytes are mapped, are no file, and stay so
     * until this returns.
     *
     * @param initial an earlier partial sum, not negative
     * @return 0 to 0xffff, not complemented
     * @throws IllegalArgumentException if the address is 0 or the length negative
     */
    public static int checksumAddress(long address, int length, int initial) {
        if (address == 0 || length < 0) {
            throw new IllegalArgumentException("address " + address + ", length " + length);
        }
        return checksumAddress0(address, length, checkInitial(initial));
    }

    /**
     * Opens a TPACKET_V3 receive ring, bound and mapped; native/src/ring.h has the steps.
     *
     * @param name the interface's name with a zero byte behind it
     * @param blockSize bytes, a power of two and a multiple of the page size
     * @param timeoutMillis after which a block that holds a frame is handed over though not full
     * @param result receives socket, eventfd, ifindex, ARPHRD number, address of the mapping, and the step that failed
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if the name does not end in zero or the result has no room
     */
    public static int ringOpen(
            byte[] name, int blockSize, int blockCount, int timeoutMillis, boolean promiscuous, long[] result) {
        if (name.length == 0 || name[name.length - 1] != 0 || result.length < 6) {
            throw new IllegalArgumentException("name of " + name.length + " bytes, result of " + result.length);
        }
        return ringOpen0(name, blockSize, blockCount, timeoutMillis, promiscuous, result);
    }

    /**
     * A buffer over mapped memory. The caller unmaps it, and not before the buffer and every slice are unreachable.
     *
     * @throws IllegalArgumentException if the address is 0 or the size not positive
     */
    public static ByteBuffer ringBlock(long address, int size) {
        if (address == 0 || size <= 0) {
            throw new IllegalArgumentException("address " + address + ", size " + size);
        }
        return ringBlock0(address, size);
    }

    /** Returns 1 if a block may be ready, 2 if woken, 0 if neither came in time, or a negated error number. */
    public static native int ringPoll(int fd, int wakeFd, long timeoutNanos);

    /** Ends the present and every later {@link #ringPoll}. */
    public static native int ringWake(int wakeFd);

    /**
     * Reads and resets the counters of a ring's socket.
     *
     * @param counts receives, unsigned, packets seen (drops included), drops and freezes
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if there is no room for three
     */
    public static int ringStatistics(int fd, int[] counts) {
        if (counts.length < 3) {
            throw new IllegalArgumentException("room for " + counts.length);
        }
        return ringStatistics0(fd, counts);
    }

    /** Puts private zeros in place of a mapped ring, which frees it under readers without harm to them. */
    public static native int ringReplace(long address, long size);

    /** Gives an address range back; a read of it kills the process from then on. */
    public static native int ringUnmap(long address, long size);

    /** Closes the two descriptors of a ring. */
    public static native int ringClose(int fd, int wakeFd);

    /**
     * RFC 1071 partial sums of many ranges of memory in one call. The caller vouches for the memory as in
     * {@link #checksumAddress}.
     *
     * @param size of the memory in bytes; no range outside is read
     * @param sums the initial sums; receives the sums
     * @return how many sums were taken: {@code count}, or the index of the first range outside or negative initial sum
     * @throws IndexOutOfBoundsException if an array is shorter than {@code count}
     * @throws IllegalArgumentException if the address is 0 or the size negative
     */
    public static int checksums(long address, int size, int[] offsets, int[] lengths, int[] sums, int count) {
        if (address == 0 || size < 0) {
            throw new IllegalArgumentException("address " + address + ", size " + size);
        }
        Objects.checkFromIndexSize(0, count, Math.min(Math.min(offsets.length, lengths.length), sums.length));
        return checksums0(address, size, offsets, lengths, sums, count);
    }

    /** The instructions that the sums in C use on this processor: avx2, neon or scalar. */
    public static native String checksumPath();

    /**
     * Where the byte at index 0 of a direct buffer is.
     *
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public static long directAddress(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer: " + direct);
        }
        return directAddress0(direct);
    }

    private static native int ringOpen0(
            byte[] name, int blockSize, int blockCount, int timeoutMillis, boolean promiscuous, long[] result);

    private static native ByteBuffer ringBlock0(long address, int size);

    private static native int ringStatistics0(int fd, int[] counts);

    private static native int checksumArray0(byte[] bytes, int offset, int length, int initial);

    private static native int checksumBuffer0(ByteBuffer direct, int offset, int length, int initial);

    private static native int checksumAddress0(long address, int length, int initial);

    private static native int checksums0(long address, int size, int[] offsets, int[] lengths, int[] sums, int count);

    private static native long directAddress0(ByteBuffer direct);

    private static int checkInitial(int initial) {
        if (initial < 0) {
            throw new IllegalArgumentException("negative initial sum " + initial);
        }
        return initial;
    }

    private static int sumOrOutOfMemory(int sum) {
        if (sum < 0) {
            throw new OutOfMemoryError("the JVM could not pin the bytes for native code");
        }
        return sum;
    }
}
