package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tunnels: frames of real captures decode as Wireshark says, and crafting the same gives the same bytes. */
class TunnelsTest {
    static Stream<Arguments> captured() {
        return Stream.of(
                Arguments.of(TunnelVectors.MPLS, "Ethernet VLAN MPLS IPv4 TCP Raw"),
                Arguments.of(TunnelVectors.GRE, "Ethernet IPv4 GRE IPv4 TCP"),
                Arguments.of(TunnelVectors.VXLAN, "Ethernet IPv4 UDP VXLAN Ethernet IPv4"),
                Arguments.of(TunnelVectors.GENEVE, "Ethernet IPv4 UDP Geneve Ethernet IPv4 TCP"),
                Arguments.of(TunnelVectors.PPPOE_SESSION, "Ethernet PPPoE Session PPP PPP Control"),
                Arguments.of(TunnelVectors.PPPOE_OFFER, "Ethernet PPPoE Discovery"),
                Arguments.of(TunnelVectors.SCTP, "Ethernet IPv4 SCTP Raw"),
                Arguments.of(TunnelVectors.ERSPAN_III, "Ethernet IPv4 GRE ERSPAN Ethernet VLAN IPv4 ICMP Raw"),
                Arguments.of(TunnelVectors.PPTP, "Ethernet IPv4 GRE PPP PPP Control"));
    }

    @ParameterizedTest
    @MethodSource("captured")
    void capturedFramesDecode(byte[] frame, String layers) {
        Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
        var names = new ArrayList<String>();
        packet.layers().forEach(layer -> names.add(layer.protocol().name()));
        assertTrue((String.join(" ", names) + " ").startsWith(layers + " "), names::toString);
        assertArrayEquals(frame, packet.toBytes());
        assertTrue(packet.error().isEmpty(), () -> packet.error().toString());
    }

    /** The first is cut; the TCP checksum in Geneve was wrong when captured, and some UDP checksums are none. */
    @ParameterizedTest
    @MethodSource("captured")
    void fixingWhatIsRightChangesNothing(byte[] frame, String layers) {
        if (frame != TunnelVectors.MPLS) {
            Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
            assertArrayEquals(frame, packet.toBytes(Fix.LENGTHS), layers);
            byte[] fixed = packet.toBytes(Fix.CHECKSUMS);
            packet.layer(Udp.class).ifPresent(udp -> copy(udp.offset() + 6, frame, fixed));
            if (frame == TunnelVectors.GENEVE) {
                packet.layer(Tcp.class).ifPresent(tcp -> copy(tcp.offset() + 16, frame, fixed));
            }
            assertArrayEquals(frame, fixed, layers);
        }
    }

    private static void copy(int at, byte[] from, byte[] to) {
        System.arraycopy(from, at, to, at, 2);
    }

    private static <H extends Header> H layer(byte[] frame, Class<H> type) {
        return Packet.copyOf(frame, LinkType.ETHERNET).layer(type).orElseThrow();
    }

    private static byte[] craft(Header... layers) {
        return Packet.of(layers).toBytes(Fix.CHECKSUMS, Fix.LENGTHS);
    }

    private static List<String> layers(byte[] bytes) {
        Packet packet = Packet.copyOf(bytes, LinkType.ETHERNET);
        return packet.layers().stream().map(h -> h.protocol().name()).toList();
    }

    @Test
    void mplsStack() {
        Mpls captured = layer(TunnelVectors.MPLS, Mpls.class);
        assertEquals(2, captured.depth());
        assertFalse(captured.bottom(0));
        Mpls again = new Mpls().depth(2).bottom(0, false).bottom(1, true);
        for (int i = 0; i < 2; i++) {
            again.label(i, captured.label(i)).tc(i, captured.tc(i)).ttl(i, captured.ttl(i));
        }
        assertArrayEquals(captured.toBytes(), again.toBytes());
        Mpls stack = new Mpls().depth(3).label(0, 16).label(1, 0xfffff).tc(1, 7).ttl(2, 9);
        assertTrue(stack.bottom(0));
        byte[] bytes = craft(new Ethernet().type(0x8847), stack, new Ipv4(), Raw.of("x"));
        assertEquals("00010040" + "fffffe00" + "00000109", hex(bytes, 14, 12));
        assertEquals(List.of("Ethernet", "MPLS", "IPv4", "Raw"), layers(bytes));
        assertThrows(IllegalArgumentException.class, () -> stack.label(0, 1 << 20));
        assertThrows(IllegalArgumentException.class, () -> stack.depth(0));
        assertThrows(IndexOutOfBoundsException.class, () -> stack.ttl(3));
    }

