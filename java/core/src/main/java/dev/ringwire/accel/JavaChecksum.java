package dev.ringwire.accel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * {@link Checksum} in Java alone. The kinds of buffer are told apart before the loop: one loop that meets several kinds
 * takes five times as long.
 */
public final class JavaChecksum implements Checksum {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** Even, so that a copy in pieces keeps words whole. */
    private static final int SCRATCH = 2048;

    @Override
    public int sum(byte[] bytes, int offset, int length, int initial) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int checked = checkInitial(initial);
        long low = 0;
        long high = 0;
        int at = offset;
        int end = offset + length;
        // Unsigned 32-bit lanes cannot overflow a long; the bytes are swapped once at the end (RFC 1071, 2 (B)).
        // "at < limit" is the form of a counted loop, from which the JIT lifts the bounds checks.
        for (int limit = end - 31; at < limit; at += 32) {
            low += ((int) INTS.get(bytes, at) & 0xffffffffL)
                    + ((int) INTS.get(bytes, at + 4) & 0xffffffffL)
                    + ((int) INTS.get(bytes, at + 8) & 0xffffffffL)
                    + ((int) INTS.get(bytes, at + 12) & 0xffffffffL);
            high += ((int) INTS.get(bytes, at + 16) & 0xffffffffL)
                    + ((int) INTS.get(bytes, at + 20) & 0xffffffffL)
                    + ((int) INTS.get(bytes, at + 24) & 0xffffffffL)
                    + ((int) INTS.get(bytes, at + 28) & 0xffffffffL);
        }
        for (int limit = end - 3; at < limit; at += 4) {
            low += (int) INTS.get(bytes, at) & 0xffffffffL;
        }
        int sum = fold(low + high);
        sum = LITTLE ? swap(sum) : sum;
        int rest = 0;
        if (end - at >= 2) {
            rest = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
            at += 2;
        }
        if (at < end) {
            rest += (bytes[at] & 0xff) << 8;
        }
        return fold(0L + sum + rest + checked);
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

    private static int sumDirect(ByteBuffer bytes, int offset, int length, int initial) {
        // Summed in the order the buffer happens to have, which spares a view in another order.
        long low = 0;
        long high = 0;
        int at = offset;
        int end = offset + length;
        for (int limit = end - 31; at < limit; at += 32) {
            long a = bytes.getLong(at);
            long b = bytes.getLong(at + 8);
            long c = bytes.getLong(at + 16);
            long d = bytes.getLong(at + 24);
            low += (a & 0xffffffffL) + (b & 0xffffffffL) + (c & 0xffffffffL) + (d & 0xffffffffL);
            high += (a >>> 32) + (b >>> 32) + (c >>> 32) + (d >>> 32);
        }
        for (int limit = end - 3; at < limit; at += 4) {
            low += bytes.getInt(at) & 0xffffffffL;
        }
        int sum = fold(low + high);
        sum = bytes.order() == ByteOrder.LITTLE_ENDIAN ? swap(sum) : sum;
        int rest = 0;
        if (end - at >= 2) {
            rest = (bytes.get(at) & 0xff) << 8 | bytes.get(at + 1) & 0xff;
            at += 2;
        }
        if (at < end) {
            rest += (bytes.get(at) & 0xff) << 8;
        }
        return fold(0L + sum + rest + initial);
    }

    private int sumByCopy(ByteBuffer readOnly, int offset, int length, int initial) {
        byte[] scratch = new byte[Math.min(length, SCRATCH)];
        int sum = fold(checkInitial(initial));
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

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    private static int swap(int sum) {
        return (sum & 0xff) << 8 | sum >>> 8;
    }
}
