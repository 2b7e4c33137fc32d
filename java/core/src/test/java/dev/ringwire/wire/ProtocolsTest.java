package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every built-in protocol. */
class ProtocolsTest {
    static Stream<Protocol> protocols() {
        return Protocol.standard().stream();
    }

    /** A header with options where it can have some. */
    private static Header sample(Protocol protocol) {
        Header header = protocol.newHeader().get();
        if (header instanceof Tcp tcp) {
            return tcp.options(new byte[] {2, 4, 5, (byte) 0xb4, 1, 3, 3, 7}).dataOffset(7);
        } else if (header instanceof Ipv4 ip) {
            return ip.options(new byte[] {(byte) 148, 4, 0, 0}).ihl(6).totalLength(24);
        } else if (header instanceof Ipv6Routing routing) {
            return routing.data(new byte[20]).length(2);
        } else if (header instanceof AuthenticationHeader ah) {
            return ah.icv(new byte[12]).length(4);
        } else if (header instanceof Mpls mpls) {
            return mpls.depth(3).bottom(0, false).bottom(2, true).label(1, 17);
        } else if (header instanceof Gre gre) {
            return gre.checksum(1).key(2).sequenceNumber(3);
        } else if (header instanceof Ppp ppp) {
            return ppp.addressAndControl(true);
        } else if (header instanceof Geneve geneve) {
            return geneve.options(new byte[] {1, 2, 3, 1, 5, 6, 7, 8, 9, 9, 9, 0})
                    .optLen(3);
        } else if (header instanceof PppoeDiscovery discovery) {
            return discovery.tags(new byte[] {1, 1, 0, 0, 1, 3, 0, 2, 7, 8}).length(10);
        } else if (header instanceof NetFlow flow) {
            return flow.records(2).count(2).record(1, NetFlow.PACKETS, 7);
        } else if (header instanceof Icmpv4 icmp) {
            return icmp.routerAddresses(List.of(new Icmpv4.RouterAddress(Ipv4Address.of("192.0.2.1"), -1)))
                    .numAddrs(1);
        } else if (header instanceof Igmp igmp) {
            var group = Ipv4Address.of("239.1.2.3");
            return igmp.groupRecords(List.of(new GroupRecord<>(1, group, List.of(group), new byte[4])))
                    .numberOfGroupRecords(1);
        } else if (header instanceof Icmpv6 icmp) {
            var group = Ipv6Address.of("ff05::1");
            return icmp.groupRecords(List.of(new GroupRecord<>(1, group, List.of(group), new byte[4])))
                    .numberOfGroupRecords(1);
        }
        return header;
    }

    @Test
    void everyProtocolOfTheIssueIsThere() {
        var names = protocols().map(Protocol::name).toList();
        assertTrue(
                names.containsAll(List.of(
                        "Ethernet",
                        "VLAN",
                        "LLC",
                        "ARP",
                        "IPv4",
                        "IPv6",
                        "IPv6 Hop-by-Hop",
                        "IPv6 Routing",
                        "IPv6 Fragment",
                        "IPv6 Destination Options",
                        "AH",
                        "ICMP",
                        "ICMPv6",
                        "IGMP",
                        "DHCP",
                        "TCP",
                        "UDP",
                        "MPLS",
                        "GRE",
                        "VXLAN",
                        "Geneve",
                        "PPPoE Discovery",
                        "PPPoE Session",
                        "PPP",
                        "SCTP",
                        "NetFlow",
                        "Null/Loopback",
                        "Linux SLL",
                        "Linux SLL2")),
                names::toString);
        assertEquals(names.size(), new HashSet<>(names).size());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void defaultsDecodeToTheSameBytes(Protocol protocol) {
        Header header = sample(protocol);
        byte[] bytes = header.toBytes();
        Header decoded = Protocol.wrap(protocol.newHeader().get(), ByteBuffer.wrap(bytes), 0, bytes.length);
        assertArrayEquals(bytes, decoded.toBytes());
        var a = new FieldValue();
        var b = new FieldValue();
        for (Field field : protocol.fields()) {
            assertEquals(field.read(header, 0, a), field.read(decoded, 0, b), field.name());
            if (field.read(header, 0, a) && field.read(decoded, 0, b)) {
                assertEquals(FieldFormat.text(field, a), FieldFormat.text(field, b), field.name());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void everyTruncationIsAnErrorThatNamesTheLayer(Protocol protocol) {
        byte[] bytes = sample(protocol).toBytes();
        for (int length = 0; length < bytes.length; length++) {
            // An array of just that length, so that reading too far is an exception.
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
            var parser = new PacketParser();
            parser.parseAs(protocol, cut, 0, length);
            assertFalse(parser.has(protocol));
            DecodeError error = parser.error();
            assertNotNull(error, "no error at length " + length);
            assertEquals(protocol.name(), error.layer());
            assertEquals(0, error.offset());
            assertEquals(length, error.available());
            assertTrue(error.needed() > length, error.toString());
            Header header = protocol.newHeader().get();
            int n = length;
            var e = assertThrows(DecodeException.class, () -> Protocol.wrap(header, cut, 0, n));
            assertEquals(error, e.error());
            partialFieldsAreWhole(parser, protocol, bytes);
        }
    }

    /** Of a header that is cut short, a query sees the fields that are whole, with their right values. */
    private static void partialFieldsAreWhole(PacketParser parser, Protocol protocol, byte[] bytes) {
        Header partial = protocol.newHeader().get();
        assertTrue(parser.viewAny(partial, 0) >= 0);
        Header whole = Protocol.wrap(protocol.newHeader().get(), ByteBuffer.wrap(bytes), 0, bytes.length);
        var a = new FieldValue();
        var b = new FieldValue();
        for (Field field : protocol.fields()) {
            if (field instanceof FixedField && field.read(partial, 0, a)) {
                assertTrue(field.read(whole, 0, b));
                assertEquals(FieldFormat.text(field, b), FieldFormat.text(field, a), field.name());
            } else {
                field.read(partial, 0, a);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void settersRefuseReadOnlyMemory(Protocol protocol) {
        byte[] bytes = sample(protocol).toBytes();
        Header view =
                Protocol.wrap(protocol.newHeader().get(), ByteBuffer.wrap(bytes).asReadOnlyBuffer(), 0, bytes.length);
        protocol.fields().stream()
                .filter(f -> f instanceof FixedField && f.type() != FieldType.IPV6)
                .forEach(f ->
                        assertThrows(RuntimeException.class, () -> view.put((FixedField) f, view.get((FixedField) f))));
    }

    @Test
    void moreLayersThanAnyoneSendsAreAnErrorAndNoOverflow() {
        byte[] frame = Vectors.UDP;
        for (int i = 0; i < 40; i++) {
            frame = Vectors.tagged(frame, 0x8100, i);
        }
        Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
        assertEquals(PacketParser.MAX_LAYERS + 1, packet.layers().size());
        assertTrue(packet.error().orElseThrow().reason().contains("more than 32 layers"));
        assertArrayEquals(frame, packet.toBytes());
    }
}
