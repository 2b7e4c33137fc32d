package dev.ringwire.cli;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Raw;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Echo requests to one address by ICMP (RFC 792) or ICMPv6 (RFC 4443), and what comes back for them. */
final class Echoes {
    private static final int HEADER = 8;
    private static final int REST_OF_IPV6 = 40;

    private final InetAddress from;
    private final InetAddress to;
    private final int ttl;
    private final int ident;
    private final byte[] payload;
    private final boolean ipv4;
    private final Ipv4 ip4 = new Ipv4();
    private final Ipv6 ip6 = new Ipv6();

    Echoes(InetAddress from, InetAddress to, int ttl, int ident, int size) {
        this.from = from;
        this.to = to;
        this.ttl = ttl;
        this.ident = ident;
        ipv4 = to instanceof Inet4Address;
        payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) i;
        }
    }

    /** Bytes of a request's headers. */
    static int overhead(InetAddress to) {
        return HEADER + (to instanceof Inet4Address ? Ipv4.LENGTH : Ipv6.LENGTH);
    }

    Header[] request(int sequence) {
        Header icmp = ipv4
                ? new Icmpv4().type(Icmpv4.ECHO_REQUEST).identifier(ident).sequenceNumber(sequence)
                : new Icmpv6().type(Icmpv6.ECHO_REQUEST).identifier(ident).sequenceNumber(sequence);
        return new Header[] {Station.ip(from, to, ipv4 ? 1 : 58, ttl), icmp, Raw.of(payload)};
    }

    /**
     * What came back.
     *
     * @param sequence of the request
     * @param bytes with the ICMP header
     * @param problem null for a reply
     */
    record Answer(int sequence, String from, int ttl, int bytes, boolean whole, String problem) {}

    /** What the packet that the station has says of a request, if it does. */
    Optional<Answer> answer(Station station) {
        PacketParser parser = station.parser();
        int layer = parser.indexOf(ipv4 ? Icmpv4.PROTOCOL : Icmpv6.PROTOCOL);
        if (layer < 0 || !parser.view(ipv4 ? ip4 : ip6) || !isForUs()) {
            return Optional.empty();
        }
        ByteBuffer bytes = station.frame().buffer();
        int at = parser.offset(layer);
        int end = Math.min(
                station.frame().offset() + station.frame().length(),
                ipv4
                        ? ip4.offset() + ip4.headerLength() + ip4.bodyLength()
                        : ip6.offset() + ip6.headerLength() + ip6.bodyLength());
        int type = Bits.u8(bytes, at);
        if (type == (ipv4 ? Icmpv4.ECHO_REPLY : Icmpv6.ECHO_REPLY)) {
            return reply(bytes, at, end);
        }
        String problem = problem(type, Bits.u8(bytes, at + 1));
        return problem == null ? Optional.empty() : quoted(bytes, at + HEADER, end, problem);
    }

    private boolean isForUs() {
        return ipv4 ? ip4.dst().toInetAddress().equals(from) : ip6.dst().equals(Ipv6Address.of(from.getAddress()));
    }

    private Optional<Answer> reply(ByteBuffer bytes, int at, int end) {
        if (Bits.u16(bytes, at + 4) != ident || !to.isMulticastAddress() && !isFrom(to)) {
            return Optional.empty();
        }
        int body = at + HEADER;
        boolean whole = end - body == payload.length;
        for (int i = 0; whole && i < payload.length; i++) {
            whole = bytes.get(body + i) == payload[i];
        }
        return Optional.of(answer(Bits.u16(bytes, at + 6), end - at, whole, null));
    }

    private boolean isFrom(InetAddress address) {
        return ipv4
                ? ip4.src().toInetAddress().equals(address)
                : ip6.src().equals(Ipv6Address.of(address.getAddress()));
    }

    /** An error quotes our request, or at least its first eight bytes behind the IP header. */
    private Optional<Answer> quoted(ByteBuffer bytes, int at, int end, String problem) {
        if (end - at < (ipv4 ? Ipv4.LENGTH : REST_OF_IPV6)) {
            return Optional.empty();
        }
        int echo = at + (ipv4 ? (Bits.u8(bytes, at) & 15) * 4 : REST_OF_IPV6);
        int protocol = Bits.u8(bytes, at + (ipv4 ? 9 : 6));
        boolean ours = end - echo >= HEADER
                && protocol == (ipv4 ? 1 : 58)
                && Bits.u8(bytes, echo) == (ipv4 ? Icmpv4.ECHO_REQUEST : Icmpv6.ECHO_REQUEST)
                && Bits.u16(bytes, echo + 4) == ident;
        return ours ? Optional.of(answer(Bits.u16(bytes, echo + 6), end - at, true, problem)) : Optional.empty();
    }

    private Answer answer(int sequence, int bytes, boolean whole, String problem) {
        String sender = ipv4 ? ip4.src().toString() : ip6.src().toString();
        return new Answer(sequence, sender, ipv4 ? ip4.ttl() : ip6.hopLimit(), bytes, whole, problem);
    }

    private String problem(int type, int code) {
        if (ipv4) {
            return switch (type) {
                case 3 -> "destination unreachable, code " + code;
                case 4 -> "source quench";
                case 11 -> "time to live exceeded";
                case 12 -> "parameter problem";
                default -> null;
            };
        }
        return switch (type) {
            case 1 -> "destination unreachable, code " + code;
            case 2 -> "packet too big";
            case 3 -> "hop limit exceeded";
            case 4 -> "parameter problem";
            default -> null;
        };
    }
}
