package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Frames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ICMP, ICMPv6 with neighbour and listener discovery, IGMP and DHCP, against what a kernel and dnsmasq sent. */
class ControlMessagesTest {
    private static final MacAddress ONE = MacAddress.of("02:00:00:00:00:01");
    private static final MacAddress TWO = MacAddress.of("02:00:00:00:00:02");
    private static final Ipv4Address V4 = Ipv4Address.of("198.18.0.1");
    private static final Ipv6Address V6 = Ipv6Address.of("fd00::1");

    private static <H extends Header> H header(byte[] frame, Class<H> type) {
        Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
        assertTrue(packet.error().isEmpty(), packet::toString);
        return packet.layer(type).orElseThrow();
    }

    /** The frame with its last header in place of the one it has, lengths and checksums filled in. */
    private static byte[] with(byte[] frame, Header crafted) {
        Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
        var layers = new ArrayList<>(packet.layers());
        layers.set(layers.size() - 1, crafted);
        return Packet.of(layers.toArray(Header[]::new)).toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
    }

    /** All values of a field. */
    private static List<String> values(Header header, String name) {
        var out = new ArrayList<String>();
        var value = new FieldValue();
        for (Field field : header.protocol().fields()) {
            if (field.name().equals(name) || field.aliases().contains(name)) {
                for (int n = 0; field.read(header, n, value); n++) {
                    out.add(FieldFormat.text(field, value));
                }
            }
        }
        return out;
    }

    @Test
    void routerAdvertisement() {
        Icmpv6 icmp = header(Vectors.ROUTER_ADVERTISEMENT, Icmpv6.class);
        assertEquals(128, icmp.headerLength());
        assertEquals(64, icmp.curHopLimit());
        assertEquals(1800, icmp.routerLifetime());
        assertFalse(icmp.managed());
        assertEquals(List.of("3", "5", "1", "31", "25"), values(icmp, "icmpv6.opt.type"));
        assertEquals(List.of("example.net", "corp.example.net"), values(icmp, "icmpv6.opt.dnssl"));
        assertEquals(List.of("fd00::53"), values(icmp, "icmpv6.opt.rdnss"));
        assertEquals(List.of("1500"), values(icmp, "icmpv6.opt.mtu"));
        assertEquals(List.of("02:00:00:00:00:01"), values(icmp, "icmpv6.opt.src_linkaddr"));
        var crafted = new Icmpv6()
                .type(Icmpv6.ROUTER_ADVERTISEMENT)
                .curHopLimit(64)
                .routerLifetime(1800)
                .options(
                        NdOption.prefixInformation(Ipv6Address.of("fd00::"), 64, true, true, 3600, 3600),
                        NdOption.mtu(1500),
                        NdOption.sourceLinkLayerAddress(ONE),
                        NdOption.dnssl(3600, List.of("example.net", "corp.example.net")),
                        NdOption.rdnss(3600, List.of(Ipv6Address.of("fd00::53"))));
        assertEquals(icmp.options(), crafted.options());
        assertArrayEquals(Vectors.ROUTER_ADVERTISEMENT, with(Vectors.ROUTER_ADVERTISEMENT, crafted));
    }

    @Test
    void neighborMessages() {
        Icmpv6 advertisement = header(Vectors.NEIGHBOR_ADVERTISEMENT, Icmpv6.class);
        assertEquals(V6, advertisement.target());
        assertTrue(advertisement.router() && advertisement.solicited() && advertisement.override());
        assertArrayEquals(
                Vectors.NEIGHBOR_ADVERTISEMENT,
                with(
                        Vectors.NEIGHBOR_ADVERTISEMENT,
                        new Icmpv6()
                                .type(Icmpv6.NEIGHBOR_ADVERTISEMENT)
                                .router(true)
                                .solicited(true)
                                .override(true)
                                .target(V6)
                                .options(NdOption.targetLinkLayerAddress(ONE))));
        assertArrayEquals(
                Vectors.NEIGHBOR_SOLICITATION,
                with(
                        Vectors.NEIGHBOR_SOLICITATION,
                        new Icmpv6()
                                .type(Icmpv6.NEIGHBOR_SOLICITATION)
                                .target(Ipv6Address.of("fd00::2"))
                                .options(NdOption.sourceLinkLayerAddress(ONE))));
    }

