package dev.ringwire.stack.network;

import static dev.ringwire.stack.Host.ADDRESS;
import static dev.ringwire.stack.Host.ADDRESS6;
import static dev.ringwire.stack.Host.MAC;
import static dev.ringwire.stack.Host.PEER;
import static dev.ringwire.stack.Host.PEER6;
import static dev.ringwire.stack.Host.PEER_MAC;
import static dev.ringwire.stack.Host.SECOND;
import static dev.ringwire.stack.Host.ethernet;
import static dev.ringwire.stack.Host.ipv4;
import static dev.ringwire.stack.Host.ipv6;
import static dev.ringwire.stack.Host.only;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.stack.Host;
import dev.ringwire.stack.link.Neighbor;
import dev.ringwire.stack.link.NeighborState;
import dev.ringwire.stack.transport.UdpSession;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.NdOption;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IpRulesTest {
    private static final int NOBODY = 253;

    private final List<PingReply> replies = new ArrayList<>();

    private static Icmpv4 echo() {
        return new Icmpv4().type(8).identifier(1).sequenceNumber(2);
    }

    @Test
    @DisplayName("T59 a header with a wrong version, length or checksum, or cut short, is dropped and counted")
    void headers() {
        try (Host host = Host.onIp(1500)) {
            byte[] good = Host.bytes(ipv4(), echo(), Raw.of("ping"));
            assertEquals(1, host.receives(good).size());
            for (int bit = 0; bit < 20 * 8; bit++) {
                byte[] bad = good.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                assertEquals(List.of(), host.receives(bad), "bit " + bit);
            }
            for (int length = 1; length < good.length; length++) {
                assertEquals(List.of(), host.receives(Arrays.copyOf(good, length)), "cut to " + length);
            }
            IpCounters counters = host.stack().ipv4().counters();
            assertEquals(1, counters.delivered);
            assertTrue(counters.badHeader > 19 && counters.badLength > 10 && counters.badChecksum > 100, "counted");
        }
    }

    @Test
    @DisplayName("T59 martians and packets for others are dropped, source routes refused, other options passed over")
    void martians() {
        try (Host host = Host.onIp(1500)) {
            String[] sources = {
                "0.0.0.0",
                "0.1.2.3",
                "127.0.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "192.0.2.255",
                "192.0.2.0",
                ADDRESS.toString()
            };
            for (String source : sources) {
                assertEquals(List.of(), host.receives(ipv4().src(Ipv4Address.of(source)), echo()), source);
            }
            assertEquals(List.of(), host.receives(ipv4().dst(Ipv4Address.of("127.0.0.1")), echo()));
            assertEquals(sources.length + 1, host.stack().ipv4().counters().martians);
            assertEquals(List.of(), host.receives(ipv4().dst(Ipv4Address.of("192.0.2.7")), echo()));
            assertEquals(List.of(), host.receives(ipv4().dst(Ipv4Address.of("224.0.0.9")), echo()));
            assertEquals(2, host.stack().ipv4().counters().notOurs);
            assertEquals(
                    1,
                    host.receives(ipv4().options(new byte[] {7, 7, 4, 0, 0, 0, 0, 0}), echo())
                            .size());
            for (byte[] options : new byte[][] {
                {(byte) 131, 7, 4, 1, 2, 3, 4, 0},
                {(byte) 137, 7, 4, 1, 2, 3, 4, 0},
            }) {
                assertEquals(List.of(), host.receives(ipv4().options(options), echo()));
            }
            for (byte[] options : new byte[][] {{7, 9, 4, 0, 0, 0, 0, 0}, {1, 1, 7, 1}}) {
                Icmpv4 told = Host.only(host.receives(ipv4().options(options), echo()), Icmpv4.class);
                assertEquals(12, told.type());
                assertEquals(0, told.code());
                // Where the option begins that does not fit in.
                assertEquals(options[0] == 7 ? 20 : 22, told.toBytes()[4]);
            }
            byte[] wrong = {7, 1, 0, 0};
            assertEquals(List.of(), host.receives(ipv4().options(wrong), new Icmpv4().type(3)));
            assertEquals(List.of(), host.receives(ipv4().options(wrong).dst(Ipv4Address.of("192.0.2.255")), echo()));
            assertEquals(6, host.stack().ipv4().counters().badOptions);
            for (String source : new String[] {"ff02::1", "::1", "::ffff:192.0.2.9", ADDRESS6.toString()}) {
                assertEquals(
                        List.of(), host.receives(ipv6().src(Ipv6Address.of(source)), new Icmpv6().type(128)), source);
            }
            assertEquals(4, host.stack().ipv6().counters().martians);
        }
    }

    @Test
    @DisplayName("T63 a long ping is cut to the MTU, its identifications differ; DF is obeyed")
    void fragments() {
        try (Host host = Host.onIp(600)) {
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                host.stack().icmp().ping(PEER.toInetAddress(), new byte[1500], Duration.ofSeconds(1), replies::add);
                List<Packet> sent = host.sent();
                assertEquals(3, sent.size());
                int next = 0;
                for (Packet packet : sent) {
                    Ipv4 ip = packet.layer(Ipv4.class).orElseThrow();
                    assertTrue(ip.totalLength() <= 600);
                    assertEquals(next, ip.fragmentOffset() * 8);
                    next += ip.totalLength() - 20;
                    assertEquals(next < 1508, ip.moreFragments());
                    ids.add(ip.identification());
                }
                assertEquals(1508, next);
            }
            assertEquals(3, ids.stream().distinct().count());
        }
    }

    @Test
    @DisplayName("T63 what may not be cut has no identification (RFC 6864) and is not sent if it is too long")
    void dontFragment() throws Exception {
        try (Host host = Host.onIp(600)) {
            UdpSession session = host.stack().udp().bind(5000).dontFragment(true);
            InetSocketAddress to = new InetSocketAddress(PEER.toInetAddress(), 9);
            session.send(ByteBuffer.allocate(572), to);
            Ipv4 ip = only(host.sent(), Ipv4.class);
            assertTrue(ip.dontFragment());
            assertEquals(0, ip.identification());
            assertThrows(IOException.class, () -> session.send(ByteBuffer.allocate(573), to));
            assertEquals(List.of(), host.sent());
            session.dontFragment(false);
            session.send(ByteBuffer.allocate(573), to);
            assertEquals(2, host.sent().size());
        }
    }

    @Test
    @DisplayName(
            "T64 a router tells the path MTU: believed about our own packets only, never below 552, for ten minutes")
    void pathMtu() throws Exception {
        try (Host host = Host.onIp(1500)) {
            IpPath path = host.stack().router().path(0, IpAddresses.mapped(PEER.bits()));
            int[] told = {1400, 1450, 0, 300, 20};
            int[] expected = {1400, 1400, 1006, 552, 552};
            for (int i = 0; i < told.length; i++) {
                host.stack().icmp().ping(PEER.toInetAddress(), new byte[1300], Duration.ofSeconds(1), replies::add);
                byte[] first = host.sentBytes().get(0);
                host.receives(
                        ipv4().src(Ipv4Address.of("192.0.2.254")),
                        new Icmpv4().type(3).code(4).mtu(told[i]),
                        Raw.of(first));
                assertEquals(PingReply.Outcome.TOO_BIG, replies.get(i).outcome());
                assertEquals(expected[i], path.mtu(), "told " + told[i]);
            }
            assertTrue(path.isNarrow());
            // Nobody's echo request.
            byte[] forged = Host.bytes(ipv4().src(ADDRESS).dst(PEER), echo());
            host.after(601 * SECOND);
            assertEquals(1500, path.mtu());
            host.receives(ipv4(), new Icmpv4().type(3).code(4).mtu(600), Raw.of(forged));
            assertEquals(1500, path.mtu());
            IpPath path6 = host.stack().router().path(PEER6.high(), PEER6.low());
            host.stack().icmp().ping(PEER6.toInetAddress(), new byte[1300], Duration.ofSeconds(1), replies::add);
            byte[] first = host.sentBytes().get(0);
            host.receives(ipv6(), new Icmpv6().type(2).mtu(1000), Raw.of(Arrays.copyOf(first, 1200)));
            assertEquals(1280, path6.mtu());
            host.stack().icmp().ping(PEER6.toInetAddress(), new byte[1300], Duration.ofSeconds(1), replies::add);
            assertEquals(2, host.sent().size());
        }
    }

    @Test
    @DisplayName("T65 echo is answered as long as it was, from the address it was for; broadcasts are not")
    void echoes() {
        try (Host host = Host.onIp(1500, s -> s.address("192.0.2.5/24"))) {
            for (int size : new int[] {0, 1, 1472}) {
                List<Packet> answer =
                        host.receives(ipv4().dst(Ipv4Address.of("192.0.2.5")), echo(), Raw.of(new byte[size]));
                Icmpv4 reply = only(answer, Icmpv4.class);
                assertEquals(0, reply.type());
                assertEquals(1, reply.identifier());
                assertEquals(2, reply.sequenceNumber());
                Ipv4 ip = only(answer, Ipv4.class);
                assertEquals(28 + size, ip.totalLength());
                assertEquals(Ipv4Address.of("192.0.2.5"), ip.src());
                assertEquals(PEER, ip.dst());
            }
            for (String many : new String[] {"192.0.2.255", "255.255.255.255", "224.0.0.1"}) {
                assertEquals(List.of(), host.receives(ipv4().dst(Ipv4Address.of(many)), echo()));
            }
            assertEquals(3, host.stack().icmp().v4().counters().echoToManyIgnored);
            byte[] bad = Host.bytes(ipv4(), echo(), Raw.of("x"));
            bad[28] ^= 1;
            assertEquals(List.of(), host.receives(bad));
            assertEquals(1, host.stack().icmp().v4().counters().badChecksum);
        }
    }

    @Test
    @DisplayName("T65 a protocol nobody knows is told, but never about broadcasts, errors or nobody")
    void unreachable() {
        try (Host host = Host.onIp(1500)) {
            byte[] packet = Host.bytes(ipv4().proto(NOBODY), Raw.of(new byte[1000]));
            List<Packet> told = host.receives(packet);
            Icmpv4 error = only(told, Icmpv4.class);
            assertEquals(3, error.type());
            assertEquals(2, error.code());
            byte[] bytes = told.get(0).toBytes();
            assertEquals(576, bytes.length);
            assertArrayEquals(Arrays.copyOf(packet, 548), Arrays.copyOfRange(bytes, 28, 576));
            assertEquals(
                    List.of(), host.receives(ipv4().proto(NOBODY).dst(Ipv4Address.BROADCAST), Raw.of(new byte[8])));
            Icmpv6 error6 = only(host.receives(ipv6().nextHeader(NOBODY), Raw.of(new byte[8])), Icmpv6.class);
            assertEquals(4, error6.type());
            assertEquals(1, error6.code());
            assertEquals(6, error6.pointer());
            assertEquals(
                    List.of(),
                    host.receives(ipv6().nextHeader(NOBODY).dst(Ipv6Address.of("ff02::1")), Raw.of(new byte[8])));
        }
    }

    @Test
    @DisplayName("T66 errors are limited in rate")
    void rateLimit() {
        try (Host host = Host.onIp(1500)) {
            int told = 0;
            for (int i = 0; i < 2000; i++) {
                told += host.receives(ipv4().proto(NOBODY), Raw.of(new byte[8])).size();
            }
            assertTrue(told > 10 && told < 150, "errors at once: " + told);
            assertEquals(2000 - told, host.stack().icmp().v4().counters().errorsLimited);
            host.after(10 * SECOND);
            assertEquals(
                    1, host.receives(ipv4().proto(NOBODY), Raw.of(new byte[8])).size());
        }
    }

    @Test
    @DisplayName("T69 gateways, the longest prefix, broadcast and multicast by their MAC addresses")
    void routes() throws Exception {
        try (Host host = Host.onEthernet(s -> s.gateway("192.0.2.254")
                .route("198.51.100.0/24", "192.0.2.253")
                .gateway("2001:db8::fe")
                .neighbor("192.0.2.254", MacAddress.of("02:00:00:00:00:fe"))
                .neighbor("192.0.2.253", MacAddress.of("02:00:00:00:00:fd"))
                .neighbor("2001:db8::fe", MacAddress.of("02:00:00:00:06:fe")))) {
            String[][] ways = {
                {"8.8.8.8", "02:00:00:00:00:fe"},
                {"198.51.100.9", "02:00:00:00:00:fd"},
                {"2001:db8:9::9", "02:00:00:00:06:fe"},
                {"192.0.2.255", "ff:ff:ff:ff:ff:ff"},
                {"255.255.255.255", "ff:ff:ff:ff:ff:ff"},
                {"239.129.2.3", "01:00:5e:01:02:03"},
                {"ff05::1:2:3", "33:33:00:02:00:03"},
            };
            for (String[] way : ways) {
                InetAddress to = InetAddress.getByName(way[0]);
                host.stack().icmp().ping(to, new byte[8], Duration.ofSeconds(1), replies::add);
                assertEquals(
                        MacAddress.of(way[1]), only(host.sent(), Ethernet.class).dst(), way[0]);
            }
            InetAddress group = InetAddress.getByName("239.1.2.3");
            Ipv4 toGroup = ipv4().dst(Ipv4Address.of("239.1.2.3"));
            long before = host.stack().ipv4().counters().notOurs;
            host.receives(ethernet(MacAddress.of("01:00:5e:01:02:03")), toGroup, echo());
            host.stack().router().join(group);
            host.receives(ethernet(MacAddress.of("01:00:5e:01:02:03")), toGroup, echo());
            host.stack().router().leave(group);
            host.receives(ethernet(MacAddress.of("01:00:5e:01:02:03")), toGroup, echo());
            assertEquals(before + 2, host.stack().ipv4().counters().notOurs);
            // For us alone, but to everybody on the link.
            assertEquals(List.of(), host.receives(ethernet(MacAddress.BROADCAST), ipv4(), echo()));
            assertEquals(1, host.stack().ipv4().counters().unicastByBroadcast);
        }
    }

    @Test
    @DisplayName("T69 without a route there is none; an address of ours is reached without the link")
    void local() throws Exception {
        try (Host host = Host.onEthernet()) {
            host.stack()
                    .icmp()
                    .ping(InetAddress.getByName("8.8.8.8"), new byte[8], Duration.ofSeconds(1), replies::add);
            assertEquals(PingReply.Outcome.NO_ROUTE, replies.get(0).outcome());
            for (InetAddress own : List.of(ADDRESS.toInetAddress(), ADDRESS6.toInetAddress())) {
                host.stack().icmp().ping(own, new byte[5000], Duration.ofSeconds(1), replies::add);
                assertEquals(List.of(), host.sent());
            }
            assertEquals(PingReply.Outcome.REPLIED, replies.get(1).outcome());
            assertEquals(PingReply.Outcome.REPLIED, replies.get(2).outcome());
        }
    }

    @Test
    @DisplayName("T70 neighbour solicitations are asked and answered with hop limit 255 only; nobody gets in unasked")
    void neighborDiscovery() {
        try (Host host = Host.onEthernet()) {
            Ipv6Address group = Ipv6Address.of("ff02::1:ff00:1");
            NdOption source = NdOption.of(1, PEER_MAC.toBytes());
            Icmpv6 asked = new Icmpv6().type(135).target(ADDRESS6).options(source);
            List<Packet> answer = host.receives(
                    ethernet(MacAddress.of("33:33:ff:00:00:01")),
                    ipv6().dst(group).hopLimit(255),
                    asked);
            Icmpv6 said = only(answer, Icmpv6.class);
            assertEquals(136, said.type());
            assertTrue(said.solicited() && said.override());
            assertEquals(ADDRESS6, said.target());
            assertEquals(255, only(answer, Ipv6.class).hopLimit());
            assertEquals(PEER_MAC, only(answer, Ethernet.class).dst());
            assertEquals(
                    List.of(),
                    host.receives(
                            ethernet(MacAddress.of("33:33:ff:00:00:01")),
                            ipv6().dst(group).hopLimit(254),
                            asked));
            assertEquals(1, host.stack().neighborDiscovery().malformed());
            assertEquals(0, host.stack().neighborDiscovery().neighbors().size());

            host.stack().icmp().ping(PEER6.toInetAddress(), new byte[8], Duration.ofSeconds(9), replies::add);
            List<Packet> question = host.sent();
            assertEquals(135, only(question, Icmpv6.class).type());
            assertEquals(PEER6, only(question, Icmpv6.class).target());
            assertEquals(
                    Ipv6Address.of("ff02::1:ff00:99"),
                    only(question, Ipv6.class).dst());
            assertEquals(
                    MacAddress.of("33:33:ff:00:00:99"),
                    only(question, Ethernet.class).dst());
            Icmpv6 told = new Icmpv6()
                    .type(136)
                    .solicited(true)
                    .override(true)
                    .target(PEER6)
                    .options(NdOption.of(2, PEER_MAC.toBytes()));
            assertEquals(
                    128,
                    only(host.receives(ethernet(), ipv6().hopLimit(255), told), Icmpv6.class)
                            .type());
            Neighbor peer = host.stack().neighborDiscovery().neighbors().find(PEER6.high(), PEER6.low());
            assertEquals(NeighborState.REACHABLE, peer.state());
            byte[] evil = MacAddress.of("02:66:00:00:00:66").toBytes();
            host.receives(ethernet(), ipv6().hopLimit(255), told.options(NdOption.of(2, evil)));
            assertEquals(PEER_MAC.bits(), peer.macAddress());
            // The same is asked for by who wants to have our address.
            List<Packet> defence = host.receives(
                    ethernet(MacAddress.of("33:33:ff:00:00:01")),
                    ipv6().src(Ipv6Address.ANY).dst(group).hopLimit(255),
                    new Icmpv6().type(135).target(ADDRESS6));
            assertEquals(Ipv6Address.of("ff02::1"), only(defence, Ipv6.class).dst());
            // Always there: the link-local address made of the MAC address.
            assertTrue(host.stack().router().isOurs(0xfe80_0000_0000_0000L, 0x0000_00ff_fe00_0001L), MAC.toString());
        }
    }

    @Test
    @DisplayName("T70 extension headers: options by their action bits, routing headers refused")
    void extensions() {
        try (Host host = Host.onIp(1500)) {
            int[][] kinds = {{0x1e, 1, -1}, {0x5e, 0, -1}, {0x9e, 0, 2}, {0xde, 0, 2}};
            for (int[] kind : kinds) {
                byte[] rest = new byte[16];
                rest[0] = 58;
                rest[2] = (byte) kind[0];
                rest[3] = 4;
                byte[] ping = Host.bytes(ipv6(), new Icmpv6().type(128));
                System.arraycopy(ping, 40, rest, 8, 8);
                List<Packet> sent = host.receives(ipv6().nextHeader(60), Raw.of(rest));
                if (kind[1] == 1) {
                    assertEquals(129, only(sent, Icmpv6.class).type());
                } else if (kind[2] < 0) {
                    assertEquals(List.of(), sent);
                } else {
                    Icmpv6 problem = only(sent, Icmpv6.class);
                    assertEquals(4, problem.type());
                    assertEquals(2, problem.code());
                    assertEquals(42, problem.pointer());
                }
            }
            byte[] routing = new byte[24];
            routing[0] = 59;
            routing[1] = 2;
            routing[3] = 1;
            Icmpv6 refused = only(host.receives(ipv6().nextHeader(43), Raw.of(routing)), Icmpv6.class);
            assertEquals(0, refused.code());
            assertEquals(42, refused.pointer());
        }
    }
}
