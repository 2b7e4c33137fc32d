package dev.ringwire.address;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @Test
    void macBothWays() {
        MacAddress mac = MacAddress.of("02-AB-00:00:00:01".replace(':', '-'));
        assertEquals("02:ab:00:00:00:01", mac.toString());
        assertEquals(mac, MacAddress.of(mac.toBytes()));
        assertFalse(mac.isMulticast());
        assertTrue(MacAddress.BROADCAST.isMulticast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00:11:22:33:44",
                "00:11:22:33:44:5g",
                "00:11-22:33:44:55",
                "001122334455",
                "00:11:22:33:44:٥٥"
            })
    void badMacsNameTheText(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> MacAddress.of(text));
        assertTrue(e.getMessage().contains('"' + text + '"'), e.getMessage());
    }

    @Test
    void ipv4BothWays() throws Exception {
        var random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            var address = new Ipv4Address(random.nextInt());
            assertEquals(address, Ipv4Address.of(address.toString()));
            assertEquals(address.toInetAddress().getHostAddress(), address.toString());
            assertEquals(address, Ipv4Address.of((Inet4Address) InetAddress.getByAddress(address.toBytes())));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", "1.2.3.", ".1.2.3", "01.2.3.4", "1.2.3.4 "})
    void badIpv4(String text) {
        assertThrows(IllegalArgumentException.class, () -> Ipv4Address.of(text));
    }

    /** RFC 5952 section 4, and what inet_ntop(3) does with IPv4 tails. */
    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::ABCD, 2001:db8::abcd",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "1::, 1::",
        "::ffff:192.0.2.1, ::ffff:192.0.2.1",
        "::192.0.2.1, ::192.0.2.1",
        "64:ff9b::192.0.2.1, 64:ff9b::c000:201"
    })
    void ipv6Text(String text, String canonical) {
        assertEquals(canonical, Ipv6Address.of(text).toString());
        assertEquals(Ipv6Address.of(text), Ipv6Address.of(canonical));
    }

    @Test
    void ipv6BothWays() throws Exception {
        var random = new Random(2);
        for (int i = 0; i < 2000; i++) {
            // Zero groups often, so that every place of the gap occurs.
            byte[] bytes = new byte[16];
            for (int group = 0; group < 8; group++) {
                if (random.nextBoolean()) {
                    bytes[2 * group] = (byte) random.nextInt();
                    bytes[2 * group + 1] = (byte) random.nextInt();
                }
            }
            Ipv6Address address = Ipv6Address.of(bytes);
            assertEquals(address, Ipv6Address.of(address.toString()));
            assertArrayEquals(bytes, address.toBytes());
            InetAddress inet = address.toInetAddress();
            if (inet instanceof Inet6Address six) {
                assertEquals(address, Ipv6Address.of(six));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "::g",
                "1:2:3:4:5:6:7:8::",
                "::1.2.3",
                "1.2.3.4",
                "1:",
                ":1",
                "fe80::1%eth0"
            })
    void badIpv6(String text) {
        assertThrows(IllegalArgumentException.class, () -> Ipv6Address.of(text));
    }

    @Test
    void blocks() {
        Cidr ten = Cidr.of("10.1.2.3/8");
        assertEquals("10.0.0.0/8", ten.toString());
        assertTrue(ten.contains(Ipv4Address.of("10.255.0.1")));
        assertFalse(ten.contains(Ipv4Address.of("11.0.0.0")));
        assertTrue(Cidr.of("0.0.0.0/0").contains(Ipv4Address.BROADCAST));
        assertFalse(Cidr.of("::/0").contains(Ipv4Address.ANY));
        assertTrue(Cidr.of("2001:db8::/33").contains(Ipv6Address.of("2001:db8:7fff::1")));
        assertFalse(Cidr.of("2001:db8::/33").contains(Ipv6Address.of("2001:db8:8000::1")));
        assertTrue(Cidr.of("fe80::1/128").contains(Ipv6Address.of("fe80::1")));
        assertTrue(Cidr.of("fe80::/64").contains(Ipv6Address.of("fe80::ffff:0:0:1")));
        assertEquals(32, Cidr.of("192.0.2.1").prefixLength());
        assertEquals(Cidr.of("10.0.0.0/8"), ten);
        for (String bad : new String[] {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "x/8"}) {
            assertThrows(IllegalArgumentException.class, () -> Cidr.of(bad));
        }
    }
}
