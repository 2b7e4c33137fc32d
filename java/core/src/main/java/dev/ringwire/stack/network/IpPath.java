package dev.ringwire.stack.network;

import dev.ringwire.stack.link.Neighbor;
import org.jspecify.annotations.Nullable;

/**
 * The way from an address of ours to a destination: version, both addresses, who is next on the link, and how long a
 * packet may be. Whoever sends many packets asks {@link IpRouter#path} once and keeps it; the router changes it in place
 * when routes or the path MTU change.
 */
public final class IpPath {
    private final boolean ipv6;
    private final long sourceHigh;
    private final long sourceLow;
    private final long destinationHigh;
    private final long destinationLow;
    private int mtu;
    private @Nullable Neighbor neighbor;

    IpPath(boolean ipv6, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int mtu) {
        this.ipv6 = ipv6;
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
        this.mtu = mtu;
    }

    /** Whether it is IPv6. */
    public boolean isIpv6() {
        return ipv6;
    }

    /** First 64 bits of our address; 0 for IPv4. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Last 64 bits of our address, IPv4 mapped. */
    public long sourceLow() {
        return sourceLow;
    }

    /** First 64 bits of the destination; 0 for IPv4. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Last 64 bits of the destination, IPv4 mapped. */
    public long destinationLow() {
        return destinationLow;
    }

    /** The longest IP packet that gets there in one piece as far as is known, in bytes with its header (RFC 1191, RFC 8201). */
    public int mtu() {
        return mtu;
    }

    /** Who is next on the link; null where there are no link addresses or no route. */
    public @Nullable Neighbor neighbor() {
        return neighbor;
    }

    void neighbor(@Nullable Neighbor next) {
        neighbor = next;
    }

    void mtu(int bytes) {
        mtu = bytes;
    }
}
