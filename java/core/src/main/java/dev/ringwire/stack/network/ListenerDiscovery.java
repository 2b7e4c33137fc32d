package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the IPv6 groups that the stack is in, those that neighbours ask for its addresses by included: by multicast
 * listener discovery version 2 (RFC 3810), or 1 (RFC 2710) where somebody asks in that.
 */
public final class ListenerDiscovery implements GroupReports.Voice {
    static final int QUERY = 130;

    private static final int REPORT1 = 131;
    private static final int DONE1 = 132;
    private static final int REPORT2 = 143;
    private static final int LENGTH = 8;
    private static final int LENGTH1 = 24;
    private static final int QUERY2 = 28;
    private static final int RECORD = 20;
    private static final long MILLI = 1_000_000L;
    private static final long LINK_SCOPE = 0xff02_0000_0000_0000L;
    private static final long ALL_ROUTERS = 2;
    private static final long ALL_MLD2 = 0x16;

    /** A hop-by-hop header with the option that has routers look at the packet (RFC 2711), and the kind of what follows. */
    private static final long ROUTER_ALERT = (long) Icmpv6Layer.PROTOCOL << 56 | 0x0502_0000_0100L;

    private static final int ALERT = 8;

    private final Icmpv6Layer icmp;
    private final IpRouter router;
    private final GroupReports reports;

    /** By that ICMPv6, on a link with groups. */
    public ListenerDiscovery(Icmpv6Layer icmp) {
        this.icmp = icmp;
        router = icmp.router();
        reports = new GroupReports(icmp.context(), router, false, this);
        icmp.listeners(this);
    }

    /** What it counts. */
    public GroupCounters counters() {
        return reports.counters();
    }

    /** A query, whose checksum is right. */
    void process(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        if (packet.length() < LENGTH1 || packet.ttl() != 1 || !IpAddresses.isLinkLocal(packet.sourceHigh())) {
            counters().ignored++;
            return;
        }
        int code = Bits.u16(b, at + 4);
        boolean older = packet.length() < QUERY2;
        long millis = older ? code : GroupReports.unpack(code, 12);
        reports.asked(Bits.i64(b, at + 8), Bits.i64(b, at + 16), millis * MILLI, older);
    }

    @Override
    public int most() {
        return (Math.min(router.linkMtu(), 1500) - Ipv6Layer.HEADER - ALERT - LENGTH) / RECORD;
    }

    @Override
    public void report(List<GroupReports.Group> groups) {
        PacketBuffer packet = icmp.context().take();
        try {
            int at = begin(packet, REPORT2, LENGTH + RECORD * groups.size());
            ByteBuffer b = packet.bytes();
            Bits.put16(b, at + 6, groups.size());
            for (int i = 0; i < groups.size(); i++) {
                GroupReports.Group group = groups.get(i);
                int record = at + LENGTH + RECORD * i;
                Bits.put32(b, record, group.what() << 24);
                Bits.put64(b, record + 4, group.high());
                Bits.put64(b, record + 12, group.low());
            }
            send(packet, at, LINK_SCOPE, ALL_MLD2);
        } finally {
            icmp.context().give(packet);
        }
    }

    @Override
    public void reportAsBefore(GroupReports.Group group) {
        boolean left = group.what() == GroupReports.LEFT;
        PacketBuffer packet = icmp.context().take();
        try {
            int at = begin(packet, left ? DONE1 : REPORT1, LENGTH1);
            Bits.put64(packet.bytes(), at + 8, group.high());
            Bits.put64(packet.bytes(), at + 16, group.low());
            send(packet, at, left ? LINK_SCOPE : group.high(), left ? ALL_ROUTERS : group.low());
        } finally {
            icmp.context().give(packet);
        }
    }

    /** Where the message begins, behind the hop-by-hop header. */
    private static int begin(PacketBuffer packet, int type, int length) {
        int at = packet.append(ALERT + length) + ALERT;
        Bits.put64(packet.bytes(), at - ALERT, ROUTER_ALERT);
        Bits.put64(packet.bytes(), at, (long) type << 56);
        return at;
    }

    private void send(PacketBuffer packet, int at, long high, long low) {
        LocalAddress own = linkLocal();
        IpPath path = router.path(own == null ? 0 : own.high(), own == null ? 0 : own.low(), high, low);
        if (path == null) {
            return;
        }
        packet.path(path);
        packet.ttl(1);
        icmp.sendBehindOptions(packet, at);
    }

    /** Without one yet, the report is from nobody (RFC 3590). */
    private @Nullable LocalAddress linkLocal() {
        for (LocalAddress address : router.addresses()) {
            if (IpAddresses.isLinkLocal(address.high())) {
                return address;
            }
        }
        return null;
    }
}
