package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A field at a fixed place in its header, most significant bit first, as the RFC drawings count.
 *
 * <p>A record, because HotSpot folds the fields of a constant record into the code that uses it: an accessor over a
 * {@code static final FixedField} costs what a hand-written offset costs.
 *
 * @param bitOffset bits from the start of the header to the field's first
 * @param bitWidth bits of the field: at most 56, or 64 when it starts on a byte, or 128 for {@link FieldType#IPV6}
 * @param when which headers have it; null if all do
 */
public record FixedField(
        String name, FieldType type, int bitOffset, int bitWidth, Condition when, String label, List<String> aliases)
        implements Field {

    /** Tells from a header's bytes whether it has a field. */
    @FunctionalInterface
    public interface Condition {
        boolean test(Header header);
    }

    public FixedField {
        boolean fits = type == FieldType.IPV6
                ? bitWidth == 128 && (bitOffset & 7) == 0
                : bitWidth > 0 && bitWidth <= 64 && (bitOffset & 7) + bitWidth <= 64;
        if (bitOffset < 0 || !fits) {
            throw new IllegalArgumentException(
                    name + ": no field of " + bitWidth + " bits at bit " + bitOffset + " of type " + type);
        }
        aliases = List.copyOf(aliases);
    }

    private static FixedField of(String name, FieldType type, int bitOffset, int bitWidth, String label) {
        return new FixedField(name, type, bitOffset, bitWidth, null, label, List.of());
    }

    /** An unsigned number shown in decimal. */
    public static FixedField decimal(String name, int bitOffset, int bitWidth, String label) {
        return of(name, FieldType.DECIMAL, bitOffset, bitWidth, label);
    }

    /** An unsigned number shown in hexadecimal. */
    public static FixedField hex(String name, int bitOffset, int bitWidth, String label) {
        return of(name, FieldType.HEX, bitOffset, bitWidth, label);
    }

    /** One bit. */
    public static FixedField flag(String name, int bitOffset, String label) {
        return of(name, FieldType.FLAG, bitOffset, 1, label);
    }

    /** A 48-bit MAC address. */
    public static FixedField mac(String name, int bitOffset, String label) {
        return of(name, FieldType.MAC, bitOffset, 48, label);
    }

    /** A 32-bit IPv4 address. */
    public static FixedField ipv4(String name, int bitOffset, String label) {
        return of(name, FieldType.IPV4, bitOffset, 32, label);
    }

    /** A 128-bit IPv6 address. */
    public static FixedField ipv6(String name, int bitOffset, String label) {
        return of(name, FieldType.IPV6, bitOffset, 128, label);
    }

    /** The same field, known by more names. */
    public FixedField alias(String... more) {
        return new FixedField(name, type, bitOffset, bitWidth, when, label, List.of(more));
    }

    /** The same field, in some headers only. */
    public FixedField when(Condition condition) {
        return new FixedField(name, type, bitOffset, bitWidth, condition, label, aliases);
    }

    /** First byte, counted from the start of the header. */
    public int byteOffset() {
        return bitOffset >> 3;
    }

    /** The byte behind the last that holds a bit of this field, counted from the start of the header. */
    public int byteEnd() {
        return bitOffset + bitWidth + 7 >> 3;
    }

    /** The largest value that fits, as an unsigned number; for fields of up to 64 bits. */
    public long maxValue() {
        return -1L >>> 64 - bitWidth;
    }

    /** The value in the header that starts at {@code base}; for fields of up to 64 bits. */
    public long get(ByteBuffer b, int base) {
        int at = base + (bitOffset >> 3);
        int bits = (bitOffset & 7) + bitWidth;
        if (bits <= 8) {
            return Bits.u8(b, at) >>> 8 - bits & maxValue();
        }
        if (bits <= 16) {
            return Bits.u16(b, at) >>> 16 - bits & maxValue();
        }
        if (bits <= 32) {
            return bits <= 24 ? Bits.u24(b, at) >>> 24 - bits & maxValue() : Bits.u32(b, at) >>> 32 - bits & maxValue();
        }
        return bits <= 48 ? Bits.u48(b, at) >>> 48 - bits & maxValue() : Bits.i64(b, at) >>> 64 - bits & maxValue();
    }

    /**
     * Writes the value into the header that starts at {@code base}; neighbouring bits stay.
     *
     * @throws IllegalArgumentException if it does not fit the field
     */
    public void set(ByteBuffer b, int base, long value) {
        long max = maxValue();
        if ((value & ~max) != 0) {
            throw new IllegalArgumentException(name + " takes 0.." + Long.toUnsignedString(max) + ", not " + value);
        }
        int at = base + (bitOffset >> 3);
        int bits = (bitOffset & 7) + bitWidth;
        int bytes = bits + 7 >> 3;
        int shift = 8 * bytes - bits;
        for (int i = bytes - 1; i >= 0; i--) {
            int behind = 8 * (bytes - 1 - i);
            int mask = (int) (behind >= shift ? max >>> behind - shift : max << shift - behind) & 0xff;
            int part = (int) (behind >= shift ? value >>> behind - shift : value << shift - behind);
            Bits.put8(b, at + i, Bits.u8(b, at + i) & ~mask | part & mask);
        }
    }

    @Override
    public boolean read(Header header, int occurrence, FieldValue out) {
        if (occurrence != 0 || byteEnd() > header.headerLength() || when != null && !when.test(header)) {
            return false;
        }
        if (type == FieldType.IPV6) {
            out.setRange(header.buffer(), header.offset() + byteOffset(), 16);
        } else {
            out.setNumber(get(header.buffer(), header.offset()));
        }
        return true;
    }
}
