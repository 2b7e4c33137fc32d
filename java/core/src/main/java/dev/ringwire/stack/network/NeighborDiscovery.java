package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.stack.link.Neighbor;
import dev.ringwire.stack.link.NeighborCache;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Neighbour discovery on Ethernet (RFC 4861 sections 4.3, 4.4 and 7). Stricter than that in one thing: nobody is put
 * into the cache for having asked us. Routers are given by hand; their advertisements and redirects are not followed.
 */
public final class NeighborDiscovery implements NeighborCache.Solicitor, AddressGuard.Voice {
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int LENGTH = 24;
    private static final int OPTION = 8;
    private static final int SOURCE_LINK_ADDRESS = 1;
    private static final int TARGET_LINK_ADDRESS = 2;
    private static final int SOLICITED = 0x40;
    private static final int OVERRIDE = 0x20;
    private static final int HOP_LIMIT = 255;
    private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;

    private static final long NONE = -1;
    private static final long MALFORMED = -2;

    private final Icmpv6Layer icmp;
    private final IpRouter router;
    private final AddressGuard guard;
    private final long macAddress;
    private final NeighborCache neighbors;

    /** Who asked us for an address of ours. */
    private long solicitations;

    private long malformed;

    /** Answers for the addresses of a router, by ICMPv6 over Ethernet. */
    public NeighborDiscovery(Icmpv6Layer icmp, EthernetLayer ethernet, AddressGuard guard) {
        this.icmp = icmp;
        this.router = icmp.router();
        this.guard = guard;
        macAddress = ethernet.address().bits();
        neighbors = new NeighborCache(icmp.context(), this, ethernet::send);
        icmp.discovery(this);
    }

    /** Who is on the link by IPv6 address. */
    public NeighborCache neighbors() {
        return neighbors;
    }

    /** How often others asked for our addresses. */
    public long solicitations() {
        return solicitations;
    }

    /** Messages dropped: not from this link, or not as RFC 4861 sections 7.1.1 and 7.1.2 want them. */
    public long malformed() {
        return malformed;
    }

    /** The interface identifier made of a MAC address (RFC 4291 appendix A). */
    public static long interfaceIdentifier(long mac) {
        return (mac & 0xffff_ff00_0000L) << 16 ^ 0x0200_0000_0000_0000L | 0xff_fe00_0000L | mac & 0xff_ffffL;
    }

