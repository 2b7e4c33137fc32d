package dev.ringwire.stack.transport;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.IntTable;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.stack.network.IcmpError;
import dev.ringwire.stack.network.IcmpErrorListener;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.IpPath;
import dev.ringwire.stack.network.IpRouter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * UDP (RFC 768, RFC 1122 section 4.1, RFC 8200 section 8.1). A datagram goes to the session bound to its port that knows
 * most of its addresses; one that came by broadcast or multicast goes to all that want it. All on the stack's thread.
 */
public final class UdpLayer extends Layer implements IcmpErrorListener {
    /** The IP protocol number. */
    public static final int PROTOCOL = 17;

    /** First port that {@link #bind} chooses by itself; the last is 65535. */
    static final int FIRST_EPHEMERAL = 32_768;

    private static final int HEADER = 8;
    private static final int PORTS = 1 << 16;
    private static final int PATHS = 256;

    /** Multicasts of ours that wait to be handed to sessions of ours. */
    private static final int MOST_LOOPED = 64;

    private final IpRouter router;
    private final UdpCounters counters = new UdpCounters();

    /** The first session of each port; the others hang on it. */
    private final IntTable<UdpSession> ports = new IntTable<>();

    private final @Nullable IpPath[] paths = new @Nullable IpPath[PATHS];
    /** {@link IpRouter#changes} when the paths were asked for. */
    private int pathsAt;

    private final Datagram lent = new Datagram(0);
    private final ArrayDeque<PacketBuffer> looped = new ArrayDeque<>();
    private Consumer<PacketBuffer> portUnreachable = packet -> {};

    // Of the datagram that is being sent.
    private int sourcePort;
    private int destinationPort;
    private boolean loop;
    private boolean leaves;

    /** Speaks from the addresses of that router. */
    public UdpLayer(StackContext context, IpRouter router) {
        super(context, "udp");
        this.router = Objects.requireNonNull(router);
        context.afterBatch(this::receiveLooped);
    }

    /** What it counts over all sessions. */
    public UdpCounters counters() {
        return counters;
    }

    /** Calls it for a datagram that nobody listens for, as it was when it came: it sends the ICMP error. */
    public void onPortUnreachable(Consumer<PacketBuffer> action) {
        portUnreachable = Objects.requireNonNull(action);
    }

    /**
     * A session at a port of all our addresses.
     *
     * @param port 0 for any that is free, chosen at random (RFC 6056)
     * @throws BindException if the port is taken, or none is free
     */
    public UdpSession bind(int port) throws BindException {
        return bind(0, 0, port, false);
    }

    /**
     * A session at an address and port of ours.
     *
     * @param local the wildcard address for all our addresses; port 0 for any that is free, chosen at random (RFC 6056)
     * @throws BindException if the port is taken, none is free, or the address is not ours
     */
    public UdpSession bind(InetSocketAddress local) throws BindException {
        return bind(IpAddresses.high(local.getAddress()), IpAddresses.low(local.getAddress()), local.getPort(), false);
    }

    /**
     * A session at an address and port of ours.
     *
     * @param high first half of the address; both halves 0 for all our addresses
     * @param low second half of the address
     * @param port 0 for any that is free, chosen at random (RFC 6056)
     * @param shared whether others may have the same address and port, if they say so, too: what comes by broadcast or
     *     multicast goes to all, anything else to the last of those it suits best
     * @throws BindException if the port is taken, none is free, or the address is not ours
     * @throws IllegalArgumentException if the port is not in 0..65535
     */
    public UdpSession bind(long high, long low, int port, boolean shared) throws BindException {
        if (port < 0 || port >= PORTS) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        boolean any = IpAddresses.isUnspecified(high, low);
        if (!any && !router.isOurs(high, low) && !isForMany(high, low)) {
            throw new BindException(IpAddresses.text(high, low) + " is no address of this stack");
        }
        if (port != 0 && !isFree(any, high, low, port, shared)) {
            throw new BindException("UDP port " + port + " is in use");
        }
        int chosen = port == 0 ? ephemeral(any, high, low) : port;
        UdpSession session = new UdpSession(this, any, any ? 0 : high, any ? 0 : low, chosen, shared);
        session.next = ports.put(chosen, session);
        return session;
    }

