package dev.ringwire.stack.network;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.stack.PacketBuffer;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** IP addresses of both versions as two longs, IPv4 mapped into IPv6, as {@link PacketBuffer} has them. */
public final class IpAddresses {
    private IpAddresses() {}

    /** The low long of an IPv4 address; the high one is 0. */
    public static long mapped(int bits) {
        return PacketBuffer.IPV4_MAPPED | bits & 0xffff_ffffL;
    }

    /** Whether this is a mapped IPv4 address. */
    public static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** Whether this is a multicast address: 224.0.0.0/4 (RFC 1112) or ff00::/8 (RFC 4291). */
    public static boolean isMulticast(long high, long low) {
        return isIpv4(high, low) ? (low & 0xf000_0000L) == 0xe000_0000L : high >>> 56 == 0xff;
    }

    /** The high long of an address. */
    public static long high(InetAddress address) {
        return address instanceof Inet6Address v6 ? Ipv6Address.of(v6).high() : 0;
    }

    /** The low long of an address. */
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
}
