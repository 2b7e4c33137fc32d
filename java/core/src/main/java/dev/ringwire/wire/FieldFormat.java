package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Ascii;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Values as text, the way {@code tshark -T fields} prints them. */
public final class FieldFormat {
    private static final int MAX_FIXED = Ipv6Address.MAX_TEXT_LENGTH;

    private FieldFormat() {}

    /** Most bytes that {@link #format} writes for this value. */
    public static int maxLength(Field field, FieldValue value) {
        return switch (field.type()) {
            case BYTES -> 2 * value.length();
            case TEXT -> 4 * value.length();
            default -> MAX_FIXED;
        };
    }

    /** Writes the value as ASCII into {@code out} from {@code at} on; returns the index behind it. */
    public static int format(Field field, FieldValue value, byte[] out, int at) {
        long number = value.number();
        switch (field.type()) {
            case DECIMAL:
                return Ascii.decimal(number, out, at);
            case SIGNED:
                if (number < 0) {
                    out[at++] = '-';
                }
                return Ascii.decimal(Math.abs(number), out, at);
            case HEX:
                out[at] = '0';
                out[at + 1] = 'x';
                return Ascii.hex(number, (field.bitWidth() + 7 >> 3) * 2, out, at + 2);
            case FLAG:
                out[at] = (byte) (number != 0 ? '1' : '0');
                return at + 1;
            case MAC:
                return MacAddress.format(number, out, at);
            case IPV4:
                return Ipv4Address.format((int) number, out, at);
            case IPV6:
                long high = Bits.i64(value.buffer(), value.offset());
                return Ipv6Address.format(high, Bits.i64(value.buffer(), value.offset() + 8), out, at);
            case BYTES:
                ByteBuffer b = value.buffer();
                for (int i = value.offset(), end = i + value.length(); i < end; i++) {
                    at = Ascii.hex(b.get(i), 2, out, at);
                }
                return at;
            case TEXT:
                return text(value, out, at);
            case TIME:
                return Ascii.seconds(number, out, at);
        }
        throw new AssertionError(field.type());
    }

    /** Each value on one line and in one cell: control characters are escaped as in C, a backslash is not. */
    private static int text(FieldValue value, byte[] out, int at) {
        ByteBuffer b = value.buffer();
        for (int i = value.offset(), end = i + value.length(); i < end; i++) {
            byte c = b.get(i);
            if (c >= ' ' || c < 0) {
                out[at++] = c;
                continue;
            }
            out[at++] = '\\';
            switch (c) {
                case '\t' -> out[at++] = 't';
                case '\n' -> out[at++] = 'n';
                case '\r' -> out[at++] = 'r';
                default -> {
                    out[at++] = 'x';
                    at = Ascii.hex(c, 2, out, at);
                }
            }
        }
        return at;
    }

    /** The value as a string. */
    public static String text(Field field, FieldValue value) {
        byte[] out = new byte[maxLength(field, value)];
        return new String(
                out,
                0,
                format(field, value, out, 0),
                field.type() == FieldType.TEXT ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads the text of a field of up to 64 bits: a number in decimal or after {@code 0x}, or an address.
     *
     * @throws IllegalArgumentException naming the field
     */
    static long parse(FixedField field, String text) {
        try {
            return switch (field.type()) {
                case MAC -> MacAddress.of(text).bits();
                case IPV4 -> Ipv4Address.of(text).bits() & 0xffff_ffffL;
                default ->
                    text.startsWith("0x") || text.startsWith("0X")
                            ? Long.parseUnsignedLong(text.substring(2), 16)
                            : Long.parseUnsignedLong(text);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(field.name() + " takes a number such as "
                    + (field.type() == FieldType.HEX ? "0x1f or 31" : "31 or 0x1f") + ", not \"" + text + "\"");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field.name() + ": " + e.getMessage(), e);
        }
    }

    /** The same for a field of 128 bits. */
    static Ipv6Address parseIpv6(FixedField field, String text) {
        try {
            return Ipv6Address.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field.name() + ": " + e.getMessage(), e);
        }
    }
}