    private int ephemeral(boolean any, long high, long low) throws BindException {
        int range = PORTS - FIRST_EPHEMERAL;
        int start = context().random().nextInt(range);
        for (int i = 0; i < range; i++) {
            int port = FIRST_EPHEMERAL + (start + i) % range;
            if (isFree(any, high, low, port, false)) {
                return port;
            }
        }
        throw new BindException("no UDP port from " + FIRST_EPHEMERAL + " on is free");
    }

    private boolean isFree(boolean any, long high, long low, int port, boolean shared) {
        for (UdpSession s = ports.get(port); s != null; s = s.next) {
            boolean same = any || s.isAnyLocal() || s.localHigh() == high && s.localLow() == low;
            if (same && !(shared && s.isShared())) {
                return false;
            }
        }
        return true;
    }

    /** Whether no session has that port, at any address. */
    public boolean isPortFree(int port) {
        return ports.get(port) == null;
    }

    void remove(UdpSession session) {
        int port = session.localPort();
        UdpSession first = ports.get(port);
        if (first == session) {
            UdpSession next = session.next;
            if (next == null) {
                ports.remove(port);
            } else {
                ports.put(port, next);
            }
            return;
        }
        for (UdpSession s = first; s != null; s = s.next) {
            if (s.next == session) {
                s.next = session.next;
            }
        }
    }