    @Test
    void redirectQuotesInAnOption() {
        byte[] about = Arrays.copyOfRange(Vectors.UDP6, 14, Vectors.UDP6.length);
        var redirect = new Icmpv6()
                .type(Icmpv6.REDIRECT)
                .target(V6)
                .destination(Ipv6Address.of("fd00::9"))
                .options(NdOption.targetLinkLayerAddress(TWO), NdOption.redirectedHeader(about));
        byte[] bytes = Packet.of(new Ethernet().type(0x86dd), new Ipv6().nextHeader(58), redirect)
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        Icmpv6 decoded = header(bytes, Icmpv6.class);
        assertEquals(Ipv6Address.of("fd00::9"), decoded.destination());
        Packet quoted = decoded.quoted().orElseThrow();
        assertEquals(9, quoted.layer(Udp.class).orElseThrow().dstPort());
    }

    @Test
    void listenerReportOfVersion2() {
        Icmpv6 icmp = header(Vectors.MLD2_REPORT, Icmpv6.class);
        var records = List.of(
                new GroupRecord<>(GroupRecord.CHANGE_TO_EXCLUDE_MODE, Ipv6Address.of("ff05::99"), List.of()),
                new GroupRecord<>(
                        GroupRecord.ALLOW_NEW_SOURCES,
                        Ipv6Address.of("ff3e::1234"),
                        List.of(Ipv6Address.of("fd00::7"))));
        assertEquals(records, icmp.groupRecords());
        assertEquals(List.of("fd00::7"), values(icmp, "icmpv6.mldr.mar.source_address"));
        assertArrayEquals(Vectors.MLD2_REPORT, with(Vectors.MLD2_REPORT, new Icmpv6().groupRecords(records)));
    }

    @Test
    void groupReports() {
        Igmp igmp = header(Vectors.IGMP3_REPORT, Igmp.class);
        assertEquals(3, igmp.version());
        var records = List.of(
                new GroupRecord<>(GroupRecord.CHANGE_TO_EXCLUDE_MODE, Ipv4Address.of("239.1.2.3"), List.of()),
                new GroupRecord<>(
                        GroupRecord.ALLOW_NEW_SOURCES,
                        Ipv4Address.of("232.1.2.3"),
                        List.of(Ipv4Address.of("192.0.2.7"))));
        assertEquals(records, igmp.groupRecords());
        assertEquals(List.of("4", "5"), values(igmp, "igmpv3grouprecord.type"));
        assertEquals(List.of("0", "1"), values(igmp, "igmpv3grouprecord.num_src"));
        assertEquals(List.of("04000000ef010203", "05000001e8010203c0000207"), values(igmp, "igmp.obj.grecs"));
        assertArrayEquals(Vectors.IGMP3_REPORT, with(Vectors.IGMP3_REPORT, new Igmp().groupRecords(records)));
        assertArrayEquals(
                Vectors.IGMP2_REPORT, with(Vectors.IGMP2_REPORT, new Igmp().group(Ipv4Address.of("239.1.2.4"))));
    }

    @Test
    void auxiliaryDataIsKept() {
        var record = new GroupRecord<>(GroupRecord.BLOCK_OLD_SOURCES, V4, List.of(V4, V4), new byte[] {1, 2, 3, 4});
        byte[] bytes = with(Vectors.IGMP3_REPORT, new Igmp().groupRecords(List.of(record, record)));
        Igmp igmp = header(bytes, Igmp.class);
        assertEquals(List.of(record, record), igmp.groupRecords());
        assertEquals(List.of("01020304", "01020304"), values(igmp, "igmp.aux_data"));
        assertEquals(4, values(igmp, "igmp.saddr").size());
        assertThrows(IllegalArgumentException.class, () -> new GroupRecord<>(1, V4, List.of(), new byte[3]));
    }

