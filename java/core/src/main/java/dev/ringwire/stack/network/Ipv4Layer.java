package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import java.nio.ByteBuffer;
import java.util.Objects;

/** IPv4 (RFC 791, RFC 1122 section 3). Upper layers are found by protocol number. */
public final class Ipv4Layer extends Layer {
    private static final int HEADER = 20;
    private static final int DEFAULT_TTL = 64;

    private final IpRouter router;

    /** Speaks from the addresses of that router. */
    public Ipv4Layer(StackContext context, IpRouter router) {
        super(context, "ipv4");
        this.router = Objects.requireNonNull(router);
    }

    @Override
    protected void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        if (packet.length() < HEADER || b.get(at) >>> 4 != 4) {
            return;
        }
        int header = (b.get(at) & 0xf) << 2;
        int total = Bits.u16(b, at + 2);
        if (header < HEADER || total < header || total > packet.length() || packet.sum(at, header, 0) != 0xffff) {
            return;
        }
        packet.truncate(total);
        packet.networkOffset(at);
        packet.ipv6(false);
        packet.source(0, IpAddresses.mapped(Bits.i32(b, at + 12)));
        packet.destination(0, IpAddresses.mapped(Bits.i32(b, at + 16)));
        packet.trafficClass(b.get(at + 1) & 0xff);
        packet.identification(Bits.u16(b, at + 4));
        packet.dontFragment((b.get(at + 6) & 0x40) != 0);
        packet.ttl(b.get(at + 8) & 0xff);
        packet.protocol(b.get(at + 9) & 0xff);
        if (!router.isOurs(0, packet.destinationLow())) {
            return;
        }
        packet.consume(header);
        packet.transportOffset(packet.offset());
        if (!deliver(packet.protocol(), packet)) {
            context().counters().unknownProtocol++;
        }
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        int at = packet.prepend(HEADER);
        ByteBuffer b = packet.bytes();
        packet.networkOffset(at);
        packet.linkProtocol(EthernetLayer.IPV4);
        Bits.put16(b, at, 0x4500 | packet.trafficClass());
        Bits.put16(b, at + 2, packet.length());
        Bits.put16(b, at + 4, Math.max(packet.identification(), 0));
        Bits.put16(b, at + 6, packet.dontFragment() ? 0x4000 : 0);
        Bits.put16(b, at + 8, (packet.ttl() == 0 ? DEFAULT_TTL : packet.ttl()) << 8 | packet.protocol());
        Bits.put16(b, at + 10, 0);
        Bits.put32(b, at + 12, packet.sourceLow());
        Bits.put32(b, at + 16, packet.destinationLow());
        return true;
    }

    @Override
    protected void finish(PacketBuffer packet) {
        int at = packet.networkOffset();
        Bits.put16(packet.bytes(), at + 10, 0);
        Bits.put16(packet.bytes(), at + 10, ~packet.sum(at, (packet.bytes().get(at) & 0xf) << 2, 0));
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        Layer link = lower(EthernetLayer.IPV4);
        if (link != null) {
            link.send(packet);
        }
    }
}
