package dev.ringwire.stack.network;

import static dev.ringwire.stack.Host.SECOND;
import static dev.ringwire.stack.Host.ipv4;
import static dev.ringwire.stack.Host.ipv6;
import static dev.ringwire.stack.Host.only;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.stack.Host;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6Fragment;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fragments put together, seen by the payload that a hook of the IP layer's upper layer would see. */
class ReassemblyTest {
    /** A protocol that this test is the layer of. */
    private static final int PROTOCOL = 253;

    private final Host host = Host.onIp(1500);
    private final List<byte[]> whole = collect(host);

    @AfterEach
    void close() {
        host.close();
    }

    private static List<byte[]> collect(Host host) {
        List<byte[]> payloads = new ArrayList<>();
        Collector collector = new Collector(host.stack().context(), payloads);
        host.stack().ipv4().registerUpper(PROTOCOL, collector);
        host.stack().ipv6().registerUpper(PROTOCOL, collector);
        return payloads;
    }

    private static byte[] payload(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] fragment(Ipv4 header, int from, boolean more, byte[] bytes) {
        return Host.bytes(header.proto(PROTOCOL).fragmentOffset(from / 8).moreFragments(more), Raw.of(bytes));
    }

    private static byte[] fragment(int id, int from, boolean more, byte[] bytes) {
        return fragment(ipv4().identification(id), from, more, bytes);
    }

    private static byte[] fragment6(int id, int from, boolean more, byte[] bytes) {
        return Host.bytes(
                ipv6().nextHeader(44),
                new Ipv6Fragment()
                        .nextHeader(PROTOCOL)
                        .fragmentOffset(from / 8)
                        .moreFragments(more)
                        .identification(id),
                Raw.of(bytes));
    }

    private static byte[] piece(boolean ipv6, int id, int from, boolean more, byte[] bytes) {
        return ipv6 ? fragment6(id, from, more, bytes) : fragment(id, from, more, bytes);
    }

    private Reassembly reassembly(boolean ipv6) {
        return ipv6 ? host.stack().ipv6().reassembly() : host.stack().ipv4().reassembly();
    }

    private static List<List<Integer>> permutations(int n) {
        if (n == 0) {
            return List.of(List.of());
        }
        List<List<Integer>> all = new ArrayList<>();
        for (List<Integer> fewer : permutations(n - 1)) {
            for (int at = 0; at < n; at++) {
                List<Integer> more = new ArrayList<>(fewer);
                more.add(at, n - 1);
                all.add(more);
            }
        }
        return all;
    }

    @Test
    @DisplayName("T60 every order of up to five fragments, with copies, and none whole before the last has come")
    void everyOrder() {
        int id = 0;
        for (boolean ipv6 : new boolean[] {false, true}) {
            for (int count = 2; count <= 5; count++) {
                byte[] sent = payload(count * 48 - 5, count);
                for (List<Integer> order : permutations(count)) {
                    id++;
                    for (int i = 0; i < count; i++) {
                        int from = order.get(i) * 48;
                        byte[] bytes = Arrays.copyOfRange(sent, from, Math.min(from + 48, sent.length));
                        byte[] frame = piece(ipv6, id, from, from + 48 < sent.length, bytes);
                        host.receives(frame);
                        assertEquals(i == count - 1 ? 1 : 0, whole.size(), order::toString);
                        if (i < count - 1) {
                            host.receives(frame);
                        }
                    }
                    assertArrayEquals(sent, whole.remove(0));
                }
            }
            assertEquals(0, reassembly(ipv6).bytes());
            assertEquals(0, reassembly(ipv6).packets());
        }
    }

    @Test
    @DisplayName("T60 fragments of other packets, by any part of the key, are not mixed in")
    void keys() {
        byte[] a = payload(48, 1);
        byte[] b = payload(20, 2);
        host.receives(fragment(7, 0, true, a));
        host.receives(fragment(8, 48, false, b));
        host.receives(fragment(ipv4().identification(7).src(Ipv4Address.of("192.0.2.98")), 48, false, b));
        host.receives(Host.bytes(ipv4().identification(7).proto(PROTOCOL + 1).fragmentOffset(6), Raw.of(b)));
        host.receives(fragment(ipv4().identification(7).dst(Ipv4Address.of("192.0.2.255")), 48, false, b));
        assertEquals(List.of(), whole);
        host.receives(fragment(ipv4().identification(7).dontFragment(true), 48, false, b));
        assertEquals(68, whole.get(0).length);
    }