    @Test
    void queriesOfEveryVersion() {
        Igmp one = new Igmp().type(Igmp.MEMBERSHIP_QUERY);
        assertEquals(1, one.version());
        assertEquals(List.of(), values(one, "igmp.max_resp"));
        Igmp two = new Igmp().type(Igmp.MEMBERSHIP_QUERY).maxRespCode(0x8f);
        assertEquals(2, two.version());
        assertEquals(List.of("143"), values(two, "igmp.max_resp"));
        Igmp three = new Igmp()
                .type(Igmp.MEMBERSHIP_QUERY)
                .maxRespCode(0x8f)
                .s(true)
                .qrv(2)
                .qqic(125)
                .sources(List.of(V4, Ipv4Address.BROADCAST));
        byte[] bytes = with(Vectors.IGMP3_REPORT, three);
        Igmp decoded = header(bytes, Igmp.class);
        assertEquals(3, decoded.version());
        // RFC 3376 section 4.1.1: (0xf | 0x10) << (0 + 3).
        assertEquals(List.of("248"), values(decoded, "igmp.max_resp"));
        assertEquals(2, decoded.numberOfSources());
        assertEquals(List.of("198.18.0.1", "255.255.255.255"), values(decoded, "igmp.obj.saddr"));
        Icmpv6 mld = new Icmpv6()
                .type(Icmpv6.MULTICAST_LISTENER_QUERY)
                .maximumResponseCode(0x8080)
                .qqic(255)
                .sources(List.of(V6));
        Icmpv6 again = header(with(Vectors.MLD2_REPORT, mld), Icmpv6.class);
        assertEquals(List.of(V6), again.sources());
        assertEquals(1, again.numberOfSources());
        assertEquals(List.of("33792"), values(again, "icmpv6.mld.maximum_response_code"));
        assertEquals(List.of("31744"), values(again, "icmpv6.mld.qqi"));
    }

    @Test
    void dhcpWithAServer() {
        Dhcp discover = header(Vectors.DHCP_DISCOVER, Dhcp.class);
        assertEquals(0x12345678L, discover.transactionId());
        assertTrue(discover.broadcast());
        assertEquals(List.of("1", "3", "6", "15"), values(discover, "dhcp.option.request_list_item"));
        assertEquals(List.of("host"), values(discover, "dhcp.option.hostname"));
        assertArrayEquals(
                Vectors.DHCP_DISCOVER,
                with(
                        Vectors.DHCP_DISCOVER,
                        new Dhcp()
                                .transactionId(0x12345678)
                                .broadcast(true)
                                .hardwareAddress(TWO)
                                .options(
                                        DhcpOption.messageType(DhcpOption.DISCOVER),
                                        DhcpOption.text(DhcpOption.HOST_NAME, "host"),
                                        DhcpOption.parameterRequestList(1, 3, 6, 15),
                                        DhcpOption.clientIdentifier(TWO))));
        Dhcp offer = header(Vectors.DHCP_OFFER, Dhcp.class);
        assertEquals(Ipv4Address.of("198.18.0.16"), offer.yourIp());
        assertEquals(List.of("198.18.0.53"), values(offer, "dhcp.option.domain_name_server"));
        assertEquals(List.of("3600"), values(offer, "dhcp.option.ip_address_lease_time"));
        assertEquals(
                DhcpOption.OFFER,
                offer.option(DhcpOption.DHCP_MESSAGE_TYPE).orElseThrow().data()[0]);
        assertEquals(offer.options(), new Dhcp().options(offer.options()).options());
    }

    @Test
    void bootpHasNoOptions() {
        byte[] bootp = Arrays.copyOf(new Dhcp().file("kernel").serverName("s").toBytes(), Dhcp.LENGTH + 64);
        Arrays.fill(bootp, Dhcp.LENGTH, bootp.length, (byte) 7);
        Dhcp decoded = Dhcp.wrap(ByteBuffer.wrap(bootp), 0, bootp.length);
        assertEquals(Dhcp.LENGTH, decoded.headerLength());
        assertEquals("kernel", decoded.file());
        assertEquals("s", decoded.serverName());
        assertEquals(List.of(), decoded.options());
        assertThrows(IllegalArgumentException.class, () -> decoded.serverName("x".repeat(65)));
    }

