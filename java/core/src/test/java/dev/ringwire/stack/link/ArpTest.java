package dev.ringwire.stack.link;

import static dev.ringwire.stack.Host.ADDRESS;
import static dev.ringwire.stack.Host.MAC;
import static dev.ringwire.stack.Host.PEER;
import static dev.ringwire.stack.Host.PEER_MAC;
import static dev.ringwire.stack.Host.SECOND;
import static dev.ringwire.stack.Host.arp;
import static dev.ringwire.stack.Host.ethernet;
import static dev.ringwire.stack.Host.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.stack.Host;
import dev.ringwire.stack.network.AddressListener;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.PingReply;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Packet;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ArpTest {
    private static final MacAddress EVIL = MacAddress.of("02:66:66:66:66:66");

    private final Host host = Host.onEthernet();
    private final List<PingReply> replies = new ArrayList<>();

    @AfterEach
    void close() {
        host.close();
    }

    private void ping(Ipv4Address to) {
        host.stack().icmp().ping(to.toInetAddress(), new byte[8], Duration.ofSeconds(100), replies::add);
    }

    private NeighborCache cache() {
        return host.stack().arp().neighbors();
    }

    private Neighbor peer() {
        return cache().find(0, IpAddresses.mapped(PEER.bits()));
    }

    private static List<Packet> of(List<Packet> packets, Class<? extends dev.ringwire.wire.Header> type) {
        return packets.stream().filter(p -> p.layer(type).isPresent()).toList();
    }

    /** Makes the peer known. */
    private void meet() {
        ping(PEER);
        Arp request = only(host.sent(), Arp.class);
        assertEquals(1, request.opcode());
        List<Packet> packets = host.receives(ethernet(), arp(2));
        assertEquals(PEER_MAC, only(packets, Ethernet.class).dst());
        assertTrue(packets.get(0).layer(Icmpv4.class).isPresent());
        assertEquals(NeighborState.REACHABLE, peer().state());
    }

    @Test
    @DisplayName("T67 answers for our addresses only, in Ethernet frames to who asked")
    void answers() {
        List<Packet> packets = host.receives(ethernet(MacAddress.BROADCAST), arp(1).targetMac(MacAddress.ZERO));
        Arp reply = only(packets, Arp.class);
        assertEquals(2, reply.opcode());
        assertEquals(MAC, reply.senderMac());
        assertEquals(ADDRESS, reply.senderIp());
        assertEquals(PEER_MAC, reply.targetMac());
        assertEquals(PEER, reply.targetIp());
        Ethernet ethernet = only(packets, Ethernet.class);
        assertEquals(MAC, ethernet.src());
        assertEquals(PEER_MAC, ethernet.dst());
        assertEquals(
                List.of(), host.receives(ethernet(MacAddress.BROADCAST), arp(1).targetIp(Ipv4Address.of("192.0.2.2"))));
        assertEquals(1, host.stack().arp().counters().answered);
        assertEquals(1, host.stack().arp().counters().notOurs);
        // A probe (RFC 5227) is answered, too.
        Arp probed = only(host.receives(ethernet(MacAddress.BROADCAST), arp(1).senderIp(Ipv4Address.ANY)), Arp.class);
        assertEquals(ADDRESS, probed.senderIp());
        assertEquals(0, cache().size());
    }

    @Test
    @DisplayName("T67 what is no ARP of this link is counted and changes nothing")
    void malformed() {
        Arp[] bad = {
            arp(1).hardwareType(6),
            arp(1).protocolType(0x86dd),
            arp(1).hardwareSize(8),
            arp(1).protocolSize(16),
            arp(3),
            arp(1).senderMac(MacAddress.BROADCAST),
            arp(1).senderMac(MacAddress.ZERO),
            arp(1).senderIp(Ipv4Address.BROADCAST),
            arp(1).senderIp(Ipv4Address.of("192.0.2.255")),
            arp(1).senderIp(Ipv4Address.of("224.0.0.5")),
        };
        for (Arp arp : bad) {
            byte[] frame = Packet.of(ethernet(), arp).toBytes();
            frame[12] = 8;
            frame[13] = 6;
            assertEquals(List.of(), host.receives(frame), arp::toString);
        }
        byte[] whole = Host.bytes(ethernet(), arp(1));
        for (int length = 14; length < whole.length; length++) {
            assertEquals(List.of(), host.receives(java.util.Arrays.copyOf(whole, length)));
        }
        assertEquals(bad.length + 28, host.stack().arp().counters().malformed);
        assertEquals(0, cache().size());
    }

    @Test
    @DisplayName("T67 asks once a second and three times, tells the sender, and holds for a while")
    void givesUp() {
        ping(PEER);
        ping(PEER);
        List<Packet> first = host.sent();
        Arp request = only(first, Arp.class);
        assertEquals(1, request.opcode());
        assertEquals(ADDRESS, request.senderIp());
        assertEquals(PEER, request.targetIp());
        assertEquals(MacAddress.ZERO, request.targetMac());
        assertEquals(MacAddress.BROADCAST, only(first, Ethernet.class).dst());
        for (int i = 1; i < 3; i++) {
            assertEquals(List.of(), host.after(SECOND - 1));
            ping(PEER);
            assertEquals(1, of(host.after(1), Arp.class).size(), "request " + i);
        }
        assertEquals(List.of(), replies);
        assertEquals(List.of(), host.after(SECOND));
        assertEquals(4, replies.size());
        assertEquals(PingReply.Outcome.UNREACHABLE, replies.get(0).outcome());
        assertEquals(4, cache().counters().unreachable);
        assertEquals(1, cache().counters().failures);
        assertEquals(NeighborState.FAILED, peer().state());
        // During the hold nobody is asked and senders are told at once.
        ping(PEER);
        assertEquals(List.of(), host.sent());
        assertEquals(5, replies.size());
        assertEquals(List.of(), host.after(4 * SECOND));
        assertNull(peer());
        ping(PEER);
        assertEquals(1, of(host.sent(), Arp.class).size());
        assertEquals(0, of(host.receives(ethernet(), arp(2)), Arp.class).size());
        assertEquals(NeighborState.REACHABLE, peer().state());
    }

    @Test
    @DisplayName("T67 packets wait for the answer in their order, within bounds")
    void waiting() {
        for (int i = 0; i < NeighborCache.WAITING_EACH + 10; i++) {
            ping(PEER);
        }
        assertEquals(1, host.sent().size());
        assertEquals(10, cache().counters().waitingDropped);
        List<Packet> pings = host.receives(ethernet(), arp(2));
        assertEquals(NeighborCache.WAITING_EACH, pings.size());
        for (int i = 0; i < pings.size(); i++) {
            assertEquals(11 + i, pings.get(i).layer(Icmpv4.class).orElseThrow().sequenceNumber());
        }
        assertEquals(0, cache().waitingBytes());
        // Over all neighbours, bytes are bounded.
        for (int host = 2; host < 90; host++) {
            for (int i = 0; i < 15; i++) {
                this.host
                        .stack()
                        .icmp()
                        .ping(
                                new Ipv4Address(ADDRESS.bits() + host).toInetAddress(),
                                new byte[1400],
                                Duration.ofMillis(1),
                                replies::add);
            }
        }
        host.sent();
        assertTrue(cache().waitingBytes() <= NeighborCache.WAITING_BYTES, "bytes");
        assertTrue(cache().waitingBytes() > NeighborCache.WAITING_BYTES - 2000, "bytes");
        host.after(20 * SECOND);
        assertEquals(0, cache().waitingBytes());
    }

    @Test
    @DisplayName("T67 the cache is bounded; a flood of strangers does not drive out who is in use")
    void bounded() {
        NetHost far = new NetHost();
        far.meetAndFlood();
    }

    /** On a /8, where there are more neighbours than the cache takes. */
    private final class NetHost {
        void meetAndFlood() {
            try (Host wide = Host.onEthernet(settings -> settings.address("10.0.0.1/8"))) {
                NeighborCache neighbors = wide.stack().arp().neighbors();
                wide.stack().icmp().ping(PEER.toInetAddress(), new byte[8], Duration.ofSeconds(1), replies::add);
                wide.sent();
                wide.receives(ethernet(), arp(2));
                for (int i = 2; i < 5000; i++) {
                    wide.stack()
                            .icmp()
                            .ping(
                                    new Ipv4Address(0x0a00_0000 + i).toInetAddress(),
                                    new byte[8],
                                    Duration.ofMillis(1),
                                    replies::add);
                    wide.after(2_000_000);
                }
                assertEquals(NeighborCache.LIMIT, neighbors.size());
                assertTrue(neighbors.counters().evicted > 3000, "evicted");
                assertEquals(
                        NeighborState.REACHABLE,
                        neighbors.find(0, IpAddresses.mapped(PEER.bits())).state());
                wide.after(20 * SECOND);
                assertEquals(1, neighbors.size());
            }
        }
    }

    @Test
    @DisplayName("T68 nobody gets into the cache unasked")
    void unsolicited() {
        Arp[] poison = {
            arp(2).senderMac(EVIL),
            arp(2).senderMac(EVIL).targetIp(PEER).targetMac(MacAddress.BROADCAST),
            arp(1).senderMac(EVIL).targetIp(PEER).targetMac(MacAddress.ZERO),
            arp(1).senderMac(EVIL)
        };
        for (Arp arp : poison) {
            host.receives(ethernet(), arp);
            host.receives(ethernet(MacAddress.BROADCAST), arp);
        }
        assertEquals(0, cache().size());
        meet();
        for (long seconds : new long[] {0, 46, 6}) {
            host.after(seconds * SECOND);
            for (Arp arp : poison) {
                host.receives(ethernet(), arp);
                host.receives(ethernet(MacAddress.BROADCAST), arp);
            }
            assertEquals(PEER_MAC.bits(), peer().macAddress());
        }
        // An IP packet's source does not tell either.
        host.receives(new Ethernet().src(EVIL).dst(MAC), Host.ipv4(), new Icmpv4().type(8));
        assertEquals(PEER_MAC.bits(), peer().macAddress());
        assertTrue(cache().counters().ignoredAnswers >= 8, "ignored");
    }

    @Test
    @DisplayName("T68 the answer to a question must come to us alone, and the first counts")
    void firstAnswer() {
        ping(PEER);
        host.sent();
        host.receives(ethernet(MacAddress.BROADCAST), arp(2).senderMac(EVIL));
        host.receives(ethernet(), arp(2).senderMac(EVIL).targetMac(EVIL));
        host.receives(ethernet(), arp(2).senderMac(EVIL).senderIp(Ipv4Address.of("192.0.2.98")));
        assertEquals(NeighborState.INCOMPLETE, peer().state());
        host.receives(ethernet(), arp(2));
        host.receives(ethernet(), arp(2).senderMac(EVIL));
        assertEquals(PEER_MAC.bits(), peer().macAddress());
        assertEquals(4, cache().counters().ignoredAnswers);
    }

    @Test
    @DisplayName("T67 T68 an old entry is used, then made sure of by unicast, and forgotten if nobody answers")
    void ageing() {
        meet();
        host.after(46 * SECOND);
        assertEquals(NeighborState.STALE, peer().state());
        ping(PEER);
        assertEquals(PEER_MAC, only(host.sent(), Ethernet.class).dst());
        assertEquals(NeighborState.DELAY, peer().state());
        List<Packet> probe = host.after(5 * SECOND);
        assertEquals(1, only(probe, Arp.class).opcode());
        assertEquals(PEER_MAC, only(probe, Ethernet.class).dst());
        assertEquals(NeighborState.PROBE, peer().state());
        // Packets go on meanwhile.
        ping(PEER);
        assertEquals(1, of(host.sent(), Icmpv4.class).size());
        host.receives(ethernet(), arp(2));
        assertEquals(NeighborState.REACHABLE, peer().state());

        // It moves to another network card: only the answer to our probe says so.
        host.after(46 * SECOND);
        ping(PEER);
        host.after(5 * SECOND);
        host.receives(ethernet(), arp(2).senderMac(EVIL));
        assertEquals(EVIL.bits(), peer().macAddress());

        // Nobody answers any more.
        host.after(46 * SECOND);
        ping(PEER);
        assertEquals(3, of(host.after(8 * SECOND), Arp.class).size());
        assertNull(peer());
        ping(PEER);
        assertEquals(MacAddress.BROADCAST, only(host.sent(), Ethernet.class).dst());

        // Unused for ten minutes.
        host.receives(ethernet(), arp(2));
        assertNotNull(peer());
        assertEquals(List.of(), host.after(700 * SECOND));
        assertNull(peer());
    }

    @Test
    @DisplayName("T67 a hint from above saves the probe")
    void confirmed() {
        meet();
        host.after(46 * SECOND);
        ping(PEER);
        host.sent();
        peer().confirm();
        assertEquals(NeighborState.REACHABLE, peer().state());
        assertEquals(List.of(), host.after(6 * SECOND));
    }

    @Test
    @DisplayName("T68 permanent entries are never asked for nor changed")
    void permanent() {
        try (Host fixed = Host.onEthernet(settings -> settings.neighbor(PEER.toString(), PEER_MAC))) {
            for (int i = 0; i < 3; i++) {
                fixed.stack().icmp().ping(PEER.toInetAddress(), new byte[8], Duration.ofSeconds(1), replies::add);
                assertEquals(PEER_MAC, only(fixed.sent(), Ethernet.class).dst());
                fixed.receives(ethernet(), arp(2).senderMac(EVIL));
                assertEquals(List.of(), fixed.after(700 * SECOND));
            }
        }
    }

    @Test
    @DisplayName("T67 macOf asks and answers, or gives up")
    void macOf() throws Exception {
        List<Optional<MacAddress>> answers = new ArrayList<>();
        InetAddress peer = PEER.toInetAddress();
        host.stack().macOf(ADDRESS.toInetAddress(), Duration.ZERO, answers::add);
        assertEquals(Optional.of(MAC), answers.remove(0));
        host.stack().macOf(peer, Duration.ofMillis(100), answers::add);
        host.stack().macOf(peer, Duration.ofSeconds(10), answers::add);
        assertEquals(1, of(host.sent(), Arp.class).size());
        host.after(SECOND / 10);
        assertEquals(List.of(Optional.empty()), answers);
        host.receives(ethernet(), arp(2));
        assertEquals(List.of(Optional.empty(), Optional.of(PEER_MAC)), answers);
        host.stack().macOf(peer, Duration.ZERO, answers::add);
        assertEquals(3, answers.size());
        host.stack().macOf(InetAddress.getByName("192.0.2.7"), Duration.ofSeconds(10), answers::add);
        host.after(4 * SECOND);
        assertEquals(Optional.empty(), answers.get(3));
        host.stack().arp().whoHas(PEER.bits());
        assertEquals(PEER, only(host.sent(), Arp.class).targetIp());
    }

    @Test
    @DisplayName("T68 who uses an address of ours is told and reported, at most once in ten seconds (RFC 5227 2.4)")
    void conflict() {
        List<String> seen = new ArrayList<>();
        host.stack().addressGuard().listen((address, other, lost) -> seen.add(address + " " + other + " " + lost));
        Arp gratuitous = arp(1).senderIp(ADDRESS);
        List<Packet> defence = host.receives(ethernet(MacAddress.BROADCAST), gratuitous);
        Arp said = only(defence, Arp.class);
        assertEquals(ADDRESS, said.senderIp());
        assertEquals(ADDRESS, said.targetIp());
        assertEquals(MAC, said.senderMac());
        assertEquals(MacAddress.BROADCAST, only(defence, Ethernet.class).dst());
        assertEquals(List.of(), host.receives(ethernet(MacAddress.BROADCAST), gratuitous));
        host.after(10 * SECOND);
        assertEquals(1, host.receives(ethernet(), arp(2).senderIp(ADDRESS)).size());
        assertEquals(3, host.stack().addressGuard().conflicts);
        assertEquals(2, host.stack().addressGuard().defences);
        assertEquals(List.of("/192.0.2.1 " + PEER_MAC + " false").get(0), seen.get(2));
        assertTrue(host.stack().router().isOurs(0, IpAddresses.mapped(ADDRESS.bits())));
    }

    @Test
    @DisplayName("T68 an address is probed three times and announced twice before it is used (RFC 5227 2.1)")
    void probing() {
        List<String> seen = new ArrayList<>();
        AddressListener listener = new AddressListener() {
            @Override
            public void claimed(InetAddress address) {
                seen.add("claimed " + address.getHostAddress());
            }

            @Override
            public void conflict(InetAddress address, MacAddress other, boolean lost) {
                seen.add("conflict " + address.getHostAddress() + " " + other + " " + lost);
            }
        };
        try (Host careful =
                Host.onEthernet(settings -> settings.detectConflicts(true).addressListener(listener))) {
            List<Packet> packets = of(careful.after(3 * SECOND), Arp.class);
            assertEquals(
                    Ipv4Address.ANY,
                    packets.get(0).layer(Arp.class).orElseThrow().senderIp());
            assertEquals(List.of(), of(careful.receives(ethernet(), arp(1)), Arp.class));
            packets = new ArrayList<>(packets);
            packets.addAll(of(careful.after(20 * SECOND), Arp.class));
            assertEquals(5, packets.size());
            assertEquals(ADDRESS, packets.get(3).layer(Arp.class).orElseThrow().senderIp());
            assertTrue(seen.contains("claimed 192.0.2.1"), seen::toString);
            assertEquals(3, seen.size(), seen::toString);
            assertEquals(1, of(careful.receives(ethernet(), arp(1)), Arp.class).size());
        }
        for (Arp other :
                List.of(arp(1).senderIp(ADDRESS), arp(2).senderIp(ADDRESS), arp(1).senderIp(Ipv4Address.ANY))) {
            seen.clear();
            try (Host careful =
                    Host.onEthernet(settings -> settings.detectConflicts(true).addressListener(listener))) {
                careful.after(3 * SECOND);
                careful.receives(ethernet(MacAddress.BROADCAST), other);
                careful.after(20 * SECOND);
                assertTrue(seen.contains("conflict 192.0.2.1 " + PEER_MAC + " true"), seen::toString);
                assertEquals(List.of(), of(careful.receives(ethernet(), arp(1)), Arp.class));
                assertEquals(1, careful.stack().addressGuard().lost);
            }
        }
    }
}
