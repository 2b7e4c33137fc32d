package dev.ringwire.address;

import org.jspecify.annotations.Nullable;

/**
 * A block of IPv4 or IPv6 addresses, {@code 192.0.2.0/24} or {@code 2001:db8::/32}. IPv4 addresses are held in the low
 * 32 bits.
 */
public final class Cidr {
    private final long high;
    private final long low;
    private final int prefix;
    private final boolean ipv4;

    private Cidr(long high, long low, int prefix, boolean ipv4) {
        this.prefix = prefix;
        this.ipv4 = ipv4;
        int bits = ipv4 ? prefix + 96 : prefix;
        this.high = high & mask(Math.min(bits, 64));
        this.low = low & mask(Math.max(bits - 64, 0));
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << 64 - bits;
    }

    /**
     * Reads {@code address/prefix}; a bare address is a block of one. Bits behind the prefix are cleared.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Cidr of(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean v4 = address.indexOf(':') < 0;
        int max = v4 ? 32 : 128;
        int prefix = max;
        if (slash >= 0) {
            String digits = text.substring(slash + 1);
            if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new IllegalArgumentException("the prefix length is not a number: \"" + text + "\"");
            }
            prefix = Integer.parseInt(digits);
            if (prefix > max) {
                throw new IllegalArgumentException("the prefix length is over " + max + ": \"" + text + "\"");
            }
        }
        if (v4) {
            return new Cidr(0, Ipv4Address.of(address).bits() & 0xffff_ffffL, prefix, true);
        }
        Ipv6Address v6 = Ipv6Address.of(address);
        return new Cidr(v6.high(), v6.low(), prefix, false);
    }

    /** The first 64 bits of the block's first address; 0 for IPv4. */
    public long high() {
        return high;
    }

    /** The last 64 bits of the block's first address; IPv4 has the lower 32. */
    public long low() {
        return low;
    }

    /** Bits that all addresses of the block share. */
    public int prefixLength() {
        return prefix;
    }

    /** Whether this is a block of IPv4 addresses. */
    public boolean isIpv4() {
        return ipv4;
    }

    /** Whether the block holds the address. */
    public boolean contains(Ipv4Address address) {
        return ipv4 && ((address.bits() & 0xffff_ffffL) & mask(prefix + 32)) == low;
    }

    /** Whether the block holds the address. */
    public boolean contains(Ipv6Address address) {
        return !ipv4
                && (address.high() & mask(Math.min(prefix, 64))) == high
                && (address.low() & mask(Math.max(prefix - 64, 0))) == low;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Cidr other
                && high == other.high
                && low == other.low
                && prefix == other.prefix
                && ipv4 == other.ipv4;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low) * 31 + prefix;
    }

    @Override
    public String toString() {
        return (ipv4 ? new Ipv4Address((int) low).toString() : new Ipv6Address(high, low).toString()) + "/" + prefix;
    }
}
