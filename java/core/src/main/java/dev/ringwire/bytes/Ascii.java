package dev.ringwire.bytes;

import java.nio.charset.StandardCharsets;

/**
 * Numbers as ASCII text, written into an array without garbage. Every method writes from {@code at} on and returns the
 * index behind what it wrote.
 */
public final class Ascii {
    /** Most bytes that {@link #decimal} writes. */
    public static final int MAX_DECIMAL = 20;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    /** "0000" to "9999". */
    private static final byte[] GROUPS = new byte[4 * 10_000];

    static {
        for (int i = 0; i < 10_000; i++) {
            GROUPS[4 * i] = (byte) ('0' + i / 1000);
            GROUPS[4 * i + 1] = (byte) ('0' + i / 100 % 10);
            GROUPS[4 * i + 2] = (byte) ('0' + i / 10 % 10);
            GROUPS[4 * i + 3] = (byte) ('0' + i % 10);
        }
    }

    private Ascii() {}

    /** An unsigned number in decimal. */
    public static int decimal(long value, byte[] out, int at) {
        if (value < 0) {
            long quotient = Long.divideUnsigned(value, 10);
            at = decimal(quotient, out, at);
            out[at] = (byte) ('0' + (value - quotient * 10));
            return at + 1;
        }
        if (value >= 100_000_000) {
            at = decimal(value / 100_000_000, out, at);
            return padded8((int) (value % 100_000_000), out, at);
        }
        int v = (int) value;
        if (v >= 10_000) {
            at = small(v / 10_000, out, at);
            return group(v % 10_000, out, at);
        }
        return small(v, out, at);
    }

    private static int small(int v, byte[] out, int at) {
        int entry = 4 * v;
        int skip = v >= 1000 ? 0 : v >= 100 ? 1 : v >= 10 ? 2 : 3;
        for (int i = skip; i < 4; i++) {
            out[at++] = GROUPS[entry + i];
        }
        return at;
    }

    private static int group(int v, byte[] out, int at) {
        int entry = 4 * v;
        out[at] = GROUPS[entry];
        out[at + 1] = GROUPS[entry + 1];
        out[at + 2] = GROUPS[entry + 2];
        out[at + 3] = GROUPS[entry + 3];
        return at + 4;
    }

    private static int padded8(int v, byte[] out, int at) {
        return group(v % 10_000, out, group(v / 10_000, out, at));
    }

    /** Nanoseconds as seconds with nine decimals; a leading minus where negative. */
    public static int seconds(long nanos, byte[] out, int at) {
        long seconds = nanos / 1_000_000_000;
        int rest = (int) (nanos % 1_000_000_000);
        if (nanos < 0) {
            out[at++] = '-';
        }
        at = decimal(Math.abs(seconds), out, at);
        out[at++] = '.';
        rest = Math.abs(rest);
        out[at++] = (byte) ('0' + rest / 100_000_000);
        return padded8(rest % 100_000_000, out, at);
    }

    /** The low {@code digits} hexadecimal digits of a number, in lower case. */
    public static int hex(long value, int digits, byte[] out, int at) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            out[at++] = HEX[(int) (value >>> shift) & 15];
        }
        return at;
    }
}
