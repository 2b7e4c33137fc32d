package dev.ringwire.stack.network;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragments together (RFC 791 section 3.2, RFC 815, RFC 8200 section 4.5): in any order, with copies, only when all
 * have come. What is not whole after 60 seconds is dropped (RFC 1122 section 3.3.2). Memory is bounded in all, by source
 * and by packet; when the whole is used up, the oldest packets give way.
 */
public final class Reassembly {
    /** Most bytes of all fragments that wait, with what keeping them costs. */
    public static final int BYTES = 4 << 20;

    /** Most bytes of fragments from one source. */
    public static final int BYTES_PER_SOURCE = 1 << 20;

    /** Most packets that are not whole yet. */
    public static final int PACKETS = 1024;

    /** Most packets from one source that are not whole yet. */
    public static final int PACKETS_PER_SOURCE = 128;

    /** Most fragments of one packet. */
    public static final int FRAGMENTS = 2048;

    private static final long TIMEOUT = 60_000_000_000L;

    /** Which packet a fragment is of. */
    record Key(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int protocol, int id) {
        Source source() {
            return new Source(sourceHigh, sourceLow);
        }
    }

    private record Source(long high, long low) {}

    /** What one source has here. */
    private static final class Share {
        int packets;
        int bytes;
    }

    private final StackContext context;
    private final ReassemblyCounters counters = new ReassemblyCounters();
    private final Map<Key, FragmentedPacket> packets = new LinkedHashMap<>();
    private final Map<Source, Share> shares = new HashMap<>();
    private final Consumer<PacketBuffer> timedOut;
    private final Timer timer;
    private OverlapPolicy policy = OverlapPolicy.STRICT;
    private int bytes;

    /**
     * Empty.
     *
     * @param timedOut gets the first fragment, with its IP header, of a packet that did not become whole in time
     */
    Reassembly(StackContext context, Consumer<PacketBuffer> timedOut) {
        this.context = context;
        this.timedOut = timedOut;
        timer = context.timers().timer(this::sweep);
    }

    /** Whose bytes count where fragments overlap. */
    public OverlapPolicy policy() {
        return policy;
    }

    /** Sets whose bytes count where fragments overlap; {@link OverlapPolicy#STRICT} unless set. */
    public void policy(OverlapPolicy which) {
        policy = Objects.requireNonNull(which);
    }

    /** What it counts. */
    public ReassemblyCounters counters() {
        return counters;
    }

    /** Bytes held now, at most {@link #BYTES}. */
    public int bytes() {
        return bytes;
    }

    /** Packets that are not whole yet, at most {@link #PACKETS}. */
    public int packets() {
        return packets.size();
    }

    /**
     * Takes a fragment.
     *
     * @param fragment from {@link PacketBuffer#offset()} on the piece of the payload
     * @param from where in the payload it belongs
     * @param more whether others are behind it
     * @param prefix bytes of the headers in front of the payload, from the network offset on, that the whole packet keeps
     * @return if the packet is whole now, that, from {@link PacketBuffer#offset()} on the payload, the headers of the
     *     first fragment in front of it; to be given back to the context
     */
    @Nullable
    PacketBuffer add(PacketBuffer fragment, int from, boolean more, int prefix, Key key) {
        FragmentedPacket packet = packets.get(key);
        if (packet == null) {
            packet = start(key);
        }
        int cost = packet.cost(fragment, from);
        if (packet.isDead() || !makeRoom(packet, cost)) {
            return null;
        }
        switch (packet.add(fragment, from, more, prefix, policy)) {
            case OVERLAP -> {
                counters.overlapping++;
                kill(packet);
                return null;
            }
            case MALFORMED -> {
                counters.malformed++;
                kill(packet);
                return null;
            }
            case COPY -> {
                return null;
            }
            case TAKEN -> account(packet, cost);
        }
        if (packet.isWhole()) {
            if (!packet.fits()) {
                counters.malformed++;
                kill(packet);
                return null;
            }
            counters.reassembled++;
            remove(packet);
            return packet.whole(context, policy);
        }
        while (bytes > BYTES) {
            evict();
        }
        return null;
    }

    private FragmentedPacket start(Key key) {
        Share share = shares.get(key.source());
        if (share != null && share.packets >= PACKETS_PER_SOURCE) {
            counters.overShare++;
            remove(oldestOf(key.source()));
        }
        while (packets.size() >= PACKETS) {
            evict();
        }
        FragmentedPacket packet = new FragmentedPacket(key, context.now() + TIMEOUT);
        packets.put(key, packet);
        shares.computeIfAbsent(key.source(), k -> new Share()).packets++;
        account(packet, FragmentedPacket.OVERHEAD);
        if (!timer.isSet()) {
            timer.at(packet.deadline);
        }
        return packet;
    }

    /** Whether the source, maybe without its older packets, and the packet may have so many bytes more. */
    private boolean makeRoom(FragmentedPacket packet, int cost) {
        Source source = packet.key.source();
        Share share = Objects.requireNonNull(shares.get(source));
        while (share.bytes + cost > BYTES_PER_SOURCE || packet.count() == FRAGMENTS) {
            FragmentedPacket oldest = packet.count() == FRAGMENTS ? packet : oldestOf(source);
            counters.overShare++;
            remove(oldest);
            if (oldest == packet) {
                return false;
            }
        }
        return true;
    }

    private FragmentedPacket oldestOf(Source source) {
        for (FragmentedPacket packet : packets.values()) {
            if (packet.key.source().equals(source)) {
                return packet;
            }
        }
        throw new IllegalStateException("a share without a packet");
    }

    /** Frees its bytes, but knows it until its time is over, so that what still comes of it is dropped, too. */
    private void kill(FragmentedPacket packet) {
        account(packet, FragmentedPacket.OVERHEAD - packet.bytes);
        packet.die();
    }

    private void account(FragmentedPacket packet, int more) {
        packet.bytes += more;
        bytes += more;
        Objects.requireNonNull(shares.get(packet.key.source())).bytes += more;
    }

    private void evict() {
        counters.evicted++;
        remove(packets.values().iterator().next());
    }

    private void remove(FragmentedPacket packet) {
        account(packet, -packet.bytes);
        packets.remove(packet.key);
        Source source = packet.key.source();
        Share share = Objects.requireNonNull(shares.get(source));
        share.packets--;
        if (share.packets == 0) {
            shares.remove(source);
        }
    }

    /** The oldest are in front, and all have the same time. */
    private void sweep() {
        while (!packets.isEmpty()) {
            FragmentedPacket oldest = packets.values().iterator().next();
            if (oldest.deadline > context.now()) {
                timer.at(oldest.deadline);
                return;
            }
            remove(oldest);
            if (!oldest.isDead()) {
                counters.timedOut++;
                PacketBuffer first = oldest.first();
                if (first != null) {
                    timedOut.accept(first);
                }
            }
        }
    }
}
