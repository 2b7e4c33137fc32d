package dev.ringwire.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Cidr;
import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Frames;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Sctp;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import dev.ringwire.wire.Vectors;
import dev.ringwire.wire.Vlan;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewriterTest {
    private static final Ipv4Address CLIENT = Ipv4Address.of("10.38.64.13");
    private static final Ipv4Address SERVER = Ipv4Address.of("10.38.130.25");
    private static final Ipv4Address NEW_CLIENT = Ipv4Address.of("192.168.1.1");

    private static RewriteRules client() {
        return new RewriteRules().map(Cidr.of(CLIENT + "/32"), Cidr.of(NEW_CLIENT + "/32"));
    }

    private static byte[] bytes(Header... layers) {
        return Packet.of(layers).toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
    }

    private static Ipv4 ip(Ipv4Address client, int protocol) {
        return new Ipv4().src(client).dst(SERVER).proto(protocol);
    }

    private static byte[] rewritten(RewriteRules rules, byte[] frame) {
        byte[] out = frame.clone();
        new Rewriter(rules).rewrite(Frame.of(out, LinkType.ETHERNET, 0));
        return out;
    }

    @Test
    void aMappedPacketIsTheOneThatWouldHaveBeenMade() {
        for (int size : new int[] {0, 1, 2, 501}) {
            Raw payload = Raw.of("x".repeat(size));
            byte[] was = bytes(new Ethernet(), ip(CLIENT, 6), new Tcp().srcPort(80), payload);
            byte[] is = bytes(new Ethernet(), ip(NEW_CLIENT, 6), new Tcp().srcPort(8080), payload);
            assertArrayEquals(is, rewritten(client().port(80, 8080), was));
            assertArrayEquals(is, rewritten(client().port(80, 8080).fixChecksums(), was));
        }
    }

    @Test
    void tunnelsAndTags() {
        Header[] was = {new Ethernet().type(0x8100), new Vlan().id(10), ip(SERVER, 4), ip(CLIENT, 17), new Udp()};
        Header[] is = {new Ethernet().type(0x8100), new Vlan().id(20), ip(SERVER, 4), ip(NEW_CLIENT, 17), new Udp()};
        assertArrayEquals(bytes(is), rewritten(client().vlan(10, 20), bytes(was)));
    }

    @Test
    void quotedPacketsChangeWithTheirErrors() {
        byte[] quoted = Arrays.copyOf(bytes(ip(CLIENT, 17), new Udp().srcPort(9), Raw.of("hello")), 28);
        byte[] expected = Arrays.copyOf(bytes(ip(NEW_CLIENT, 17), new Udp().srcPort(10), Raw.of("hello")), 28);
        byte[] was = bytes(new Ethernet(), ip(SERVER, 1), new Icmpv4().type(3), Raw.of(quoted));
        byte[] is = bytes(new Ethernet(), ip(SERVER, 1), new Icmpv4().type(3), Raw.of(expected));
        assertArrayEquals(is, rewritten(client().port(9, 10), was));
    }

    @Test
    void arp() {
        MacAddress mac = MacAddress.of("02:00:00:00:00:01");
        MacAddress other = MacAddress.of("02:00:00:00:00:02");
        byte[] was = bytes(
                new Ethernet().type(0x0806).src(mac),
                new Arp().senderMac(mac).senderIp(SERVER).targetIp(CLIENT));
        byte[] is = bytes(
                new Ethernet().type(0x0806).src(other),
                new Arp().senderMac(other).senderIp(SERVER).targetIp(NEW_CLIENT));
        assertArrayEquals(is, rewritten(client().mac(mac, other), was));
    }

    @Test
    void theCrcOfSctpFollowsItsPorts() {
        for (int size : new int[] {0, 4, 5000}) {
            Raw chunks = Raw.of("x".repeat(size));
            byte[] was = bytes(
                    new Ethernet(), ip(CLIENT, 132), new Sctp().srcPort(80).dstPort(81), chunks);
            byte[] is = bytes(
                    new Ethernet(),
                    ip(NEW_CLIENT, 132),
                    new Sctp().srcPort(8080).dstPort(81),
                    chunks);
            assertArrayEquals(is, rewritten(client().port(80, 8080), was));
            was[43] ^= 1;
            assertArrayEquals(is, rewritten(client().port(80, 8080).fixChecksums(), was));
        }
    }

    /** Every address in the messages is one of 198.18.0.0/24, and each checksum is right. */
    @Test
    void messagesHaveNoAddressLeft() {
        for (String name : List.of("DHCP_OFFER", "DHCP_DISCOVER", "IGMP3_REPORT", "ARP_REQUEST")) {
            byte[] was = Vectors.all().get(name);
            byte[] is = rewritten(new RewriteRules().map(Cidr.of("198.18.0.0/16"), Cidr.of("10.9.0.0/16")), was);
            for (int i = 0; i + 1 < is.length; i++) {
                assertFalse(is[i] == (byte) 198 && is[i + 1] == 18, name + " at byte " + i);
            }
            assertArrayEquals(is, Packet.copyOf(is, LinkType.ETHERNET).toBytes(Fix.CHECKSUMS), name);
        }
        byte[] mld = rewritten(
                new RewriteRules().map(Cidr.of("fd00::/8"), Cidr.of("fc00::/8")),
                Vectors.all().get("MLD2_REPORT"));
        assertEquals((byte) 0xfc, mld[mld.length - 16]);
        assertArrayEquals(mld, Packet.copyOf(mld, LinkType.ETHERNET).toBytes(Fix.CHECKSUMS));
    }

    @Test
    void ipv6KeepsTheBitsBehindThePrefix() {
        var rules = new RewriteRules().mapSource(Cidr.of("2001:db8::/32"), Cidr.of("2001:db9:5::/48"));
        Ipv6 was = new Ipv6().src(Ipv6Address.of("2001:db8:1:2::3")).dst(Ipv6Address.of("2001:db8::9"));
        Ipv6 is = new Ipv6().src(Ipv6Address.of("2001:db9:5:2::3")).dst(Ipv6Address.of("2001:db8::9"));
        Ethernet ethernet = new Ethernet().type(0x86dd);
        assertArrayEquals(
                bytes(ethernet, is.nextHeader(17), new Udp(), Raw.of("odd")),
                rewritten(rules, bytes(ethernet, was.nextHeader(17), new Udp(), Raw.of("odd"))));
    }

    @Test
    void theSmallestBlockCounts() {
        var rules = new RewriteRules()
                .map(Cidr.of("0.0.0.0/0"), Cidr.of("1.1.1.1/32"))
                .map(Cidr.of("10.38.0.0/16"), Cidr.of("172.16.0.0/16"))
                .map(Cidr.of("10.38.64.13/32"), Cidr.of("9.9.9.9/32"));
        byte[] out = rewritten(rules, bytes(new Ethernet(), ip(CLIENT, 17), new Udp()));
        Ipv4 ip = Ipv4.wrap(java.nio.ByteBuffer.wrap(out), 14, 28);
        assertEquals("9.9.9.9", ip.src().toString());
        assertEquals("172.16.130.25", ip.dst().toString());
    }

    @Test
    void wrongChecksumsStayWrongOrAreFixed() {
        byte[] right = bytes(new Ethernet(), ip(CLIENT, 6), new Tcp(), Raw.of("GET /"));
        byte[] wrong = right.clone();
        wrong[50] ^= 1; // TCP checksum
        byte[] expected = bytes(new Ethernet(), ip(NEW_CLIENT, 6), new Tcp(), Raw.of("GET /"));
        byte[] kept = rewritten(client(), wrong);
        assertEquals(
                50 - 14 - 20, Arrays.mismatch(Arrays.copyOfRange(expected, 34, 59), Arrays.copyOfRange(kept, 34, 59)));
        var rewriter = new Rewriter(client().fixChecksums());
        byte[] fixed = wrong.clone();
        rewriter.rewrite(Frame.of(fixed, LinkType.ETHERNET, 0));
        assertArrayEquals(expected, fixed);
        assertEquals(1, rewriter.fixed());
    }

    @Test
    void paddingIsNoPartOfAChecksum() {
        byte[] was = Arrays.copyOf(bytes(new Ethernet(), ip(CLIENT, 6), new Tcp()), 60);
        Arrays.fill(was, 54, 60, (byte) 0xaa);
        byte[] is = Arrays.copyOf(bytes(new Ethernet(), ip(NEW_CLIENT, 6), new Tcp()), 60);
        Arrays.fill(is, 54, 60, (byte) 0xaa);
        assertArrayEquals(is, rewritten(client().fixChecksums(), was));
    }

    @Test
    void aCutPacketIsTheStartOfTheWholeOne() {
        byte[] was = bytes(new Ethernet(), ip(CLIENT, 6), new Tcp().srcPort(80), Raw.of("hello"));
        byte[] whole = rewritten(client().port(80, 81).fixChecksums(), was);
        for (int captured = 34; captured <= was.length; captured++) {
            byte[] cut = was.clone();
            new Rewriter(client().port(80, 81).fixChecksums()).rewrite(Frames.cut(cut, captured));
            // Ports change together, and half a checksum does not.
            if (captured >= 38 && captured != 51) {
                assertArrayEquals(Arrays.copyOf(whole, captured), Arrays.copyOf(cut, captured));
            }
            assertArrayEquals(
                    Arrays.copyOfRange(was, captured, was.length), Arrays.copyOfRange(cut, captured, was.length));
        }
    }

    @Test
    void aUdpChecksumOfZeroStays() {
        byte[] was = Packet.of(new Ethernet(), ip(CLIENT, 17), new Udp()).toBytes(Fix.LENGTHS);
        byte[] out = rewritten(client().fixChecksums(), was);
        assertEquals(0, out[40] | out[41]);
    }

    @Test
    void tagsAreTakenAwayAndPutIn() {
        byte[] plain = bytes(new Ethernet(), ip(CLIENT, 17), new Udp());
        byte[] tagged = bytes(new Ethernet().type(0x8100), new Vlan().id(7), ip(CLIENT, 17), new Udp());
        byte[] twice = bytes(
                new Ethernet().type(0x8100),
                new Vlan().id(9).type(0x8100),
                new Vlan().id(7),
                ip(CLIENT, 17),
                new Udp());
        assertArrayEquals(plain, resized(new RewriteRules().stripTags(), twice));
        assertArrayEquals(tagged, resized(new RewriteRules().addTag(7), plain));
        assertArrayEquals(tagged, resized(new RewriteRules().stripTags().addTag(7), twice));
        assertArrayEquals(twice, resized(new RewriteRules().addTag(9), tagged));
    }

    private static byte[] resized(RewriteRules rules, byte[] frame) {
        var rewriter = new Rewriter(rules);
        assertTrue(rewriter.rewrite(Frame.of(frame.clone(), LinkType.ETHERNET, 0)));
        assertTrue(rewriter.resized());
        byte[] out = new byte[rewriter.length()];
        rewriter.buffer().get(rewriter.offset(), out);
        return out;
    }

    @Test
    void whatNoRuleTouchesStays() {
        byte[] was = bytes(new Ethernet(), ip(SERVER, 17), new Udp());
        var rewriter = new Rewriter(client().fixChecksums());
        byte[] out = was.clone();
        assertFalse(rewriter.rewrite(Frame.of(out, LinkType.ETHERNET, 0)));
        assertArrayEquals(was, out);
        assertEquals(1, rewriter.frames());
        assertEquals(0, rewriter.changed());
        assertThrows(IllegalStateException.class, rewriter::buffer);
    }

    @Test
    void rulesThatContradictEachOtherAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> client().map(Cidr.of("10.38.64.13"), Cidr.of("1.1.1.1")));
        assertThrows(
                IllegalArgumentException.class, () -> client().map(Cidr.of("10.0.0.0/8"), Cidr.of("2001:db8::/32")));
        assertThrows(IllegalArgumentException.class, () -> new RewriteRules().port(80, 65536));
        assertThrows(
                IllegalArgumentException.class,
                () -> new RewriteRules().vlan(1, 2).vlan(1, 3));
        assertThrows(IllegalArgumentException.class, () -> new RewriteRules().anonymise(new byte[0]));
    }
}
