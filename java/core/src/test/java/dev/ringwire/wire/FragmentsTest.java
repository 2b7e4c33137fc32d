package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.Frames;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FragmentsTest {
    private static final byte[] DATA = new byte[3000];

    static {
        new Random(4).nextBytes(DATA);
    }

    private static Packet decoded(Packet crafted) {
        return Packet.copyOf(crafted.toBytes(Fix.LENGTHS, Fix.CHECKSUMS), crafted.linkType());
    }

    private static Packet four(Ipv4 ip) {
        return decoded(Packet.of(
                new Ethernet(),
                ip.proto(17)
                        .identification(0x1234)
                        .src(Ipv4Address.of("192.0.2.1"))
                        .dst(Ipv4Address.of("192.0.2.2")),
                new Udp().srcPort(9).dstPort(9),
                Raw.of(DATA)));
    }

    private static Ipv6 ipv6(int nextHeader) {
        return new Ipv6()
                .nextHeader(nextHeader)
                .src(Ipv6Address.of("2001:db8::1"))
                .dst(Ipv6Address.of("2001:db8::2"));
    }

    /** Hop-by-hop and routing stay in each fragment, destination options are cut up. */
    private static Packet six() {
        return decoded(Packet.of(
                new Ethernet().type(0x86dd),
                ipv6(0),
                new Ipv6HopByHop().nextHeader(43).options(HexFormat.of().parseHex("010400000000")),
                new Ipv6Routing().nextHeader(60).type(253),
                new Ipv6DestinationOptions()
                        .nextHeader(17)
                        .options(HexFormat.of().parseHex("010400000000")),
                new Udp().srcPort(9).dstPort(9),
                Raw.of(DATA)));
    }

    private static byte[] join(List<Packet> fragments, int header) {
        var out = new ByteArrayOutputStream();
        for (Packet fragment : fragments) {
            byte[] bytes = fragment.toBytes();
            out.write(bytes, header, bytes.length - header);
        }
        return out.toByteArray();
    }

    @Test
    void ipv4() {
        Packet packet = four(new Ipv4());
        List<Packet> fragments = packet.fragments(1500);
        assertEquals(3, fragments.size());
        int offset = 0;
        for (Packet fragment : fragments) {
            Ipv4 ip = fragment.layer(Ipv4.class).orElseThrow();
            assertTrue(ip.totalLength() <= 1500);
            assertEquals(offset, ip.fragmentOffset() * 8);
            assertEquals(fragment != fragments.get(2), ip.moreFragments());
            assertEquals(0x1234, ip.identification());
            assertEquals(0, InternetChecksum.of(ip.toBytes()));
            offset += ip.totalLength() - 20;
        }
        assertEquals(3008, offset);
        assertTrue(fragments.get(0).layer(Udp.class).isPresent());
        assertArrayEquals(Arrays.copyOfRange(packet.toBytes(), 34, 3042), join(fragments, 34));
        // Of a fragment, fragments again: the same as at once.
        var again = fragments.stream().flatMap(f -> f.fragments(604).stream()).toList();
        assertArrayEquals(Arrays.copyOfRange(packet.toBytes(), 34, 3042), join(again, 34));
        assertEquals(
                7,
                packet.fragments(1500, 7).get(1).layer(Ipv4.class).orElseThrow().identification());
    }

    @Test
    void onlyOptionsWithTheCopyBitAreInEachFragment() {
        // Record route (7), not copied; no operation; loose source route (131), copied.
        byte[] options = HexFormat.of().parseHex("07070400000000" + "01" + "830704c0000263" + "00");
        List<Packet> fragments = four(new Ipv4().options(options)).fragments(576);
        assertEquals(36, fragments.get(0).layer(Ipv4.class).orElseThrow().headerLength());
        for (Packet later : fragments.subList(1, fragments.size())) {
            Ipv4 ip = later.layer(Ipv4.class).orElseThrow();
            assertEquals("830704c000026300", HexFormat.of().formatHex(ip.options()));
            assertEquals(7, ip.ihl());
        }
        List<Packet> odd =
                four(new Ipv4().options(HexFormat.of().parseHex("07000102"))).fragments(576);
        assertEquals(
                "07000102",
                HexFormat.of()
                        .formatHex(odd.get(1).layer(Ipv4.class).orElseThrow().options()));
    }

    @Test
    void ipv6() {
        Packet packet = six();
        byte[] whole = packet.toBytes();
        List<Packet> fragments = packet.fragments(1280, 0xdecafbadL);
        assertEquals(3, fragments.size());
        for (Packet fragment : fragments) {
            assertTrue(fragment.toBytes().length <= 1294);
            assertEquals(43, fragment.layer(Ipv6HopByHop.class).orElseThrow().nextHeader());
            assertEquals(44, fragment.layer(Ipv6Routing.class).orElseThrow().nextHeader());
            Ipv6Fragment header = fragment.layer(Ipv6Fragment.class).orElseThrow();
            assertEquals(60, header.nextHeader());
            assertEquals(0xdecafbadL, header.identification());
        }
        assertArrayEquals(Arrays.copyOfRange(whole, 70, whole.length), join(fragments, 78));
        long random = packet.fragments(1280)
                .get(0)
                .layer(Ipv6Fragment.class)
                .orElseThrow()
                .identification();
        assertTrue(random >= 0 && random <= 0xffff_ffffL);
        // An atomic fragment gives the identification, and is replaced.
        Packet atomic = decoded(
                Packet.of(ipv6(44), new Ipv6Fragment().nextHeader(17).identification(77), new Udp(), Raw.of(DATA)));
        fragments = atomic.fragments(1400);
        assertArrayEquals(Arrays.copyOfRange(atomic.toBytes(), 48, 3056), join(fragments, 48));
        assertEquals(
                77, fragments.get(2).layer(Ipv6Fragment.class).orElseThrow().identification());
        assertEquals(
                1,
                fragments.get(0).layers().stream()
                        .filter(Ipv6Fragment.class::isInstance)
                        .count());
    }

    @Test
    void whatFitsIsOnePacket() {
        Packet packet = Packet.copyOf(Arrays.copyOf(Vectors.UDP, 60), LinkType.ETHERNET);
        packet.layer(Ipv4.class).orElseThrow().dontFragment(true);
        assertArrayEquals(packet.toBytes(), packet.fragments(31).get(0).toBytes());
        packet.layer(Ipv4.class).orElseThrow().dontFragment(false);
        assertEquals(2, packet.fragments(30).size());
        assertEquals(0, packet.fragments(30).get(1).trailer().length);
    }

    @Test
    void lengthsBelowAreOfTheFragment() {
        Packet packet = decoded(Packet.of(
                new Ethernet().type(0), Llc.snap(0x0800), new Ipv4().proto(17), new Udp(), Raw.of(new byte[1400])));
        for (Packet fragment : packet.fragments(576)) {
            assertEquals(
                    fragment.toBytes().length - 14,
                    fragment.layer(Ethernet.class).orElseThrow().type());
        }
    }

    @Test
    void whatMayNotBeCutUpSaysWhy() {
        Packet packet = four(new Ipv4().dontFragment(true));
        assertEquals(
                "ip.flags.df is set: a packet of 3028 bytes may not be cut to 1500; dontFragment(false) allows it",
                assertThrows(IllegalStateException.class, () -> packet.fragments(1500))
                        .getMessage());
        packet.layer(Ipv4.class).orElseThrow().dontFragment(false);
        assertEquals(
                "an mtu of 27 is too small: the header with eight bytes takes 28 at least",
                assertThrows(IllegalArgumentException.class, () -> packet.fragments(27))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> packet.fragments(1500, 65536));
        assertThrows(IllegalArgumentException.class, () -> packet.fragments(1500, -1));
        assertThrows(
                IllegalStateException.class,
                () -> Packet.copyOf(Vectors.ARP_REQUEST, LinkType.ETHERNET).fragments(100));
        var cut = Packet.wrap(Frames.cut(packet.toBytes(), 1000));
        assertEquals(
                "this packet was not captured whole: 2042 bytes of its payload are missing",
                assertThrows(IllegalStateException.class, () -> cut.fragments(500))
                        .getMessage());
        Packet six = six();
        assertEquals(
                "an mtu of 79 is too small: all headers in the first fragment takes 80 at least",
                assertThrows(IllegalArgumentException.class, () -> six.fragments(79))
                        .getMessage());
        assertEquals(189, six.fragments(80).size());
        Packet fragment = six.fragments(1280).get(0);
        assertThrows(IllegalStateException.class, () -> fragment.fragments(600));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 27})
    void anMtuThatLeavesNoRoomIsRefused(int mtu) {
        assertThrows(IllegalArgumentException.class, () -> four(new Ipv4()).fragments(mtu));
        assertThrows(IllegalArgumentException.class, () -> six().fragments(mtu));
    }

    /** tshark puts them together again. */
    @ParameterizedTest
    @ValueSource(ints = {100, 576, 1280, 1500})
    void tsharkReassembles(int mtu, @TempDir Path directory) throws Exception {
        Command.assumeInstalled("tshark");
        for (Packet packet : List.of(four(new Ipv4()), six())) {
            Path file = directory.resolve("fragments.pcap");
            try (var writer = CaptureWriter.create(file, LinkType.ETHERNET)) {
                for (Packet fragment : packet.fragments(mtu)) {
                    writer.write(Frame.of(fragment.toBytes(), LinkType.ETHERNET, 0));
                }
            }
            String out = Command.run(
                    "tshark",
                    "-r",
                    file.toString(),
                    "-o",
                    "udp.check_checksum:TRUE",
                    "-o",
                    "ip.check_checksum:TRUE",
                    "-Y",
                    "udp",
                    "-T",
                    "fields",
                    "-e",
                    "udp.checksum.status",
                    "-e",
                    "ip.checksum.status",
                    "-e",
                    "udp.payload");
            String payload = HexFormat.of().formatHex(DATA);
            assertTrue(out.contains("\t" + payload), out);
            // 1 is good; IPv6 has none.
            assertTrue(out.contains(packet.layer(Ipv4.class).isPresent() ? "1\t1\t" : "1\t\t"), out);
        }
    }
}
