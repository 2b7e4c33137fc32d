package dev.ringwire.stack.network;

import dev.ringwire.address.Cidr;

/**
 * Where packets to a block of addresses go first.
 *
 * @param high the first 64 bits of the block; 0 for IPv4
 * @param low the last 64 bits, IPv4 mapped
 * @param prefixLength bits that all addresses of the block share, 0 to 32 or 128
 * @param gatewayHigh the first 64 bits of the router
 * @param gatewayLow the last 64 bits of the router; 0 with a high of 0 if the block is on the link
 */
public record Route(long high, long low, int prefixLength, long gatewayHigh, long gatewayLow) {
    /**
     * By way of a router.
     *
     * @throws IllegalArgumentException if one is IPv4 and the other IPv6
     */
    public static Route of(Cidr block, long gatewayHigh, long gatewayLow) {
        if (block.isIpv4() != IpAddresses.isIpv4(gatewayHigh, gatewayLow)) {
            throw new IllegalArgumentException("the router " + IpAddresses.text(gatewayHigh, gatewayLow)
                    + " is of another version of IP than " + block);
        }
        long low = block.isIpv4() ? IpAddresses.mapped((int) block.low()) : block.low();
        return new Route(block.high(), low, block.prefixLength(), gatewayHigh, gatewayLow);
    }

    /** Whether its destinations are on the link. */
    public boolean isOnLink() {
        return gatewayHigh == 0 && gatewayLow == 0;
    }

    boolean matches(long otherHigh, long otherLow) {
        boolean ipv4 = IpAddresses.isIpv4(high, low);
        return ipv4 == IpAddresses.isIpv4(otherHigh, otherLow)
                && IpAddresses.commonPrefix(high, low, otherHigh, otherLow) >= prefixLength + (ipv4 ? 96 : 0);
    }

    @Override
    public String toString() {
        return IpAddresses.text(high, low) + "/" + prefixLength
                + (isOnLink() ? " on the link" : " via " + IpAddresses.text(gatewayHigh, gatewayLow));
    }
}
