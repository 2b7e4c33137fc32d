package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.util.Arrays;

/**
 * Options as IPv4 and TCP have them: a kind, and for all but 0 (end) and 1 (no operation) a length and data.
 *
 * @param first where they start, counted from the start of the header
 */
record Options(int first) implements ListHeader.Layout {
    private static final int MAX_BYTES = 40;

    @Override
    public int first(Header header) {
        return first;
    }

    @Override
    public int size(Header header, int at, int end) {
        int option = header.offset() + at;
        return switch (Bits.u8(header.buffer(), option)) {
            case 0 -> end - at;
            case 1 -> 1;
            default -> {
                int length = at + 1 < end ? Bits.u8(header.buffer(), option + 1) : 0;
                yield length < 2 ? -1 : length;
            }
        };
    }

    @Override
    public int head(int here) {
        return Math.min(here, 2);
    }

    /** Every option's kind. */
    ComputedField kind(String name) {
        return ListHeader.number(name, "kind of each option", this, 0, 1);
    }

    /** The length of every option that has one. */
    ComputedField length(String name) {
        ListHeader.Value length = ListHeader.number(1, 1);
        return ListHeader.field(
                name,
                FieldType.DECIMAL,
                "length of each option",
                this,
                (h, at, size, i, out) -> Bits.u8(h.buffer(), h.offset() + at) > 1 && length.read(h, at, size, i, out));
    }

    /** A number of {@code bytes} at byte {@code at} of each option of a kind. */
    ComputedField value(String name, int kind, int at, int bytes, String label) {
        return values(name, kind, at, bytes, 0, label);
    }

    /** A number of {@code bytes} at byte {@code at} of each option of a kind, and every {@code stride} bytes further. */
    ComputedField values(String name, int kind, int at, int bytes, int stride, String label) {
        return ListHeader.field(
                name, FieldType.DECIMAL, label, this, ListHeader.ofKind(kind, ListHeader.numbers(at, bytes, stride)));
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
