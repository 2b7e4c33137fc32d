package dev.ringwire.stack.network;

import static dev.ringwire.stack.Host.ADDRESS6;
import static dev.ringwire.stack.Host.PEER;
import static dev.ringwire.stack.Host.SECOND;
import static dev.ringwire.stack.Host.ethernet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.stack.Host;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.GroupRecord;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Igmp;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Ipv6HopByHop;
import dev.ringwire.wire.Packet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a host tells of its groups, as a router or a switch sees it. */
class GroupMembershipTest {
    private static final Ipv4Address GROUP = Ipv4Address.of("239.1.2.3");
    private static final Ipv6Address GROUP6 = Ipv6Address.of("ff15::77");
    private static final Ipv6Address ROUTER6 = Ipv6Address.of("fe80::99");

    private final Host host = Host.onEthernet();

    @BeforeEach
    void settle() {
        host.after(5 * SECOND);
        host.reports();
    }

    @AfterEach
    void close() {
        host.close();
    }

    /** Destination and records of each report up to now, as {@code 224.0.0.22: 4 239.1.2.3}. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        for (Packet packet : host.reports()) {
            assertArrayEquals(packet.toBytes(Fix.CHECKSUMS, Fix.LENGTHS), packet.toBytes());
            packet.layer(Igmp.class).ifPresent(igmp -> {
                Ipv4 ip = packet.layer(Ipv4.class).orElseThrow();
                assertEquals(1, ip.ttl());
                assertEquals(24, ip.headerLength(), "with the router alert");
                told.add(ip.dst() + ": "
                        + (igmp.version() == 3 ? records(igmp.groupRecords()) : igmp.type() + " " + igmp.group()));
            });
            packet.layer(Icmpv6.class).ifPresent(icmp -> {
                Ipv6 ip = packet.layer(Ipv6.class).orElseThrow();
                assertEquals(1, ip.hopLimit());
                assertTrue(ip.src().toString().startsWith("fe80::"), ip.src()::toString);
                assertTrue(packet.layer(Ipv6HopByHop.class).isPresent());
                told.add(ip.dst() + ": "
                        + (icmp.type() == 143
                                ? records(icmp.groupRecords())
                                : icmp.type() + " " + icmp.multicastAddress()));
            });
        }
        return told;
    }

    private static String records(List<? extends GroupRecord<?>> records) {
        List<String> text = new ArrayList<>();
        records.forEach(r -> text.add(r.type() + " " + r.group()));
        return String.join(", ", text);
    }

    private static Ipv4 fromRouter(Ipv4Address to) {
        return new Ipv4().src(PEER).dst(to).ttl(1).proto(IgmpLayer.PROTOCOL);
    }

    private static Ipv6 fromRouter(Ipv6Address to) {
        return new Ipv6().src(ROUTER6).dst(to).hopLimit(1);
    }

    private void asks(int code, Ipv4Address group, Ipv4Address to) {
        Igmp query = new Igmp().type(Igmp.MEMBERSHIP_QUERY).maxRespCode(code).group(group);
        host.receives(ethernet(), fromRouter(to), query.sources(List.of()));
    }

    private void asksOlder(int code) {
        Igmp query = new Igmp().type(Igmp.MEMBERSHIP_QUERY).maxRespCode(code);
        host.receives(ethernet(), fromRouter(Ipv4Address.of("224.0.0.1")), query);
    }

    @Test
    void aGroupIsToldWhenItIsJoinedAndWhenItIsLeft() throws Exception {
        host.stack().router().join(GROUP.toInetAddress());
        host.sent();
        assertEquals(List.of("224.0.0.22: 4 239.1.2.3"), told());
        host.after(SECOND + 1);
        assertEquals(List.of("224.0.0.22: 4 239.1.2.3"), told());
        host.stack().router().join(GROUP.toInetAddress());
        host.stack().router().leave(GROUP.toInetAddress());
        host.after(30 * SECOND);
        assertEquals(List.of(), told());
        host.stack().router().leave(GROUP.toInetAddress());
        host.after(30 * SECOND);
        assertEquals(List.of("224.0.0.22: 3 239.1.2.3", "224.0.0.22: 3 239.1.2.3"), told());
    }

    @Test
    void aRouterThatAsksIsAnsweredInTheTimeItGives() throws Exception {
        host.stack().router().join(GROUP.toInetAddress());
        host.stack().router().join(InetAddress.getByName("224.0.0.1"));
        host.after(5 * SECOND);
        told();
        asks(20, Ipv4Address.of("0.0.0.0"), Ipv4Address.of("224.0.0.1"));
        host.after(2 * SECOND);
        assertEquals(List.of("224.0.0.22: 2 239.1.2.3"), told());
        asks(20, GROUP, GROUP);
        host.after(2 * SECOND);
        assertEquals(List.of("224.0.0.22: 2 239.1.2.3"), told());
        asks(20, Ipv4Address.of("239.9.9.9"), Ipv4Address.of("224.0.0.1"));
        host.after(5 * SECOND);
        assertEquals(List.of(), told());
    }

    @Test
    void aRouterOfVersionTwoIsAnsweredInVersionTwoWhileItIsThere() throws Exception {
        host.stack().router().join(GROUP.toInetAddress());
        host.after(5 * SECOND);
        told();
        asksOlder(10);
        host.after(SECOND);
        assertEquals(List.of("239.1.2.3: 22 239.1.2.3"), told());
        host.stack().router().leave(GROUP.toInetAddress());
        host.after(20 * SECOND);
        assertEquals(List.of("224.0.0.2: 23 239.1.2.3", "224.0.0.2: 23 239.1.2.3"), told());
        host.after(260 * SECOND);
        host.stack().router().join(GROUP.toInetAddress());
        host.after(5 * SECOND);
        assertEquals(List.of("224.0.0.22: 4 239.1.2.3", "224.0.0.22: 4 239.1.2.3"), told());
    }

    @Test
    void queriesThatAreMalformedOrFromBeyondARouterAreDropped() throws Exception {
        host.stack().router().join(GROUP.toInetAddress());
        host.after(5 * SECOND);
        told();
        Igmp query = new Igmp().type(Igmp.MEMBERSHIP_QUERY).maxRespCode(10);
        host.receives(ethernet(), fromRouter(Ipv4Address.of("224.0.0.1")).ttl(2), query);
        byte[] bad = Host.bytes(ethernet(), fromRouter(Ipv4Address.of("224.0.0.1")), query);
        bad[14 + 20 + 1] ^= 1;
        host.receives(bad);
        host.after(30 * SECOND);
        assertEquals(List.of(), told());
        assertEquals(2, host.stack().igmp().malformed());
    }

    @Test
    void aSwitchWithoutAnAddressIsAnswered() throws Exception {
        host.stack().router().join(GROUP.toInetAddress());
        host.after(5 * SECOND);
        told();
        // RFC 4541 section 2.1.1.
        Ipv4 from = fromRouter(Ipv4Address.of("224.0.0.1")).src(Ipv4Address.of("0.0.0.0"));
        Igmp query = new Igmp().type(Igmp.MEMBERSHIP_QUERY).maxRespCode(10);
        host.receives(ethernet(), from, query.sources(List.of()));
        host.after(2 * SECOND);
        assertEquals(List.of("224.0.0.22: 2 239.1.2.3"), told());
    }

    @Test
    void manyGroupsTakeManyReportsAndNoneIsForgotten() throws Exception {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            Ipv4Address group = new Ipv4Address(0xef00_0000 | i);
            all.add("4 " + group);
            host.stack().router().join(group.toInetAddress());
        }
        host.sent();
        List<String> told = told();
        assertEquals(3, told.size());
        told.forEach(report ->
                all.removeAll(List.of(report.replace("224.0.0.22: ", "").split(", "))));
        assertEquals(Set.of(), all);
    }

    @Test
    void withIpv6AlsoTheGroupsThatAskForOurAddresses() throws Exception {
        host.stack().router().join(GROUP6.toInetAddress());
        host.after(5 * SECOND);
        assertEquals(List.of("ff02::16: 4 ff15::77", "ff02::16: 4 ff15::77"), told());
        Icmpv6 query = new Icmpv6().type(130).maximumResponseCode(2000);
        host.receives(ethernet(), fromRouter(Ipv6Address.of("ff02::1")), query.sources(List.of()));
        host.after(2 * SECOND);
        String answer = String.join("", told());
        assertTrue(answer.contains("2 ff15::77") && answer.contains("2 ff02::1:ff00:1"), answer);
        // Still that of the link-local address.
        host.stack().router().removeAddress(ADDRESS6.high(), ADDRESS6.low());
        host.after(5 * SECOND);
        assertEquals(List.of(), told());
        host.stack().router().addAddress(ADDRESS6.high(), 0x1234_5678, 64);
        host.after(5 * SECOND);
        assertEquals(List.of("ff02::16: 4 ff02::1:ff34:5678", "ff02::16: 4 ff02::1:ff34:5678"), told());
        host.stack().router().removeAddress(ADDRESS6.high(), 0x1234_5678);
        host.after(5 * SECOND);
        assertEquals(List.of("ff02::16: 3 ff02::1:ff34:5678", "ff02::16: 3 ff02::1:ff34:5678"), told());
    }

    @Test
    void aRouterOfListenerDiscoveryOneIsAnsweredInVersionOne() throws Exception {
        host.stack().router().join(GROUP6.toInetAddress());
        host.after(5 * SECOND);
        told();
        host.receives(
                ethernet(),
                fromRouter(Ipv6Address.of("ff02::1")),
                new Icmpv6().type(130).maximumResponseCode(1000));
        host.after(SECOND);
        assertTrue(told().contains("ff15::77: 131 ff15::77"));
        host.stack().router().leave(GROUP6.toInetAddress());
        host.after(30 * SECOND);
        assertEquals(List.of("ff02::2: 132 ff15::77", "ff02::2: 132 ff15::77"), told());
        host.receives(
                ethernet(),
                new Ipv6()
                        .src(Ipv6Address.of("2001:db8::99"))
                        .dst(Ipv6Address.of("ff02::1"))
                        .hopLimit(1),
                new Icmpv6().type(130).maximumResponseCode(1000));
        host.after(2 * SECOND);
        assertEquals(List.of(), told());
        assertEquals(1, host.stack().listenerDiscovery().malformed());
    }

    @Test
    void anAddressThatIsBeingTriedIsToldOfFirst() {
        try (Host trying = Host.onEthernet(settings -> settings.detectConflicts(true))) {
            List<Packet> sent = trying.after(3 * SECOND);
            List<Packet> reports = trying.reports();
            assertFalse(reports.isEmpty());
            assertEquals(
                    "::", reports.get(0).layer(Ipv6.class).orElseThrow().src().toString());
            assertTrue(sent.stream().anyMatch(p -> p.layer(Icmpv6.class).isPresent()));
        }
    }
}
