package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;

import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.stack.network.IcmpError;
import dev.ringwire.stack.network.IcmpErrorListener;
import dev.ringwire.stack.network.IpPath;
import dev.ringwire.stack.network.IpRouter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * TCP (RFC 9293): finds the connection of each segment, and makes connections and listeners. All on the stack's thread.
 * What a connection has to send goes out after each batch of frames, so that one segment acknowledges many.
 */
public final class TcpLayer extends Layer implements IcmpErrorListener {
    /** The IP protocol number of TCP. */
    public static final int PROTOCOL = 6;

    /** A smaller one would cost more in headers than it carries (CVE-2019-11479). */
    static final int LEAST_MSS = 48;

    /** Bytes that connections may keep though they do not need them. */
    private static final long LITTLE_MEMORY = 1 << 20;

    private static final long TIDY_NANOS = 1_000_000_000L;

    private final IpRouter router;
    private final TcpCounters counters = new TcpCounters();
    private final TcpSegment segment = new TcpSegment();
    private final PayloadViews views = new PayloadViews();
    private final TcpMemory memory = new TcpMemory(256L << 20);
    private final ConnectionTable<TcpFlow> flows;
    private final IsnGenerator numbers;
    private final TcpPorts ports;
    private final SynCache halfOpen;
    private final TimeWaitTable timeWaits;
    private final PendingSessions pending;
    private final TcpOutput output;
    private final ResetResponder resets = new ResetResponder(this);
    private final Timer tidy;

    private @Nullable TcpSessionFactory factory;
    private int maxConnections = 1 << 20;
    private int sessions;

    /** TCP that finds its ways by that router; the IP layers are to be registered below. */
    public TcpLayer(StackContext context, IpRouter router) {
        super(context, "tcp");
        this.router = Objects.requireNonNull(router);
        flows = new ConnectionTable<>(context.random());
        numbers = new IsnGenerator(context.random());
        ports = new TcpPorts(this, router, flows, context.random());
        halfOpen = new SynCache(this);
        timeWaits = new TimeWaitTable(this);
        pending = new PendingSessions(context);
        output = new TcpOutput(this);
        tidy = context.timers().timer(this::tidy);
        context.afterBatch(this::flush);
    }

    // What a program does.

    /**
     * Opens a connection: the session is in SYN-SENT and says by its state, listeners and application what becomes of it.
     *
     * @param application what is called, or null
     * @throws NoRouteToHostException if there is no address of ours or no way to there
     * @throws BindException if no port is free
     */
    public TcpSession connect(InetSocketAddress remote, @Nullable TcpApplication application) throws IOException {
        return connect(TcpEndpoint.of(remote), null, TcpOptions.DEFAULT, application);
    }

    /**
     * Opens a connection.
     *
     * @param local where from; null or {@link TcpEndpoint#any} for an address that suits, port 0 for one that is free
     * @param application what is called, or null
     * @throws NoRouteToHostException if there is no address of ours or no way to there
     * @throws BindException if there is a connection between these ends already, or no port is free
     */
    public TcpSession connect(
            TcpEndpoint remote, @Nullable TcpEndpoint local, TcpOptions options, @Nullable TcpApplication application)
            throws IOException {
        TcpSession session = create(remote, local, options);
        session.application(application);
        session.connect();
        return session;
    }

    /**
     * A session between two ends, not opened: to be told its listeners first and then to {@link TcpSession#connect}, or
     * to {@link TcpSession#adopt} a connection in mid-stream.
     *
     * @param local where from; null or {@link TcpEndpoint#any} for an address that suits, port 0 for one that is free
     * @throws NoRouteToHostException if there is no address of ours or no way to there
     * @throws BindException if no port is free
     */
    public TcpSession create(TcpEndpoint remote, @Nullable TcpEndpoint local, TcpOptions options) throws IOException {
        if (remote.port() == 0 || remote.isAny()) {
            throw new NoRouteToHostException("no connection is possible to " + remote);
        }
        IpPath path = local == null || local.isAny()
                ? router.path(remote.high(), remote.low())
                : router.path(local.high(), local.low(), remote.high(), remote.low());
        if (path == null) {
            throw new NoRouteToHostException("no route to " + remote);
        }
        if (path.isForMany()) {
            throw new NoRouteToHostException("no connection is possible to many, as " + remote + " is");
        }
        int port = local == null ? 0 : local.port();
        if (port == 0) {
            port = ports.allocate(path, remote.port());
            if (port == PortAllocator.NONE) {
                throw new BindException("no port is free for a connection to " + remote);
            }
        }
        return newSession(path, port, remote.port(), options);
    }