    @Override
    protected void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        int length = packet.length() < HEADER ? 0 : Bits.u16(b, at + 4);
        if (length < HEADER || length > packet.length()) {
            counters.badLength++;
            return;
        }
        packet.truncate(length);
        if (Bits.u16(b, at + 6) == 0) {
            if (packet.isIpv6()) {
                counters.noChecksum++;
                return;
            }
        } else if (!packet.isChecksumTrusted()
                && packet.sum(at, length, packet.pseudoHeaderSum(PROTOCOL, length)) != 0xffff) {
            counters.badChecksum++;
            return;
        }
        UdpSession first = ports.get(Bits.u16(b, at + 2));
        if (isForMany(packet.destinationHigh(), packet.destinationLow())) {
            receiveByMany(first, packet);
            return;
        }
        UdpSession best = first == null ? null : best(first, packet, Bits.u16(b, at));
        if (best == null) {
            counters.noPort++;
            if (!packet.isForMany()) {
                portUnreachable.accept(packet);
            }
            return;
        }
        hand(best, packet);
    }

    /** The session that knows most of both addresses. */
    private static @Nullable UdpSession best(UdpSession first, PacketBuffer packet, int port) {
        UdpSession best = null;
        int most = -1;
        for (UdpSession s = first; s != null; s = s.next) {
            int score = s.suits(packet, port);
            if (score > most) {
                best = s;
                most = score;
            }
        }
        return best;
    }

    private void receiveByMany(@Nullable UdpSession first, PacketBuffer packet) {
        int port = Bits.u16(packet.bytes(), packet.offset());
        int before = packet.offset();
        boolean found = false;
        for (UdpSession s = first; s != null; s = s.next) {
            if (s.wants(packet, port)) {
                found = true;
                hand(s, packet);
                packet.consume(before - packet.offset());
            }
        }
        if (!found) {
            counters.noPort++;
        }
    }

    private void hand(UdpSession session, PacketBuffer packet) {
        int port = Bits.u16(packet.bytes(), packet.offset());
        packet.consume(HEADER);
        lent.aim(packet, port);
        session.receive(lent);
    }

    /** Whether that is a multicast address or one of broadcast. */
    boolean isForMany(long high, long low) {
        return IpAddresses.isMulticast(high, low) || isBroadcast(high, low);
    }

    /** Whether that is an address of broadcast. */
    boolean isBroadcast(long high, long low) {
        return router.isBroadcast(high, low);
    }

    /** Where groups are joined. */
    IpRouter router() {
        return router;
    }

    /** The way from that address of ours, both halves 0 for the one that suits, to a destination; null if none. */
    @Nullable
    IpPath path(long sourceHigh, long sourceLow, long high, long low) {
        long mixed = (sourceLow * 31 + low + high) * 0x9e37_79b9_7f4a_7c15L;
        int slot = (int) (mixed >>> 56);
        boolean any = sourceHigh == 0 && sourceLow == 0;
        if (pathsAt != router.changes()) {
            pathsAt = router.changes();
            Arrays.fill(paths, null);
        }
        IpPath known = paths[slot];
        if (known == null
                || known.destinationLow() != low
                || known.destinationHigh() != high
                || !any && (known.sourceLow() != sourceLow || known.sourceHigh() != sourceHigh)) {
            known = any ? router.path(high, low) : router.path(sourceHigh, sourceLow, high, low);
            paths[slot] = known;
        }
        return known;
    }

    /**
     * Sends a packet that holds a payload and knows its path.
     *
     * @param toOurs whether sessions of this stack get it, too
     * @param toOthers whether it leaves the stack
     */
    void send(PacketBuffer packet, int from, int to, boolean toOurs, boolean toOthers) {
        sourcePort = from;
        destinationPort = to;
        loop = toOurs;
        leaves = toOthers;
        send(packet);
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        int at = packet.prepend(HEADER);
        ByteBuffer b = packet.bytes();
        packet.transportOffset(at);
        packet.protocol(PROTOCOL);
        Bits.put16(b, at, sourcePort);
        Bits.put16(b, at + 2, destinationPort);
        Bits.put16(b, at + 4, packet.length());
        Bits.put16(b, at + 6, 0);
        return true;
    }

    @Override
    protected void finish(PacketBuffer packet) {
        int at = packet.transportOffset();
        int length = packet.end() - at;
        Bits.put16(packet.bytes(), at + 6, 0);
        int sum = ~packet.sum(at, length, packet.pseudoHeaderSum(PROTOCOL, length)) & 0xffff;
        // A sum of 0 would say that there is none.
        Bits.put16(packet.bytes(), at + 6, sum == 0 ? 0xffff : sum);
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        if (loop) {
            loop(packet);
        }
        Layer ip = lower(packet.isIpv6() ? EthernetLayer.IPV6 : EthernetLayer.IPV4);
        if (ip != null && leaves) {
            ip.send(packet);
        }
    }

    /** Not handed over before what is being done is done: whoever gets it may send again. */
    private void loop(PacketBuffer packet) {
        if (looped.size() == MOST_LOOPED) {
            counters.dropped++;
            return;
        }
        PacketBuffer copy = packet.copy();
        copy.checksumTrusted(true);
        looped.add(copy);
    }

    private void receiveLooped() {
        for (int i = looped.size(); i > 0; i--) {
            receive(looped.remove());
        }
    }

    /** Sessions connected to where a quoted datagram went hear of it, others do not (RFC 1122 section 4.1.3.3). */
    @Override
    public void icmpError(IcmpError error) {
        for (UdpSession s = ports.get(error.sourcePort()); s != null; s = s.next) {
            if (s.isConnectedTo(error.destinationHigh(), error.destinationLow(), error.destinationPort())) {
                counters.icmpErrors++;
                IpPath path = path(s.localHigh(), s.localLow(), error.destinationHigh(), error.destinationLow());
                if (path != null) {
                    error.believe(path);
                }
                s.failed(exception(error));
            }
        }
    }

    private static IOException exception(IcmpError error) {
        return switch (error.kind()) {
            case PORT_UNREACHABLE -> new PortUnreachableException(error.toString());
            case NET_UNREACHABLE, HOST_UNREACHABLE, PROHIBITED -> new NoRouteToHostException(error.toString());
            default -> new IOException(error.toString());
        };
    }
}
