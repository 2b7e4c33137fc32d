package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import java.nio.ByteBuffer;
import java.util.Objects;

/** IPv6 (RFC 8200). Upper layers are found by the protocol number behind the extension headers. */
public final class Ipv6Layer extends Layer {
    private static final int HEADER = 40;
    private static final int DEFAULT_HOP_LIMIT = 64;

    private final IpRouter router;

    /** Speaks from the addresses of that router. */
    public Ipv6Layer(StackContext context, IpRouter router) {
        super(context, "ipv6");
        this.router = Objects.requireNonNull(router);
    }

    @Override
    protected void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        if (packet.length() < HEADER || (b.get(at) & 0xf0) != 0x60) {
            return;
        }
        int payload = Bits.u16(b, at + 4);
        if (HEADER + payload > packet.length()) {
            return;
        }
        packet.truncate(HEADER + payload);
        packet.networkOffset(at);
        packet.ipv6(true);
        packet.source(Bits.i64(b, at + 8), Bits.i64(b, at + 16));
        packet.destination(Bits.i64(b, at + 24), Bits.i64(b, at + 32));
        packet.trafficClass(Bits.u16(b, at) >>> 4 & 0xff);
        packet.ttl(b.get(at + 7) & 0xff);
        packet.protocol(b.get(at + 6) & 0xff);
        if (!router.isOurs(packet.destinationHigh(), packet.destinationLow())) {
            return;
        }
        packet.consume(HEADER);
        packet.transportOffset(packet.offset());
        if (!deliver(packet.protocol(), packet)) {
            context().counters().unknownProtocol++;
        }
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        int payload = packet.length();
        int at = packet.prepend(HEADER);
        ByteBuffer b = packet.bytes();
        packet.networkOffset(at);
        packet.linkProtocol(EthernetLayer.IPV6);
        Bits.put32(b, at, 0x6000_0000L | packet.trafficClass() << 20);
        Bits.put16(b, at + 4, payload);
        Bits.put8(b, at + 6, packet.protocol());
        Bits.put8(b, at + 7, packet.ttl() == 0 ? DEFAULT_HOP_LIMIT : packet.ttl());
        Bits.put64(b, at + 8, packet.sourceHigh());
        Bits.put64(b, at + 16, packet.sourceLow());
        Bits.put64(b, at + 24, packet.destinationHigh());
        Bits.put64(b, at + 32, packet.destinationLow());
        return true;
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        Layer link = lower(EthernetLayer.IPV6);
        if (link != null) {
            link.send(packet);
        }
    }
}