    /**
     * Listens at a port; connections wait for {@link TcpListener#tryAccept}.
     *
     * @param local {@link TcpEndpoint#any} for all addresses of ours; port 0 for one that is free
     * @param backlog most connections that may wait to be accepted
     * @throws BindException if somebody listens there already, or no port is free
     */
    public TcpListener listen(TcpEndpoint local, int backlog, TcpOptions options) throws IOException {
        return ports.listen(local, backlog, options, null);
    }

    /**
     * Listens at a port and hands each connection that is up to an application.
     *
     * @param local {@link TcpEndpoint#any} for all addresses of ours; port 0 for one that is free
     * @param applications gives the application of a connection, the same for all or a new one each time
     * @throws BindException if somebody listens there already, or no port is free
     */
    public TcpListener listen(
            TcpEndpoint local, TcpOptions options, Function<? super TcpSession, ? extends TcpApplication> applications)
            throws IOException {
        return ports.listen(local, 1, options, Objects.requireNonNull(applications));
    }

    /**
     * Keeps a port for a connection that will be made from it, until {@link #release}: nobody else gets it.
     *
     * @param wanted {@link TcpEndpoint#any} for an address that suits; port 0 for one that is free
     * @return the same with the port
     * @throws BindException if the port is used, none is free, or the address is not ours
     */
    public TcpEndpoint reserve(TcpEndpoint wanted) throws BindException {
        return ports.reserve(wanted);
    }

    /** Gives back what {@link #reserve} gave. */
    public void release(TcpEndpoint local) {
        ports.release(local);
    }

    /** Makes the sessions of all connections from now on; null for plain ones. */
    public void sessionFactory(@Nullable TcpSessionFactory wanted) {
        factory = wanted;
    }

    /** Whether nobody listens at a port and no connection has it. */
    public boolean isPortFree(int port) {
        return ports.isFree(port);
    }

    /** The connections there are now, without those that are half open or in TIME-WAIT. */
    public List<TcpSession> sessions() {
        List<TcpSession> all = new ArrayList<>();
        flows.forEach(f -> {
            if (f instanceof TcpSession session) {
                all.add(session);
            }
        });
        return all;
    }

    /** Closes all listeners and connections, in order. */
    public void closeAll() {
        ports.listeners().forEach(TcpListener::close);
        sessions().forEach(TcpSession::close);
    }

    /** Whether a connection has something to send or to tell, which the next poll does. */
    public boolean isPending() {
        return !pending.isEmpty();
    }

    /** What it counts. */
    public TcpCounters counters() {
        return counters;
    }

    /**
     * Bytes that all connections together may hold for sending and receiving; 256 MiB unless set. Each may have 2 KiB for
     * either direction beyond that (a 16384th of its buffer if that is more), so that it goes on. The nearer the limit
     * is, the less is offered to other sides. From any thread.
     */
    public void memoryLimit(long bytes) {
        memory.limit(bytes);
    }

    /** Bytes that all connections together hold for sending and receiving now. From any thread. */
    public long memoryUsed() {
        return memory.used();
    }

    /** How often a connection got no more memory because of the limit. From any thread. */
    public long memoryRefused() {
        return memory.refused();
    }

    /** Most connections, half-open and in TIME-WAIT not counted; 2<sup>20</sup> unless set. */
    public void maxConnections(int most) {
        maxConnections = most;
    }

    /** Most connections. */
    public int maxConnections() {
        return maxConnections;
    }

    /** Most half-open connections before SYNs are answered by cookies; 1024 unless set. */
    public void maxHalfOpen(int most) {
        halfOpen.limit(most);
    }

