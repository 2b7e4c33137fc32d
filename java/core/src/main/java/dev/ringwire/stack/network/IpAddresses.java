package dev.ringwire.stack.network;

import dev.ringwire.stack.PacketBuffer;

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
}
