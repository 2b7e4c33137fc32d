package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The messages of neighbour discovery for IPv6, RFC 4861, as parts of {@link Icmpv6}: what follows the first eight bytes
 * of a router advertisement, what stands in them, and the options behind.
 *
 * <pre>
 * |     Type      |     Code      |           Checksum            |
 * | Cur Hop Limit |M|O|H|Prf|P|   |        Router Lifetime        |  router advertisement
 * |                         Reachable Time                        |
 * |                         Retrans Timer                         |
 *
 * |R|S|O|                    Reserved                             |  neighbor solicitation, advertisement, redirect
 * |                   Target Address, 16 bytes                    |
 * |                Destination Address, 16 bytes                  |  redirect
 * </pre>
 */
final class NeighborDiscovery {
    private static final int ROUTER_SOLICITATION = Icmpv6.ROUTER_SOLICITATION;
    private static final int ROUTER_ADVERTISEMENT = Icmpv6.ROUTER_ADVERTISEMENT;
    private static final int NEIGHBOR_SOLICITATION = Icmpv6.NEIGHBOR_SOLICITATION;
    private static final int NEIGHBOR_ADVERTISEMENT = Icmpv6.NEIGHBOR_ADVERTISEMENT;
    private static final int REDIRECT = Icmpv6.REDIRECT;

    static final FixedField CUR_HOP_LIMIT = FixedField.decimal(
                    "icmpv6.nd.ra.cur_hop_limit", 32, 8, "hop limit hosts should use")
            .when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField RA_FLAG =
            FixedField.hex("icmpv6.nd.ra.flag", 40, 8, "flags of a router").when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField RA_M =
            FixedField.flag("icmpv6.nd.ra.flag.m", 40, "addresses by DHCPv6").when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField RA_O = FixedField.flag("icmpv6.nd.ra.flag.o", 41, "other configuration by DHCPv6")
            .when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField RA_H =
            FixedField.flag("icmpv6.nd.ra.flag.h", 42, "home agent, RFC 6275").when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField RA_PRF = FixedField.decimal(
                    "icmpv6.nd.ra.flag.prf", 43, 2, "preference of the router: 1 high, 3 low, RFC 4191")
            .when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField RA_P =
            FixedField.flag("icmpv6.nd.ra.flag.p", 45, "proxied, RFC 4389").when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField ROUTER_LIFETIME = FixedField.decimal(
                    "icmpv6.nd.ra.router_lifetime", 48, 16, "seconds that this is a default router")
            .when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField REACHABLE_TIME = FixedField.decimal(
                    "icmpv6.nd.ra.reachable_time", 64, 32, "ms that a neighbour is taken as reachable")
            .when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField RETRANS_TIMER = FixedField.decimal(
                    "icmpv6.nd.ra.retrans_timer", 96, 32, "ms between neighbor solicitations")
            .when(Icmpv6.is(ROUTER_ADVERTISEMENT));
    static final FixedField NS_TARGET = FixedField.ipv6("icmpv6.nd.ns.target_address", 64, "who is asked for")
            .when(Icmpv6.is(NEIGHBOR_SOLICITATION));
    static final FixedField NA_FLAG =
            FixedField.hex("icmpv6.nd.na.flag", 32, 32, "flags of a neighbour").when(Icmpv6.is(NEIGHBOR_ADVERTISEMENT));
    static final FixedField NA_R =
            FixedField.flag("icmpv6.nd.na.flag.r", 32, "sender is a router").when(Icmpv6.is(NEIGHBOR_ADVERTISEMENT));
    static final FixedField NA_S = FixedField.flag("icmpv6.nd.na.flag.s", 33, "answers a solicitation")
            .when(Icmpv6.is(NEIGHBOR_ADVERTISEMENT));
    static final FixedField NA_O = FixedField.flag("icmpv6.nd.na.flag.o", 34, "override what is cached")
            .when(Icmpv6.is(NEIGHBOR_ADVERTISEMENT));
    static final FixedField NA_TARGET = FixedField.ipv6("icmpv6.nd.na.target_address", 64, "who advertises")
            .when(Icmpv6.is(NEIGHBOR_ADVERTISEMENT));
    static final FixedField RD_TARGET = FixedField.ipv6("icmpv6.nd.rd.target_address", 64, "better first hop")
            .when(Icmpv6.is(REDIRECT));
    static final FixedField RD_DESTINATION = FixedField.ipv6(
                    "icmpv6.rd.na.destination_address", 192, "destination that is redirected")
            .when(Icmpv6.is(REDIRECT));

    static final ListHeader.Layout OPTIONS = new ListHeader.Layout() {
        @Override
        public int first(Header header) {
            return header.headerLength() >= Icmpv6.LENGTH ? optionsAt((int) header.get(Icmpv6.TYPE)) : -1;
        }

        @Override
        public int size(Header header, int at, int end) {
            return at + 2 > end ? -1 : 8 * Bits.u8(header.buffer(), header.offset() + at + 1);
        }
    };

    private static ComputedField option(String name, String label, int type, int at, int bytes) {
        return ListHeader.field(
                name, FieldType.DECIMAL, label, OPTIONS, ListHeader.ofKind(type, ListHeader.number(at, bytes)));
    }

    private static ComputedField flag(String name, String label, int bit) {
        return ListHeader.field(
                name,
                FieldType.FLAG,
                label,
                OPTIONS,
                ListHeader.ofKind(NdOption.PREFIX_INFORMATION, ListHeader.bits(3, bit, 1)));
    }

