package dev.ringwire.stack.transport;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.IpPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One port of UDP that is ours, at one of our addresses or at all. What comes is handed to its {@link UdpApplication}, or
 * waits in a queue without one. Belongs to the stack's thread, but for {@link #tryReceive}, {@link #takeError()} and the
 * counters: one other thread may take what waits.
 */
public final class UdpSession implements AutoCloseable {
    /** Most bytes of payload over IPv4. */
    public static final int MAX_PAYLOAD_IPV4 = 65_507;

    /** Most bytes of payload over IPv6. */
    public static final int MAX_PAYLOAD_IPV6 = 65_527;

    private static final int QUEUE_LIMIT = 256 * 1024;
    private static final int MOST_GROUPS = 64;

    private record Group(long high, long low) {}

    private final UdpLayer layer;
    private final boolean any;
    private final long localHigh;
    private final long localLow;
    private final int localPort;
    private final boolean shared;
    private final UdpCounters counters = new UdpCounters();
    private final DatagramQueue queue = new DatagramQueue(QUEUE_LIMIT);
    private final AtomicReference<@Nullable IOException> error = new AtomicReference<>();
    private final List<Group> groups = new ArrayList<>();
    private @Nullable UdpApplication application;
    private @Nullable Runnable readable;
    private volatile boolean closed;

    private boolean connected;
    private long peerHigh;
    private long peerLow;
    private int peerPort;

    private int ttl;
    private int multicastTtl = 1;
    private boolean multicastLoop = true;
    private int trafficClass;
    private boolean broadcast;
    private boolean dontFragment;

    /** The next session of the same port. */
    @Nullable
    UdpSession next;

    UdpSession(UdpLayer layer, boolean any, long localHigh, long localLow, int localPort, boolean shared) {
        this.layer = layer;
        this.any = any;
        this.localHigh = localHigh;
        this.localLow = localLow;
        this.localPort = localPort;
        this.shared = shared;
    }

    /** Hands over to it what comes, instead of queueing it; null to queue again. */
    public UdpSession application(@Nullable UdpApplication to) {
        application = to;
        return this;
    }

    /** Calls it on the stack's thread when a datagram or an error waits, and when the session is closed; null for nothing. */
    public UdpSession onReadable(@Nullable Runnable action) {
        readable = action;
        return this;
    }

    /** The port. */
    public int localPort() {
        return localPort;
    }

    /** Whether it is bound to all our addresses. */
    public boolean isAnyLocal() {
        return any;
    }

    /** First 64 bits of the address it is bound to; 0 for IPv4 and for all. */
    public long localHigh() {
        return localHigh;
    }

    /** Last 64 bits of the address it is bound to, IPv4 mapped; 0 for all. */
    public long localLow() {
        return localLow;
    }

    boolean isShared() {
        return shared;
    }

    /** What it counts. */
    public UdpCounters counters() {
        return counters;
    }

    /** Takes only what this peer sends, and sends to it unless told otherwise. ICMP errors about it are told. */
    public UdpSession connect(InetSocketAddress peer) {
        InetAddress address = Objects.requireNonNull(peer.getAddress(), "the peer's address is not resolved");
        return connect(IpAddresses.high(address), IpAddresses.low(address), peer.getPort());
    }

