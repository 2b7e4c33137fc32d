package dev.ringwire.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may be asked to be blocked, and how it is said to nft and iptables. */
class TrafficTest {
    private final InetAddress here = address("192.0.2.1");
    private final InetAddress here6 = address("2001:db8::1");

    @Test
    void nftIsToldInNumbers() {
        assertEquals("iifname != \"lo\" ip daddr 192.0.2.1", NftTable.match(Traffic.to(here)));
        assertEquals("iifname != \"lo\" ip daddr 192.0.2.1 meta l4proto 1", NftTable.match(Traffic.of(here, 1)));
        assertEquals(
                "iifname != \"lo\" ip6 daddr 2001:db8::1 meta l4proto 6 th dport 80",
                NftTable.match(Traffic.tcp(here6, 80)));
        assertEquals(
                "iifname != \"lo\" ip daddr 192.0.2.1 ip saddr 192.0.2.9 meta l4proto 17 th dport 1-9 th sport 53",
                NftTable.match(Traffic.udp(here, 1, 9).from(address("192.0.2.9"), 53)));
    }

    @Test
    void iptablesIsToldInNumbers() {
        assertEquals(List.of("!", "-i", "lo", "-d", "192.0.2.1"), IptablesRules.match(Traffic.to(here)));
        assertEquals(
                List.of("!", "-i", "lo", "-d", "2001:db8::1", "-s", "2001:db8::9", "-p", "6", "--dport", "1:9"),
                IptablesRules.match(Traffic.tcp(here6, 1, 9).from(address("2001:db8::9"))));
    }

    @Test
    void loopbackIsBlockedWhereItIsMeant() {
        assertEquals(
                "ip daddr 127.0.0.1 meta l4proto 17 th dport 53",
                NftTable.match(Traffic.udp(InetAddress.getLoopbackAddress(), 53)));
    }

    @Test
    void theZoneOfAnAddressIsLeftOut() throws UnknownHostException {
        byte[] octets = address("fe80::1").getAddress();
        InetAddress scoped = Inet6Address.getByAddress("evil\"; flush ruleset", octets, 7);
        assertEquals("iifname != \"lo\" ip6 daddr fe80::1", NftTable.match(Traffic.to(scoped)));
    }

    @Test
    void whatMeansNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Traffic.tcp(here, 65_536));
        assertThrows(IllegalArgumentException.class, () -> Traffic.tcp(here, 9, 1));
        assertThrows(IllegalArgumentException.class, () -> Traffic.of(here, 256));
        assertThrows(IllegalArgumentException.class, () -> Traffic.to(address("0.0.0.0")));
        assertThrows(IllegalArgumentException.class, () -> Traffic.to(address("::")));
        assertThrows(IllegalArgumentException.class, () -> Traffic.to(here).from(here6));
        assertThrows(IllegalArgumentException.class, () -> Traffic.of(here, 1).from(here, 80));
        assertThrows(IllegalArgumentException.class, () -> new Traffic(here, 6, Traffic.ANY, 80, null, Traffic.ANY));
    }

    @Test
    void anOwnerIsKnownByItsProcessAndItsStart() throws Exception {
        RuleOwner self = RuleOwner.self();
        assertEquals(self, RuleOwner.of(self.comment()).orElseThrow());
        assertFalse(self.isGone());
        assertTrue(new RuleOwner(self.namespace(), self.pid(), self.start() - 1).isGone());
        assertTrue(new RuleOwner(self.namespace(), 1L << 40, 1).isGone());
        assertFalse(new RuleOwner(self.namespace() + 1, 1L << 40, 1).isGone(), "nobody here can know");
        assertTrue(RuleOwner.of("ringwire:1:2").isEmpty());
        assertTrue(RuleOwner.of("ringwire:1:2:9999999999999999999").isEmpty());
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