    /** Most connections in TIME-WAIT; 16384 unless set. */
    public void maxTimeWait(int most) {
        timeWaits.limit(most);
    }

    /** How long a connection stays in TIME-WAIT, twice the longest life of a segment; 60 s unless set. */
    public void timeWait(Duration time) {
        timeWaits.nanos(time.toNanos());
    }

    /**
     * Whether a segment for nobody is answered by a reset, as the RFC has it; yes unless set. Not where somebody else, such
     * as the kernel, uses the same address.
     */
    public void resetUnknown(boolean wanted) {
        resets.silent(!wanted);
    }

    /** What the device does: finish checksums, cut up packets longer than the MTU. Neither unless set. */
    public void offloads(boolean checksum, boolean segmentation) {
        output.offloads(checksum, segmentation);
    }

    /**
     * An ICMP error has come about a segment of ours (RFC 1122 section 4.2.3.9). One whose sequence number is not on its
     * way is ignored (RFC 5927).
     */
    @Override
    public void icmpError(IcmpError error) {
        TcpFlow flow = flows.get(
                error.sourceHigh(),
                error.sourceLow(),
                error.sourcePort(),
                error.destinationHigh(),
                error.destinationLow(),
                error.destinationPort());
        if (flow == null || !flow.isOnItsWay(error.sequenceNumber())) {
            counters.icmpErrorsIgnored++;
            return;
        }
        counters.icmpErrors++;
        error.believe(flow.path);
        flow.icmpError(error);
    }

    // Up.

    @Override
    protected void process(PacketBuffer packet) {
        counters.segmentsReceived++;
        if (packet.isForMany()) {
            counters.forMany++;
            return;
        }
        int length = packet.length();
        if (length < TcpSegment.HEADER) {
            counters.malformed++;
            return;
        }
        if (!packet.isChecksumTrusted()
                && packet.sum(packet.offset(), length, packet.pseudoHeaderSum(PROTOCOL, length)) != 0xffff) {
            counters.badChecksum++;
            return;
        }
        if (!segment.parse(packet)) {
            counters.malformed++;
            return;
        }
        TcpFlow flow = flows.get(
                packet.destinationHigh(),
                packet.destinationLow(),
                segment.destinationPort(),
                packet.sourceHigh(),
                packet.sourceLow(),
                segment.sourcePort());
        arrives(flow, packet);
    }

    /** Whatever a user's class throws ends its connection, not the stack. */
    private void arrives(@Nullable TcpFlow flow, PacketBuffer packet) {
        try {
            if (flow != null) {
                flow.arrives(segment, packet);
            } else {
                arrivesForNobody(packet);
            }
        } catch (RuntimeException | StackOverflowError e) {
            context().applicationFailed(flow == null ? this : flow, e);
            if (flow instanceof TcpSession session) {
                session.abort();
            }
        }
    }

    /** RFC 9293 sections 3.10.7.1 and 3.10.7.2. */
    private void arrivesForNobody(PacketBuffer packet) {
        if (segment.has(RST)) {
            return;
        }
        TcpListener listener =
                ports.listener(packet.destinationHigh(), packet.destinationLow(), segment.destinationPort());
        if (listener != null) {
            if (segment.has(ACK)) {
                if (!segment.has(SYN) && halfOpen.cookie(listener, segment, packet)) {
                    return;
                }
            } else {
                if (segment.has(SYN)) {
                    halfOpen.syn(listener, segment, packet);
                } else {
                    counters.noAck++;
                }
                return;
            }
        }
        counters.noConnection++;
        resets.answer(segment, packet);
    }

    // Down.

    @Override
    protected boolean forge(PacketBuffer packet) {
        output.writeHeader(packet);
        return true;
    }

    @Override
    protected void finish(PacketBuffer packet) {
        output.writeChecksum(packet);
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        Layer ip = lower(packet.isIpv6() ? EthernetLayer.IPV6 : EthernetLayer.IPV4);
        if (ip != null) {
            ip.send(packet);
        }
    }

    // For the connections.

    /** What sends their segments. */
    TcpOutput output() {
        return output;
    }

