package dev.ringwire.natives;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Every native method of Ringwire: the only class with the keyword. Call nothing here unless
 * {@link NativeLibrary#isLoaded()} said true. Arguments are checked on this side, so that C never sees a bad range.
 */
public final class Natives {
    /** Number of the interface between this class and the library; raise it with every change of a signature. */
    static final int ABI = 1;

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

    private static native int checksumArray0(byte[] bytes, int offset, int length, int initial);

    private static native int checksumBuffer0(ByteBuffer direct, int offset, int length, int initial);

    private static native int checksumAddress0(long address, int length, int initial);

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
