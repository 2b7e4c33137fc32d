package dev.ringwire.stack.link;

/**
 * Somebody on the link by IP address: whether the MAC address is known, and which it is. A path keeps its neighbour, so
 * that no table is searched for each packet.
 */
public final class Neighbor {
    private final long high;
    private final long low;
    private long macAddress;
    private boolean reachable;

    Neighbor(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /** First 64 bits of the IP address; 0 for IPv4. */
    public long high() {
        return high;
    }

    /** Last 64 bits of the IP address, IPv4 mapped. */
    public long low() {
        return low;
    }

    /** Whether the MAC address is known. */
    public boolean isReachable() {
        return reachable;
    }

    /** The MAC address in the lower 48 bits; means nothing unless {@link #isReachable()}. */
    public long macAddress() {
        return macAddress;
    }

    void reachable(long mac) {
        macAddress = mac;
        reachable = true;
    }

    void forget() {
        reachable = false;
    }
}
