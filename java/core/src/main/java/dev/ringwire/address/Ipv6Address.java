package dev.ringwire.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * An IPv6 address without a zone.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record Ipv6Address(long high, long low) implements Comparable<Ipv6Address> {
    public static final Ipv6Address ANY = new Ipv6Address(0, 0);

    /** Most bytes that {@link #format} writes. */
    public static final int MAX_TEXT_LENGTH = 45;

    /**
     * Reads the text forms of RFC 4291 section 2.2, also with an IPv4 tail; never asks a name server.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Ipv6Address of(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw bad(text);
        }
        int[] groups = new int[8];
        if (gap < 0) {
            if (groups(text, text, groups, 0) != 8) {
                throw bad(text);
            }
        } else {
            int before = groups(text, text.substring(0, gap), groups, 0);
            int[] tail = new int[8];
            int after = groups(text, text.substring(gap + 2), tail, 0);
            if (before + after > 7) {
                throw bad(text);
            }
            System.arraycopy(tail, 0, groups, 8 - after, after);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return new Ipv6Address(high, low);
    }

    /** Reads colon-separated groups; returns how many. An IPv4 address may stand last and counts as two. */
    private static int groups(String whole, String part, int[] groups, int count) {
        if (part.isEmpty()) {
            return 0;
        }
        int from = 0;
        while (from <= part.length()) {
            int colon = part.indexOf(':', from);
            String group = part.substring(from, colon < 0 ? part.length() : colon);
            if (colon < 0 && group.indexOf('.') >= 0) {
                if (count > 6) {
                    throw bad(whole);
                }
                int v4 = Ipv4Address.of(group).bits();
                groups[count++] = v4 >>> 16;
                groups[count++] = v4 & 0xffff;
                return count;
            }
            if (group.isEmpty() || group.length() > 4 || count == 8) {
                throw bad(whole);
            }
            int value = 0;
            for (int i = 0; i < group.length(); i++) {
                char c = group.charAt(i);
                int digit = c < 0x80 ? Character.digit(c, 16) : -1;
                if (digit < 0) {
                    throw bad(whole);
                }
                value = value << 4 | digit;
            }
            groups[count++] = value;
            if (colon < 0) {
                return count;
            }
            from = colon + 1;
        }
        throw bad(whole);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("not an IPv6 address such as 2001:db8::1: \"" + text + "\"");
    }

    /** The same address from {@code java.net}; its zone is dropped. */
    public static Ipv6Address of(Inet6Address address) {
        return of(address.getAddress());
    }

    /** The address in sixteen bytes. */
    public static Ipv6Address of(byte[] octets) {
        if (octets.length != 16) {
            throw new IllegalArgumentException("an IPv6 address has 16 bytes, not " + octets.length);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | (octets[i] & 0xff);
            low = low << 8 | (octets[i + 8] & 0xff);
        }
        return new Ipv6Address(high, low);
    }

    /** The same address for {@code java.net}: an {@link Inet6Address}, or for ::ffff:0:0/96 the IPv4 one it maps. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    /** The sixteen octets in transmission order. */
    public byte[] toBytes() {
        byte[] out = new byte[16];
        for (int i = 0; i < 8; i++) {
            out[i] = (byte) (high >>> 56 - 8 * i);
            out[i + 8] = (byte) (low >>> 56 - 8 * i);
        }
        return out;
    }

    /** Whether it is in ff00::/8. */
    public boolean isMulticast() {
        return high >>> 56 == 0xff;
    }

    /** Writes the RFC 5952 text form as ASCII, as inet_ntop(3) does; returns the index after it. */
    public static int format(long high, long low, byte[] out, int at) {
        int bestStart = -1;
        int bestLength = 1; // a single zero group is not shortened
        for (int i = 0; i < 8; i++) {
            int j = i;
            while (j < 8 && group(high, low, j) == 0) {
                j++;
            }
            if (j - i > bestLength) {
                bestStart = i;
                bestLength = j - i;
            }
            i = Math.max(i, j);
        }
        boolean ipv4Tail = bestStart == 0 && (bestLength == 6 || bestLength == 5 && group(high, low, 5) == 0xffff);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                out[at++] = ':';
                i += bestLength - 1;
                if (i == 7) {
                    out[at++] = ':';
                }
                continue;
            }
            if (i > 0) {
                out[at++] = ':';
            }
            if (ipv4Tail && i == 6) {
                return Ipv4Address.format((int) low, out, at);
            }
            at = hex(group(high, low, i), out, at);
        }
        return at;
    }

    private static int group(long high, long low, int i) {
        return (int) ((i < 4 ? high : low) >>> 48 - 16 * (i & 3)) & 0xffff;
    }

    private static int hex(int group, byte[] out, int at) {
        for (int shift = 28 - (Integer.numberOfLeadingZeros(group | 1) & ~3); shift >= 0; shift -= 4) {
            int n = group >>> shift & 15;
            out[at++] = (byte) (n < 10 ? '0' + n : 'a' - 10 + n);
        }
        return at;
    }

    @Override
    public int compareTo(Ipv6Address other) {
        int c = Long.compareUnsigned(high, other.high);
        return c != 0 ? c : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        byte[] text = new byte[MAX_TEXT_LENGTH];
        return new String(text, 0, format(high, low, text, 0), StandardCharsets.ISO_8859_1);
    }
}
