package dev.ringwire.stack.network;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.stack.network.GroupMembership.News;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;

/**
 * IGMP, the part of a host: tells of the IPv4 groups that are joined, so that switches that snoop and routers let them
 * through. Version 3 (RFC 3376), or version 2 (RFC 2236) as long as a router speaks that; version 1 is taken for 2.
 */
public final class IgmpLayer extends Layer {
    /** The IP protocol number of IGMP. */
    public static final int PROTOCOL = 2;

    private static final int QUERY = 0x11;
    private static final int REPORT_2 = 0x16;
    private static final int LEAVE = 0x17;
    private static final int REPORT_3 = 0x22;
    private static final int LENGTH = 8;
    private static final int RECORD = 8;
    private static final int QUERY_3_LENGTH = 12;
    private static final long TENTH = 100_000_000L;
    /** DSCP CS6 (RFC 3376 section 4). */
    private static final int INTERNETWORK_CONTROL = 0xc0;

    private static final long ALL_ROUTERS = IpAddresses.mapped(0xe000_0002);
    private static final long ALL_IGMP_3_ROUTERS = IpAddresses.mapped(0xe000_0016);

    private final IpRouter router;
    private final GroupMembership membership;
    private long queries;
    private long malformed;

    /** Tells of the groups of that router; is to be registered over IPv4. */
    public IgmpLayer(StackContext context, IpRouter router) {
        super(context, "igmp");
        this.router = router;
        membership = new GroupMembership(context, () -> router.groups(true), this::report, this::olderReport);
        router.onGroupsChanged(membership::changed);
    }

    /** How often routers asked. */
    public long queries() {
        return queries;
    }

    /** Messages dropped: too short, with a wrong checksum, or from beyond a router. */
    public long malformed() {
        return malformed;
    }

    @Override
    protected void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        if (packet.length() < LENGTH || packet.ttl() != 1 || packet.sum(at, packet.length(), 0) != 0xffff) {
            malformed++;
            return;
        }
        if ((b.get(at) & 0xff) != QUERY) {
            // What other hosts report means nothing to us.
            return;
        }
        queries++;
        int code = b.get(at + 1) & 0xff;
        boolean older = packet.length() < QUERY_3_LENGTH;
        int tenths = older ? code == 0 ? 100 : code : code < 128 ? code : (code & 0xf | 0x10) << (code >> 4 & 7) + 3;
        int group = Bits.i32(b, at + 4);
        membership.query(group == 0 ? null : new Ipv6Address(0, IpAddresses.mapped(group)), tenths * TENTH, older);
    }

    private void report(Map<Ipv6Address, News> groups) {
        Iterator<Map.Entry<Ipv6Address, News>> rest = groups.entrySet().iterator();
        int most = Math.max(1, (router.linkMtu() - Ipv4Layer.HEADER - Ipv4Layer.ROUTER_ALERT - LENGTH) / RECORD);
        for (int left = groups.size(); left > 0; left -= most) {
            int count = Math.min(left, most);
            PacketBuffer packet = context().take();
            try {
                int at = packet.append(LENGTH + RECORD * count);
                ByteBuffer b = packet.bytes();
                Bits.put32(b, at, (long) REPORT_3 << 24);
                Bits.put32(b, at + 4, count);
                for (int i = 0; i < count; i++) {
                    Map.Entry<Ipv6Address, News> group = rest.next();
                    int record = at + LENGTH + RECORD * i;
                    Bits.put32(b, record, (long) group.getValue().type << 24);
                    Bits.put32(b, record + 4, group.getKey().low());
                }
                send(packet, ALL_IGMP_3_ROUTERS);
            } finally {
                context().give(packet);
            }
        }
    }

    private void olderReport(Ipv6Address group, News record) {
        boolean joined = record != News.LEFT;
        PacketBuffer packet = context().take();
        try {
            int at = packet.append(LENGTH);
            Bits.put32(packet.bytes(), at, (joined ? REPORT_2 : LEAVE) << 24);
            Bits.put32(packet.bytes(), at + 4, group.low());
            send(packet, joined ? group.low() : ALL_ROUTERS);
        } finally {
            context().give(packet);
        }
    }

    private void send(PacketBuffer packet, long destination) {
        IpPath path = router.path(0, destination);
        if (path == null) {
            // Without an IPv4 address there is nothing to tell.
            return;
        }
        packet.path(path);
        packet.protocol(PROTOCOL);
        packet.ttl(1);
        packet.trafficClass(INTERNETWORK_CONTROL);
        packet.routerAlert(true);
        send(packet);
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        packet.transportOffset(packet.offset());
        return true;
    }

    @Override
    protected void finish(PacketBuffer packet) {
        int at = packet.offset();
        Bits.put16(packet.bytes(), at + 2, 0);
        Bits.put16(packet.bytes(), at + 2, ~packet.sum(at, packet.length(), 0));
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        Layer ip = lower(EthernetLayer.IPV4);
        if (ip != null) {
            ip.send(packet);
        }
    }
}
