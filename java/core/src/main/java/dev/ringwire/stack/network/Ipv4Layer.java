package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import java.nio.ByteBuffer;

/**
 * IPv4 (RFC 791, RFC 1122 section 3). What is malformed, cannot come from this link, or is for somebody else is dropped
 * and counted; nothing is forwarded.
 */
public final class Ipv4Layer extends IpLayer {
    static final int HEADER = 20;

    /** Bytes of the router alert option (RFC 2113). */
    static final int ROUTER_ALERT = 4;

    private static final int LONGEST = 65_535;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    /** Speaks from the addresses of that router. */
    public Ipv4Layer(StackContext context, IpRouter router) {
        super(context, "ipv4", router, EthernetLayer.IPV4);
    }

    @Override
    protected void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        IpCounters counters = counters();
        counters.received++;
        int header = packet.length() < HEADER ? 0 : (b.get(at) & 0xf) << 2;
        if (header < HEADER || b.get(at) >>> 4 != 4) {
            counters.badHeader++;
            return;
        }
        int total = Bits.u16(b, at + 2);
        if (total < header || total > packet.length()) {
            counters.badLength++;
            return;
        }
        if (packet.sum(at, header, 0) != 0xffff) {
            counters.badChecksum++;
            return;
        }
        packet.truncate(total);
        packet.networkOffset(at);
        packet.ipv6(false);
        packet.source(0, IpAddresses.mapped(Bits.i32(b, at + 12)));
        packet.destination(0, IpAddresses.mapped(Bits.i32(b, at + 16)));
        packet.trafficClass(b.get(at + 1) & 0xff);
        packet.identification(Bits.u16(b, at + 4));
        int fragment = Bits.u16(b, at + 6);
        packet.dontFragment((fragment & DONT_FRAGMENT) != 0);
        packet.ttl(b.get(at + 8) & 0xff);
        packet.protocol(b.get(at + 9) & 0xff);
        if (!isForUs(packet)) {
            return;
        }
        if (header > HEADER && !Ipv4Options.areFine(b, at + HEADER, at + header)) {
            counters.badOptions++;
            packet.transportOffset(at + header);
            int malformed = Ipv4Options.malformed(b, at + HEADER, at + header);
            if (malformed >= 0 && upper(Icmpv4Layer.PROTOCOL) instanceof Icmpv4Layer icmp) {
                icmp.parameterProblem(packet, malformed - at);
            }
            return;
        }
        packet.consume(header);
        if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) == 0) {
            deliver(packet);
        } else {
            reassemble(packet, header, fragment);
        }
    }

    private boolean isForUs(PacketBuffer packet) {
        long source = packet.sourceLow();
        long destination = packet.destinationLow();
        if (!isDeliveringLocal() && isMartian(source, destination) && !isFromSwitch(packet)) {
            counters().martians++;
            return false;
        }
        if (router().isOurs(0, destination)) {
            if (packet.isForMany()) {
                counters().unicastByBroadcast++;
                return false;
            }
            return true;
        }
        if (router().isBroadcast(0, destination)
                || IpAddresses.isMulticast(0, destination) && router().isJoined(0, destination)) {
            packet.forMany(true);
            return true;
        }
        counters().notOurs++;
        return false;
    }

    /** Switches without an address ask for groups (RFC 4541 section 2.1.1). */
    private static boolean isFromSwitch(PacketBuffer packet) {
        return packet.protocol() == IgmpLayer.PROTOCOL && IpAddresses.isUnspecified(0, packet.sourceLow());
    }

    /** RFC 1122 section 3.2.1.3: who cannot have sent this, or not from outside. */
    private boolean isMartian(long source, long destination) {
        int first = (int) source >>> 24;
        boolean toLoopback = (int) destination >>> 24 == 127;
        return first == 0
                || first >= 224
                // Only between hosts that were given such addresses.
                || (first == 127 || toLoopback) && !(toLoopback && router().isOurs(0, destination))
                || router().isOurs(0, source)
                || router().isBroadcast(0, source);
    }

    private void reassemble(PacketBuffer packet, int header, int fragment) {
        counters().fragmentsReceived++;
        PacketBuffer whole = reassembly()
                .add(
                        packet,
                        (fragment & FRAGMENT_OFFSET) << 3,
                        (fragment & MORE_FRAGMENTS) != 0,
                        header,
                        new Reassembly.Key(
                                0,
                                packet.sourceLow(),
                                0,
                                packet.destinationLow(),
                                packet.protocol(),
                                packet.identification()));
        if (whole == null) {
            return;
        }
        try {
            counters().reassembled++;
            int at = whole.networkOffset();
            Bits.put16(whole.bytes(), at + 2, whole.end() - at);
            Bits.put16(whole.bytes(), at + 6, 0);
            Bits.put8(whole.bytes(), at + 1, whole.trafficClass());
            finish(whole);
            deliver(whole);
        } finally {
            context().give(whole);
        }
    }

    private void deliver(PacketBuffer packet) {
        packet.transportOffset(packet.offset());
        if (deliver(packet.protocol(), packet)) {
            counters().delivered++;
            return;
        }
        counters().unknownProtocol++;
        if (upper(Icmpv4Layer.PROTOCOL) instanceof Icmpv4Layer icmp) {
            icmp.protocolUnreachable(packet);
        }
    }

    @Override
    void reassemblyTimedOut(PacketBuffer first) {
        if (upper(Icmpv4Layer.PROTOCOL) instanceof Icmpv4Layer icmp) {
            icmp.reassemblyTimeExceeded(first);
        }
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        IpPath path = pathOf(packet);
        if (path == null) {
            return false;
        }
        int header = packet.isRouterAlert() ? HEADER + ROUTER_ALERT : HEADER;
        int at = packet.prepend(header);
        int length = packet.length();
        boolean dontFragment = packet.dontFragment() && !path.isNarrow();
        if (length > LONGEST || length > path.mtu() && dontFragment && packet.gsoSize() == 0) {
            counters().tooLong++;
            return false;
        }
        int id = packet.identification();
        if (id < 0) {
            // One that is never cut needs none (RFC 6864 section 4.1).
            id = dontFragment ? 0 : path.destination().nextIdentification();
        }
        ByteBuffer b = packet.bytes();
        packet.networkOffset(at);
        packet.linkProtocol(EthernetLayer.IPV4);
        Bits.put16(b, at, 0x4000 | header >> 2 << 8 | packet.trafficClass());
        Bits.put16(b, at + 2, length);
        Bits.put16(b, at + 4, id);
        Bits.put16(b, at + 6, dontFragment ? DONT_FRAGMENT : 0);
        Bits.put16(b, at + 8, ttl(packet, path) << 8 | packet.protocol());
        Bits.put16(b, at + 10, 0);
        Bits.put32(b, at + 12, packet.sourceLow());
        Bits.put32(b, at + 16, packet.destinationLow());
        if (header > HEADER) {
            Bits.put32(b, at + HEADER, 0x9404_0000L);
        }
        return true;
    }

    @Override
    protected void finish(PacketBuffer packet) {
        int at = packet.networkOffset();
        Bits.put16(packet.bytes(), at + 10, 0);
        Bits.put16(packet.bytes(), at + 10, ~packet.sum(at, (packet.bytes().get(at) & 0xf) << 2, 0));
    }

    @Override
    int fragment(PacketBuffer packet, IpPath path, Layer link) {
        ByteBuffer b = packet.bytes();
        int at = packet.networkOffset();
        int header = (b.get(at) & 0xf) << 2;
        int room = path.mtu() - header & -8;
        int count = 0;
        for (int from = at + header; from < packet.end() && room > 0; from += room) {
            int length = Math.min(room, packet.end() - from);
            PacketBuffer piece = context().take();
            try {
                piece.copyKnowledge(packet);
                int to = piece.append(header + length);
                ByteBuffer p = piece.bytes();
                p.put(to, b, at, header);
                p.put(to + header, b, from, length);
                if (count > 0) {
                    Ipv4Options.keepCopied(p, to + HEADER, to + header);
                }
                Bits.put16(p, to + 2, header + length);
                int more = from + length < packet.end() ? MORE_FRAGMENTS : 0;
                Bits.put16(p, to + 6, more | (from - at - header) >>> 3);
                piece.networkOffset(to);
                if (count == 0) {
                    piece.transportOffset(to + header);
                }
                finish(piece);
                link.send(piece);
            } finally {
                context().give(piece);
            }
            count++;
        }
        return count;
    }
}