    /** The one that has just come. */
    TcpSegment segment() {
        return segment;
    }

    TcpMemory memory() {
        return memory;
    }

    ByteBuffer view(ByteBuffer bytes, int from, int length) {
        return views.view(bytes, from, length);
    }

    /** The way back to where a packet came from; null if there is none. */
    @Nullable
    IpPath pathBack(PacketBuffer packet) {
        return router.path(packet.destinationHigh(), packet.destinationLow(), packet.sourceHigh(), packet.sourceLow());
    }

    boolean hasOwnSessions() {
        return factory != null;
    }

    TcpSession newSession(IpPath path, int localPort, int remotePort, TcpOptions options) {
        TcpEnds ends = new TcpEnds(this, path, localPort, remotePort, options);
        return factory == null ? new TcpSession(ends) : factory.create(ends);
    }

    /** False if there is one between these ends, or there are too many. */
    boolean add(TcpFlow flow) {
        if (flow instanceof TcpSession) {
            if (sessions >= maxConnections) {
                counters.tooManyConnections++;
                return false;
            }
            if (!flows.put(flow)) {
                return false;
            }
            sessions++;
            return true;
        }
        return flows.put(flow);
    }

    void remove(TcpFlow flow) {
        if (flows.remove(flow) && flow instanceof TcpSession) {
            sessions--;
        }
    }

    void remove(TcpListener listener) {
        halfOpen.removeAll(listener);
        ports.remove(listener);
    }

    int isn(TcpFlow f) {
        return numbers.isn(
                f.localHigh(),
                f.localLow(),
                f.localPort(),
                f.remoteHigh(),
                f.remoteLow(),
                f.remotePort(),
                context().now());
    }

    int timestampOffset(TcpFlow f) {
        return numbers.timestampOffset(
                f.localHigh(), f.localLow(), f.localPort(), f.remoteHigh(), f.remoteLow(), f.remotePort());
    }

    /** Milliseconds. */
    int timestampClock() {
        return (int) (context().now() / 1_000_000L);
    }

    /** Most bytes of payload that we say we take in a segment. */
    int receiveSegmentSize(IpPath path, TcpOptions options) {
        int most = path.mtu() - (path.isIpv6() ? 40 : 20) - TcpSegment.HEADER;
        return options.mss() > 0 ? Math.min(options.mss(), most) : most;
    }

    /** The handshake of a half-open connection is complete by the present segment, which may bring data, too. */
    void establish(HalfOpen half, PacketBuffer packet) {
        TcpSession session = half.session;
        if (session == null) {
            session = newSession(half.path, half.localPort, half.remotePort, half.options);
        }
        if (!add(session)) {
            output.sendReset(half.path, half.localPort, half.remotePort, segment.ack());
            return;
        }
        counters.passiveOpens++;
        session.machine().accept(half);
        if (session.state() != TcpState.CLOSED) {
            arrives(session, packet);
        }
    }

    long timeWaitNanos() {
        return timeWaits.nanos();
    }

    void timeWait(TcpSession session) {
        remove(session);
        timeWaits.add(session);
    }

    /** A SYN that is newer than a connection in TIME-WAIT (RFC 6191); false if nobody listens any more. */
    boolean reopen(TcpSegment s, PacketBuffer packet, TimeWait before) {
        TcpListener listener = ports.listener(packet.destinationHigh(), packet.destinationLow(), s.destinationPort());
        if (listener == null) {
            return false;
        }
        timeWaits.forget(before);
        halfOpen.syn(listener, s, packet);
        return true;
    }

    /** Puts it on the list of sessions that are looked at after this batch. */
    void pend(TcpSession session) {
        pending.add(session);
    }

    /** Once a second while much memory is held: gives back what nobody needs now. */
    private void tidy() {
        boolean isShort = memory.isShort();
        flows.forEach(f -> {
            if (f instanceof TcpSession session) {
                session.tidy(isShort);
            }
        });
    }

    private void flush() {
        if (!tidy.isSet() && (memory.used() > LITTLE_MEMORY || memory.isShort())) {
            tidy.after(TIDY_NANOS);
        }
        pending.flush();
    }
}