    private static ComputedField linkAddress(String name, String label, int type) {
        return ListHeader.field(name, FieldType.MAC, label, OPTIONS, (h, at, size, i, out) -> {
            int kind = Bits.u8(h.buffer(), h.offset() + at);
            boolean asked = type == kind
                    || type < 0
                            && (kind == NdOption.SOURCE_LINK_LAYER_ADDRESS
                                    || kind == NdOption.TARGET_LINK_LAYER_ADDRESS);
            return asked && size == 8 && ListHeader.MAC.read(h, at, size, i, out);
        });
    }

    /** The names of a search list, each a run of labels that ends with an empty one; zeros fill up. */
    private static boolean searchName(Header h, int option, int size, int index, FieldValue out) {
        ByteBuffer b = h.buffer();
        int end = h.offset() + option + size;
        int at = h.offset() + option + 8;
        for (int i = 0; at < end && Bits.u8(b, at) != 0; i++) {
            int length = 0;
            while (at < end && Bits.u8(b, at) != 0) {
                int label = Bits.u8(b, at);
                if (at + 1 + label > end) {
                    return false;
                }
                if (i == index) {
                    byte[] room = out.room(length + label + 1);
                    if (length > 0) {
                        room[length++] = '.';
                    }
                    b.get(at + 1, room, length, label);
                    length += label;
                }
                at += 1 + label;
            }
            if (i == index) {
                out.setText(length);
                return true;
            }
            at++;
        }
        return false;
    }

    static final List<Field> FIELDS = List.of(
            CUR_HOP_LIMIT,
            RA_FLAG,
            RA_M,
            RA_O,
            RA_H,
            RA_PRF,
            RA_P,
            ROUTER_LIFETIME,
            REACHABLE_TIME,
            RETRANS_TIMER,
            NS_TARGET,
            NA_FLAG,
            NA_R,
            NA_S,
            NA_O,
            NA_TARGET,
            RD_TARGET,
            RD_DESTINATION,
            ListHeader.number("icmpv6.opt.type", "type of an option", OPTIONS, 0, 1),
            ListHeader.number("icmpv6.opt.length", "length of an option in units of 8 bytes", OPTIONS, 1, 1),
            linkAddress("icmpv6.opt.linkaddr", "link-layer address", -1),
            linkAddress(
                    "icmpv6.opt.src_linkaddr", "link-layer address of the sender", NdOption.SOURCE_LINK_LAYER_ADDRESS),
            linkAddress(
                    "icmpv6.opt.target_linkaddr",
                    "link-layer address of the target",
                    NdOption.TARGET_LINK_LAYER_ADDRESS),
            option("icmpv6.opt.prefix.length", "bits of the prefix", NdOption.PREFIX_INFORMATION, 2, 1),
            flag("icmpv6.opt.prefix.flag.l", "the prefix is on the link", 7),
            flag("icmpv6.opt.prefix.flag.a", "hosts may make addresses of the prefix", 6),
            flag("icmpv6.opt.prefix.flag.r", "the prefix holds the router's address, RFC 6275", 5),
            option(
                    "icmpv6.opt.prefix.valid_lifetime",
                    "seconds the prefix is valid",
                    NdOption.PREFIX_INFORMATION,
                    4,
                    4),
            option(
                    "icmpv6.opt.prefix.preferred_lifetime",
                    "seconds addresses of the prefix are preferred",
                    NdOption.PREFIX_INFORMATION,
                    8,
                    4),
            ListHeader.field(
                    "icmpv6.opt.prefix",
                    FieldType.IPV6,
                    "the prefix",
                    OPTIONS,
                    ListHeader.ofKind(NdOption.PREFIX_INFORMATION, ListHeader.runs(16, 16, false))),
            option("icmpv6.opt.mtu", "MTU of the link", NdOption.MTU, 4, 4),
            option("icmpv6.opt.rdnss.lifetime", "seconds the name servers are good for", NdOption.RDNSS, 4, 4),
            ListHeader.field(
                    "icmpv6.opt.rdnss",
                    FieldType.IPV6,
                    "a name server",
                    OPTIONS,
                    ListHeader.ofKind(NdOption.RDNSS, ListHeader.runs(8, 16, true))),
            option("icmpv6.opt.dnssl.lifetime", "seconds the search list is good for", NdOption.DNSSL, 4, 4),
            ListHeader.field(
                    "icmpv6.opt.dnssl",
                    FieldType.TEXT,
                    "a domain to search",
                    OPTIONS,
                    ListHeader.ofKind(NdOption.DNSSL, NeighborDiscovery::searchName)));

    private NeighborDiscovery() {}

    /** Where the options of a message start, counted from its type; -1 if it has none. */
    static int optionsAt(int type) {
        return switch (type) {
            case ROUTER_SOLICITATION -> 8;
            case ROUTER_ADVERTISEMENT -> 16;
            case NEIGHBOR_SOLICITATION, NEIGHBOR_ADVERTISEMENT -> 24;
            case REDIRECT -> 40;
            default -> -1;
        };
    }

    /** Tells the parser of a message that has options; every byte up to its end is theirs. */
    static void dissect(PacketParser p, int offset, int end, int optionsAt) {
        int available = p.available(offset, end);
        int at = optionsAt;
        while (at < end - offset) {
            if (at + 2 > available) {
                p.truncated(Icmpv6.PROTOCOL, offset, end, at + 2);
                return;
            }
            int units = Bits.u8(p.buffer(), offset + at + 1);
            if (units == 0) {
                String reason = "icmpv6.opt.length is 0 at byte " + at;
                p.malformed(Icmpv6.PROTOCOL, offset, end, at, available, reason);
                return;
            }
            at += 8 * units;
        }
        if (at > available) {
            p.truncated(Icmpv6.PROTOCOL, offset, end, at);
        } else {
            p.add(Icmpv6.PROTOCOL, offset, offset + at, end);
        }
    }
}