    @Test
    void everyMessageOfIcmpHasItsFields() {
        var timestamp = new Icmpv4()
                .type(Icmpv4.TIMESTAMP)
                .identifier(1)
                .originateTimestamp(5)
                .receiveTimestamp(6)
                .transmitTimestamp(86_399_999);
        assertEquals(20, timestamp.headerLength());
        Icmpv4 decoded = Icmpv4.wrap(ByteBuffer.wrap(timestamp.toBytes()), 0, 20);
        assertEquals(List.of("86399999"), values(decoded, "icmp.transmit_timestamp"));
        var mask = new Icmpv4().type(Icmpv4.ADDRESS_MASK_REPLY).addressMask(Ipv4Address.of("255.255.0.0"));
        assertEquals(List.of("255.255.0.0"), values(mask, "icmp.address_mask"));
        var routers =
                List.of(new Icmpv4.RouterAddress(V4, -2), new Icmpv4.RouterAddress(Ipv4Address.of("198.18.0.2"), 7));
        byte[] bytes =
                with(Vectors.IGMP2_REPORT, new Icmpv4().routerAddresses(routers).lifetime(1800));
        bytes[23] = 1; // the protocol
        Icmpv4 advertisement = header(bytes, Icmpv4.class);
        assertEquals(routers, advertisement.routerAddresses());
        assertEquals(2, advertisement.numAddrs());
        assertEquals(List.of("-2", "7"), values(advertisement, "icmp.pref_level"));
        assertEquals(List.of("10.0.0.1"), values(redirect(), "icmp.redir_gw"));
        assertEquals(List.of("1400"), values(new Icmpv4().type(3).code(4).mtu(1400), "icmp.mtu"));
        assertEquals(List.of("9"), values(new Icmpv4().type(12).pointer(9), "icmp.pointer"));
        assertThrows(IllegalStateException.class, () -> redirect().originateTimestamp(1));
    }

    private static Icmpv4 redirect() {
        return new Icmpv4().type(Icmpv4.REDIRECT).gateway(Ipv4Address.of("10.0.0.1"));
    }

    @Test
    void extensionsBehindAQuotedPacketAreNotPartOfIt() {
        byte[] about = Arrays.copyOfRange(Vectors.UDP, 14, Vectors.UDP.length);
        ByteBuffer body = ByteBuffer.allocate(128 + 8);
        body.put(about).putShort(2, (short) 1000).put(128, new byte[] {0x20, 0, 0, 0, 0, 4, 1, 1});
        for (int words : new int[] {0, 32}) {
            var icmp = new Icmpv4().type(Icmpv4.TIME_EXCEEDED).length(words);
            byte[] bytes = Packet.of(new Ethernet(), new Ipv4().proto(1), icmp, Raw.of(body.array()))
                    .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
            Packet quoted = header(bytes, Icmpv4.class).quoted().orElseThrow();
            assertEquals(words == 0 ? 136 : 128, quoted.toBytes().length);
            assertEquals(9, quoted.layer(Udp.class).orElseThrow().dstPort());
        }
    }