    void process(PacketBuffer packet, int type) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        if (type != SOLICITATION && type != ADVERTISEMENT) {
            icmp.counters().ignored++;
            return;
        }
        boolean fine = packet.ttl() == HOP_LIMIT
                && b.get(at + 1) == 0
                && packet.length() >= LENGTH
                && b.get(at + 8) != (byte) 0xff
                && packet.linkOffset() >= 0;
        long link = fine
                ? linkAddress(
                        b, at + LENGTH, packet.end(), type == SOLICITATION ? SOURCE_LINK_ADDRESS : TARGET_LINK_ADDRESS)
                : MALFORMED;
        if (link == MALFORMED) {
            malformed++;
        } else if (type == SOLICITATION) {
            solicited(packet, link);
        } else {
            advertised(packet, link);
        }
    }

    /** The MAC address in an option; {@link #NONE} without one. */
    private static long linkAddress(ByteBuffer b, int from, int to, int wanted) {
        long found = NONE;
        for (int at = from; at < to; ) {
            int length = to - at < OPTION ? 0 : 8 * (b.get(at + 1) & 0xff);
            if (length == 0 || length > to - at) {
                return MALFORMED;
            }
            if (b.get(at) == wanted && length == OPTION) {
                found = Bits.u48(b, at + 2);
                if (found == 0 || (found & EthernetLayer.GROUP_BIT) != 0) {
                    return MALFORMED;
                }
            }
            at += length;
        }
        return found;
    }

    private void solicited(PacketBuffer packet, long link) {
        ByteBuffer b = packet.bytes();
        long high = Bits.i64(b, packet.offset() + 8);
        long low = Bits.i64(b, packet.offset() + 16);
        long from = Bits.u48(b, packet.linkOffset() + 6);
        boolean detecting = IpAddresses.isUnspecified(packet.sourceHigh(), packet.sourceLow());
        if (detecting
                && (link != NONE
                        || packet.destinationHigh() != IpAddresses.solicitedNodeHigh()
                        || packet.destinationLow() != IpAddresses.solicitedNodeLow(low))) {
            malformed++;
            return;
        }
        if (router.isTentative(high, low)) {
            if (detecting && from != macAddress) {
                guard.conflict(high, low, from);
            }
            return;
        }
        if (!router.isOurs(high, low)) {
            return;
        }
        solicitations++;
        if (detecting) {
            advertise(high, low, ALL_NODES_HIGH, 1, NONE, OVERRIDE);
        } else {
            // Whoever asks tells the way back; it is used once and not kept.
            advertise(
                    high,
                    low,
                    packet.sourceHigh(),
                    packet.sourceLow(),
                    link == NONE ? from : link,
                    SOLICITED | OVERRIDE);
        }
    }

    private void advertised(PacketBuffer packet, long link) {
        ByteBuffer b = packet.bytes();
        int flags = b.get(packet.offset() + 4) & 0xff;
        long high = Bits.i64(b, packet.offset() + 8);
        long low = Bits.i64(b, packet.offset() + 16);
        boolean solicited = (flags & SOLICITED) != 0;
        if (solicited && packet.isForMany()) {
            malformed++;
            return;
        }
        if (router.isOurs(high, low) || router.isTentative(high, low)) {
            long from = link == NONE ? Bits.u48(b, packet.linkOffset() + 6) : link;
            if (from != macAddress) {
                guard.conflict(high, low, from);
            }
            return;
        }
        Neighbor known = neighbors.find(high, low);
        long mac = link == NONE && known != null && known.isReachable() ? known.macAddress() : link;
        if (!solicited || mac == NONE) {
            neighbors.counters().ignoredAnswers++;
            return;
        }
        neighbors.answered(high, low, mac, (flags & OVERRIDE) != 0);
    }

    @Override
    public void solicit(Neighbor neighbor, boolean unicast) {
        IpPath path = router.path(neighbor.high(), neighbor.low());
        if (path == null) {
            return;
        }
        if (unicast) {
            send(SOLICITATION, 0, neighbor.high(), neighbor.low(), path, neighbor.macAddress());
        } else {
            IpPath group = group(path.sourceHigh(), path.sourceLow(), neighbor.low());
            send(SOLICITATION, 0, neighbor.high(), neighbor.low(), group, NONE);
        }
    }

    private @Nullable IpPath group(long sourceHigh, long sourceLow, long targetLow) {
        return router.path(
                sourceHigh, sourceLow, IpAddresses.solicitedNodeHigh(), IpAddresses.solicitedNodeLow(targetLow));
    }

    @Override
    public void probe(LocalAddress address) {
        send(SOLICITATION, 0, address.high(), address.low(), group(0, 0, address.low()), NONE);
    }

    @Override
    public void announce(LocalAddress address) {
        advertise(address.high(), address.low(), ALL_NODES_HIGH, 1, NONE, OVERRIDE);
    }

    private void advertise(long high, long low, long toHigh, long toLow, long mac, int flags) {
        send(ADVERTISEMENT, flags, high, low, router.path(high, low, toHigh, toLow), mac);
    }

    private void send(int type, int flags, long high, long low, @Nullable IpPath path, long mac) {
        if (path == null) {
            return;
        }
        boolean anonymous = IpAddresses.isUnspecified(path.sourceHigh(), path.sourceLow());
        PacketBuffer packet = icmp.context().take();
        try {
            int at = packet.append(anonymous ? LENGTH : LENGTH + OPTION);
            ByteBuffer b = packet.bytes();
            Bits.put16(b, at, type << 8);
            Bits.put32(b, at + 4, (long) flags << 24);
            Bits.put64(b, at + 8, high);
            Bits.put64(b, at + 16, low);
            if (!anonymous) {
                Bits.put16(b, at + LENGTH, (type == SOLICITATION ? SOURCE_LINK_ADDRESS : TARGET_LINK_ADDRESS) << 8 | 1);
                Bits.put16(b, at + LENGTH + 2, (int) (macAddress >>> 32));
                Bits.put32(b, at + LENGTH + 4, macAddress);
            }
            packet.ttl(HOP_LIMIT);
            packet.linkDestination(mac);
            icmp.send(packet, path);
        } finally {
            icmp.context().give(packet);
        }
    }
}
