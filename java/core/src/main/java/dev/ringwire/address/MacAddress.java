package dev.ringwire.address;

import java.nio.charset.StandardCharsets;

/**
 * A 48-bit IEEE MAC address.
 *
 * @param bits the address in the low 48 bits, first octet highest
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {
    public static final MacAddress ZERO = new MacAddress(0);
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    /** Bytes that {@link #format} writes. */
    public static final int TEXT_LENGTH = 17;

    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits: 0x" + Long.toHexString(bits));
        }
    }

    /**
     * Reads {@code 00:11:22:aa:bb:cc}; {@code -} in place of {@code :} and upper case are accepted.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static MacAddress of(String text) {
        if (text.length() != TEXT_LENGTH) {
            throw bad(text);
        }
        char separator = text.charAt(2);
        if (separator != ':' && separator != '-') {
            throw bad(text);
        }
        long bits = 0;
        for (int i = 0; i < TEXT_LENGTH; i++) {
            char c = text.charAt(i);
            if (i % 3 == 2) {
                if (c != separator) {
                    throw bad(text);
                }
                continue;
            }
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw bad(text);
            }
            bits = bits << 4 | digit;
        }
        return new MacAddress(bits);
    }

    /** The address in six bytes. */
    public static MacAddress of(byte[] octets) {
        if (octets.length != 6) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, not " + octets.length);
        }
        long bits = 0;
        for (byte octet : octets) {
            bits = bits << 8 | (octet & 0xff);
        }
        return new MacAddress(bits);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("not a MAC address such as 00:11:22:aa:bb:cc: \"" + text + "\"");
    }

    /** The six octets in transmission order. */
    public byte[] toBytes() {
        byte[] out = new byte[6];
        for (int i = 0; i < 6; i++) {
            out[i] = (byte) (bits >>> 40 - 8 * i);
        }
        return out;
    }

    /** The group bit: multicast or broadcast. */
    public boolean isMulticast() {
        return (bits >>> 40 & 1) != 0;
    }

    /** Writes the text form of {@code bits} as ASCII; returns the index after it. */
    public static int format(long bits, byte[] out, int at) {
        for (int shift = 40; shift >= 0; shift -= 8) {
            out[at++] = hex(bits >>> shift + 4);
            out[at++] = hex(bits >>> shift);
            if (shift != 0) {
                out[at++] = ':';
            }
        }
        return at;
    }

    private static byte hex(long nibble) {
        int n = (int) nibble & 15;
        return (byte) (n < 10 ? '0' + n : 'a' - 10 + n);
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(bits, other.bits);
    }

    @Override
    public String toString() {
        byte[] text = new byte[TEXT_LENGTH];
        format(bits, text, 0);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
