package dev.ringwire.cli;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.NdOption;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which MAC address an IP address has: ARP (RFC 826) and neighbour discovery (RFC 4861) as messages. */
final class Neighbors {
    private static final int ICMPV6 = 58;

    /** RFC 4861 section 7.1: what came through a router is no neighbour's. */
    private static final int HOP_LIMIT = 255;

    /** Bytes of a message with its target. */
    private static final int WITH_TARGET = 24;

    private static final Ipv6Address ALL_NODES = Ipv6Address.of("ff02::1");
    private static final Ipv6Address SOLICITED = Ipv6Address.of("ff02::1:ff00:0");

    private Neighbors() {}

    /** Something to send above Ethernet. */
    record Message(MacAddress to, List<Header> layers) {
        Message(MacAddress to, Header... layers) {
            this(to, List.of(layers));
        }
    }

    /** Where a multicast or broadcast packet goes, RFC 1112 and RFC 2464. */
    static Optional<MacAddress> withoutAsking(InetAddress target) {
        byte[] octets = target.getAddress();
        if (octets.length == 4) {
            int bits = ByteBuffer.wrap(octets).getInt();
            return bits == -1
                    ? Optional.of(MacAddress.BROADCAST)
                    : target.isMulticastAddress()
                            ? Optional.of(new MacAddress(0x0100_5e00_0000L | bits & 0x7f_ffff))
                            : Optional.empty();
        }
        long low = ByteBuffer.wrap(octets).getInt(12) & 0xffff_ffffL;
        return target.isMulticastAddress() ? Optional.of(new MacAddress(0x3333_0000_0000L | low)) : Optional.empty();
    }

    /** Asks who has an address; from nobody, where we have no address. */
    static Message question(MacAddress mac, Optional<InetAddress> from, InetAddress target) {
        if (target instanceof Inet4Address wanted) {
            Ipv4Address sender = from.map(a -> Ipv4Address.of((Inet4Address) a)).orElse(Ipv4Address.ANY);
            return new Message(
                    MacAddress.BROADCAST,
                    new Arp().senderMac(mac).senderIp(sender).targetIp(Ipv4Address.of(wanted)));
        }
        byte[] octets = target.getAddress();
        long node = ByteBuffer.wrap(octets).getInt(12) & 0xff_ffff;
        InetAddress to = inet(new Ipv6Address(SOLICITED.high(), SOLICITED.low() | node));
        InetAddress sender = from.orElse(inet(Ipv6Address.ANY));
        var icmp = new Icmpv6().type(Icmpv6.NEIGHBOR_SOLICITATION).target(Ipv6Address.of(octets));
        return new Message(
                withoutAsking(to).orElseThrow(),
                Station.ip(sender, to, ICMPV6, HOP_LIMIT),
                from.isPresent() ? icmp.options(NdOption.sourceLinkLayerAddress(mac)) : icmp);
    }

    /** Also the addresses that {@code java.net} would make IPv4 of. */
    private static InetAddress inet(Ipv6Address address) {
        try {
            return Inet6Address.getByAddress(null, address.toBytes(), -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    /** What the packet that the station has says of the address. */
    static Optional<MacAddress> answer(Station station, InetAddress target) {
        if (target instanceof Inet4Address wanted) {
            return station.arp()
                    .filter(arp -> arp.opcode() == 2 && arp.senderIp().equals(Ipv4Address.of(wanted)))
                    .map(Arp::senderMac);
        }
        return discovery(station, Icmpv6.NEIGHBOR_ADVERTISEMENT, target)
                .map(icmp -> icmp.options().stream()
                        .filter(option ->
                                option.type() == NdOption.TARGET_LINK_LAYER_ADDRESS && option.data().length >= 6)
                        .map(option -> MacAddress.of(Arrays.copyOf(option.data(), 6)))
                        .findFirst()
                        .orElse(sender(station)));
    }

    private static MacAddress sender(Station station) {
        var ethernet = new Ethernet();
        if (!station.parser().view(ethernet)) {
            throw new IllegalStateException("neighbour discovery without an Ethernet header");
        }
        return ethernet.src();
    }

    /** The message, if it is of the type and about the target. */
    private static Optional<Icmpv6> discovery(Station station, int type, InetAddress target) {
        var icmp = new Icmpv6();
        return station.parser().view(icmp)
                        && icmp.type() == type
                        && icmp.headerLength() >= WITH_TARGET
                        && icmp.target().equals(Ipv6Address.of(target.getAddress()))
                ? Optional.of(icmp)
                : Optional.empty();
    }

    /** The reply, if the packet that the station has asks for an address of ours. */
    static Optional<Message> reply(Station station, InetAddress ours) {
        if (ours instanceof Inet4Address own) {
            Ipv4Address address = Ipv4Address.of(own);
            return station.arp()
                    .filter(arp -> arp.opcode() == 1 && arp.targetIp().equals(address))
                    .map(arp -> new Message(
                            arp.senderMac(),
                            new Arp()
                                    .opcode(2)
                                    .senderMac(station.mac())
                                    .senderIp(address)
                                    .targetMac(arp.senderMac())
                                    .targetIp(arp.senderIp())));
        }
        var ip = new Ipv6();
        if (discovery(station, Icmpv6.NEIGHBOR_SOLICITATION, ours).isEmpty()
                || !station.parser().view(ip)) {
            return Optional.empty();
        }
        // To all nodes where the asker has no address yet.
        boolean fromNobody = ip.src().equals(Ipv6Address.ANY);
        return Optional.of(new Message(
                fromNobody ? new MacAddress(0x3333_0000_0001L) : sender(station),
                Station.ip(ours, inet(fromNobody ? ALL_NODES : ip.src()), ICMPV6, HOP_LIMIT),
                new Icmpv6()
                        .type(Icmpv6.NEIGHBOR_ADVERTISEMENT)
                        .solicited(!fromNobody)
                        .override(true)
                        .target(Ipv6Address.of(ours.getAddress()))
                        .options(NdOption.targetLinkLayerAddress(station.mac()))));
    }
}
