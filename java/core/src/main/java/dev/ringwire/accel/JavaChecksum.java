package dev.ringwire.accel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * {@link Checksum} in Java alone. The kinds of buffer are told apart before the loop: one loop that meets several kinds
 * takes five times as long.
 *
 * <p>Words of 64 bits are summed with their carries lost, and their upper halves again without loss: the sum of the
 * lower halves is the difference, and a third of the additions is spared. What is shorter than {@link #LOOP} is summed
 * without a loop, which costs the JIT's code more to enter than to run.
 */
public final class JavaChecksum implements Checksum {
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, NATIVE);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, NATIVE);
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, NATIVE);

    /** From this length in bytes a loop is worth its start. */
    private static final int LOOP = 128;

    /** Even, so that a copy in pieces keeps words whole. */
    private static final int SCRATCH = 2048;

    @Override
    public int sum(byte[] bytes, int offset, int length, int initial) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        checkInitial(initial);
        long high = 0;
        long low = 0;
        int at = offset;
        int rest = length;
        if (length >= LOOP) {
            // "at < limit" is the form of a counted loop, from which the JIT lifts the bounds checks. Lanes of 32 bits
            // are quicker than longs here, and only here.
            for (int limit = offset + length - 31; at < limit; at += 32) {
                low += ((int) INTS.get(bytes, at) & 0xffffffffL)
                        + ((int) INTS.get(bytes, at + 4) & 0xffffffffL)
                        + ((int) INTS.get(bytes, at + 8) & 0xffffffffL)
                        + ((int) INTS.get(bytes, at + 12) & 0xffffffffL);
                high += ((int) INTS.get(bytes, at + 16) & 0xffffffffL)
                        + ((int) INTS.get(bytes, at + 20) & 0xffffffffL)
                        + ((int) INTS.get(bytes, at + 24) & 0xffffffffL)
                        + ((int) INTS.get(bytes, at + 28) & 0xffffffffL);
            }
            low += high;
            high = 0;
            rest = offset + length - at;
        }
        if ((rest & 64) != 0) {
            long a = (long) LONGS.get(bytes, at);
            long b = (long) LONGS.get(bytes, at + 8);
            long c = (long) LONGS.get(bytes, at + 16);
            long d = (long) LONGS.get(bytes, at + 24);
            long e = (long) LONGS.get(bytes, at + 32);
            long f = (long) LONGS.get(bytes, at + 40);
            long g = (long) LONGS.get(bytes, at + 48);
            long h = (long) LONGS.get(bytes, at + 56);
            low += ((a + b) + (c + d)) + ((e + f) + (g + h));
            high += (((a >>> 32) + (b >>> 32)) + ((c >>> 32) + (d >>> 32)))
                    + (((e >>> 32) + (f >>> 32)) + ((g >>> 32) + (h >>> 32)));
            at += 64;
        }
        if ((rest & 32) != 0) {
            long a = (long) LONGS.get(bytes, at);
            long b = (long) LONGS.get(bytes, at + 8);
            long c = (long) LONGS.get(bytes, at + 16);
            long d = (long) LONGS.get(bytes, at + 24);
            low += (a + b) + (c + d);
            high += ((a >>> 32) + (b >>> 32)) + ((c >>> 32) + (d >>> 32));
            at += 32;
        }
        if ((rest & 16) != 0) {
            long a = (long) LONGS.get(bytes, at);
            long b = (long) LONGS.get(bytes, at + 8);
            low += a + b;
            high += (a >>> 32) + (b >>> 32);
            at += 16;
        }
        if ((rest & 8) != 0) {
            long a = (long) LONGS.get(bytes, at);
            low += a;
            high += a >>> 32;
            at += 8;
        }
        if ((rest & 4) != 0) {
            low += (int) INTS.get(bytes, at) & 0xffffffffL;
            at += 4;
        }
        if ((rest & 2) != 0) {
            low += (short) SHORTS.get(bytes, at) & 0xffff;
            at += 2;
        }
        if ((rest & 1) != 0) {
            low += lastByte(bytes[at], NATIVE);
        }
        return finish(low, high, NATIVE, initial);
    }

    @Override
    public int sum(ByteBuffer bytes, int offset, int length, int initial) {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (bytes.hasArray()) {
            return sum(bytes.array(), bytes.arrayOffset() + offset, length, initial);
        }
        return bytes.isDirect()
                ? sumDirect(bytes, offset, length, checkInitial(initial))
                : sumByCopy(bytes, offset, length, initial);
    }

    @Override
    public int sum(Memory memory, int offset, int length, int initial) {
        ByteBuffer bytes = memory.bytes();
        Objects.checkFromIndexSize(offset, length, memory.size());
        return sumDirect(bytes, offset, length, checkInitial(initial));
    }

    /** Sums in the order that the buffer happens to have, which spares a view in another order. */
    private static int sumDirect(ByteBuffer bytes, int offset, int length, int initial) {
        long low = 0;
        long high = 0;
        int at = offset;
        int rest = length;
        if (length >= LOOP) {
            for (int limit = offset + length - 31; at < limit; at += 32) {
                long a = bytes.getLong(at);
                long b = bytes.getLong(at + 8);
                long c = bytes.getLong(at + 16);
                long d = bytes.getLong(at + 24);
                low += (a + b) + (c + d);
                high += ((a >>> 32) + (b >>> 32)) + ((c >>> 32) + (d >>> 32));
            }
            rest = offset + length - at;
        }
        if ((rest & 64) != 0) {
            long a = bytes.getLong(at);
            long b = bytes.getLong(at + 8);
            long c = bytes.getLong(at + 16);
            long d = bytes.getLong(at + 24);
            long e = bytes.getLong(at + 32);
            long f = bytes.getLong(at + 40);
            long g = bytes.getLong(at + 48);
            long h = bytes.getLong(at + 56);
            low += ((a + b) + (c + d)) + ((e + f) + (g + h));
            high += (((a >>> 32) + (b >>> 32)) + ((c >>> 32) + (d >>> 32)))
                    + (((e >>> 32) + (f >>> 32)) + ((g >>> 32) + (h >>> 32)));
            at += 64;
        }
        if ((rest & 32) != 0) {
            long a = bytes.getLong(at);
            long b = bytes.getLong(at + 8);
            long c = bytes.getLong(at + 16);
            long d = bytes.getLong(at + 24);
            low += (a + b) + (c + d);
            high += ((a >>> 32) + (b >>> 32)) + ((c >>> 32) + (d >>> 32));
            at += 32;
        }
        if ((rest & 16) != 0) {
            long a = bytes.getLong(at);
            long b = bytes.getLong(at + 8);
            low += a + b;
            high += (a >>> 32) + (b >>> 32);
            at += 16;
        }
        if ((rest & 8) != 0) {
            long a = bytes.getLong(at);
            low += a;
            high += a >>> 32;
            at += 8;
        }
        if ((rest & 4) != 0) {
            low += bytes.getInt(at) & 0xffffffffL;
            at += 4;
        }
        if ((rest & 2) != 0) {
            low += bytes.getShort(at) & 0xffff;
            at += 2;
        }
        ByteOrder order = bytes.order();
        if ((rest & 1) != 0) {
            low += lastByte(bytes.get(at), order);
        }
        return finish(low, high, order, initial);
    }

    private int sumByCopy(ByteBuffer readOnly, int offset, int length, int initial) {
        byte[] scratch = new byte[Math.min(length, SCRATCH)];
        int sum = finish(0, 0, ByteOrder.BIG_ENDIAN, checkInitial(initial));
        for (int done = 0; done < length; done += scratch.length) {
            int piece = Math.min(scratch.length, length - done);
            readOnly.get(offset + done, scratch, 0, piece);
            sum = sum(scratch, 0, piece, sum);
        }
        return sum;
    }

    static int checkInitial(int initial) {
        if (initial < 0) {
            throw new IllegalArgumentException("negative initial sum " + initial);
        }
        return initial;
    }

    /** The odd last byte as the first of a 16-bit word. */
    private static int lastByte(byte last, ByteOrder order) {
        return order == ByteOrder.LITTLE_ENDIAN ? last & 0xff : (last & 0xff) << 8;
    }

    /**
     * Folds without a branch, and swaps the bytes if they were summed in the other order (RFC 1071, 2 (B)).
     *
     * @param words sum of 64-bit words without their carries
     * @param high sum of their upper halves
     */
    private static int finish(long words, long high, ByteOrder order, int initial) {
        long low = words - (high << 32);
        long sum = (low & 0xffffffffL) + (low >>> 32) + (high & 0xffffffffL) + (high >>> 32);
        sum = (sum & 0xffff) + (sum >>> 16 & 0xffff) + (sum >>> 32);
        int folded = (int) ((sum & 0xffff) + (sum >>> 16));
        folded = (folded & 0xffff) + (folded >>> 16);
        if (order == ByteOrder.LITTLE_ENDIAN) {
            folded = (folded & 0xff) << 8 | folded >>> 8;
        }
        folded += (initial & 0xffff) + (initial >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (folded & 0xffff) + (folded >>> 16);
    }
}
