package dev.ringwire.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Absolute reads and writes of unsigned integers in a {@link ByteBuffer}, big-endian (network order) unless the name
 * says {@code Le}. The byte order, position and limit of the buffer play no part, except that an access outside
 * {@code 0..limit} throws {@link IndexOutOfBoundsException}; a write to a read-only buffer throws
 * {@link java.nio.ReadOnlyBufferException} or {@link UnsupportedOperationException}.
 */
public final class Bits {
    // One VarHandle serves heap, direct and read-only buffers alike without a virtual call.
    private static final VarHandle SHORT = MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT_LE =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_LE =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bits() {}

    /** Unsigned 8-bit value at {@code index}. */
    public static int u8(ByteBuffer b, int index) {
        return b.get(index) & 0xff;
    }

    /** Unsigned 16-bit value at {@code index}. */
    public static int u16(ByteBuffer b, int index) {
        return (short) SHORT.get(b, index) & 0xffff;
    }

    /** Unsigned 24-bit value at {@code index}. */
    public static int u24(ByteBuffer b, int index) {
        return u16(b, index) << 8 | u8(b, index + 2);
    }

    /** The 32 bits at {@code index} as a signed int. */
    public static int i32(ByteBuffer b, int index) {
        return (int) INT.get(b, index);
    }

    /** Unsigned 32-bit value at {@code index}. */
    public static long u32(ByteBuffer b, int index) {
        return (int) INT.get(b, index) & 0xffff_ffffL;
    }

    /** Unsigned 48-bit value at {@code index}, such as a MAC address. */
    public static long u48(ByteBuffer b, int index) {
        return (long) u16(b, index) << 32 | u32(b, index + 2);
    }

    /** The 64 bits at {@code index}. */
    public static long i64(ByteBuffer b, int index) {
        return (long) LONG.get(b, index);
    }

    /** Unsigned little-endian 16-bit value at {@code index}. */
    public static int u16Le(ByteBuffer b, int index) {
        return (short) SHORT_LE.get(b, index) & 0xffff;
    }

    /** The little-endian 32 bits at {@code index} as a signed int. */
    public static int i32Le(ByteBuffer b, int index) {
        return (int) INT_LE.get(b, index);
    }

    /** Unsigned little-endian 32-bit value at {@code index}. */
    public static long u32Le(ByteBuffer b, int index) {
        return (int) INT_LE.get(b, index) & 0xffff_ffffL;
    }

    /** The little-endian 64 bits at {@code index}. */
    public static long i64Le(ByteBuffer b, int index) {
        return (long) LONG_LE.get(b, index);
    }

    /** Writes the low 8 bits of {@code value}. */
    public static void put8(ByteBuffer b, int index, int value) {
        b.put(index, (byte) value);
    }

    /** Writes the low 16 bits of {@code value}. */
    public static void put16(ByteBuffer b, int index, int value) {
        SHORT.set(b, index, (short) value);
    }

    /** Writes the low 32 bits of {@code value}. */
    public static void put32(ByteBuffer b, int index, long value) {
        INT.set(b, index, (int) value);
    }

    /** Writes 64 bits. */
    public static void put64(ByteBuffer b, int index, long value) {
        LONG.set(b, index, value);
    }

    /** Writes the low 16 bits of {@code value}, little-endian. */
    public static void put16Le(ByteBuffer b, int index, int value) {
        SHORT_LE.set(b, index, (short) value);
    }

    /** Writes the low 32 bits of {@code value}, little-endian. */
    public static void put32Le(ByteBuffer b, int index, long value) {
        INT_LE.set(b, index, (int) value);
    }
}
