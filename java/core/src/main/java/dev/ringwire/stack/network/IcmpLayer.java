package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.IntTable;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.RateLimit;
import dev.ringwire.stack.StackContext;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What both versions of ICMP have in common: echo, errors sent and errors received. */
public abstract sealed class IcmpLayer extends Layer permits Icmpv4Layer, Icmpv6Layer {
    static final int HEADER = 8;

    /** Of the transport header, what an error quotes at least. */
    static final int QUOTED = 8;

    private static final int ERRORS_PER_SECOND = 100;
    private static final int ERRORS_AT_ONCE = 50;

    private final IpRouter router;
    private final Ping ping;
    private final int protocol;
    private final int etherType;
    private final IcmpCounters counters = new IcmpCounters();
    private final IcmpError error;
    private final IntTable<IcmpErrorListener> listeners = new IntTable<>();
    private final RateLimit limit;

    IcmpLayer(StackContext context, String name, IpRouter router, Ping ping, int protocol, int etherType) {
        super(context, name);
        this.router = router;
        this.ping = ping;
        this.protocol = protocol;
        this.etherType = etherType;
        error = new IcmpError(router);
        limit = new RateLimit(context.random(), 1_000_000_000L / ERRORS_PER_SECOND, ERRORS_AT_ONCE);
        listen(protocol, this::errorAboutIcmp);
    }

    /** What it counts. */
    public final IcmpCounters counters() {
        return counters;
    }

    /** Tells a transport of errors about packets of its protocol, instead of the one told before. */
    public final void listen(int ipProtocol, IcmpErrorListener listener) {
        listeners.put(ipProtocol, listener);
    }

    final IpRouter router() {
        return router;
    }

    final Ping ping() {
        return ping;
    }

    /** An error for {@link #tell} that is filled in anew each time. */
    final IcmpError error() {
        return error;
    }

    /** Hands an error to the transport that it is about. */
    final void tell() {
        IcmpErrorListener listener = listeners.get(error.protocol());
        if (listener == null || error.length() < QUOTED || !router.isOurs(error.sourceHigh(), error.sourceLow())) {
            counters.foreignErrors++;
            return;
        }
        counters.errorsReceived += error.isLocal() ? 0 : 1;
        listener.icmpError(error);
    }

    private void errorAboutIcmp(IcmpError about) {
        if ((about.bytes().get(about.offset()) & 0xff) != echoRequest() || !ping.failed(about)) {
            counters.foreignErrors++;
        }
    }

    /** The type of an echo request. */
    abstract int echoRequest();

    /** The neighbour that a packet of ours, from its IP header on, was to go to does not answer. */
    final void hostUnreachable(PacketBuffer packet) {
        int transport = packet.transportOffset();
        if (transport < 0) {
            // A later fragment: its sender was told by the first.
            return;
        }
        error.what(IcmpError.Kind.HOST_UNREACHABLE, true, 0, 0, 0);
        error.reporter(packet.sourceHigh(), packet.sourceLow());
        error.quotedAddresses(
                packet.isIpv6(),
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.destinationHigh(),
                packet.destinationLow());
        error.quoted(packet.protocol(), packet.length(), packet.bytes(), transport, packet.end() - transport);
        tell();
    }

    /** Sends an echo request. */
    final void sendEcho(IpPath path, int identifier, int number, byte[] payload) {
        PacketBuffer packet = context().take();
        try {
            int at = packet.append(HEADER + payload.length);
            Bits.put16(packet.bytes(), at, echoRequest() << 8);
            Bits.put16(packet.bytes(), at + 4, identifier);
            Bits.put16(packet.bytes(), at + 6, number);
            packet.bytes().put(at + HEADER, payload);
            packet.dontFragment(false);
            send(packet, path);
        } finally {
            context().give(packet);
        }
    }

    /** Answers an echo request with as many bytes (RFC 1122 section 3.2.2.6), from the address it was for. */
    final void answerEcho(PacketBuffer request, int replyType) {
        IpPath path = back(request);
        if (path == null) {
            return;
        }
        PacketBuffer packet = context().take();
        try {
            int length = request.length();
            int at = packet.append(length);
            packet.bytes().put(at, request.bytes(), request.offset(), length);
            Bits.put16(packet.bytes(), at, replyType << 8);
            packet.trafficClass(request.trafficClass());
            packet.dontFragment(false);
            counters.echoed++;
            send(packet, path);
        } finally {
            context().give(packet);
        }
    }

    /** The way back to who sent a packet, from the address it was for if it is ours alone. */
    private @Nullable IpPath back(PacketBuffer packet) {
        return router.isOurs(packet.destinationHigh(), packet.destinationLow())
                ? router.path(
                        packet.destinationHigh(), packet.destinationLow(), packet.sourceHigh(), packet.sourceLow())
                : router.path(packet.sourceHigh(), packet.sourceLow());
    }

    /**
     * Sends an error about a packet that has come in, if it may.
     *
     * @param word the last four bytes of the ICMP header
     * @param longest the most bytes that the IP packet with the error has
     */
    final void sendError(PacketBuffer about, int type, int code, int word, int ipHeader, int longest) {
        IpPath path = back(about);
        if (path == null || path.isForMany()) {
            counters.errorsForbidden++;
            return;
        }
        if (!limit.allow(context().now())) {
            counters.errorsLimited++;
            return;
        }
        PacketBuffer packet = context().take();
        try {
            int quoted = Math.min(about.end() - about.networkOffset(), longest - ipHeader - HEADER);
            int at = packet.append(HEADER + quoted);
            ByteBuffer b = packet.bytes();
            Bits.put16(b, at, type << 8 | code);
            Bits.put32(b, at + 4, word);
            b.put(at + HEADER, about.bytes(), about.networkOffset(), quoted);
            packet.dontFragment(false);
            counters.errorsSent++;
            send(packet, path);
        } finally {
            context().give(packet);
        }
    }

    /** Sends a message whose checksum is not written yet. */
    final void send(PacketBuffer packet, IpPath path) {
        packet.path(path);
        packet.protocol(protocol);
        send(packet);
    }

    /** Sends a message behind other headers, from that place on; what its IP header says is set. */
    final void sendBehindOptions(PacketBuffer packet, int at) {
        Bits.put16(
                packet.bytes(),
                at + 2,
                ~packet.sum(at, packet.end() - at, packet.pseudoHeaderSum(Icmpv6Layer.PROTOCOL, packet.end() - at)));
        packet.protocol(Ipv6Layer.HOP_BY_HOP);
        packet.transportOffset(at);
        transfer(packet);
    }

    @Override
    protected final boolean forge(PacketBuffer packet) {
        packet.transportOffset(packet.offset());
        return true;
    }

    @Override
    protected final void finish(PacketBuffer packet) {
        int at = packet.offset();
        Bits.put16(packet.bytes(), at + 2, 0);
        int initial = packet.isIpv6() ? packet.pseudoHeaderSum(protocol, packet.length()) : 0;
        Bits.put16(packet.bytes(), at + 2, ~packet.sum(at, packet.length(), initial));
    }

    @Override
    protected final void transfer(PacketBuffer packet) {
        Layer ip = lower(etherType);
        if (ip != null) {
            ip.send(packet);
        }
    }
}