    @Test
    @DisplayName("T61 strict: an overlap drops the packet and all that still comes of it")
    void strict() {
        for (boolean ipv6 : new boolean[] {false, true}) {
            byte[] bytes = payload(64, 3);
            host.receives(piece(ipv6, 1, 0, true, bytes));
            host.receives(piece(ipv6, 1, 56, true, payload(16, 4)));
            host.receives(piece(ipv6, 1, 0, true, bytes));
            host.receives(piece(ipv6, 1, 64, false, payload(16, 4)));
            assertEquals(1, reassembly(ipv6).counters().overlapping);
            assertEquals(1, reassembly(ipv6).packets());
            // The same place with other bytes is no copy.
            host.receives(piece(ipv6, 2, 0, true, bytes));
            host.receives(piece(ipv6, 2, 0, true, payload(64, 5)));
            host.receives(piece(ipv6, 2, 64, false, payload(16, 4)));
            assertEquals(2, reassembly(ipv6).counters().overlapping);
            assertEquals(List.of(), whole);
            assertEquals(List.of(), host.after(61 * SECOND));
            assertEquals(0, reassembly(ipv6).packets());
        }
    }

    /** Byte by byte: who owns it, by the offset its fragment came with. */
    private static boolean wins(OverlapPolicy policy, int owner, int newcomer) {
        return switch (policy) {
            case STRICT, FIRST -> false;
            case LAST -> true;
            case BSD -> newcomer < owner;
            case LINUX -> newcomer <= owner;
            case BSD_RIGHT -> newcomer >= owner;
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = OverlapPolicy.class,
            names = {"FIRST", "LAST", "BSD", "LINUX", "BSD_RIGHT"})
    @DisplayName("T61 every kind of overlap by each policy, against a model of single bytes")
    void policies(OverlapPolicy policy) {
        try (Host lenient = Host.onIp(1500, settings -> settings.overlapPolicy(policy))) {
            List<byte[]> got = collect(lenient);
            Random random = new Random(61);
            for (int id = 1; id <= 1500; id++) {
                int units = 2 + random.nextInt(6);
                int total = units * 8 - random.nextInt(8);
                byte[] bytes = new byte[total];
                int[] owner = new int[total];
                Arrays.fill(owner, -1);
                boolean complete = false;
                while (!complete) {
                    int from = random.nextInt(units);
                    int to = from + 1 + random.nextInt(units - from);
                    if (to - from == units) {
                        // That would be no fragment.
                        continue;
                    }
                    int end = Math.min(to * 8, total);
                    byte[] piece = payload(end - from * 8, random.nextLong());
                    for (int i = from * 8; i < end; i++) {
                        if (owner[i] < 0 || wins(policy, owner[i], from)) {
                            owner[i] = from;
                            bytes[i] = piece[i - from * 8];
                        }
                    }
                    assertEquals(List.of(), got);
                    lenient.put(fragment(id, from * 8, end < total, piece));
                    lenient.sent();
                    complete = Arrays.stream(owner).allMatch(o -> o >= 0);
                }
                assertArrayEquals(bytes, got.remove(0), policy + " " + id);
            }
            assertEquals(0, lenient.stack().ipv4().reassembly().bytes());
        }
    }

    @Test
    @DisplayName("T62 after 60 s the sender is told, if the first fragment had come")
    void timeout() {
        byte[] first = fragment(1, 0, true, payload(64, 1));
        host.receives(first);
        host.receives(fragment(2, 64, false, payload(64, 1)));
        host.receives(fragment6(3, 0, true, payload(64, 1)));
        host.receives(fragment(ipv4().identification(4).dst(Ipv4Address.of("192.0.2.255")), 0, true, payload(64, 1)));
        assertEquals(List.of(), host.after(60 * SECOND - 1));
        List<Packet> told = host.after(1);
        assertEquals(2, told.size(), told::toString);
        Icmpv4 error = told.get(0).layer(Icmpv4.class).orElseThrow();
        assertEquals(11, error.type());
        assertEquals(1, error.code());
        byte[] quoting = told.get(0).toBytes();
        assertArrayEquals(first, Arrays.copyOfRange(quoting, 28, quoting.length));
        Icmpv6 error6 = told.get(1).layer(Icmpv6.class).orElseThrow();
        assertEquals(3, error6.type());
        assertEquals(1, error6.code());
        assertEquals(3, host.stack().ipv4().reassembly().counters().timedOut);
        assertEquals(0, host.stack().ipv4().reassembly().bytes());
        assertEquals(0, host.stack().ipv6().reassembly().packets());
    }

    @Test
    @DisplayName("T62 a flood of fragments takes no more memory than allowed, and does not stop an honest sender")
    void flood() {
        Random random = new Random(62);
        Reassembly reassembly = host.stack().ipv4().reassembly();
        byte[] sent = payload(2000, 9);
        for (int i = 0; i < 30_000; i++) {
            Ipv4 header = ipv4().identification(random.nextInt(65536));
            if (i % 2 == 0) {
                header.src(new Ipv4Address(0x0a00_0000 | random.nextInt(1 << 24)));
            }
            host.put(fragment(header, random.nextInt(180) * 8, true, payload(8 * (1 + random.nextInt(160)), i)));
            if (i % 1000 == 999) {
                host.put(fragment(
                        ipv4().identification(i).src(Ipv4Address.of("192.0.2.50")),
                        0,
                        true,
                        Arrays.copyOf(sent, 1000)));
                host.put(fragment(
                        ipv4().identification(i).src(Ipv4Address.of("192.0.2.50")),
                        1000,
                        false,
                        Arrays.copyOfRange(sent, 1000, 2000)));
                host.sent();
                assertArrayEquals(sent, whole.remove(whole.size() - 1));
                assertTrue(reassembly.bytes() <= Reassembly.BYTES, "bytes");
                assertTrue(reassembly.packets() <= Reassembly.PACKETS, "packets");
            }
        }
        assertTrue(reassembly.counters().evicted > 0 && reassembly.counters().overShare > 0, "limits met");
        host.after(61 * SECOND);
        assertEquals(0, reassembly.bytes());
        assertEquals(0, reassembly.packets());
    }

    @Test
    @DisplayName("T60 T62 fragments that contradict each other, or make too long a packet, drop it")
    void malformed() {
        byte[][][] bad = {
            {fragment(1, 0, true, payload(60, 1))},
            {fragment(2, 65_528, false, payload(100, 1))},
            {fragment(3, 64, false, payload(8, 1)), fragment(3, 72, true, payload(8, 1))},
            {fragment(4, 64, false, payload(8, 1)), fragment(4, 72, false, payload(8, 1))},
            {fragment(5, 64, true, payload(8, 1)), fragment(5, 8, false, payload(16, 1))},
            {fragment(6, 64, false, new byte[0])},
        };
        for (byte[][] frames : bad) {
            for (byte[] frame : frames) {
                host.receives(frame);
            }
        }
        assertEquals(bad.length, host.stack().ipv4().reassembly().counters().malformed);
        assertEquals(List.of(), whole);
    }

    @Test
    @DisplayName("T60 the longest packet, in many fragments in random order, comes as a ping and goes back the same")
    void longest() {
        byte[] ping = Host.bytes(ipv4().identification(77), new Icmpv4().type(8), Raw.of(payload(65_507, 7)));
        List<Packet> fragments = new ArrayList<>(
                Packet.copyOf(ping, dev.ringwire.frame.LinkType.RAW).fragments(68));
        Collections.shuffle(fragments, new Random(7));
        fragments.forEach(f -> host.put(f.toBytes()));
        List<Packet> answer = host.sent();
        assertTrue(answer.size() > 40, "fragments");
        int total = 0;
        for (Packet packet : answer) {
            assertTrue(packet.toBytes().length <= 1500);
            total += packet.toBytes().length - 20;
        }
        assertEquals(65_515, total);
        // The stack would read its own answer, too.
        for (Packet packet : answer) {
            Ipv4 ip = packet.layer(Ipv4.class).orElseThrow();
            ip.src(Host.PEER).dst(Host.ADDRESS).proto(PROTOCOL);
            host.put(packet.toBytes(Fix.CHECKSUMS));
        }
        host.sent();
        assertArrayEquals(Arrays.copyOfRange(ping, 28, ping.length), Arrays.copyOfRange(whole.get(0), 8, 65_515));
    }

    @Test
    @DisplayName("T70 IPv6: an atomic fragment stands alone, a first fragment has all headers (RFC 6946, RFC 7112)")
    void ipv6Rules() {
        host.receives(fragment6(5, 0, true, payload(64, 1)));
        host.receives(fragment6(5, 0, false, payload(16, 2)));
        assertEquals(16, whole.remove(0).length);
        host.receives(fragment6(5, 64, false, payload(8, 3)));
        assertEquals(72, whole.remove(0).length);
        // Eight bytes of TCP hide the rest of its header from a filter.
        Icmpv6 chain = only(
                host.receives(Host.bytes(
                        ipv6().nextHeader(44),
                        new Ipv6Fragment().nextHeader(6).moreFragments(true).identification(9),
                        Raw.of(new byte[8]))),
                Icmpv6.class);
        assertEquals(4, chain.type());
        assertEquals(3, chain.code());
        Icmpv6 odd = only(host.receives(fragment6(10, 0, true, payload(63, 1))), Icmpv6.class);
        assertEquals(4, odd.type());
        assertEquals(0, odd.code());
        assertEquals(4, odd.pointer());
        Icmpv6 longPacket = only(host.receives(fragment6(11, 65_528, false, payload(63, 1))), Icmpv6.class);
        assertEquals(42, longPacket.pointer());
        // A fragment within what was put together from fragments.
        byte[] nested = Packet.of(
                        dev.ringwire.frame.LinkType.RAW,
                        new Ipv6Fragment()
                                .nextHeader(PROTOCOL)
                                .moreFragments(true)
                                .identification(1),
                        Raw.of(new byte[24]))
                .toBytes(Fix.LENGTHS);
        long before = host.stack().ipv6().counters().badOptions;
        host.receives(Host.bytes(
                ipv6().nextHeader(44),
                new Ipv6Fragment().nextHeader(44).moreFragments(true).identification(12),
                Raw.of(nested)));
        host.receives(Host.bytes(
                ipv6().nextHeader(44),
                new Ipv6Fragment().nextHeader(44).fragmentOffset(4).identification(12),
                Raw.of(new byte[8])));
        assertEquals(before + 1, host.stack().ipv6().counters().badOptions);
    }
}
