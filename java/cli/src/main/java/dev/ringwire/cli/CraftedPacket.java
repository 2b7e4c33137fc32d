package dev.ringwire.cli;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Selector;
import dev.ringwire.wire.Vlan;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A packet of {@link PacketSyntax} with what the user left open filled in; what the user set stays as it is. */
final class CraftedPacket {
    /** Where a header says what follows, by the table that the value is of. */
    private static final Map<String, List<String>> NEXT = Map.of(
            Selector.ETHER_TYPE,
            List.of(
                    "eth.type",
                    "vlan.etype",
                    "ieee8021ad.etype",
                    "sll.etype",
                    "llc.type",
                    "gre.proto",
                    "geneve.proto_type"),
            Selector.IP_PROTOCOL,
            List.of(
                    "ip.proto",
                    "ipv6.nxt",
                    "ipv6.hopopts.nxt",
                    "ipv6.routing.nxt",
                    "ipv6.fraghdr.nxt",
                    "ipv6.dstopts.nxt",
                    "ah.next_header"),
            Selector.UDP_PORT,
            List.of("udp.dstport"),
            Selector.TCP_PORT,
            List.of("tcp.dstport"));

    private final List<PacketSyntax.Part> parts;

    /** Says of each layer, where it can, what the next one is. */
    CraftedPacket(List<PacketSyntax.Part> written) {
        parts = new ArrayList<>(written);
        for (int i = 1; i < parts.size(); i++) {
            announce(parts.get(i - 1), parts.get(i).header());
        }
    }

    private static void announce(PacketSyntax.Part below, Header next) {
        for (Selector selector : next.protocol().selectors()) {
            List<String> names = NEXT.getOrDefault(selector.table(), List.of());
            for (Field field : below.header().protocol().fields()) {
                if (field instanceof FixedField fixed && names.contains(field.name())) {
                    if (!below.isSet(fixed)) {
                        below.header().set(fixed, selector.value());
                    }
                    return;
                }
            }
        }
    }

    private Optional<PacketSyntax.Part> outermost(Predicate<Header> which) {
        return parts.stream().filter(p -> which.test(p.header())).findFirst();
    }

    /** The VLAN that it is sent in, or {@link Station#NO_VLAN}. */
    int vlan() {
        int first = parts.get(0).header() instanceof Ethernet ? 1 : 0;
        return parts.size() > first && parts.get(first).header() instanceof Vlan vlan ? vlan.id() : Station.NO_VLAN;
    }

    /** Fills in what the interface has and the link knows: the Ethernet header, its addresses, and the source address. */
    void on(Station station) throws IOException {
        if (station.isEthernet() && !(parts.get(0).header() instanceof Ethernet)) {
            parts.add(0, new PacketSyntax.Part(0, new Ethernet(), Map.of()));
            announce(parts.get(0), parts.get(1).header());
        }
        InetAddress target = fillSource(station);
        fillArp(station);
        if (parts.get(0).header() instanceof Ethernet ethernet) {
            if (!parts.get(0).isSet(Ethernet.SRC)) {
                ethernet.src(station.mac());
            }
            if (!parts.get(0).isSet(Ethernet.DST)) {
                ethernet.dst(target == null ? MacAddress.BROADCAST : station.resolve(station.nextHop(target, null)));
            }
        }
    }

    /** Gives the outer IP header a source; returns its destination, or null. */
    private InetAddress fillSource(Station station) {
        Optional<PacketSyntax.Part> ip = outermost(h -> h instanceof Ipv4 || h instanceof Ipv6);
        if (ip.isEmpty()) {
            return null;
        }
        if (ip.get().header() instanceof Ipv4 ipv4) {
            InetAddress target = ipv4.dst().toInetAddress();
            if (!ip.get().isSet(Ipv4.SRC)) {
                station.sourceFor(target).ifPresent(a -> ipv4.src(Ipv4Address.of((Inet4Address) a)));
            }
            return target;
        }
        var ipv6 = (Ipv6) ip.get().header();
        InetAddress target = ipv6.dst().toInetAddress();
        if (!ip.get().isSet(Ipv6.SRC)) {
            station.sourceFor(target).ifPresent(a -> ipv6.src(Ipv6Address.of(a.getAddress())));
        }
        return target;
    }

    private void fillArp(Station station) {
        outermost(h -> h instanceof Arp arp && arp.isIpv4OverEthernet()).ifPresent(part -> {
            var arp = (Arp) part.header();
            if (!part.isSet(Arp.SRC_HW_MAC)) {
                arp.senderMac(station.mac());
            }
            if (!part.isSet(Arp.SRC_PROTO_IPV4)) {
                station.sourceFor(arp.targetIp().toInetAddress())
                        .ifPresent(a -> arp.senderIp(Ipv4Address.of((Inet4Address) a)));
            }
        });
    }

    private Packet packet() {
        return Packet.of(parts.stream().map(PacketSyntax.Part::header).toArray(Header[]::new));
    }

    LinkType linkType() {
        return packet().linkType();
    }

    /** Its bytes, with lengths and checksums as they must be, but for those the user set. */
    byte[] bytes() {
        // A checksum covers the lengths as the user set them.
        keep(packet().toBytes(Fix.LENGTHS));
        keep(packet().toBytes(Fix.CHECKSUMS));
        return packet().toBytes();
    }

    private void keep(byte[] bytes) {
        int at = 0;
        for (PacketSyntax.Part part : parts) {
            Header header = part.header();
            header.buffer().put(header.offset(), bytes, at, header.headerLength());
            at += header.headerLength();
            part.apply();
        }
    }
}
