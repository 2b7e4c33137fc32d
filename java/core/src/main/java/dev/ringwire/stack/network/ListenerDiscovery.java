package dev.ringwire.stack.network;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.GroupMembership.News;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Multicast listener discovery, the part of a host: tells of the IPv6 groups that are joined, and of those that ask for
 * our addresses, so that switches that snoop and routers let them through. Version 2 (RFC 3810), or version 1 (RFC 2710)
 * as long as a router speaks that.
 */
public final class ListenerDiscovery {
    static final int QUERY = 130;
    static final int REPORT_1 = 131;
    static final int DONE = 132;
    static final int REPORT_2 = 143;

    private static final int LENGTH_1 = 24;
    private static final int QUERY_2_LENGTH = 28;
    private static final int LENGTH_2 = 8;
    private static final int RECORD = 20;
    private static final long MILLISECOND = 1_000_000L;
    private static final long LINK_SCOPE = 0xff02_0000_0000_0000L;
    private static final long ALL_ROUTERS = 2;
    private static final long ALL_MLD_2_ROUTERS = 0x16;

    private final Icmpv6Layer icmp;
    private final IpRouter router;
    private final GroupMembership membership;
    private long queries;
    private long malformed;

    /** Tells of the groups of a router, by ICMPv6. */
    public ListenerDiscovery(Icmpv6Layer icmp) {
        this.icmp = icmp;
        router = icmp.router();
        membership = new GroupMembership(icmp.context(), () -> router.groups(false), this::report, this::olderReport);
        router.onGroupsChanged(membership::changed);
        icmp.listenerDiscovery(this);
    }

    /** How often routers asked. */
    public long queries() {
        return queries;
    }

    /** Queries dropped: too short, or not from this link (RFC 3810 section 6.2). */
    public long malformed() {
        return malformed;
    }

    void process(PacketBuffer packet, int type) {
        if (type != QUERY) {
            // What other hosts report means nothing to us.
            return;
        }
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        if (packet.length() < LENGTH_1 || packet.ttl() != 1 || !IpAddresses.isLinkLocal(packet.sourceHigh())) {
            malformed++;
            return;
        }
        queries++;
        int code = Bits.u16(b, at + 4);
        boolean older = packet.length() < QUERY_2_LENGTH;
        long milliseconds = older || code < 0x8000 ? code : (long) (code & 0xfff | 0x1000) << (code >> 12 & 7) + 3;
        Ipv6Address group = new Ipv6Address(Bits.i64(b, at + 8), Bits.i64(b, at + 16));
        membership.query(
                IpAddresses.isUnspecified(group.high(), group.low()) ? null : group, milliseconds * MILLISECOND, older);
    }

    private void report(Map<Ipv6Address, News> groups) {
        Iterator<Map.Entry<Ipv6Address, News>> rest = groups.entrySet().iterator();
        int most = Math.max(1, (router.linkMtu() - Ipv6Layer.HEADER - Ipv6Layer.ROUTER_ALERT - LENGTH_2) / RECORD);
        for (int left = groups.size(); left > 0; left -= most) {
            int count = Math.min(left, most);
            PacketBuffer packet = icmp.context().take();
            try {
                int at = packet.append(LENGTH_2 + RECORD * count);
                ByteBuffer b = packet.bytes();
                Bits.put32(b, at, (long) REPORT_2 << 24);
                Bits.put32(b, at + 4, count);
                for (int i = 0; i < count; i++) {
                    Map.Entry<Ipv6Address, News> group = rest.next();
                    int record = at + LENGTH_2 + RECORD * i;
                    Bits.put32(b, record, (long) group.getValue().type << 24);
                    put(b, record + 4, group.getKey());
                }
                send(packet, LINK_SCOPE, ALL_MLD_2_ROUTERS);
            } finally {
                icmp.context().give(packet);
            }
        }
    }

    private void olderReport(Ipv6Address group, News record) {
        boolean joined = record != News.LEFT;
        PacketBuffer packet = icmp.context().take();
        try {
            int at = packet.append(LENGTH_1);
            Bits.put32(packet.bytes(), at, (long) (joined ? REPORT_1 : DONE) << 24);
            Bits.put32(packet.bytes(), at + 4, 0);
            put(packet.bytes(), at + 8, group);
            send(packet, joined ? group.high() : LINK_SCOPE, joined ? group.low() : ALL_ROUTERS);
        } finally {
            icmp.context().give(packet);
        }
    }

    private static void put(ByteBuffer b, int at, Ipv6Address address) {
        Bits.put64(b, at, address.high());
        Bits.put64(b, at + 8, address.low());
    }

    private void send(PacketBuffer packet, long high, long low) {
        IpPath path = path(high, low);
        if (path != null) {
            packet.ttl(1);
            packet.routerAlert(true);
            icmp.send(packet, path);
        }
    }

    /** From a link-local address, or from :: as long as none is sure to be ours (RFC 3810 section 5.2.13). */
    private @Nullable IpPath path(long high, long low) {
        for (LocalAddress a : router.addresses()) {
            if (IpAddresses.isLinkLocal(a.high())) {
                return router.path(a.high(), a.low(), high, low);
            }
        }
        return router.path(0, 0, high, low);
    }
}