    @Test
    void whatFollowsAStackOfLabelsIsGuessedFromItsFirstBits() {
        var mpls = new Mpls().label(0, 16);
        var inner = new Ethernet().type(0x0800);
        var ip = new Ipv4();
        assertEquals(
                List.of("Ethernet", "MPLS", "PW Ethernet control word", "Ethernet", "IPv4"),
                layers(craft(new Ethernet().type(0x8847), mpls, new PwControlWord(), inner, ip)));
        assertEquals(
                List.of("Ethernet", "MPLS", "Ethernet", "IPv4"),
                layers(craft(new Ethernet().type(0x8848), mpls, inner, ip)));
        assertEquals(
                List.of("Ethernet", "MPLS", "PW Associated Channel", "IPv4"),
                layers(craft(new Ethernet().type(0x8847), mpls, new PwAssociatedChannel(), ip)));
        assertEquals(
                List.of("Ethernet", "MPLS", "IPv6"),
                layers(craft(new Ethernet().type(0x8847), mpls, new Ipv6().nextHeader(59))));
        assertEquals(
                List.of("Ethernet", "MPLS", "Raw"), layers(craft(new Ethernet().type(0x8847), mpls, Raw.of("q?"))));
    }

    @Test
    void greOptionalFields() {
        Gre pptp = layer(TunnelVectors.PPTP, Gre.class);
        assertEquals(1, pptp.version());
        assertEquals(0x880b, pptp.protocolType());
        Gre again = new Gre().flags(1).protocolType(0x880b).key(pptp.key());
        if (pptp.has(field(Gre.PROTOCOL, "gre.sequence_number"))) {
            again.sequenceNumber(pptp.sequenceNumber());
        }
        if (pptp.has(field(Gre.PROTOCOL, "gre.ack_number"))) {
            again.acknowledgmentNumber(pptp.acknowledgmentNumber());
        }
        assertArrayEquals(pptp.toBytes(), again.toBytes());

        // RFC 2890 figure 1, set in any order.
        Gre all = new Gre().sequenceNumber(3).key(0xdeadbeefL).checksum(0x1234);
        assertEquals("b0000800" + "12340000" + "deadbeef" + "00000003", hex(all.toBytes(), 0, 16));
        assertEquals(0xdeadbeefL, all.key(5).key(0xdeadbeefL).key());
        assertThrows(IllegalStateException.class, new Gre()::key);
        assertThrows(IllegalStateException.class, () -> new Gre().acknowledgmentNumber(1));
        assertThrows(IllegalArgumentException.class, () -> new Gre().key(1L << 32));
    }

