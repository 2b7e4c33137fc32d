package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import java.nio.ByteBuffer;

/**
 * IPv6 (RFC 8200). Upper layers are found by the protocol number behind the extension headers, of which at most
 * {@link #EXTENSIONS} are gone through. What is malformed, cannot come from this link, or is for somebody else is dropped
 * and counted; nothing is forwarded.
 */
public final class Ipv6Layer extends IpLayer {
    /** Most extension headers of one packet. */
    public static final int EXTENSIONS = 8;

    static final int HEADER = 40;

    /** Bytes of a hop-by-hop header with the router alert option (RFC 2711). */
    static final int ROUTER_ALERT = 8;

    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int NO_NEXT_HEADER = 59;
    static final int DESTINATION_OPTIONS = 60;

    private static final int FRAGMENT_HEADER = 8;
    private static final int NEXT_HEADER = 6;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int LONGEST = 65_535;

    /** Speaks from the addresses of that router. */
    public Ipv6Layer(StackContext context, IpRouter router) {
        super(context, "ipv6", router, EthernetLayer.IPV6);
    }

    @Override
    protected void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        counters().received++;
        if (packet.length() < HEADER || (b.get(at) & 0xf0) != 0x60) {
            counters().badHeader++;
            return;
        }
        int payload = Bits.u16(b, at + PAYLOAD_LENGTH);
        if (HEADER + payload > packet.length()) {
            counters().badLength++;
            return;
        }
        packet.truncate(HEADER + payload);
        packet.networkOffset(at);
        packet.ipv6(true);
        packet.source(Bits.i64(b, at + 8), Bits.i64(b, at + 16));
        packet.destination(Bits.i64(b, at + 24), Bits.i64(b, at + 32));
        packet.trafficClass(Bits.u16(b, at) >>> 4 & 0xff);
        packet.ttl(b.get(at + 7) & 0xff);
        int next = b.get(at + NEXT_HEADER) & 0xff;
        packet.protocol(next);
        if (isForUs(packet)) {
            packet.consume(HEADER);
            headers(packet, next, NEXT_HEADER, false);
        }
    }

    private boolean isForUs(PacketBuffer packet) {
        if (!isDeliveringLocal() && isMartian(packet)) {
            counters().martians++;
            return false;
        }
        if (router().isOurs(packet.destinationHigh(), packet.destinationLow())) {
            if (packet.isForMany()) {
                counters().unicastByBroadcast++;
                return false;
            }
            return true;
        }
        if (packet.destinationHigh() >>> 56 == 0xff
                && router().isJoined(packet.destinationHigh(), packet.destinationLow())) {
            packet.forMany(true);
            return true;
        }
        counters().notOurs++;
        return false;
    }

    /** Who cannot have sent this, or not from outside. A mapped IPv4 address must not pass for a real one (RFC 4942 2.2). */
    private boolean isMartian(PacketBuffer packet) {
        long high = packet.sourceHigh();
        long low = packet.sourceLow();
        return high >>> 56 == 0xff
                || IpAddresses.isIpv4(high, low)
                || IpAddresses.isIpv4(packet.destinationHigh(), packet.destinationLow())
                || high == 0 && low == 1
                // Without an address one may ask only whether it is free, or for a router.
                || high == 0 && low == 0 && packet.protocol() != Icmpv6Layer.PROTOCOL
                || router().isOurs(high, low);
    }

    /**
     * Goes through the headers from {@link PacketBuffer#offset()} on.
     *
     * @param first the kind of the first
     * @param firstField where in the packet that stands
     */
    private void headers(PacketBuffer packet, int first, int firstField, boolean reassembled) {
        ByteBuffer b = packet.bytes();
        int next = first;
        int field = firstField;
        for (int count = 0; isExtension(next); count++) {
            int at = packet.offset();
            int place = at - packet.networkOffset();
            packet.protocol(next);
            if (next == HOP_BY_HOP && place != HEADER) {
                problem(packet, Icmpv6Layer.UNKNOWN_NEXT_HEADER, field);
                return;
            }
            int length = packet.length() < 8 ? 0 : next == FRAGMENT ? FRAGMENT_HEADER : 8 + 8 * (b.get(at + 1) & 0xff);
            if (length == 0 || length > packet.length() || count == EXTENSIONS) {
                counters().badOptions++;
                return;
            }
            if (next == FRAGMENT && (Bits.u16(b, at + 2) & 0xfff9) != 0) {
                if (reassembled) {
                    counters().badOptions++;
                } else {
                    fragment(packet, field);
                }
                return;
            }
            if (next == ROUTING) {
                if (b.get(at + 3) != 0) {
                    // No kind is known that we would be a stop of; type 0 is forbidden (RFC 5095).
                    problem(packet, Icmpv6Layer.ERRONEOUS_FIELD, place + 2);
                    return;
                }
            } else if (next != FRAGMENT && !options(packet, at + 2, at + length)) {
                return;
            }
            next = b.get(at) & 0xff;
            field = place;
            packet.consume(length);
        }
        packet.protocol(next);
        if (next != NO_NEXT_HEADER) {
            deliver(packet, next, field);
        }
    }

    static boolean isExtension(int next) {
        return next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT || next == DESTINATION_OPTIONS;
    }

    /** Whether all options are known or may be passed over (RFC 8200 section 4.2). */
    private boolean options(PacketBuffer packet, int from, int to) {
        ByteBuffer b = packet.bytes();
        for (int at = from; at < to; ) {
            int type = b.get(at) & 0xff;
            if (type == 0) {
                at++;
                continue;
            }
            int length = at + 1 < to ? 2 + (b.get(at + 1) & 0xff) : Integer.MAX_VALUE;
            if (length > to - at) {
                counters().badOptions++;
                return false;
            }
            int action = type >>> 6;
            if (type != 1 && action != 0) {
                counters().badOptions++;
                if (action == 2 || action == 3 && !packet.isForMany()) {
                    tell(packet, Icmpv6Layer.UNKNOWN_OPTION, at - packet.networkOffset());
                }
                return false;
            }
            at += length;
        }
        return true;
    }

    private void problem(PacketBuffer packet, int code, int place) {
        counters().badOptions++;
        tell(packet, code, place);
    }

    private void tell(PacketBuffer packet, int code, int place) {
        if (upper(Icmpv6Layer.PROTOCOL) instanceof Icmpv6Layer icmp) {
            icmp.parameterProblem(packet, code, place);
        }
    }

    private void fragment(PacketBuffer packet, int field) {
        counters().fragmentsReceived++;
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        int place = at - packet.networkOffset();
        int from = Bits.u16(b, at + 2) & 0xfff8;
        boolean more = (b.get(at + 3) & 1) != 0;
        int length = packet.length() - FRAGMENT_HEADER;
        if (more && (length & 7) != 0) {
            problem(packet, Icmpv6Layer.ERRONEOUS_FIELD, PAYLOAD_LENGTH);
            return;
        }
        if (place - HEADER + from + length > LONGEST) {
            problem(packet, Icmpv6Layer.ERRONEOUS_FIELD, place + 2);
            return;
        }
        if (from == 0 && !Ipv6Chain.isWhole(b, b.get(at) & 0xff, at + FRAGMENT_HEADER, packet.end())) {
            // RFC 7112: a filter could not see what it is.
            problem(packet, Icmpv6Layer.INCOMPLETE_CHAIN, 0);
            return;
        }
        int id = Bits.i32(b, at + 4);
        packet.protocol(b.get(at) & 0xff);
        // Of the first fragment this is kept, and tells where the kind of the first header in the payload goes.
        packet.identification(field);
        packet.consume(FRAGMENT_HEADER);
        PacketBuffer whole = reassembly()
                .add(
                        packet,
                        from,
                        more,
                        place,
                        new Reassembly.Key(
                                packet.sourceHigh(),
                                packet.sourceLow(),
                                packet.destinationHigh(),
                                packet.destinationLow(),
                                FRAGMENT,
                                id));
        if (whole == null) {
            return;
        }
        try {
            counters().reassembled++;
            ByteBuffer w = whole.bytes();
            int start = whole.networkOffset();
            int next = whole.protocol();
            int nextField = whole.identification();
            whole.identification(-1);
            Bits.put16(w, start, 0x6000 | whole.trafficClass() << 4 | Bits.u16(w, start) & 0xf);
            Bits.put16(w, start + PAYLOAD_LENGTH, whole.end() - start - HEADER);
            Bits.put8(w, start + nextField, next);
            headers(whole, next, nextField, true);
        } finally {
            context().give(whole);
        }
    }

    private void deliver(PacketBuffer packet, int protocol, int field) {
        packet.transportOffset(packet.offset());
        if (deliver(protocol, packet)) {
            counters().delivered++;
            return;
        }
        counters().unknownProtocol++;
        tell(packet, Icmpv6Layer.UNKNOWN_NEXT_HEADER, field);
    }

    @Override
    void reassemblyTimedOut(PacketBuffer first) {
        if (upper(Icmpv6Layer.PROTOCOL) instanceof Icmpv6Layer icmp) {
            icmp.reassemblyTimeExceeded(first);
        }
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        IpPath path = pathOf(packet);
        if (path == null) {
            return false;
        }
        ByteBuffer b = packet.bytes();
        int next = packet.protocol();
        if (packet.isRouterAlert()) {
            Bits.put64(b, packet.prepend(ROUTER_ALERT), (long) next << 56 | 0x0502_0000_0100L);
            next = HOP_BY_HOP;
        }
        int payload = packet.length();
        int at = packet.prepend(HEADER);
        if (payload > LONGEST || packet.length() > path.mtu() && packet.dontFragment() && packet.gsoSize() == 0) {
            counters().tooLong++;
            return false;
        }
        packet.networkOffset(at);
        packet.linkProtocol(EthernetLayer.IPV6);
        Bits.put32(b, at, 0x6000_0000L | packet.trafficClass() << 20);
        Bits.put16(b, at + PAYLOAD_LENGTH, payload);
        Bits.put8(b, at + NEXT_HEADER, next);
        Bits.put8(b, at + 7, ttl(packet, path));
        Bits.put64(b, at + 8, packet.sourceHigh());
        Bits.put64(b, at + 16, packet.sourceLow());
        Bits.put64(b, at + 24, packet.destinationHigh());
        Bits.put64(b, at + 32, packet.destinationLow());
        return true;
    }

    @Override
    int fragment(PacketBuffer packet, IpPath path, Layer link) {
        ByteBuffer b = packet.bytes();
        int at = packet.networkOffset();
        int kept = HEADER;
        int field = NEXT_HEADER;
        // What a hook may have put in that every router reads stays in front.
        for (int next = b.get(at + field) & 0xff;
                (next == HOP_BY_HOP || next == ROUTING) && at + kept + 8 <= packet.end();
                next = b.get(at + field) & 0xff) {
            field = kept;
            kept += 8 + 8 * (b.get(at + kept + 1) & 0xff);
        }
        int start = at + kept;
        int room = path.mtu() - kept - FRAGMENT_HEADER & -8;
        int id = path.destination().nextIdentification();
        int count = 0;
        for (int from = start; from < packet.end() && room > 0; from += room) {
            int length = Math.min(room, packet.end() - from);
            PacketBuffer piece = context().take();
            try {
                piece.copyKnowledge(packet);
                int to = piece.append(kept + FRAGMENT_HEADER + length);
                ByteBuffer p = piece.bytes();
                p.put(to, b, at, kept);
                int more = from + length < packet.end() ? 1 : 0;
                Bits.put16(p, to + kept, Bits.u8(b, at + field) << 8);
                Bits.put16(p, to + kept + 2, from - start | more);
                Bits.put32(p, to + kept + 4, id);
                p.put(to + kept + FRAGMENT_HEADER, b, from, length);
                Bits.put8(p, to + field, FRAGMENT);
                Bits.put16(p, to + PAYLOAD_LENGTH, piece.length() - HEADER);
                piece.networkOffset(to);
                if (count == 0) {
                    piece.transportOffset(to + kept + FRAGMENT_HEADER);
                }
                link.send(piece);
            } finally {
                context().give(piece);
            }
            count++;
        }
        return count;
    }
}