    /**
     * Takes only what this peer sends, and sends to it unless told otherwise. What waits already stays.
     *
     * @throws IllegalArgumentException if the port is not in 1..65535
     */
    public UdpSession connect(long high, long low, int port) {
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        }
        connected = true;
        peerHigh = high;
        peerLow = low;
        peerPort = port;
        return this;
    }

    /** Takes what anybody sends, again. */
    public void disconnect() {
        connected = false;
    }

    /**
     * The address of ours that what is sent to the peer has; the one it is bound to if it is not connected, or there is no
     * way to the peer.
     */
    public InetAddress localAddress() {
        IpPath path = connected && any ? layer.path(0, 0, peerHigh, peerLow) : null;
        return path == null
                ? IpAddresses.toInetAddress(localHigh, localLow)
                : IpAddresses.toInetAddress(path.sourceHigh(), path.sourceLow());
    }

    /** The peer, null unless connected. */
    public @Nullable InetSocketAddress peer() {
        return connected ? new InetSocketAddress(IpAddresses.toInetAddress(peerHigh, peerLow), peerPort) : null;
    }

    boolean isConnectedTo(long high, long low, int port) {
        return connected && peerLow == low && peerHigh == high && peerPort == port;
    }

    /** The most bytes that wait to be taken, with {@link DatagramQueue#OVERHEAD} for each datagram; 256 KiB unless set. */
    public UdpSession receiveBuffer(int bytes) {
        queue.limit(bytes);
        return this;
    }

    /** Time to live or hop limit of what is sent to one address, 1 to 255; 0 for the stack's own choice, as unless set. */
    public UdpSession ttl(int hops) {
        ttl = octet("time to live", hops);
        return this;
    }

    /** Time to live or hop limit of what is sent by multicast, 0 to 255; 0 does not leave the stack; 1 unless set. */
    public UdpSession multicastTtl(int hops) {
        multicastTtl = octet("time to live", hops);
        return this;
    }

    /** Whether sessions of this stack get what is sent by multicast; true unless set. */
    public UdpSession multicastLoop(boolean on) {
        multicastLoop = on;
        return this;
    }

    /** Type of service or traffic class, all eight bits; 0 unless set. */
    public UdpSession trafficClass(int bits) {
        trafficClass = octet("traffic class", bits);
        return this;
    }

    /** Whether it may send by broadcast; false unless set. */
    public UdpSession broadcast(boolean may) {
        broadcast = may;
        return this;
    }

    /** Whether nobody may cut what is sent: too long for the way as far as known, it is refused; false unless set. */
    public UdpSession dontFragment(boolean not) {
        dontFragment = not;
        return this;
    }

    private static int octet(String what, int value) {
        if (value < 0 || value > 0xff) {
            throw new IllegalArgumentException(what + " " + value + " is not in 0..255");
        }
        return value;
    }

    /**
     * Takes what is sent to this multicast group, too.
     *
     * @throws SocketException if it is in 64 groups already, or the stack in as many as it can be
     * @throws IllegalArgumentException if it is no multicast address
     */
    public void join(InetAddress group) throws SocketException {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException(group.getHostAddress() + " is no multicast address");
        }
        Group joined = new Group(IpAddresses.high(group), IpAddresses.low(group));
        if (!groups.contains(joined)) {
            if (groups.size() == MOST_GROUPS) {
                throw new SocketException("the session is in " + MOST_GROUPS + " groups, which is the most");
            }
            try {
                layer.router().join(group);
            } catch (IllegalStateException e) {
                throw new SocketException(e.getMessage());
            }
            groups.add(joined);
        }
    }

    /** Does not take what is sent to the group any more. */
    public void leave(InetAddress group) {
        if (groups.remove(new Group(IpAddresses.high(group), IpAddresses.low(group)))) {
            layer.router().leave(group);
        }
    }

    /** Above 0 the more of the addresses it was asked for by name, 0 if it takes everything, -1 if it does not take it. */
    int suits(PacketBuffer packet, int port) {
        int score = 0;
        if (!any) {
            if (packet.destinationLow() != localLow || packet.destinationHigh() != localHigh) {
                return -1;
            }
            score = 1;
        }
        if (connected) {
            return isConnectedTo(packet.sourceHigh(), packet.sourceLow(), port) ? score + 2 : -1;
        }
        return score;
    }

    /** Whether it takes what came by broadcast or multicast. */
    boolean wants(PacketBuffer packet, int port) {
        return !closed
                && suits(packet, port) >= 0
                && (!IpAddresses.isMulticast(packet.destinationHigh(), packet.destinationLow())
                        || isIn(packet.destinationHigh(), packet.destinationLow()));
    }

    private boolean isIn(long high, long low) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).low == low && groups.get(i).high == high) {
                return true;
            }
        }
        return false;
    }

    void receive(Datagram datagram) {
        UdpApplication to = application;
        if (to == null && !queue.put(datagram)) {
            counters.dropped++;
            layer.counters().dropped++;
            return;
        }
        counters.received++;
        counters.receivedBytes += datagram.length();
        layer.counters().received++;
        layer.counters().receivedBytes += datagram.length();
        if (to == null) {
            tellReadable();
            return;
        }
        try {
            to.received(this, datagram);
        } catch (RuntimeException e) {
            layer.context().applicationFailed(this, e);
        }
    }

    void failed(IOException why) {
        counters.icmpErrors++;
        UdpApplication to = application;
        if (to == null) {
            error.set(why);
            tellReadable();
            return;
        }
        try {
            to.failed(this, why);
        } catch (RuntimeException e) {
            layer.context().applicationFailed(this, e);
        }
    }

    private void tellReadable() {
        Runnable action = readable;
        if (action != null) {
            action.run();
        }
    }

    /**
     * Takes the datagram that has waited longest. From any thread, but one at a time.
     *
     * @return false if none waits
     * @throws java.net.PortUnreachableException if what was sent reached nobody; once for each time
     * @throws IOException another error that an ICMP message has told of
     */
    public boolean tryReceive(Datagram into) throws IOException {
        IOException why = takeError();
        if (why != null) {
            throw why;
        }
        return queue.take(into);
    }

    /** What an ICMP message has told of what was sent; null for nothing. Takes it away. From any thread. */
    public @Nullable IOException takeError() {
        return error.getPlain() == null ? null : error.getAndSet(null);
    }

    /** Bytes that wait to be taken, with {@link DatagramQueue#OVERHEAD} for each datagram. From any thread. */
    public int queuedBytes() {
        return queue.size();
    }

    /**
     * Sends to the peer; see {@link #send(ByteBuffer, int, int, long, long, int)}.
     *
     * @param payload from its position to its limit, which stay
     * @throws SocketException also if there is no peer
     */
    public void send(ByteBuffer payload) throws IOException {
        if (!connected) {
            throw new SocketException("a session that is not connected has to be told whom to send to");
        }
        send(payload, payload.position(), payload.remaining(), peerHigh, peerLow, peerPort);
    }

    /**
     * Sends; see {@link #send(ByteBuffer, int, int, long, long, int)}.
     *
     * @param payload from its position to its limit, which stay
     */
    public void send(ByteBuffer payload, InetSocketAddress to) throws IOException {
        InetAddress address = to.getAddress();
        if (address == null) {
            throw new java.net.UnknownHostException(to.getHostString());
        }
        send(
                payload,
                payload.position(),
                payload.remaining(),
                IpAddresses.high(address),
                IpAddresses.low(address),
                to.getPort());
    }

    /** Answers a datagram from the address it was sent to, where that is one of ours. */
    public void reply(Datagram request, ByteBuffer bytes, int offset, int length) throws IOException {
        boolean many = layer.isForMany(request.destinationHigh, request.destinationLow);
        send(
                bytes,
                offset,
                length,
                many ? localHigh : request.destinationHigh,
                many ? localLow : request.destinationLow,
                request.sourceHigh,
                request.sourceLow,
                request.sourcePort);
    }

    /**
     * Sends. It never waits: what the link has no room for is lost, as on a wire.
     *
     * @param bytes the payload, from the offset so many bytes
     * @param high first half of the destination's address
     * @param low second half of it
     * @throws NoRouteToHostException if there is no way to the destination
     * @throws java.net.PortUnreachableException if what was sent before reached nobody; once for each time
     * @throws SocketException if the session is closed, the port is 0 or above 65535, or the destination is an address
     *     of broadcast and that is not permitted
     * @throws IOException if it is too long: more than 65507 bytes over IPv4, 65527 over IPv6, or it must not be cut; or
     *     another error that an ICMP message has told of
     */
    public void send(ByteBuffer bytes, int offset, int length, long high, long low, int port) throws IOException {
        send(bytes, offset, length, localHigh, localLow, high, low, port);
    }

    private void send(
            ByteBuffer bytes, int offset, int length, long fromHigh, long fromLow, long high, long low, int port)
            throws IOException {
        IOException why = takeError();
        if (why != null) {
            throw why;
        }
        IpPath path = check(length, fromHigh, fromLow, high, low, port);
        boolean multicast = IpAddresses.isMulticast(high, low);
        StackContext context = layer.context();
        PacketBuffer packet = context.take();
        try {
            packet.bytes().put(packet.append(length), bytes, offset, length);
            packet.path(path);
            packet.ttl(multicast ? multicastTtl : ttl);
            packet.trafficClass(trafficClass);
            packet.dontFragment(dontFragment);
            layer.send(packet, localPort, port, multicast && multicastLoop, !multicast || multicastTtl > 0);
        } finally {
            context.give(packet);
        }
        counters.sent++;
        counters.sentBytes += length;
        layer.counters().sent++;
        layer.counters().sentBytes += length;
    }

    private IpPath check(int length, long fromHigh, long fromLow, long high, long low, int port) throws IOException {
        if (closed) {
            throw new SocketException("the session is closed");
        }
        if (port < 1 || port > 0xffff) {
            throw new SocketException("nothing can be sent to port " + port);
        }
        boolean ipv4 = IpAddresses.isIpv4(high, low);
        int most = ipv4 ? MAX_PAYLOAD_IPV4 : MAX_PAYLOAD_IPV6;
        if (length > most) {
            throw new IOException("a datagram of " + length + " bytes is too long; over IPv" + (ipv4 ? 4 : 6) + " "
                    + most + " bytes are the most");
        }
        if (!broadcast && layer.isBroadcast(high, low)) {
            throw new SocketException(
                    IpAddresses.text(high, low) + " is an address of broadcast; broadcast(true) permits to send to it");
        }
        IpPath path =
                !any && IpAddresses.isIpv4(fromHigh, fromLow) != ipv4 ? null : layer.path(fromHigh, fromLow, high, low);
        if (path == null) {
            throw new NoRouteToHostException("there is no way to " + IpAddresses.text(high, low)
                    + (any ? "" : " from " + IpAddresses.text(fromHigh, fromLow)));
        }
        int room = path.mtu() - (ipv4 ? 28 : 48);
        if (dontFragment && length > room) {
            throw new IOException("a datagram of " + length + " bytes is too long; " + room
                    + " bytes are the most on the way to " + IpAddresses.text(high, low) + " without being cut");
        }
        return path;
    }

    /** Whether it is closed. From any thread. */
    public boolean isClosed() {
        return closed;
    }

    /** Gives up the port. What waits can still be taken. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            layer.remove(this);
            groups.forEach(g -> layer.router().leave(IpAddresses.toInetAddress(g.high, g.low)));
            groups.clear();
            tellReadable();
        }
    }

    @Override
    public String toString() {
        return "UDP " + (any ? "*" : IpAddresses.text(localHigh, localLow)) + ":" + localPort
                + (connected ? " to " + IpAddresses.text(peerHigh, peerLow) + ":" + peerPort : "");
    }
}