    private static Field field(Protocol protocol, String name) {
        return protocol.fields().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void greChecksumCoversHeaderAndPayload() {
        for (String text : List.of("", "a", "ab", "odd")) { // odd lengths are padded with a zero
            byte[] bytes = craft(
                    new Ethernet(),
                    new Ipv4().proto(47),
                    new Gre().checksum(0xffff).key(7),
                    new Ipv4().src(Ipv4Address.of("192.0.2.1")).proto(253),
                    Raw.of(text));
            int sum = 0;
            for (int i = 34; i < bytes.length; i++) {
                sum += (bytes[i] & 0xff) << ((i & 1) == 0 ? 8 : 0);
            }
            assertEquals(0xffff, (sum & 0xffff) + (sum >>> 16), text);
        }
    }

    @Test
    void greRoutingEntriesBelongToTheHeader() {
        byte[] gre = Vectors.hex("40000800" + "00000000" + "08000004c0000201" + "00000000");
        assertEquals(gre.length, Gre.wrap(ByteBuffer.wrap(gre), 0, gre.length).headerLength());
        for (int length = 0; length < gre.length; length++) {
            byte[] cut = Arrays.copyOf(gre, length);
            var e = assertThrows(DecodeException.class, () -> Gre.wrap(ByteBuffer.wrap(cut), 0, cut.length));
            assertTrue(e.error().needed() > length);
        }
    }

    @Test
    void wccpRedirectHeaderIsThereIfNoIpv4Is() {
        byte[] ip = new Ipv4().toBytes();
        for (String redirect : List.of("", "01020304")) {
            byte[] bytes = craft(
                    new Ethernet(),
                    new Ipv4().proto(47),
                    new Gre().protocolType(0x883e),
                    Raw.of(Vectors.hex(redirect + hex(ip, 0, 20))));
            assertEquals(List.of("Ethernet", "IPv4", "GRE", "IPv4"), layers(bytes));
            assertEquals(4 + redirect.length() / 2, layer(bytes, Gre.class).headerLength());
        }
    }

    @Test
    void erspan() {
        Erspan iii = layer(TunnelVectors.ERSPAN_III, Erspan.class);
        assertEquals(2, iii.version());
        assertArrayEquals(
                iii.toBytes(),
                copyFields(iii, Erspan.typeIII().subheader(iii.subheader())).toBytes());
        byte[] ii = Vectors.hex("1017" + "0064" + "00000123"); // VLAN 23, session 100, index 0x123
        assertArrayEquals(ii, new Erspan().vlan(23).sessionId(100).index(0x123).toBytes());
        assertThrows(IllegalStateException.class, () -> new Erspan().timestamp());
        assertThrows(IllegalStateException.class, () -> Erspan.typeIII().index());
        byte[] wrong = new Erspan().toBytes();
        wrong[0] = 0x70;
        var e = assertThrows(DecodeException.class, () -> Erspan.wrap(ByteBuffer.wrap(wrong), 0, 8));
        assertTrue(e.error().reason().contains("erspan.version is 7"), e.error().reason());
    }

    /** Sets every fixed field that {@code from} has. */
    private static Header copyFields(Header from, Header to) {
        for (Field field : from.protocol().fields()) {
            if (field instanceof FixedField fixed && from.has(field)) {
                to.put(fixed, from.get(fixed));
            }
        }
        return to;
    }

    @Test
    void vxlanAndGeneve() {
        Vxlan vxlan = layer(TunnelVectors.VXLAN, Vxlan.class);
        assertArrayEquals(
                vxlan.toBytes(),
                new Vxlan().flags(vxlan.flags()).vni(vxlan.vni()).toBytes());
        assertEquals(4242, vxlan.vni());
        Geneve geneve = layer(TunnelVectors.GENEVE, Geneve.class);
        assertEquals(19, geneve.optLen());
        assertEquals(76, geneve.options().length);
        assertEquals(0x0c012e, geneve.vni());
        assertArrayEquals(
                geneve.toBytes(),
                new Geneve()
                        .oam(geneve.oam())
                        .critical(geneve.critical())
                        .vni(0x0c012e)
                        .options(geneve.options())
                        .optLen(19)
                        .toBytes());
        assertThrows(IllegalArgumentException.class, () -> new Geneve().options(new byte[5]));
        assertThrows(IllegalArgumentException.class, () -> new Geneve().options(new byte[256]));
        byte[] bytes = craft(
                new Ethernet(),
                new Ipv4().proto(17),
                new Udp().dstPort(4790),
                new VxlanGpe().nextProtocol(1).vni(5),
                new Ipv4());
        assertEquals(List.of("Ethernet", "IPv4", "UDP", "VXLAN-GPE", "IPv4"), layers(bytes));
    }

    @Test
    void pppoe() {
        PppoeSession session = layer(TunnelVectors.PPPOE_SESSION, PppoeSession.class);
        PppControl lcp = layer(TunnelVectors.PPPOE_SESSION, PppControl.class);
        byte[] body =
                Packet.copyOf(TunnelVectors.PPPOE_SESSION, LinkType.ETHERNET).payload();
        byte[] crafted = craft(
                new PppoeSession().sessionId(session.sessionId()),
                new Ppp().protocolNumber(0xc021),
                new PppControl().code(lcp.code()).identifier(lcp.identifier()),
                Raw.of(body));
        assertEquals(hex(TunnelVectors.PPPOE_SESSION, 14, crafted.length), hex(crafted, 0, crafted.length));

        PppoeDiscovery offer = layer(TunnelVectors.PPPOE_OFFER, PppoeDiscovery.class);
        assertEquals(PppoeDiscovery.PADO, offer.code());
        assertArrayEquals(
                offer.toBytes(),
                craft(new PppoeDiscovery().code(PppoeDiscovery.PADO).tags(offer.tags())));
        var value = new FieldValue();
        assertTrue(field(PppoeDiscovery.PROTOCOL, "pppoed.tags.ac_name").read(offer, 0, value));
        assertEquals("test", value.text());
        assertFalse(field(PppoeDiscovery.PROTOCOL, "pppoed.tags.ac_name").read(offer, 1, value));

        // A tag that reaches over the end of the tags is not shown.
        PppoeDiscovery odd =
                new PppoeDiscovery().tags(new byte[] {1, 2, 0, 9, 'x'}).length(5);
        assertFalse(field(PppoeDiscovery.PROTOCOL, "pppoed.tags.ac_name").read(odd, 0, value));
    }

    @Test
    void pppForms() {
        byte[] ip = new Ipv4().toBytes();
        for (Ppp ppp : List.of(
                new Ppp(),
                new Ppp().compressedProtocolNumber(0x21),
                new Ppp().addressAndControl(true),
                new Ppp().addressAndControl(true).compressedProtocolNumber(0x21))) {
            assertEquals(0x21, ppp.protocolNumber());
            byte[] bytes = Packet.of(new Ethernet().type(0x8864), new PppoeSession(), ppp, Raw.of(ip))
                    .toBytes(Fix.LENGTHS);
            assertEquals(List.of("Ethernet", "PPPoE Session", "PPP", "IPv4"), layers(bytes));
        }
        assertEquals(
                "0021",
                hex(new Ppp().addressAndControl(true).addressAndControl(false).toBytes(), 0, 2));
        assertThrows(IllegalArgumentException.class, () -> new Ppp().compressedProtocolNumber(0x20));
    }

    @Test
    void lengthsThatCannotBeAreErrors() {
        byte[] lcp = Vectors.hex("01010003");
        var e = assertThrows(DecodeException.class, () -> PppControl.wrap(ByteBuffer.wrap(lcp), 0, 4));
        assertTrue(e.error().reason().contains("ppp.length is 3"));
        byte[] flow = new NetFlow().count(1).toBytes();
        e = assertThrows(DecodeException.class, () -> NetFlow.wrap(ByteBuffer.wrap(flow), 0, 24));
        assertEquals(72, e.error().needed());
        byte[] discovery = new PppoeDiscovery().length(1).toBytes();
        e = assertThrows(DecodeException.class, () -> PppoeDiscovery.wrap(ByteBuffer.wrap(discovery), 0, 6));
        assertEquals(7, e.error().needed());
    }

    @Test
    void sctpChecksumIsCrc32c() {
        Sctp sctp = layer(TunnelVectors.SCTP, Sctp.class);
        long right = sctp.checksum();
        Packet packet = Packet.copyOf(TunnelVectors.SCTP, LinkType.ETHERNET);
        packet.layer(Sctp.class).orElseThrow().checksum(0);
        Packet fixed = Packet.copyOf(packet.toBytes(Fix.CHECKSUMS), LinkType.ETHERNET);
        assertEquals(right, fixed.layer(Sctp.class).orElseThrow().checksum());
        assertArrayEquals(
                sctp.toBytes(),
                new Sctp()
                        .srcPort(sctp.srcPort())
                        .dstPort(sctp.dstPort())
                        .verificationTag(sctp.verificationTag())
                        .checksum(right)
                        .toBytes());
        var value = new FieldValue();
        assertTrue(field(Sctp.PROTOCOL, "sctp.chunk_type").read(sctp, 0, value));
        assertEquals(14, value.number()); // SHUTDOWN COMPLETE
        assertFalse(field(Sctp.PROTOCOL, "sctp.chunk_type").read(sctp, 1, value));
        // A fragment's checksum cannot be known.
        packet.layer(Ipv4.class).orElseThrow().moreFragments(true);
        assertEquals(
                0,
                Packet.copyOf(packet.toBytes(Fix.CHECKSUMS), LinkType.ETHERNET)
                        .layer(Sctp.class)
                        .map(Sctp::checksum)
                        .orElse(0L));
    }

    @Test
    void netFlowRecords() {
        NetFlow flow = new NetFlow().records(30).record(29, NetFlow.OCTETS, 0xffff_ffffL);
        byte[] bytes = craft(new Ethernet(), new Ipv4().proto(17), new Udp().dstPort(2055), flow);
        NetFlow decoded = layer(bytes, NetFlow.class);
        assertEquals(30, decoded.count());
        assertEquals(30, decoded.records());
        assertEquals(0xffff_ffffL, decoded.record(29, NetFlow.OCTETS));
        assertThrows(IndexOutOfBoundsException.class, () -> decoded.record(30, NetFlow.OCTETS));
        assertThrows(IllegalArgumentException.class, () -> flow.record(0, NetFlow.PROT, 256));
        // What has another version is not ours to judge.
        byte[] other =
                craft(new Ethernet(), new Ipv4().proto(17), new Udp().dstPort(2055), Raw.of(Vectors.hex("00060001")));
        assertEquals(List.of("Ethernet", "IPv4", "UDP", "Raw"), layers(other));
        assertTrue(Packet.copyOf(other, LinkType.ETHERNET).error().isEmpty());
    }

    private static String hex(byte[] bytes, int from, int length) {
        return HexFormat.of().formatHex(bytes, from, from + length);
    }
}
