package dev.ringwire.stack.link;

import dev.ringwire.address.MacAddress;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.Timer;
import dev.ringwire.stack.network.IpAddresses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody on the link by IP address: whether the MAC address is known, and which it is. A path keeps its neighbour, so
 * that no table is searched for each packet.
 */
public final class Neighbor {
    private final long high;
    private final long low;
    private final @Nullable NeighborCache cache;

    private NeighborState state = NeighborState.INCOMPLETE;
    private long macAddress;
    /** Whether packets go to the MAC address and nothing else is to be done. */
    private boolean fresh;

    // Kept by the cache.
    final @Nullable Timer timer;
    final ArrayDeque<PacketBuffer> waiting = new ArrayDeque<>();
    final List<NeighborCache.Question> questions = new ArrayList<>();
    /** Whether the cache has it; if not, nobody asks for it now. */
    boolean cached;

    int tries;
    long lastUsed;
    long heldUntil;

    Neighbor(long high, long low, NeighborCache cache) {
        this.high = high;
        this.low = low;
        this.cache = cache;
        timer = cache.context().timers().timer(() -> cache.ring(this));
    }

    private Neighbor(long high, long low, long mac) {
        this.high = high;
        this.low = low;
        cache = null;
        timer = null;
        state(NeighborState.PERMANENT, mac);
    }

    /** One whose MAC address follows from its IP address, or is given for good. */
    public static Neighbor permanent(long high, long low, long mac) {
        return new Neighbor(high, low, mac);
    }

    /** First 64 bits of the IP address; 0 for IPv4. */
    public long high() {
        return high;
    }

    /** Last 64 bits of the IP address, IPv4 mapped. */
    public long low() {
        return low;
    }

    /** What is known of it. */
    public NeighborState state() {
        return state;
    }

    /** Whether the MAC address is known. */
    public boolean isReachable() {
        return fresh || state == NeighborState.STALE;
    }

    /** The MAC address in the lower 48 bits; means nothing unless {@link #isReachable()}. */
    public long macAddress() {
        return macAddress;
    }

    /** A layer above heard from it lately, such as by an acknowledgment of new data (RFC 4861 section 7.3.1). */
    public void confirm() {
        NeighborCache c = cache;
        if (c != null && state != NeighborState.REACHABLE) {
            c.confirm(this);
        }
    }

    /** A layer above has not heard from it for a while, which is a reason to ask if it is still there. */
    public void doubt() {
        NeighborCache c = cache;
        if (c != null) {
            c.doubt(this);
        }
    }

    boolean isFresh() {
        return fresh;
    }

    /** Who can be sent this packet now; null if it waits, or is refused. */
    @Nullable
    Neighbor use(PacketBuffer packet) {
        NeighborCache c = cache;
        return c == null ? this : c.use(this, packet);
    }

    void state(NeighborState now) {
        state = now;
        fresh = now == NeighborState.REACHABLE
                || now == NeighborState.DELAY
                || now == NeighborState.PROBE
                || now == NeighborState.PERMANENT;
    }

    void state(NeighborState now, long mac) {
        macAddress = mac;
        state(now);
    }

    @Override
    public String toString() {
        return IpAddresses.text(high, low) + " " + state + (isReachable() ? " " + new MacAddress(macAddress) : "");
    }
}
