package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import java.nio.ByteBuffer;

/** ICMP for IPv4 (RFC 792, RFC 1122 section 3.2.2). Redirects and source quenches are not followed (RFC 6633). */
public final class Icmpv4Layer extends IcmpLayer {
    /** The IP protocol number of ICMP. */
    public static final int PROTOCOL = 1;

    private static final int ECHO_REPLY = 0;
    private static final int UNREACHABLE = 3;
    private static final int SOURCE_QUENCH = 4;
    private static final int REDIRECT = 5;
    private static final int ECHO_REQUEST = 8;
    private static final int TIME_EXCEEDED = 11;
    private static final int PARAMETER_PROBLEM = 12;

    private static final int PROTOCOL_UNREACHABLE = 2;
    private static final int PORT_UNREACHABLE = 3;
    private static final int REASSEMBLY = 1;

    /** What every host can receive (RFC 1812 section 4.3.2.3). */
    private static final int LONGEST_ERROR = 576;

    Icmpv4Layer(StackContext context, IpRouter router, Ping ping) {
        super(context, "icmp", router, ping, PROTOCOL, EthernetLayer.IPV4);
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
        if (!packet.isChecksumTrusted() && packet.sum(packet.offset(), packet.length(), 0) != 0xffff) {
            counters.badChecksum++;
            return;
        }
        int type = packet.bytes().get(packet.offset()) & 0xff;
        switch (type) {
            case ECHO_REQUEST -> {
                if (packet.isForMany()) {
                    counters.echoToManyIgnored++;
                } else {
                    answerEcho(packet, ECHO_REPLY);
                }
            }
            case ECHO_REPLY -> {
                if (!ping().replied(packet)) {
                    counters.ignored++;
                }
            }
            case UNREACHABLE, TIME_EXCEEDED, PARAMETER_PROBLEM -> error(packet, type);
            default -> counters.ignored++;
        }
    }

    private void error(PacketBuffer packet, int type) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset() + HEADER;
        int header = packet.length() < HEADER + Ipv4Layer.HEADER ? 0 : (b.get(at) & 0xf) << 2;
        int transport = at + header;
        if (header < Ipv4Layer.HEADER || b.get(at) >>> 4 != 4 || packet.end() - transport < QUOTED) {
            counters().malformed++;
            return;
        }
        if ((Bits.u16(b, at + 6) & 0x1fff) != 0) {
            // Nobody can tell which session a later fragment is of.
            counters().foreignErrors++;
            return;
        }
        int code = b.get(packet.offset() + 1) & 0xff;
        IcmpError error = error();
        error.what(kind(type, code), false, type, code, Bits.u16(b, packet.offset() + 6));
        error.reporter(0, packet.sourceLow());
        error.quotedAddresses(
                false, 0, IpAddresses.mapped(Bits.i32(b, at + 12)), 0, IpAddresses.mapped(Bits.i32(b, at + 16)));
        error.quoted(b.get(at + 9) & 0xff, Bits.u16(b, at + 2), b, transport, packet.end() - transport);
        tell();
    }

    private static IcmpError.Kind kind(int type, int code) {
        if (type == TIME_EXCEEDED) {
            return code == REASSEMBLY ? IcmpError.Kind.REASSEMBLY_TIME_EXCEEDED : IcmpError.Kind.TTL_EXCEEDED;
        }
        if (type == PARAMETER_PROBLEM) {
            return IcmpError.Kind.PARAMETER_PROBLEM;
        }
        return switch (code) {
            case 0, 5, 6, 11 -> IcmpError.Kind.NET_UNREACHABLE;
            case 1, 7, 8, 12 -> IcmpError.Kind.HOST_UNREACHABLE;
            case PROTOCOL_UNREACHABLE -> IcmpError.Kind.PROTOCOL_UNREACHABLE;
            case PORT_UNREACHABLE -> IcmpError.Kind.PORT_UNREACHABLE;
            case 4 -> IcmpError.Kind.PACKET_TOO_BIG;
            case 9, 10, 13, 14, 15 -> IcmpError.Kind.PROHIBITED;
            default -> IcmpError.Kind.OTHER;
        };
    }

    /** Nobody is there for the protocol of a packet that has come in. */
    void protocolUnreachable(PacketBuffer about) {
        sendError(about, UNREACHABLE, PROTOCOL_UNREACHABLE);
    }

    /** Nobody listens at the port that a packet that has come in is for. */
    void portUnreachable(PacketBuffer about) {
        sendError(about, UNREACHABLE, PORT_UNREACHABLE);
    }

    /** Not all fragments came; this is the first. */
    void reassemblyTimeExceeded(PacketBuffer first) {
        sendError(first, TIME_EXCEEDED, REASSEMBLY);
    }

    /** The option at that byte of the header is malformed (RFC 1122 section 3.2.2.5). */
    void parameterProblem(PacketBuffer about, int place) {
        sendError(about, PARAMETER_PROBLEM, 0, place << 24);
    }

    private void sendError(PacketBuffer about, int type, int code) {
        sendError(about, type, code, 0);
    }

    /** RFC 1122 section 3.2.2: never about an error, a packet for many, a later fragment, or to nobody in particular. */
    private void sendError(PacketBuffer about, int type, int code, int word) {
        int at = about.transportOffset() < 0 ? about.offset() : about.transportOffset();
        boolean forbidden = about.isForMany()
                || IpAddresses.isUnspecified(0, about.sourceLow())
                || (Bits.u16(about.bytes(), about.networkOffset() + 6) & 0x1fff) != 0
                || about.protocol() == PROTOCOL
                        && (at >= about.end() || isError(about.bytes().get(at) & 0xff));
        if (forbidden) {
            counters().errorsForbidden++;
        } else {
            sendError(about, type, code, word, Ipv4Layer.HEADER, LONGEST_ERROR);
        }
    }

    private static boolean isError(int type) {
        return type == UNREACHABLE
                || type == SOURCE_QUENCH
                || type == REDIRECT
                || type == TIME_EXCEEDED
                || type == PARAMETER_PROBLEM;
    }
}
