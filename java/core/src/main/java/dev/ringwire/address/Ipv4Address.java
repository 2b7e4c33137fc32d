package dev.ringwire.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * An IPv4 address.
 *
 * @param bits the address, first octet highest
 */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {
    public static final Ipv4Address ANY = new Ipv4Address(0);
    public static final Ipv4Address BROADCAST = new Ipv4Address(-1);

    /** Most bytes that {@link #format} writes. */
    public static final int MAX_TEXT_LENGTH = 15;

    /** ASCII text of every octet, four bytes each: its length, then its digits. */
    private static final byte[] OCTETS = new byte[256 * 4];

    static {
        for (int i = 0; i < 256; i++) {
            byte[] digits = Integer.toString(i).getBytes(StandardCharsets.ISO_8859_1);
            OCTETS[i * 4] = (byte) digits.length;
            System.arraycopy(digits, 0, OCTETS, i * 4 + 1, digits.length);
        }
    }

    /**
     * Reads four decimal octets, {@code 192.0.2.1}; never asks a name server.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Ipv4Address of(String text) {
        int bits = 0;
        int octet = -1;
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                // A leading zero would mean octal to some readers, so it is refused.
                octet = octet < 0 ? c - '0' : octet == 0 ? 256 : octet * 10 + c - '0';
                if (octet > 255) {
                    throw bad(text);
                }
            } else if (c == '.' && octet >= 0 && dots < 3) {
                bits = bits << 8 | octet;
                octet = -1;
                dots++;
            } else {
                throw bad(text);
            }
        }
        if (octet < 0 || dots != 3) {
            throw bad(text);
        }
        return new Ipv4Address(bits << 8 | octet);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("not an IPv4 address such as 192.0.2.1: \"" + text + "\"");
    }

    /** The same address from {@code java.net}. */
    public static Ipv4Address of(Inet4Address address) {
        return of(address.getAddress());
    }

    /** The address in four bytes. */
    public static Ipv4Address of(byte[] octets) {
        if (octets.length != 4) {
            throw new IllegalArgumentException("an IPv4 address has 4 bytes, not " + octets.length);
        }
        return new Ipv4Address(
                (octets[0] & 0xff) << 24 | (octets[1] & 0xff) << 16 | (octets[2] & 0xff) << 8 | octets[3] & 0xff);
    }

    /** The same address for {@code java.net}. */
    public Inet4Address toInetAddress() {
        try {
            return (Inet4Address) InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /** The four octets in transmission order. */
    public byte[] toBytes() {
        return new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
    }

    /** Whether it is in 224.0.0.0/4. */
    public boolean isMulticast() {
        return bits >>> 28 == 14;
    }

    /** Writes the dotted form of {@code bits} as ASCII; returns the index after it. */
    public static int format(int bits, byte[] out, int at) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            int entry = (bits >>> shift & 0xff) * 4;
            int length = OCTETS[entry];
            out[at] = OCTETS[entry + 1];
            if (length > 1) {
                out[at + 1] = OCTETS[entry + 2];
                if (length > 2) {
                    out[at + 2] = OCTETS[entry + 3];
                }
            }
            at += length;
            if (shift != 0) {
                out[at++] = '.';
            }
        }
        return at;
    }

    @Override
    public int compareTo(Ipv4Address other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        byte[] text = new byte[MAX_TEXT_LENGTH];
        return new String(text, 0, format(bits, text, 0), StandardCharsets.ISO_8859_1);
    }
}
