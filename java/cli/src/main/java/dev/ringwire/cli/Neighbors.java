package dev.ringwire.cli;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Raw;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Which MAC address an IP address has: ARP (RFC 826) and neighbour discovery (RFC 4861) as messages. */
final class Neighbors {
    private static final int ICMPV6 = 58;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int SOURCE_LINK_ADDRESS = 1;
    private static final int TARGET_LINK_ADDRESS = 2;

    /** RFC 4861 section 7.1: what came through a router is no neighbour's. */
    private static final int HOP_LIMIT = 255;

    /** Type, code, checksum, flags and the target. */
    private static final int TARGET = 8;

    private static final int OPTIONS = 24;

    private static final Ipv6Address ALL_NODES = Ipv6Address.of("ff02::1");
    private static final Ipv6Address SOLICITED = Ipv6Address.of("ff02::1:ff00:0");

    private Neighbors() {}

    /** Something to send above Ethernet. */
    record Message(MacAddress to, Header... layers) {}

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
        byte[] body = Arrays.copyOf(octets, from.isPresent() ? 24 : 16);
        if (from.isPresent()) {
            putOption(body, SOURCE_LINK_ADDRESS, mac);
        }
        return new Message(
                withoutAsking(to).orElseThrow(),
                Station.ip(sender, to, ICMPV6, HOP_LIMIT),
                new Icmpv6().type(SOLICITATION),
                Raw.of(body));
    }

    /** Also the addresses that {@code java.net} would make IPv4 of. */
    private static InetAddress inet(Ipv6Address address) {
        try {
            return Inet6Address.getByAddress(null, address.toBytes(), -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    private static void putOption(byte[] body, int type, MacAddress mac) {
        body[16] = (byte) type;
        body[17] = 1; // of eight bytes
        System.arraycopy(mac.toBytes(), 0, body, 18, 6);
    }

    /** What the packet that the station has says of the address. */
    static Optional<MacAddress> answer(Station station, InetAddress target) {
        if (target instanceof Inet4Address wanted) {
            return station.arp()
                    .filter(arp -> arp.opcode() == 2 && arp.senderIp().equals(Ipv4Address.of(wanted)))
                    .map(Arp::senderMac);
        }
        int at = discovery(station, ADVERTISEMENT, target);
        if (at < 0) {
            return Optional.empty();
        }
        ByteBuffer bytes = station.frame().buffer();
        int end = station.frame().offset() + station.frame().length();
        for (int i = at + OPTIONS; i + 8 <= end && Bits.u8(bytes, i + 1) > 0; i += 8 * Bits.u8(bytes, i + 1)) {
            if (Bits.u8(bytes, i) == TARGET_LINK_ADDRESS) {
                return Optional.of(new MacAddress(Bits.u48(bytes, i + 2)));
            }
        }
        return Optional.of(sender(station));
    }

    private static MacAddress sender(Station station) {
        return new MacAddress(Bits.u48(station.frame().buffer(), station.frame().offset() + 6));
    }

    /** Where the message starts if it is one about the target; -1 otherwise. */
    private static int discovery(Station station, int type, InetAddress target) {
        PacketParser parser = station.parser();
        int layer = parser.indexOf(Icmpv6.PROTOCOL);
        if (layer < 0) {
            return -1;
        }
        int at = parser.offset(layer);
        ByteBuffer bytes = station.frame().buffer();
        if (at + OPTIONS > station.frame().offset() + station.frame().length() || Bits.u8(bytes, at) != type) {
            return -1;
        }
        byte[] about = new byte[16];
        bytes.get(at + TARGET, about);
        return Arrays.equals(about, target.getAddress()) ? at : -1;
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
        int at = discovery(station, SOLICITATION, ours);
        if (at < 0) {
            return Optional.empty();
        }
        byte[] asker = new byte[16];
        station.frame().buffer().get(at - 32, asker); // the source address, without extension headers between
        boolean fromNobody = Arrays.equals(asker, new byte[16]);
        byte[] body = Arrays.copyOf(ours.getAddress(), 24);
        putOption(body, TARGET_LINK_ADDRESS, station.mac());
        var icmp = new Icmpv6().type(ADVERTISEMENT);
        // Solicited and override; to all nodes where the asker has no address yet.
        icmp.set(Icmpv6.MTU, fromNobody ? 0x2000_0000L : 0x6000_0000L);
        return Optional.of(new Message(
                fromNobody ? new MacAddress(0x3333_0000_0001L) : sender(station),
                Station.ip(ours, inet(fromNobody ? ALL_NODES : Ipv6Address.of(asker)), ICMPV6, HOP_LIMIT),
                icmp,
                Raw.of(body)));
    }
}
