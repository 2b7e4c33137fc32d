package dev.ringwire.stack.network;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.stack.PacketBuffer;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** IP addresses of both versions as two longs, IPv4 mapped into IPv6, as {@link PacketBuffer} has them. */
public final class IpAddresses {
    /** The low long of the limited broadcast address 255.255.255.255. */
    public static final long BROADCAST = PacketBuffer.IPV4_MAPPED | 0xffff_ffffL;

    private static final long LINK_LOCAL = 0xfe80_0000_0000_0000L;
    private static final long SOLICITED_NODE_HIGH = 0xff02_0000_0000_0000L;
    private static final long SOLICITED_NODE_LOW = 0x1_ff00_0000L;

    private IpAddresses() {}

    /** The low long of an IPv4 address; the high one is 0. */
    public static long mapped(int bits) {
        return PacketBuffer.IPV4_MAPPED | bits & 0xffff_ffffL;
    }

    /** Whether this is a mapped IPv4 address. */
    public static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** Whether it is a multicast group of either version. */
    public static boolean isMulticast(long high, long low) {
        return isIpv4(high, low) ? (low & 0xf000_0000L) == 0xe000_0000L : high >>> 56 == 0xff;
    }

    /** Whether it is in fe80::/10. */
    public static boolean isLinkLocal(long high) {
        return (high & 0xffc0_0000_0000_0000L) == LINK_LOCAL;
    }

    /** Whether it is 0.0.0.0 or ::. */
    public static boolean isUnspecified(long high, long low) {
        return high == 0 && (low == 0 || low == PacketBuffer.IPV4_MAPPED);
    }

    /** The first 64 bits of the group that an IPv6 address is solicited by (RFC 4291 section 2.7.1). */
    public static long solicitedNodeHigh() {
        return SOLICITED_NODE_HIGH;
    }

    /** The last 64 bits of the group that an IPv6 address is solicited by. */
    public static long solicitedNodeLow(long low) {
        return SOLICITED_NODE_LOW | low & 0xff_ffffL;
    }

    /** The MAC address of a multicast group (RFC 1112 section 6.4, RFC 2464 section 7). */
    public static long multicastMac(long high, long low) {
        return isIpv4(high, low) ? 0x0100_5e00_0000L | low & 0x7f_ffffL : 0x3333_0000_0000L | low & 0xffff_ffffL;
    }

    /** The first 64 bits of an address. */
    public static long high(InetAddress address) {
        return address instanceof Inet6Address v6 ? Ipv6Address.of(v6).high() : 0;
    }

    /** The last 64 bits of an address, IPv4 mapped. */
    public static long low(InetAddress address) {
        return address instanceof Inet6Address v6
                ? Ipv6Address.of(v6).low()
                : mapped(Ipv4Address.of((Inet4Address) address).bits());
    }

    /** The address of two longs. */
    public static InetAddress toInetAddress(long high, long low) {
        return isIpv4(high, low)
                ? new Ipv4Address((int) low).toInetAddress()
                : new Ipv6Address(high, low).toInetAddress();
    }

    /** The address as text. */
    public static String text(long high, long low) {
        return isIpv4(high, low) ? new Ipv4Address((int) low).toString() : new Ipv6Address(high, low).toString();
    }

    /** Bits that two addresses share from the first on, 0 to 128. */
    static int commonPrefix(long high1, long low1, long high2, long low2) {
        return high1 != high2 ? Long.numberOfLeadingZeros(high1 ^ high2) : 64 + Long.numberOfLeadingZeros(low1 ^ low2);
    }
}
