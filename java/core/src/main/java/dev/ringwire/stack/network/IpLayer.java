package dev.ringwire.stack.network;

import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What both versions of IP have in common. Upper layers are found by the IP protocol number. */
public abstract sealed class IpLayer extends Layer permits Ipv4Layer, Ipv6Layer {
    /** Most packets to addresses of our own that wait; one more is dropped. */
    private static final int LOCAL_WAITING = 1024;

    private static final int DEFAULT_TTL = 64;
    private static final int MULTICAST_TTL = 1;

    private final IpRouter router;
    private final IpCounters counters = new IpCounters();
    private final Reassembly reassembly;
    private final int etherType;
    private final ArrayDeque<PacketBuffer> local = new ArrayDeque<>();
    private final PacketBuffer incoming = new PacketBuffer();
    private final Timer localTimer;
    private boolean deliveringLocal;

    IpLayer(StackContext context, String name, IpRouter router, int etherType) {
        super(context, name);
        this.router = Objects.requireNonNull(router);
        this.etherType = etherType;
        reassembly = new Reassembly(context, this::reassemblyTimedOut);
        localTimer = context.timers().timer(this::deliverLocal);
    }

    /** Addresses and routes. */
    public final IpRouter router() {
        return router;
    }

    /** What it counts. */
    public final IpCounters counters() {
        return counters;
    }

    /** The fragments that wait. */
    public final Reassembly reassembly() {
        return reassembly;
    }

    /** A packet did not become whole in time, whose first fragment this is. */
    abstract void reassemblyTimedOut(PacketBuffer first);

    /** Whether this packet comes from ourselves, not from the link. */
    final boolean isDeliveringLocal() {
        return deliveringLocal;
    }

    /** The way a packet goes, looked up by its addresses if it has none yet; null and counted if there is none. */
    final @Nullable IpPath pathOf(PacketBuffer packet) {
        IpPath path = packet.path();
        if (path == null) {
            path = router.path(
                    packet.sourceHigh(), packet.sourceLow(), packet.destinationHigh(), packet.destinationLow());
            if (path == null) {
                counters.noRoute++;
                return null;
            }
            packet.path(path);
        }
        return path;
    }

    /** The time to live that is sent. */
    static int ttl(PacketBuffer packet, IpPath path) {
        return packet.ttl() != 0 ? packet.ttl() : path.isForMany() ? MULTICAST_TTL : DEFAULT_TTL;
    }

    @Override
    protected final void transfer(PacketBuffer packet) {
        IpPath path = Objects.requireNonNull(packet.path());
        counters.sent++;
        if (path.isLocal()) {
            if (local.size() == LOCAL_WAITING) {
                counters.localDropped++;
                return;
            }
            local.add(packet.copy());
            localTimer.at(context().now());
            return;
        }
        Layer link = lower(etherType);
        if (link == null) {
            counters.noRoute++;
        } else if (packet.length() > path.mtu() && packet.gsoSize() == 0) {
            TransportChecksum.finish(packet);
            counters.fragmentsSent += fragment(packet, path, link);
        } else {
            link.send(packet);
        }
    }

    /** Sends a packet in pieces; how many. */
    abstract int fragment(PacketBuffer packet, IpPath path, Layer link);

    /** What is sent to ourselves comes in by an alarm, not within the call that sends it. */
    private void deliverLocal() {
        for (int i = local.size(); i > 0; i--) {
            PacketBuffer packet = Objects.requireNonNull(local.poll());
            incoming.aim(packet.bytes(), packet.offset(), packet.length());
            incoming.gsoSize(packet.gsoSize());
            incoming.checksumTrusted(true);
            deliveringLocal = true;
            try {
                receive(incoming);
            } finally {
                deliveringLocal = false;
            }
        }
    }
}
