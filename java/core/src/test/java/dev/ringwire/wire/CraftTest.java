package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CraftTest {
    private static final MacAddress ONE = MacAddress.of("02:00:00:00:00:01");
    private static final MacAddress TWO = MacAddress.of("02:00:00:00:00:02");

    @Test
    void ethernetIpUdpWithChecksumsAndLengths() {
        byte[] bytes = Packet.of(
                        new Ethernet().dst(MacAddress.BROADCAST).type(0x0800),
                        new Ipv4()
                                .src(Ipv4Address.of("192.168.100.1"))
                                .dst(Ipv4Address.of("192.168.100.2"))
                                .proto(17),
                        new Udp().srcPort(45678).dstPort(1025),
                        Raw.of("Our Test UDP Packet"))
                .toBytes(Fix.CHECKSUMS, Fix.LENGTHS);
        Packet packet = Packet.copyOf(bytes, LinkType.ETHERNET);
        Ipv4 ip = packet.layer(Ipv4.class).orElseThrow();
        assertEquals(0x316a, ip.checksum());
        assertEquals(47, ip.totalLength());
        assertEquals(64, ip.ttl());
        Udp udp = packet.layer(Udp.class).orElseThrow();
        assertEquals(27, udp.length());
        assertEquals(0xb0c5, udp.checksum());
        assertArrayEquals(bytes, packet.toBytes());
    }

    @Test
    void whatTheKernelSentFromScratch() {
        assertArrayEquals(
                Vectors.ARP_REQUEST,
                Packet.of(
                                new Ethernet()
                                        .dst(MacAddress.BROADCAST)
                                        .src(ONE)
                                        .type(0x0806),
                                new Arp()
                                        .senderMac(ONE)
                                        .senderIp(Ipv4Address.of("198.18.0.1"))
                                        .targetIp(Ipv4Address.of("198.18.0.2")))
                        .toBytes());
        assertArrayEquals(
                Vectors.TCP_SYN,
                Packet.of(
                                new Ethernet().dst(TWO).src(ONE),
                                new Ipv4()
                                        .src(Ipv4Address.of("198.18.0.1"))
                                        .dst(Ipv4Address.of("198.18.0.2"))
                                        .identification(0x26be)
                                        .dontFragment(true)
                                        .proto(6),
                                new Tcp()
                                        .srcPort(37348)
                                        .dstPort(99)
                                        .sequenceNumber(0xc4dd58aeL)
                                        .syn(true)
                                        .window(64240)
                                        .options(Vectors.hex("020405b40402080a1470f7ce000000000103030a")))
                        .toBytes(Fix.CHECKSUMS, Fix.LENGTHS));
        assertArrayEquals(
                Vectors.UDP6,
                Packet.of(
                                new Ethernet().dst(TWO).src(ONE).type(0x86dd),
                                new Ipv6()
                                        .src(Ipv6Address.of("fd00::1"))
                                        .dst(Ipv6Address.of("fd00::2"))
                                        .flowLabel(0x4844a)
                                        .nextHeader(17),
                                new Udp().srcPort(35583).dstPort(9),
                                Raw.of("hi\n"))
                        .toBytes(Fix.CHECKSUMS, Fix.LENGTHS));
        assertArrayEquals(
                Vectors.ICMP_ECHO,
                Packet.of(
                                new Ethernet().dst(TWO).src(ONE),
                                new Ipv4()
                                        .src(Ipv4Address.of("198.18.0.1"))
                                        .dst(Ipv4Address.of("198.18.0.2"))
                                        .identification(0x22b4)
                                        .dontFragment(true)
                                        .proto(1),
                                new Icmpv4().identifier(0x14ed).sequenceNumber(1),
                                Raw.of(Vectors.hex("0001020304050607")))
                        .toBytes(Fix.CHECKSUMS, Fix.LENGTHS));
    }

    static Stream<String> vectors() {
        return Vectors.all().keySet().stream();
    }

    /** Checksums spoiled and fixed are what the kernel computed; so are lengths. */
    @ParameterizedTest
    @MethodSource("vectors")
    void fixesGiveWhatTheKernelSent(String name) {
        byte[] frame = Vectors.all().get(name);
        Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
        for (Header header : packet.layers()) {
            for (Field field : header.protocol().fields()) {
                if (field.name().endsWith(".checksum")) {
                    header.put((FixedField) field, 0xdead);
                }
            }
        }
        byte[] spoiled = packet.toBytes();
        boolean fragment = name.contains("FRAGMENT");
        if (!name.equals("ARP_REQUEST") && !name.equals("IPV6_LAST_FRAGMENT")) {
            assertTrue(!Arrays.equals(frame, spoiled), "nothing was spoiled");
        }
        assertArrayEquals(frame, packet.toBytes(Fix.CHECKSUMS));
        if (!fragment) {
            packet.layer(Ipv4.class).ifPresent(ip -> ip.totalLength(1).ihl(15));
            packet.layer(Ipv6.class).ifPresent(ip -> ip.payloadLength(1));
            packet.layer(Udp.class).ifPresent(udp -> udp.length(1));
            packet.layer(Tcp.class).ifPresent(tcp -> tcp.dataOffset(15));
            packet.layer(Ipv6HopByHop.class).ifPresent(hopByHop -> hopByHop.length(77));
            assertArrayEquals(frame, packet.toBytes(Fix.LENGTHS, Fix.CHECKSUMS));
        }
    }

    @Test
    void nothingIsCorrectedThatWasNotAskedFor() {
        Packet packet = Packet.of(new Ipv4().version(9).ihl(3).totalLength(7).checksum(0x1234), new Udp().length(1));
        byte[] bytes = packet.toBytes();
        assertEquals(0x93, bytes[0] & 0xff);
        assertEquals(7, bytes[3]);
        assertEquals(0x12, bytes[10]);
        assertEquals(1, bytes[25]);
    }

    @Test
    void aFragmentKeepsItsChecksum() {
        Packet packet = Packet.of(
                new Ipv4().moreFragments(true).proto(17),
                new Udp().checksum(0x1111).length(2000),
                Raw.of("part"));
        byte[] bytes = packet.toBytes(Fix.CHECKSUMS);
        assertEquals(0x1111, Udp.wrap(ByteBuffer.wrap(bytes), 20, 12).checksum());
        Packet six = Packet.of(
                new Ipv6().nextHeader(44).payloadLength(20),
                new Ipv6Fragment().nextHeader(17).moreFragments(true),
                new Udp().checksum(0x1111).length(12),
                Raw.of("part"));
        assertEquals(
                0x1111,
                Udp.wrap(ByteBuffer.wrap(six.toBytes(Fix.CHECKSUMS)), 48, 12).checksum());
    }

    @Test
    void anInnerHeaderThatIsWholeGetsItsChecksumInAFragmentToo() {
        byte[] bytes = Packet.of(
                        new Ipv4().proto(4).moreFragments(true), new Ipv4().proto(17), new Udp(), Raw.of("12345678"))
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        Packet inner = Packet.copyOf(Arrays.copyOfRange(bytes, 20, bytes.length), LinkType.RAW);
        int checksum = inner.layer(Ipv4.class).orElseThrow().checksum();
        Packet alone = Packet.copyOf(inner.toBytes(Fix.CHECKSUMS), LinkType.RAW);
        assertEquals(alone.layer(Ipv4.class).orElseThrow().checksum(), checksum);
    }

    @Test
    void udpChecksumIsNeverZero() {
        // Words that sum up to 0xffff with the pseudo-header: the checksum would be 0, which means none.
        Packet packet = Packet.of(new Ipv4().proto(17), new Udp(), Raw.of(new byte[] {(byte) 0xff, (byte) 0xda}));
        byte[] bytes = packet.toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        assertEquals(0xffff, Udp.wrap(ByteBuffer.wrap(bytes), 20, 10).checksum());
    }

    @Test
    void aRoutingHeaderMovesThePseudoHeadersDestination() {
        Ipv6Address last = Ipv6Address.of("2001:db8::99");
        byte[] data = new byte[20];
        System.arraycopy(last.toBytes(), 0, data, 4, 16);
        var udp = new Udp().srcPort(1).dstPort(2);
        byte[] routed = Packet.of(
                        new Ipv6().nextHeader(43).dst(Ipv6Address.of("2001:db8::1")),
                        new Ipv6Routing().nextHeader(17).type(2).segmentsLeft(1).data(data),
                        udp)
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        byte[] direct = Packet.of(new Ipv6().nextHeader(17).dst(last), udp).toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        assertEquals(
                Udp.wrap(ByteBuffer.wrap(direct), 40, 8).checksum(),
                Udp.wrap(ByteBuffer.wrap(routed), 64, 8).checksum());
    }

    @Test
    void lengthsThatDoNotFitSayWhichField() {
        Packet packet = Packet.of(new Ipv4().proto(17), new Udp(), Raw.of(new byte[65_520]));
        var e = assertThrows(IllegalArgumentException.class, () -> packet.toBytes(Fix.LENGTHS));
        assertTrue(e.getMessage().contains("ip.len takes 0..65535"), e.getMessage());
    }

    @Test
    void settersSayWhatFits() {
        var e = assertThrows(IllegalArgumentException.class, () -> new Udp().srcPort(65536));
        assertEquals("udp.srcport takes 0..65535, not 65536", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Tcp().options(new byte[41]));
        assertThrows(IllegalArgumentException.class, () -> new Ipv6HopByHop().options(new byte[5]));
        assertThrows(IllegalArgumentException.class, () -> Packet.of());
    }

    @Test
    void countsThatNoPacketHoldsAreRefused() {
        for (int n : new int[] {-1, 70_000, Integer.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> new Mpls().depth(n));
            assertThrows(IllegalArgumentException.class, () -> new NetFlow().records(n));
            assertThrows(IllegalArgumentException.class, () -> LinkType.of(n));
        }
    }

    @Test
    void anArpHeaderTooShortForItsSizesCanStillBeShown() {
        var arp = new Arp().addresses(new byte[7]);
        assertEquals("ARP, opcode 1, hardware type 1", arp.summary());
        assertFalse(arp.isIpv4OverEthernet());
    }

    @Test
    void optionsGrowAndShrinkADecodedHeader() {
        Packet packet = Packet.copyOf(Vectors.TCP_DATA, LinkType.ETHERNET);
        packet.layer(Tcp.class).orElseThrow().options(new byte[] {2, 4, 5});
        byte[] bytes = packet.toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        assertEquals(Vectors.TCP_DATA.length - 8, bytes.length);
        Packet again = Packet.copyOf(bytes, LinkType.ETHERNET);
        assertEquals(24, again.layer(Tcp.class).orElseThrow().headerLength());
        assertArrayEquals(packet.payload(), again.payload());
        assertArrayEquals(bytes, again.toBytes(Fix.LENGTHS, Fix.CHECKSUMS));
    }

    @Test
    void dumpShowsEveryLayer() {
        String dump =
                Packet.copyOf(Arrays.copyOf(Vectors.UDP, 60), LinkType.ETHERNET).dump();
        for (String line : new String[] {
            "Ethernet, 14 bytes",
            "eth.type",
            "0x0800",
            "ip.src",
            "198.18.0.1",
            "udp.dstport",
            "Raw, 3 bytes",
            "68 69 0a",
            "Trailer, 15 bytes"
        }) {
            assertTrue(dump.contains(line), dump);
        }
    }
}
