package dev.ringwire.stack.network;

import dev.ringwire.address.Cidr;
import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;

/**
 * An address of ours with the prefix of its link.
 *
 * @param high the first 64 bits; 0 for IPv4
 * @param low the last 64 bits, IPv4 mapped
 * @param prefixLength bits that all addresses of the link share, 0 to 32 or 128
 */
public record LocalAddress(long high, long low, int prefixLength) {
    /** Checks the prefix length. */
    public LocalAddress {
        int most = IpAddresses.isIpv4(high, low) ? 32 : 128;
        if (prefixLength < 0 || prefixLength > most) {
            throw new IllegalArgumentException("the prefix length " + prefixLength + " is not in 0.." + most);
        }
    }

    /**
     * Reads {@code 192.0.2.1/24} or {@code 2001:db8::1/64}; without a prefix length it is alone on the link.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static LocalAddress of(String text) {
        int prefixLength = Cidr.of(text).prefixLength();
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (address.indexOf(':') < 0) {
            return new LocalAddress(
                    0, IpAddresses.mapped(Ipv4Address.of(address).bits()), prefixLength);
        }
        Ipv6Address v6 = Ipv6Address.of(address);
        return new LocalAddress(v6.high(), v6.low(), prefixLength);
    }

    /**
     * Reads the same, of one host.
     *
     * @throws IllegalArgumentException if the text is anything else, such as a group, or the address of a network
     */
    public static LocalAddress ofHost(String text) {
        LocalAddress address = of(text);
        if (!address.isForOneHost()) {
            throw new IllegalArgumentException(text + " is the address of a network or group, not of a host");
        }
        return address;
    }

    /** The address in fe80::/64 with that interface identifier. */
    public static LocalAddress linkLocal(long interfaceIdentifier) {
        return new LocalAddress(0xfe80_0000_0000_0000L, interfaceIdentifier, 64);
    }

    /** Whether it is IPv4. */
    public boolean isIpv4() {
        return IpAddresses.isIpv4(high, low);
    }

    /** Whether one host can have it: no group, not for broadcast, and not the address of the network itself. */
    boolean isForOneHost() {
        return !IpAddresses.isUnspecified(high, low)
                && !IpAddresses.isMulticast(high, low)
                && low != IpAddresses.BROADCAST
                && !isBroadcast(low)
                && !isAnycast();
    }

    /** Whether it is the address of all routers of this prefix (RFC 4291 section 2.6.1). */
    private boolean isAnycast() {
        return !isIpv4()
                && prefixLength <= 126
                && (prefixLength < 64 ? high << prefixLength == 0 && low == 0 : low << prefixLength - 64 == 0);
    }

    /** Whether another address is on the same link. */
    boolean isOnLink(long otherHigh, long otherLow) {
        return isIpv4() == IpAddresses.isIpv4(otherHigh, otherLow)
                && IpAddresses.commonPrefix(high, low, otherHigh, otherLow) >= prefixLength + (isIpv4() ? 96 : 0);
    }

    /** Whether it is this prefix's broadcast address: all ones behind it, or all zeros as 4.2BSD had it (RFC 1122 3.3.6). */
    boolean isBroadcast(long otherLow) {
        if (prefixLength > 30 || !isIpv4() || !isOnLink(0, otherLow)) {
            return false;
        }
        long host = 0xffff_ffffL >>> prefixLength;
        return (otherLow & host) == host || (otherLow & host) == 0;
    }

    @Override
    public String toString() {
        return IpAddresses.text(high, low) + "/" + prefixLength;
    }
}
