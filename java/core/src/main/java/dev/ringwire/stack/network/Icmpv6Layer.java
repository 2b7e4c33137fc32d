package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** ICMP for IPv6 (RFC 4443), with neighbour discovery where the link has MAC addresses. Redirects are not followed. */
public final class Icmpv6Layer extends IcmpLayer {
    /** The IP protocol number of ICMPv6. */
    public static final int PROTOCOL = 58;

    static final int ERRONEOUS_FIELD = 0;
    static final int UNKNOWN_NEXT_HEADER = 1;
    static final int UNKNOWN_OPTION = 2;
    /** RFC 7112 section 6. */
    static final int INCOMPLETE_CHAIN = 3;

    private static final int UNREACHABLE = 1;
    private static final int PACKET_TOO_BIG = 2;
    private static final int TIME_EXCEEDED = 3;
    private static final int PARAMETER_PROBLEM = 4;
    private static final int ECHO_REQUEST = 128;
    private static final int ECHO_REPLY = 129;
    private static final int REDIRECT = 137;
    private static final int ROUTER_SOLICITATION = 133;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;

    private static final int PORT_UNREACHABLE = 4;
    private static final int REASSEMBLY = 1;

    /** What every link takes (RFC 4443 section 2.4 (c)). */
    private static final int LONGEST_ERROR = 1280;

    private @Nullable NeighborDiscovery discovery;
    private @Nullable ListenerDiscovery listenerDiscovery;

    Icmpv6Layer(StackContext context, IpRouter router, Ping ping) {
        super(context, "icmpv6", router, ping, PROTOCOL, EthernetLayer.IPV6);
    }

    /** Hands messages of neighbour discovery to it. */
    void discovery(NeighborDiscovery neighborDiscovery) {
        discovery = neighborDiscovery;
    }

    /** Hands messages of multicast listener discovery to it. */
    void listenerDiscovery(ListenerDiscovery to) {
        listenerDiscovery = to;
    }

    @Override
    int echoRequest() {
        return ECHO_REQUEST;
    }

    @Override
    protected void process(PacketBuffer packet) {
        IcmpCounters counters = counters();
        counters.received++;
        if (packet.length() < HEADER) {
            counters.malformed++;
            return;
        }
        if (!packet.isChecksumTrusted()
                && packet.sum(packet.offset(), packet.length(), packet.pseudoHeaderSum(PROTOCOL, packet.length()))
                        != 0xffff) {
            counters.badChecksum++;
            return;
        }
        int type = packet.bytes().get(packet.offset()) & 0xff;
        switch (type) {
            case ECHO_REQUEST -> {
                if (IpAddresses.isUnspecified(packet.sourceHigh(), packet.sourceLow())) {
                    counters.ignored++;
                } else {
                    answerEcho(packet, ECHO_REPLY);
                }
            }
            case ECHO_REPLY -> {
                if (!ping().replied(packet)) {
                    counters.ignored++;
                }
            }
            case UNREACHABLE, PACKET_TOO_BIG, TIME_EXCEEDED, PARAMETER_PROBLEM -> error(packet, type);
            case ListenerDiscovery.QUERY,
                    ListenerDiscovery.REPORT_1,
                    ListenerDiscovery.DONE,
                    ListenerDiscovery.REPORT_2 -> {
                ListenerDiscovery groups = listenerDiscovery;
                if (groups != null) {
                    groups.process(packet, type);
                } else {
                    counters.ignored++;
                }
            }
            default -> {
                NeighborDiscovery d = discovery;
                if (d != null && type >= ROUTER_SOLICITATION && type <= NEIGHBOR_ADVERTISEMENT) {
                    d.process(packet, type);
                } else {
                    counters.ignored++;
                }
            }
        }
    }

    private void error(PacketBuffer packet, int type) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset() + HEADER;
        if (packet.length() < HEADER + Ipv6Layer.HEADER || (b.get(at) & 0xf0) != 0x60) {
            counters().malformed++;
            return;
        }
        int end = Ipv6Chain.end(b, b.get(at + 6) & 0xff, at + Ipv6Layer.HEADER, packet.end());
        int transport = end >>> 8;
        if (end < 0 || packet.end() - transport < QUOTED) {
            counters().malformed++;
            return;
        }
        int code = b.get(packet.offset() + 1) & 0xff;
        IcmpError error = error();
        int mtu = type == PACKET_TOO_BIG ? (int) Math.min(Bits.u32(b, packet.offset() + 4), 65_535) : 0;
        error.what(kind(type, code), false, type, code, mtu);
        error.reporter(packet.sourceHigh(), packet.sourceLow());
        error.quotedAddresses(
                true, Bits.i64(b, at + 8), Bits.i64(b, at + 16), Bits.i64(b, at + 24), Bits.i64(b, at + 32));
        error.quoted(end & 0xff, Ipv6Layer.HEADER + Bits.u16(b, at + 4), b, transport, packet.end() - transport);
        tell();
    }

    private static IcmpError.Kind kind(int type, int code) {
        return switch (type) {
            case PACKET_TOO_BIG -> IcmpError.Kind.PACKET_TOO_BIG;
            case TIME_EXCEEDED ->
                code == REASSEMBLY ? IcmpError.Kind.REASSEMBLY_TIME_EXCEEDED : IcmpError.Kind.TTL_EXCEEDED;
            case PARAMETER_PROBLEM ->
                code == UNKNOWN_NEXT_HEADER ? IcmpError.Kind.PROTOCOL_UNREACHABLE : IcmpError.Kind.PARAMETER_PROBLEM;
            default ->
                switch (code) {
                    case 0, 2 -> IcmpError.Kind.NET_UNREACHABLE;
                    case 3 -> IcmpError.Kind.HOST_UNREACHABLE;
                    case PORT_UNREACHABLE -> IcmpError.Kind.PORT_UNREACHABLE;
                    case 1, 5, 6 -> IcmpError.Kind.PROHIBITED;
                    default -> IcmpError.Kind.OTHER;
                };
        };
    }

    /** Something at a place in a packet that has come in is not understood. */
    void parameterProblem(PacketBuffer about, int code, int place) {
        sendError(about, PARAMETER_PROBLEM, code, place, code == UNKNOWN_OPTION);
    }

    /** Nobody listens at the port that a packet that has come in is for. */
    void portUnreachable(PacketBuffer about) {
        sendError(about, UNREACHABLE, PORT_UNREACHABLE, 0, false);
    }

    /** Not all fragments came; this is the first. */
    void reassemblyTimeExceeded(PacketBuffer first) {
        sendError(first, TIME_EXCEEDED, REASSEMBLY, 0, false);
    }

    /** RFC 4443 section 2.4 (e): never about an error, for most kinds not about a packet for many, or to nobody. */
    private void sendError(PacketBuffer about, int type, int code, int word, boolean evenForMany) {
        int at = about.transportOffset() < 0 ? about.offset() : about.transportOffset();
        int icmpType = about.protocol() != PROTOCOL
                ? ECHO_REQUEST
                : at < about.end() ? about.bytes().get(at) & 0xff : 0;
        boolean forbidden = about.isForMany() && !evenForMany
                || IpAddresses.isUnspecified(about.sourceHigh(), about.sourceLow())
                || icmpType < ECHO_REQUEST
                || icmpType == REDIRECT;
        if (forbidden) {
            counters().errorsForbidden++;
        } else {
            sendError(about, type, code, word, Ipv6Layer.HEADER, LONGEST_ERROR);
        }
    }
}