    @Test
    void settersNameTheFieldThatAMessageHasNot() {
        var e = assertThrows(IllegalStateException.class, () -> new Icmpv6().target(V6));
        assertEquals("this ICMPv6 header of 8 bytes has no icmpv6.nd.ns.target_address", e.getMessage());
        assertThrows(IllegalStateException.class, () -> new Icmpv6().options(NdOption.mtu(1500)));
        assertThrows(IllegalArgumentException.class, () -> NdOption.dnssl(1, List.of("a..b")));
        assertThrows(IllegalArgumentException.class, () -> DhcpOption.of(255, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> DhcpOption.of(1, new byte[256]));
    }

    static Stream<byte[]> messages() {
        return Stream.of(
                Vectors.ROUTER_ADVERTISEMENT,
                Vectors.NEIGHBOR_ADVERTISEMENT,
                Vectors.MLD2_REPORT,
                Vectors.IGMP3_REPORT,
                Vectors.IGMP2_REPORT,
                Vectors.DHCP_DISCOVER,
                Vectors.DHCP_OFFER);
    }

    /** A message that the capture cut is an error of its layer, and what is there stays readable by name. */
    @ParameterizedTest
    @MethodSource("messages")
    void everyTruncation(byte[] frame) {
        Packet whole = Packet.copyOf(frame, LinkType.ETHERNET);
        Header last = whole.layers().get(whole.layers().size() - 1);
        var parser = new PacketParser();
        Header view = last.protocol().newHeader().get();
        for (int length = last.offset() + 1; length < frame.length; length++) {
            Frame cut = Frames.cut(frame, length);
            parser.parse(cut);
            DecodeError error = parser.error();
            assertNotEquals(null, error);
            assertEquals(last.protocol().name(), error.layer());
            assertEquals("frame.cap_len", error.limit());
            assertTrue(parser.viewAny(view, 0) >= 0);
            var value = new FieldValue();
            for (Field field : view.protocol().fields()) {
                List<String> all = values(last, field.name());
                for (int n = 0; field.read(view, n, value); n++) {
                    String text = FieldFormat.text(field, value);
                    boolean version = field.name().equals("igmp.version");
                    assertTrue(version || all.contains(text), () -> field.name() + " " + text + " of " + all);
                }
            }
            assertArrayEquals(
                    Arrays.copyOf(frame, cut.length()), Packet.wrap(cut).toBytes());
        }
    }

    @Test
    void lengthsThatCannotBeAreErrors() {
        assertError(Vectors.ROUTER_ADVERTISEMENT, 54 + 16 + 1, 0, "icmpv6.opt.length is 0 at byte 16");
        assertError(Vectors.ROUTER_ADVERTISEMENT, 54 + 16 + 1, 200, "are left by frame.len");
        assertError(Vectors.MLD2_REPORT, 62 + 7, 9, "are left by frame.len");
        assertError(Vectors.MLD2_REPORT, 62 + 11, 1, "are left by frame.len");
        assertError(Vectors.IGMP3_REPORT, 38 + 7, 3, "are left by frame.len");
        assertError(Vectors.IGMP3_REPORT, 38 + 9, 255, "are left by frame.len");
        assertError(Vectors.DHCP_OFFER, Vectors.DHCP_OFFER.length - 6, 8, "reaches 3 bytes over the end");
    }

    private static void assertError(byte[] vector, int at, int value, String text) {
        byte[] frame = vector.clone();
        frame[at] = (byte) value;
        Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
        assertTrue(packet.error().orElseThrow().toString().contains(text), packet::toString);
        assertArrayEquals(frame, packet.toBytes());
    }

    @Test
    void longListsAreReadInLinearTimeAndRight() {
        var options = new ArrayList<DhcpOption>();
        for (int i = 0; i < 20_000; i++) {
            options.add(DhcpOption.number8(200, i & 0xff));
        }
        Dhcp dhcp = new Dhcp().options(options);
        List<String> values = values(dhcp, "dhcp.option.value");
        assertEquals(20_000, values.size());
        assertEquals("1f", values.get(19_999)); // 19,999 & 0xff
        dhcp.options(options.subList(5, 8));
        assertEquals(List.of("05", "06", "07"), values(dhcp, "dhcp.option.value"));
    }

    @Test
    void summaries() {
        assertEquals(
                "IP6 fe80::ff:fe00:1 > fe80::ff:fe00:2: ICMP6 router advertisement, lifetime 1800s, length 128",
                Packet.copyOf(Vectors.ROUTER_ADVERTISEMENT, LinkType.ETHERNET).summary());
        assertEquals(
                "IP 198.18.0.2 > 224.0.0.22: igmp v3 report, 2 group record(s)",
                Packet.copyOf(Vectors.IGMP3_REPORT, LinkType.ETHERNET).summary());
        assertEquals(
                "IP 198.18.0.1.67 > 255.255.255.255.68: DHCP offer 198.18.0.16, xid 0x12345678",
                Packet.copyOf(Vectors.DHCP_OFFER, LinkType.ETHERNET).summary());
        assertEquals("ICMP redirect to 10.0.0.1, length 8", redirect().summary());
    }
}
