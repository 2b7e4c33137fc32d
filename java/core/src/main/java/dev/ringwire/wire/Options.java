package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Options as IPv4 and TCP have them: a kind, and for all but 0 (end) and 1 (no operation) a length and data. */
final class Options {
    private static final int MAX_BYTES = 40;

    private Options() {}

    /** Index of the n-th option, or -1. */
    private static int find(Header header, int fixed, int n) {
        ByteBuffer b = header.buffer();
        int at = header.offset() + fixed;
        int to = header.offset() + header.headerLength();
        for (int i = 0; at < to; i++) {
            if (i == n) {
                return at;
            }
            int kind = Bits.u8(b, at);
            if (kind == 0) {
                return -1;
            }
            int length = length(b, at, to);
            if (length < 0) {
                return -1;
            }
            at += length;
        }
        return -1;
    }

    /** Bytes of the option, or -1 if that makes no sense. */
    private static int length(ByteBuffer b, int at, int to) {
        if (Bits.u8(b, at) <= 1) {
            return 1;
        }
        int length = at + 1 < to ? Bits.u8(b, at + 1) : 0;
        return length < 2 || at + length > to ? -1 : length;
    }

    /** Every option's kind. */
    static ComputedField type(String name, int fixed) {
        return ComputedField.of(name, FieldType.DECIMAL, "kind of each option", (header, occurrence, out) -> {
            int at = find(header, fixed, occurrence);
            if (at < 0) {
                return false;
            }
            out.setNumber(Bits.u8(header.buffer(), at));
            return true;
        });
    }

    /** The length of every option that has one. */
    static ComputedField length(String name, int fixed) {
        return ComputedField.of(name, FieldType.DECIMAL, "length of each option", (header, occurrence, out) -> {
            int seen = 0;
            for (int n = 0, at; (at = find(header, fixed, n)) >= 0; n++) {
                int to = header.offset() + header.headerLength();
                if (Bits.u8(header.buffer(), at) > 1 && at + 1 < to && seen++ == occurrence) {
                    out.setNumber(Bits.u8(header.buffer(), at + 1));
                    return true;
                }
            }
            return false;
        });
    }

    /** A number of {@code bits} at byte {@code at} of each option of a kind. */
    static ComputedField value(String name, int fixed, int kind, int at, int bits, String label) {
        return values(name, fixed, kind, at, 0, bits, label);
    }

    /** A 32-bit number at byte {@code at} of each option of a kind, and every {@code stride} bytes further. */
    static ComputedField values(String name, int fixed, int kind, int at, int stride, String label) {
        return values(name, fixed, kind, at, stride, 32, label);
    }

    private static ComputedField values(String name, int fixed, int kind, int at, int stride, int bits, String label) {
        int bytes = bits / 8;
        return ComputedField.of(name, FieldType.DECIMAL, label, (header, occurrence, out) -> {
            ByteBuffer b = header.buffer();
            int to = header.offset() + header.headerLength();
            int seen = 0;
            for (int n = 0, option; (option = find(header, fixed, n)) >= 0; n++) {
                if (Bits.u8(b, option) != kind) {
                    continue;
                }
                int length = length(b, option, to);
                for (int i = at; i + bytes <= length; i += stride) {
                    if (seen++ == occurrence) {
                        out.setNumber(
                                switch (bytes) {
                                    case 1 -> Bits.u8(b, option + i);
                                    case 2 -> Bits.u16(b, option + i);
                                    default -> Bits.u32(b, option + i);
                                });
                        return true;
                    }
                    if (stride == 0) {
                        break;
                    }
                }
            }
            return false;
        });
    }

    /** The options with zeros behind them up to a multiple of four bytes. */
    static byte[] padded(String layer, byte[] options) {
        if (options.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    layer + " options take " + MAX_BYTES + " bytes at most, not " + options.length);
        }
        return Arrays.copyOf(options, options.length + 3 & ~3);
    }
}
