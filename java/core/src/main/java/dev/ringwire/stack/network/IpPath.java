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
    private final Destination destination;
    private int mtu;
    private @Nullable Neighbor neighbor;
    private boolean local;
    private boolean forMany;

    IpPath(long sourceHigh, long sourceLow, Destination destination) {
        this.ipv6 = !IpAddresses.isIpv4(destination.high, destination.low);
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.destination = destination;
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
        return destination.high;
    }

    /** Last 64 bits of the destination, IPv4 mapped. */
    public long destinationLow() {
        return destination.low;
    }

    /** The longest IP packet that gets there in one piece as far as is known, in bytes with its header (RFC 1191, RFC 8201). */
    public int mtu() {
        return mtu;
    }

    /**
     * Whether routers on the way have to cut packets, as it is narrower than the 552 bytes that {@link #mtu()} goes down
     * to: then no IPv4 packet forbids it.
     */
    public boolean isNarrow() {
        return destination.narrow;
    }

    /** Whether it leads to an address of ours, without the link. */
    public boolean isLocal() {
        return local;
    }

    /** Whether it leads to a broadcast address or a multicast group. */
    public boolean isForMany() {
        return forMany;
    }

    /** Who is next on the link; null where there are no link addresses or no route. */
    public @Nullable Neighbor neighbor() {
        return neighbor;
    }

    /** Goes on by another one. */
    public void neighbor(@Nullable Neighbor next) {
        neighbor = next;
    }

    Destination destination() {
        return destination;
    }

    void mtu(int bytes) {
        mtu = bytes;
    }

    void kind(boolean isLocal, boolean isForMany) {
        local = isLocal;
        forMany = isForMany;
    }

    @Override
    public String toString() {
        return IpAddresses.text(sourceHigh, sourceLow) + " to " + IpAddresses.text(destination.high, destination.low)
                + ", MTU " + mtu;
    }
}
