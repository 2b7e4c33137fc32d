package dev.ringwire.wire;

import static dev.ringwire.wire.Vectors.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Frames;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecodeTest {
    private static Packet decode(byte[] frame) {
        return Packet.copyOf(frame, LinkType.ETHERNET);
    }

    private static String names(Packet packet) {
        return String.join(
                " ", packet.layers().stream().map(h -> h.protocol().name()).toList());
    }

    @Test
    void arp() {
        Packet packet = decode(Vectors.ARP_REQUEST);
        Arp arp = packet.layer(Arp.class).orElseThrow();
        assertEquals(1, arp.opcode());
        assertTrue(arp.isIpv4OverEthernet());
        assertEquals(MacAddress.of("02:00:00:00:00:01"), arp.senderMac());
        assertEquals(Ipv4Address.of("198.18.0.2"), arp.targetIp());
        assertEquals("ARP, Request who-has 198.18.0.2 tell 198.18.0.1", packet.summary());
    }

    @Test
    void icmpEcho() {
        Packet packet = decode(Vectors.ICMP_ECHO);
        assertEquals("Ethernet IPv4 ICMP Raw", names(packet));
        Icmpv4 icmp = packet.layer(Icmpv4.class).orElseThrow();
        assertEquals(Icmpv4.ECHO_REQUEST, icmp.type());
        assertEquals(0x14ed, icmp.identifier());
        assertEquals(1, icmp.sequenceNumber());
        assertArrayEquals(hex("0001020304050607"), packet.payload());
        assertEquals("IP 198.18.0.1 > 198.18.0.2: ICMP echo request, id 5357, seq 1, length 16", packet.summary());
    }

    @Test
    void icmpErrorQuotesThePacketAndDoesNotMixItIn() {
        Packet packet = decode(Vectors.ICMP_PORT_UNREACHABLE);
        assertEquals("Ethernet IPv4 ICMP Raw", names(packet));
        assertTrue(packet.error().isEmpty());
        assertTrue(packet.layer(Udp.class).isEmpty());
        Packet quoted = packet.layer(Icmpv4.class).orElseThrow().quoted().orElseThrow();
        assertEquals("IPv4 UDP Raw", names(quoted));
        assertEquals(9, quoted.layer(Udp.class).orElseThrow().dstPort());
    }

    @Test
    void icmp6ErrorQuotesThePacket() {
        Packet packet = decode(Vectors.ICMP6_PORT_UNREACHABLE);
        assertEquals("Ethernet IPv6 ICMPv6 Raw", names(packet));
        Packet quoted = packet.layer(Icmpv6.class).orElseThrow().quoted().orElseThrow();
        assertEquals("IPv6 UDP Raw", names(quoted));
        assertEquals(
                Ipv6Address.of("fd00::2"),
                quoted.layer(Ipv6.class).orElseThrow().dst());
    }

    @Test
    void tcpWithOptions() {
        Packet packet = decode(Vectors.TCP_SYN);
        assertEquals("Ethernet IPv4 TCP", names(packet));
        Ipv4 ip = packet.layer(Ipv4.class).orElseThrow();
        assertEquals(0x26be, ip.identification());
        assertTrue(ip.dontFragment());
        assertFalse(ip.isFragment());
        assertEquals(64, ip.ttl());
        assertEquals(60, ip.totalLength());
        Tcp tcp = packet.layer(Tcp.class).orElseThrow();
        assertEquals(37348, tcp.srcPort());
        assertEquals(99, tcp.dstPort());
        assertEquals(0xc4dd58aeL, tcp.sequenceNumber());
        assertTrue(tcp.syn());
        assertFalse(tcp.ack());
        assertEquals(64240, tcp.window());
        assertEquals(40, tcp.headerLength());
        assertArrayEquals(hex("020405b40402080a1470f7ce000000000103030a"), tcp.options());
        assertEquals(
                "IP 198.18.0.1.37348 > 198.18.0.2.99: Flags [S], seq 3302840494, win 64240, length 0",
                packet.summary());
    }

    @Test
    void ipv6() {
        Packet packet = decode(Vectors.TCP6_DATA);
        Ipv6 ip = packet.layer(Ipv6.class).orElseThrow();
        assertEquals(Ipv6Address.of("fd00::1"), ip.src());
        assertEquals(0x90469, ip.flowLabel());
        assertEquals(38, ip.payloadLength());
        assertArrayEquals("hello\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), packet.payload());
    }

    @Test
    void hopByHopIsALayer() {
        Packet packet = decode(Vectors.HOP_BY_HOP);
        assertEquals("Ethernet IPv6 IPv6 Hop-by-Hop ICMPv6", names(packet));
        assertArrayEquals(
                hex("050200000100"),
                packet.layer(Ipv6HopByHop.class).orElseThrow().options());
        assertEquals(143, packet.layer(Icmpv6.class).orElseThrow().type());
    }

    @Test
    void fragmentsButTheFirstHaveNoTransportHeader() {
        Packet v4 = decode(Vectors.IPV4_LAST_FRAGMENT);
        assertEquals("Ethernet IPv4 Raw", names(v4));
        assertEquals(185, v4.layer(Ipv4.class).orElseThrow().fragmentOffset());
        assertTrue(v4.error().isEmpty());
        Packet v6 = decode(Vectors.IPV6_LAST_FRAGMENT);
        assertEquals("Ethernet IPv6 IPv6 Fragment Raw", names(v6));
        assertEquals(181, v6.layer(Ipv6Fragment.class).orElseThrow().fragmentOffset());
    }

    @Test
    void tagsStackAndTheNthIsFound() {
        byte[] frame = Vectors.tagged(Vectors.tagged(Vectors.UDP, 0x8100, 0x6007), 0x88a8, 42);
        Packet packet = decode(frame);
        assertEquals("Ethernet 802.1ad VLAN IPv4 UDP Raw", names(packet));
        assertEquals(0x88a8, packet.layer(Ethernet.class).orElseThrow().type());
        assertEquals(42, packet.layer(Vlan.class).orElseThrow().id());
        assertEquals(7, packet.layer(Vlan.class, 2).orElseThrow().id());
        assertEquals(3, ((Vlan) packet.layer("vlan").orElseThrow()).priority());
        assertTrue(packet.layer(Vlan.class, 3).isEmpty());
        assertTrue(packet.summary().startsWith("service vlan 42, vlan 7, priority 3, IP 198.18.0.1"), packet.summary());
    }

    @Test
    void paddingIsNotPayload() {
        byte[] padded = Arrays.copyOf(Vectors.UDP, 60);
        Packet packet = decode(padded);
        assertArrayEquals(hex("68690a"), packet.payload());
        assertEquals(15, packet.trailer().length);
        assertArrayEquals(padded, packet.toBytes());
        assertArrayEquals(padded, packet.toBytes(Fix.LENGTHS, Fix.CHECKSUMS));
    }

    @Test
    void ieee8023WithLlcAndSnap() {
        byte[] ip = Arrays.copyOfRange(Vectors.UDP, 14, Vectors.UDP.length);
        Packet crafted = Packet.of(new Ethernet().type(8 + ip.length), Llc.snap(0x0800), Raw.of(ip));
        Packet packet = decode(crafted.toBytes());
        assertEquals("Ethernet LLC IPv4 UDP Raw", names(packet));
        assertTrue(packet.layer(Ethernet.class).orElseThrow().isLength());
        byte[] spanningTree = hex("0180c2000000020000000001" + "0007" + "424203" + "00000000" + "ffffff");
        Packet stp = decode(spanningTree);
        assertEquals("Ethernet LLC Raw", names(stp));
        assertEquals(0x42, stp.layer(Llc.class).orElseThrow().dsap());
        assertEquals(4, stp.payload().length);
        assertEquals(3, stp.trailer().length);
    }

    @Test
    void linkTypes() {
        byte[] ip = Arrays.copyOfRange(Vectors.UDP, 14, Vectors.UDP.length);
        byte[] ip6 = Arrays.copyOfRange(Vectors.UDP6, 14, Vectors.UDP6.length);
        assertEquals("IPv4 UDP Raw", names(Packet.copyOf(ip, LinkType.RAW)));
        assertEquals("IPv6 UDP Raw", names(Packet.copyOf(ip6, LinkType.DLT_RAW)));
        assertEquals("IPv4 UDP Raw", names(Packet.copyOf(ip, LinkType.IPV4)));
        assertEquals("IPv6 UDP Raw", names(Packet.copyOf(ip6, LinkType.IPV6)));
        assertEquals("Raw", names(Packet.copyOf(ip, LinkType.of(147))));
        assertEquals("Null/Loopback IPv4 UDP Raw", names(Packet.copyOf(join("02000000", ip), LinkType.NULL)));
        assertEquals("Null/Loopback IPv4 UDP Raw", names(Packet.copyOf(join("00000002", ip), LinkType.LOOP)));
        assertEquals("Null/Loopback IPv6 UDP Raw", names(Packet.copyOf(join("1e000000", ip6), LinkType.NULL)));
        Packet sll = Packet.copyOf(join("00000001000602000000000100000800", ip), LinkType.LINUX_SLL);
        assertEquals("Linux SLL IPv4 UDP Raw", names(sll));
        assertEquals(
                MacAddress.of("02:00:00:00:00:01"),
                sll.layer(LinuxSll.class).orElseThrow().src());
        Packet sll2 = Packet.copyOf(join("080000000000000500010406020000000001" + "0000", ip), LinkType.LINUX_SLL2);
        assertEquals("Linux SLL2 IPv4 UDP Raw", names(sll2));
        assertEquals(5, sll2.layer(LinuxSll2.class).orElseThrow().interfaceIndex());
        assertEquals(4, sll2.layer(LinuxSll2.class).orElseThrow().packetType());
    }

    private static byte[] join(String head, byte[] tail) {
        byte[] start = hex(head);
        byte[] out = Arrays.copyOf(start, start.length + tail.length);
        System.arraycopy(tail, 0, out, start.length, tail.length);
        return out;
    }

    @Test
    void wrongLengthFieldsAreErrorsThatNameTheField() {
        assertError(Vectors.UDP, 14, 0x44, "IPv4", "ip.hdr_len is 16");
        assertError(Vectors.UDP, 14, 0x65, "IPv4", "ip.version is 6");
        assertError(Vectors.UDP, 17, 19, "IPv4", "ip.len is 19");
        assertError(Vectors.UDP, 17, 24, "UDP", "left by ip.len");
        assertError(Vectors.UDP, 39, 7, "UDP", "udp.length is 7");
        assertError(Vectors.TCP_SYN, 46, 0x40, "TCP", "tcp.hdr_len is 16");
        assertError(Vectors.TCP_SYN, 46, 0xf0, "TCP", "left by frame.len");
        // A length field that promises more than there is does not limit anything.
        assertError(Arrays.copyOf(Vectors.UDP, 40), 17, 200, "UDP", "left by frame.len");
        assertError(hex("0180c2000000020000000001" + "0007" + "4242030000000000"), 13, 2, "LLC", "left by eth.len");
        assertError(Vectors.TCP6_DATA, 14, 0x40, "IPv6", "ipv6.version is 4");
        assertError(Vectors.TCP6_DATA, 19, 12, "TCP", "left by ipv6.plen");
        assertError(Vectors.HOP_BY_HOP, 55, 9, "IPv6 Hop-by-Hop", "needs 80 bytes");
        assertError(Vectors.ARP_REQUEST, 18, 200, "ARP", "needs 416 bytes");
    }

    private static void assertError(byte[] vector, int at, int value, String layer, String text) {
        byte[] frame = vector.clone();
        frame[at] = (byte) value;
        Packet packet = decode(frame);
        DecodeError error = packet.error().orElseThrow();
        assertEquals(layer, error.layer());
        assertTrue(error.toString().contains(text), error.toString());
        assertArrayEquals(frame, packet.toBytes());
    }

    @Test
    void arpAccessorsStayInsideAShortHeader() {
        byte[] tiny = hex("ffffffffffff020000000001" + "0806" + "0001080001010001" + "aabbccdd");
        Packet packet = decode(tiny);
        assertTrue(packet.error().isEmpty());
        Arp arp = packet.layer(Arp.class).orElseThrow();
        assertFalse(arp.isIpv4OverEthernet());
        assertArrayEquals(hex("aabbccdd"), arp.addresses());
        var e = assertThrows(IllegalStateException.class, arp::targetIp);
        assertEquals("this ARP header of 12 bytes has no arp.dst.proto_ipv4", e.getMessage());
        assertThrows(IllegalStateException.class, arp::senderMac);
        assertThrows(IllegalStateException.class, () -> arp.get(Tcp.URGENT_POINTER));
    }

    @Test
    void serviceTagsAreToldByWhatAnnouncesThem() {
        byte[] ip = Arrays.copyOfRange(Vectors.UDP, 14, Vectors.UDP.length);
        // The EtherType of SLL2 is at its start, and what stands before the tag is padding that looks like a TPID.
        byte[] tagged = join("00070800", ip);
        Packet vlan = Packet.copyOf(join("810000000000000500010406020000000001" + "88a8", tagged), LinkType.LINUX_SLL2);
        assertEquals("Linux SLL2 VLAN IPv4 UDP Raw", names(vlan));
        Packet service =
                Packet.copyOf(join("88a800000000000500010406020000000001" + "0000", tagged), LinkType.LINUX_SLL2);
        assertEquals("Linux SLL2 802.1ad IPv4 UDP Raw", names(service));
        assertEquals(7, service.layer(Vlan.class).orElseThrow().id());
        assertEquals(7, service.layer(ServiceTag.class).orElseThrow().id());
    }

    @Test
    void layersCountFromOne() {
        Packet packet = decode(Vectors.UDP);
        assertThrows(IllegalArgumentException.class, () -> packet.layer(Udp.class, 0));
        assertThrows(IllegalArgumentException.class, () -> packet.layer("udp", 0));
        assertThrows(IllegalArgumentException.class, () -> new PacketParser().view(new Udp(), 0));
    }

    @Test
    void aCutCaptureIsToldFromAShortPacket() {
        Frame cut = Frames.cut(Vectors.TCP_SYN, 40);
        var parser = new PacketParser();
        parser.parse(cut);
        DecodeError error = parser.error();
        assertEquals("TCP", error.layer());
        assertEquals(34, error.offset());
        assertEquals(20, error.needed());
        assertEquals(6, error.available());
        assertEquals("frame.cap_len", error.limit());
    }

    @Test
    void wrapThrowsWhatDecodingOnlyReports() {
        var e = assertThrows(DecodeException.class, () -> Tcp.wrap(java.nio.ByteBuffer.wrap(new byte[19]), 0, 19));
        assertEquals("TCP at byte 0: needs 20 bytes, 19 are left by frame.len", e.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> Udp.wrap(java.nio.ByteBuffer.wrap(new byte[8]), 4, 8));
    }

    @Test
    void headersAreBorrowedUntilTheSourceMovesOn() throws Exception {
        try (var source = Frames.source(Vectors.UDP, Vectors.TCP_SYN)) {
            assertTrue(source.next());
            Packet borrowed = Packet.wrap(source.frame());
            Packet kept = Packet.copyOf(source.frame());
            Udp udp = borrowed.layer(Udp.class).orElseThrow();
            assertEquals(9, udp.dstPort());
            assertTrue(source.next());
            var e = assertThrows(IllegalStateException.class, udp::dstPort);
            assertTrue(e.getMessage().contains("copy()"), e.getMessage());
            assertEquals(9, kept.layer(Udp.class).orElseThrow().dstPort());
        }
    }

    @Test
    void parserReusesTheCallersHeaders() throws Exception {
        var parser = new PacketParser();
        var tcp = new Tcp();
        var udp = new Udp();
        try (var source = Frames.source(Vectors.UDP, Vectors.TCP_SYN, Vectors.ICMP_PORT_UNREACHABLE)) {
            source.next();
            parser.parse(source.frame());
            assertTrue(parser.view(udp));
            assertFalse(parser.view(tcp));
            assertEquals(3, parser.payloadLength());
            source.next();
            parser.parse(source.frame());
            assertFalse(parser.view(udp));
            assertTrue(parser.view(tcp));
            assertEquals(99, tcp.dstPort());
            source.next();
            parser.parse(source.frame());
            assertFalse(parser.view(udp), "the quoted packet is no layer");
            assertEquals(3, parser.count());
        }
    }

    /** Whatever the bytes, decoding ends, throws nothing, and the packet writes itself back as it was. */
    @Test
    void anyBytesDecodeAndWriteThemselvesBack() {
        var random = new Random(20250101);
        LinkType[] links = {
            LinkType.ETHERNET,
            LinkType.RAW,
            LinkType.NULL,
            LinkType.LOOP,
            LinkType.LINUX_SLL,
            LinkType.LINUX_SLL2,
            LinkType.IPV4,
            LinkType.IPV6
        };
        var vectors = Vectors.all().values().toArray(byte[][]::new);
        for (int round = 0; round < 40_000; round++) {
            byte[] frame = vectors[random.nextInt(vectors.length)].clone();
            if (random.nextInt(4) == 0) {
                frame = Vectors.tagged(frame, 0x8100, random.nextInt(65536));
            }
            LinkType link = links[round % links.length];
            if (!link.equals(LinkType.ETHERNET)) {
                frame = Arrays.copyOfRange(frame, random.nextInt(15), frame.length);
            }
            for (int flips = random.nextInt(6); flips > 0; flips--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
            Packet packet = Packet.copyOf(frame, link);
            assertArrayEquals(frame, packet.toBytes());
            packet.dump();
            packet.summary();
            byte[] fixed = packet.toBytes(Fix.CHECKSUMS);
            assertArrayEquals(fixed, Packet.copyOf(fixed, link).toBytes(Fix.CHECKSUMS), "fixing twice changes more");
            packet.toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
            for (Header header : packet.layers()) {
                if (header instanceof Icmpv4 icmp) {
                    icmp.quoted().ifPresent(Packet::dump);
                } else if (header instanceof Icmpv6 icmp) {
                    icmp.quoted().ifPresent(Packet::dump);
                }
            }
        }
    }
}
