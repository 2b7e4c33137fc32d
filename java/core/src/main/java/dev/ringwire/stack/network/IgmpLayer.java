package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Tells of the IPv4 groups that the stack is in, as a host does: by IGMP version 3 (RFC 3376), or 2 (RFC 2236) where
 * somebody asks in that.
 */
public final class IgmpLayer extends Layer implements GroupReports.Voice {
    /** The IP protocol number of IGMP. */
    public static final int PROTOCOL = 2;

    private static final int QUERY = 0x11;
    private static final int REPORT2 = 0x16;
    private static final int LEAVE2 = 0x17;
    private static final int REPORT3 = 0x22;
    private static final int LENGTH = 8;
    private static final int QUERY3 = 12;
    private static final int RECORD = 8;
    private static final long TENTH = 100_000_000L;
    private static final long ALL_ROUTERS = IpAddresses.mapped(0xe000_0002);
    private static final long ALL_IGMP3 = IpAddresses.mapped(0xe000_0016);

    /** An IPv4 header with the option that has routers look at the packet (RFC 2113). */
    private static final int IP_HEADER = 24;

    private static final int ROUTER_ALERT = 0x9404_0000;
    private static final int INTERNETWORK_CONTROL = 0xc0;

    private final IpRouter router;
    private final Ipv4Layer ipv4;
    private final GroupReports reports;

    /** Over that IPv4, on a link with groups. */
    public IgmpLayer(StackContext context, Ipv4Layer ipv4) {
        super(context, "igmp");
        this.ipv4 = ipv4;
        router = ipv4.router();
        reports = new GroupReports(context, router, true, this);
    }

    /** What it counts. */
    public GroupCounters counters() {
        return reports.counters();
    }

    @Override
    protected void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        boolean query = packet.length() >= LENGTH
                && packet.ttl() == 1
                && Bits.u8(b, at) == QUERY
                && packet.sum(at, packet.length(), 0) == 0xffff;
        if (!query) {
            counters().ignored++;
            return;
        }
        int code = Bits.u8(b, at + 1);
        boolean older = packet.length() < QUERY3;
        int group = Bits.i32(b, at + 4);
        // Version 1 has no time, and means ten seconds.
        long tenths = older ? code == 0 ? 100 : code : GroupReports.unpack(code, 4);
        reports.asked(0, group == 0 ? 0 : IpAddresses.mapped(group), tenths * TENTH, older);
    }

    @Override
    public int most() {
        return (Math.min(router.linkMtu(), 1500) - IP_HEADER - LENGTH) / RECORD;
    }

    @Override
    public void report(List<GroupReports.Group> groups) {
        PacketBuffer packet = context().take();
        try {
            int at = packet.append(LENGTH + RECORD * groups.size());
            ByteBuffer b = packet.bytes();
            Bits.put32(b, at, REPORT3 << 24);
            Bits.put32(b, at + 4, groups.size());
            for (int i = 0; i < groups.size(); i++) {
                Bits.put32(b, at + LENGTH + RECORD * i, groups.get(i).what() << 24);
                Bits.put32(b, at + LENGTH + RECORD * i + 4, groups.get(i).low());
            }
            packet.destination(0, ALL_IGMP3);
            send(packet);
        } finally {
            context().give(packet);
        }
    }

    @Override
    public void reportAsBefore(GroupReports.Group group) {
        boolean left = group.what() == GroupReports.LEFT;
        PacketBuffer packet = context().take();
        try {
            int at = packet.append(LENGTH);
            Bits.put32(packet.bytes(), at, (left ? LEAVE2 : REPORT2) << 24);
            Bits.put32(packet.bytes(), at + 4, group.low());
            packet.destination(0, left ? ALL_ROUTERS : group.low());
            send(packet);
        } finally {
            context().give(packet);
        }
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        packet.transportOffset(packet.offset());
        packet.protocol(PROTOCOL);
        return true;
    }

    /** Writes the IP header, too, as no other packet of ours has an option. */
    @Override
    protected void finish(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int message = packet.transportOffset();
        Bits.put16(b, message + 2, 0);
        Bits.put16(b, message + 2, ~packet.sum(message, packet.end() - message, 0));
        int at = packet.prepend(IP_HEADER);
        packet.networkOffset(at);
        packet.linkProtocol(EthernetLayer.IPV4);
        packet.linkDestination(IpAddresses.multicastMac(0, packet.destinationLow()));
        Bits.put32(b, at, 0x4600_0000 | INTERNETWORK_CONTROL << 16 | packet.length());
        Bits.put32(b, at + 4, 0x4000);
        Bits.put32(b, at + 8, 0x0100_0000 | PROTOCOL << 16);
        Bits.put32(b, at + 12, source());
        Bits.put32(b, at + 16, packet.destinationLow());
        Bits.put32(b, at + 20, ROUTER_ALERT);
        Bits.put16(b, at + 10, ~packet.sum(at, IP_HEADER, 0));
    }

    /** 0.0.0.0 before there is an address. */
    private long source() {
        for (LocalAddress address : router.addresses()) {
            if (address.isIpv4()) {
                return address.low();
            }
        }
        return 0;
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        Layer link = ipv4.lower(EthernetLayer.IPV4);
        if (link != null) {
            link.send(packet);
        }
    }
}
