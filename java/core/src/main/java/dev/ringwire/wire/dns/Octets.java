package dev.ringwire.wire.dns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/** Bytes that never change: a string of a TXT record, a key, a digest, the data of a type nobody knows. */
public final class Octets {
    /** No bytes. */
    public static final Octets EMPTY = new Octets(new byte[0], 0, 0);

    final byte[] array;
    final int offset;
    final int length;

    /** The range must never change. */
    Octets(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** These bytes, copied. */
    public static Octets of(byte... bytes) {
        return new Octets(bytes.clone(), 0, bytes.length);
    }

    /** The text in UTF-8. */
    public static Octets of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Octets(bytes, 0, bytes.length);
    }

    /**
     * From hexadecimal digits.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Octets ofHex(String digits) {
        byte[] bytes = HexFormat.of().parseHex(digits);
        return new Octets(bytes, 0, bytes.length);
    }

    /** How many there are. */
    public int length() {
        return length;
    }

    /** One of them, 0 to 255. */
    public int at(int index) {
        return array[offset + Objects.checkIndex(index, length)] & 0xff;
    }

    /** Two of them from {@code index} on, as a big-endian number. */
    int u16(int index) {
        return at(index) << 8 | at(index + 1);
    }

    /** Some of them, in place. */
    public Octets slice(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        return new Octets(array, offset + from, to - from);
    }

    /** A copy. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** As a buffer that cannot be written. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    /** Read as UTF-8. */
    public String toText() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /** In hexadecimal, lower case. */
    public String toHex() {
        return HexFormat.of().formatHex(array, offset, offset + length);
    }

    /** In Base64 (RFC 4648, section 4). */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(toBytes());
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Octets other
                && Arrays.equals(
                        array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** {@link #toHex}. */
    @Override
    public String toString() {
        return toHex();
    }
}
