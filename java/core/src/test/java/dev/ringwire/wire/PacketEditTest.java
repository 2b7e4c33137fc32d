package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Frames;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PacketEditTest {
    /** A UDP datagram of three bytes in a frame padded to the minimum. */
    private static Packet padded() {
        return Packet.copyOf(Arrays.copyOf(Vectors.UDP, 60), LinkType.ETHERNET);
    }

    private static <H extends Header> H layer(Packet packet, Class<H> type) {
        return packet.layer(type).orElseThrow();
    }

    /** The names of the layers of the bytes, decoded anew, and the trailer's length. */
    private static String decoded(byte[] bytes) {
        Packet packet = Packet.copyOf(bytes, LinkType.ETHERNET);
        return packet.layers().stream().map(h -> h.protocol().name()).toList() + " " + packet.trailer().length;
    }

    @Test
    void aCopyIsApart() {
        for (byte[] frame : Vectors.all().values()) {
            Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
            Packet copy = packet.copy();
            assertArrayEquals(frame, copy.toBytes());
            assertEquals(packet.dump(), copy.dump());
            assertArrayEquals(packet.toBytes(Fix.LENGTHS), copy.toBytes(Fix.LENGTHS));
            layer(copy, Ethernet.class).type(0x1234);
            assertArrayEquals(frame, packet.toBytes());
        }
        Packet crafted =
                Packet.of(new Ipv4(), new Udp().length(77), Raw.of("x")).withTrailer(new byte[] {1, 2});
        assertEquals(
                "",
                crafted.diff(crafted.copy()).stream().map(Difference::toString).reduce("", String::concat));
        Tcp cut = layer(Packet.wrap(Frames.cut(Vectors.TCP_DATA, 70)).copy(), Tcp.class);
        assertEquals(6, cut.bodyLength());
        assertEquals(4, cut.bodyCaptured());
    }

    @Test
    void layersComeAndGo() {
        Packet packet = padded();
        Packet tagged = packet.insertAfter(
                layer(packet, Ethernet.class).type(0x8100), new Vlan().id(7).type(0x0800));
        assertEquals("[Ethernet, VLAN, IPv4, UDP, Raw] 15", decoded(tagged.toBytes()));
        Packet untagged = tagged.remove(layer(tagged, Vlan.class));
        layer(untagged, Ethernet.class).type(0x0800);
        assertArrayEquals(padded().toBytes(), untagged.toBytes());

        Packet tunnelled = packet.insertBefore(layer(packet, Ipv4.class), new Ipv4().proto(4));
        layer(tunnelled, Ethernet.class).type(0x0800);
        byte[] fixed = tunnelled.toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        assertEquals("[Ethernet, IPv4, IPv4, UDP, Raw] 15", decoded(fixed));
        assertEquals(
                51, layer(Packet.copyOf(fixed, LinkType.ETHERNET), Ipv4.class).totalLength());

        var six = new Ipv6().nextHeader(17).src(Ipv6Address.of("::1")).dst(Ipv6Address.of("::2"));
        Packet replaced = packet.replace(layer(packet, Ipv4.class), six);
        layer(replaced, Ethernet.class).type(0x86dd);
        fixed = replaced.toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        assertEquals("[Ethernet, IPv6, UDP, Raw] 15", decoded(fixed));
        var e = assertThrows(IllegalArgumentException.class, () -> packet.remove(new Udp()));
        assertEquals("this UDP header is none of the packet's layers", e.getMessage());
        // Without the layer whose length left it out, padding still is outside of what is above.
        Packet bare = packet.remove(layer(packet, Udp.class));
        layer(bare, Ethernet.class).type(0x0800);
        fixed = bare.toBytes(Fix.LENGTHS);
        assertEquals(
                23, layer(Packet.copyOf(fixed, LinkType.ETHERNET), Ipv4.class).totalLength());
    }

    @Test
    void anotherPayload() {
        byte[] bytes = padded().withPayload("longer than before".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .withoutTrailer()
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        assertEquals("[Ethernet, IPv4, UDP, Raw] 0", decoded(bytes));
        assertArrayEquals(bytes, Packet.copyOf(bytes, LinkType.ETHERNET).toBytes(Fix.LENGTHS, Fix.CHECKSUMS));
        assertEquals(
                "[Ethernet, IPv4, UDP] 15",
                decoded(padded().withPayload(new byte[0]).toBytes(Fix.LENGTHS)));
        Packet none = Packet.copyOf(new byte[0], LinkType.ETHERNET).withPayload(Raw.of("x"));
        assertArrayEquals(new byte[] {'x'}, none.toBytes());
        Packet syn = Packet.copyOf(Vectors.TCP_SYN, LinkType.ETHERNET).withPayload(Raw.of("fast open"));
        assertEquals("[Ethernet, IPv4, TCP, Raw] 0", decoded(syn.toBytes(Fix.LENGTHS)));
    }

    @Test
    void paddingIsKeptOrDroppedOnPurpose() {
        assertEquals("[Ethernet, IPv4, UDP, Raw] 15", decoded(padded().toBytes(Fix.LENGTHS)));
        assertEquals(45, padded().withoutTrailer().toBytes().length);
        assertEquals(
                "[Ethernet, IPv4, UDP, Raw] 15",
                decoded(padded().withoutTrailer().padTo(60).toBytes(Fix.LENGTHS)));
        assertEquals(60, padded().padTo(10).toBytes().length);
        byte[] arp =
                Packet.copyOf(Vectors.ARP_REQUEST, LinkType.ETHERNET).padTo(60).toBytes(Fix.LENGTHS);
        assertEquals("[Ethernet, ARP] 18", decoded(arp));
        // An 802.3 length leaves the trailer out, too, and a tag inside the frame does not.
        byte[] llc = Packet.of(new Ethernet().type(0), new Llc(), Raw.of("abc"))
                .withTrailer(new byte[9])
                .toBytes(Fix.LENGTHS);
        assertEquals(
                llc.length - 14 - 9,
                layer(Packet.copyOf(llc, LinkType.ETHERNET), Ethernet.class).type());
        byte[] tagged = Packet.of(new Ethernet().type(0x8100), new Vlan().type(0x0800), new Ipv4())
                .padTo(64)
                .toBytes(Fix.LENGTHS);
        assertEquals("[Ethernet, VLAN, IPv4] 26", decoded(tagged));
    }

    @Test
    void fixesOfSomeLayers() {
        Packet packet = Packet.of(
                new Ipv4().proto(17).checksum(0x1111).totalLength(1),
                new Udp().length(2).checksum(0x2222),
                Raw.of("abc"));
        byte[] bytes = packet.toBytes(Fix.LENGTHS.of(Udp.class));
        assertEquals(1, bytes[3]);
        assertEquals(11, bytes[25]);
        bytes = packet.toBytes(Fix.LENGTHS.except(Udp.class).and(Fix.CHECKSUMS.of(Ipv4.class)));
        assertEquals(31, bytes[3]);
        assertEquals(2, bytes[25]);
        assertEquals(0x22, bytes[26]);
        assertEquals(0, InternetChecksum.of(Arrays.copyOf(bytes, 20)));
        var inner = new Ipv4();
        bytes = Packet.of(new Ipv4().totalLength(5), inner.totalLength(6)).toBytes(Fix.LENGTHS.where(h -> h == inner));
        assertEquals(5, bytes[3]);
        assertEquals(20, bytes[23]);
    }

    @Test
    void fieldsByName() {
        Packet packet = padded();
        assertEquals(Optional.of(Ipv4Address.of("198.18.0.1")), packet.field("ip.src"));
        assertEquals(packet.field("ip.dsfield"), packet.field("ip.tos"));
        assertEquals(Optional.of(9L), packet.field("udp.dstport"));
        assertEquals(Optional.empty(), packet.field("tcp.dstport"));
        assertEquals(
                "no field \"udp.dport\"",
                assertThrows(IllegalArgumentException.class, () -> packet.field("udp.dport"))
                        .getMessage());
    }

    @Test
    void whatAPacketsFirstLayerSaysIsItsLinkType() {
        assertEquals(LinkType.ETHERNET, Packet.of(new Ethernet()).linkType());
        assertEquals(LinkType.LINUX_SLL2, Packet.of(new LinuxSll2()).linkType());
        assertEquals(LinkType.RAW, Packet.of(new Ipv6()).linkType());
        assertEquals(LinkType.LOOP, Packet.of(new NullLoopback()).linkType());
        assertEquals(LinkType.of(147), Packet.of(new Udp()).linkType());
        assertEquals(LinkType.NULL, Packet.of(LinkType.NULL, Raw.of("x")).linkType());
    }

    @Test
    void checksumsByHand() {
        Packet packet = Packet.copyOf(Vectors.UDP, LinkType.ETHERNET);
        Ipv4 ip = layer(packet, Ipv4.class);
        Udp udp = layer(packet, Udp.class);
        int was = udp.checksum();
        byte[] segment = Arrays.copyOfRange(udp.checksum(0).toBytes(), 0, 11);
        System.arraycopy(packet.payload(), 0, segment, 8, 3);
        // The kernel left the checksum to the card that a veth pair does not have only where that is allowed.
        assertEquals(was, PseudoHeader.of(ip.src(), ip.dst(), 17, 11).checksum(segment));
        assertEquals(12, PseudoHeader.of(ip.src(), ip.dst(), 17, 11).toBytes().length);
        Packet six = Packet.copyOf(Vectors.UDP6, LinkType.ETHERNET);
        Ipv6 ip6 = layer(six, Ipv6.class);
        byte[] whole = Arrays.copyOfRange(Vectors.UDP6, 54, Vectors.UDP6.length);
        assertEquals(0, PseudoHeader.of(ip6.src(), ip6.dst(), 17, whole.length).checksum(whole));
        assertEquals(0, InternetChecksum.of(ip.toBytes()));
        assertThrows(IllegalArgumentException.class, () -> PseudoHeader.of(ip.src(), ip.dst(), 256, 0));
    }

    @Test
    void differences() {
        Packet a = padded();
        assertEquals(List.of(), a.diff(a.copy()));
        Packet b = a.copy();
        layer(b, Ipv4.class).ttl(3).dscp(46);
        b = b.insertAfter(layer(b, Ethernet.class), new Vlan().id(5))
                .withPayload(Raw.of("hallo"))
                .withoutTrailer();
        assertEquals(
                """
                VLAN: new, vlan 5
                IPv4: ip.ttl 64 -> 3
                IPv4: ip.dsfield.dscp 0 -> 46
                Raw: from byte 1 of 3 and 5 69 0a -> 61 6c 6c 6f
                Trailer: from byte 0 of 15 and 0 00 00 00 00 00 00 00 00 ... -> (none)
                """.lines().sorted().toList(),
                a.diff(b).stream().map(Difference::toString).sorted().toList());
        assertEquals("VLAN: gone, was vlan 5", b.diff(a).get(0).toString());
        var options = Packet.of(new Tcp().options(new byte[] {2, 4, 5, 6}));
        var others = Packet.of(new Tcp().options(new byte[] {2, 4, 5, 7}));
        assertEquals(
                "[TCP: tcp.options 02040506 -> 02040507, TCP: tcp.options.mss_val 1286 -> 1287]",
                options.diff(others).toString());
        var data = Packet.of(new Ipv6Routing().data(new byte[] {0, 0, 0, 1}));
        var otherData = Packet.of(new Ipv6Routing().data(new byte[] {0, 0, 0, 2}));
        assertEquals(
                "[IPv6 Routing: from byte 7 01 -> 02]", data.diff(otherData).toString());
        assertTrue(Packet.of(new Ipv4(), new Ipv4())
                .diff(Packet.of(new Ipv4(), new Ipv4().ttl(1)))
                .toString()
                .startsWith("[IPv4 2: ip.ttl"));
    }

    @Test
    void hexDump() {
        assertEquals(
                "0000  00 50 00 00 00 00 00 00                           .P......\n",
                Packet.of(new Udp().srcPort(80).length(0)).hexDump());
    }
}
