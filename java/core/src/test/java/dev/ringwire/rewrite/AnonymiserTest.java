package dev.ringwire.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnonymiserTest {
    /** Key, addresses and answers of the sample that the authors of Crypto-PAn publish with it. */
    @Test
    void isCryptoPan() {
        int[] octets = {
            21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39,
            98, 87, 76, 45, 42, 132, 34, 2
        };
        byte[] key = new byte[octets.length];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) octets[i];
        }
        var permutation = new PrefixPreserving(key, 32);
        String[][] sample = {
            {"128.11.68.132", "135.242.180.132"},
            {"129.118.74.4", "134.136.186.123"},
            {"130.132.252.244", "133.68.164.234"},
            {"141.223.7.43", "141.167.8.160"},
            {"141.233.145.108", "141.129.237.235"},
            {"152.163.225.39", "151.140.114.167"}
        };
        for (String[] pair : sample) {
            permutation.apply((long) Ipv4Address.of(pair[0]).bits() << 32, 0);
            assertEquals(pair[1], new Ipv4Address((int) (permutation.high >>> 32)).toString());
        }
    }

    private static Anonymiser of(String key) {
        return new Anonymiser(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String ipv4(String address) {
        return new Ipv4Address(of("k").ipv4(Ipv4Address.of(address).bits())).toString();
    }

    private static Ipv6Address ipv6(Anonymiser anonymiser, Ipv6Address address) {
        anonymiser.ipv6(address.high(), address.low());
        return new Ipv6Address(anonymiser.high, anonymiser.low);
    }

    @Test
    void sharedBitsStaySharedAndNoMoreAreShared() {
        Anonymiser anonymiser = of("key");
        var random = new Random(1);
        for (int i = 0; i < 5000; i++) {
            int a = 0x0a00_0000 | random.nextInt(1 << 24);
            int b = a ^ random.nextInt() >>> 1 + random.nextInt(31);
            if (b >>> 24 == 127 || b >>> 28 == 14 || b == 0 || b == -1) {
                continue;
            }
            assertEquals(
                    Integer.numberOfLeadingZeros(a ^ b),
                    Integer.numberOfLeadingZeros(anonymiser.ipv4(a) ^ anonymiser.ipv4(b)));
        }
    }

    @Test
    void ipv6AddressesShareThatManyBitsToo() {
        Anonymiser anonymiser = of("key");
        Ipv6Address one = ipv6(anonymiser, Ipv6Address.of("2001:db8:1:2::1"));
        Ipv6Address two = ipv6(anonymiser, Ipv6Address.of("2001:db8:1:2:8000::1"));
        assertEquals(one.high(), two.high());
        assertEquals(0, Long.numberOfLeadingZeros(one.low() ^ two.low()));
        assertEquals(1, one.high() >>> 61);
        assertNotEquals(Ipv6Address.of("2001:db8:1:2::1"), one);
        assertEquals(0xfe80L << 48, ipv6(anonymiser, Ipv6Address.of("fe80::1")).high());
        assertEquals(
                0xff02L << 48,
                ipv6(anonymiser, Ipv6Address.of("ff02::1:ff12:3456")).high());
    }

    @Test
    void whatAnAddressIsForStays() {
        for (String address : new String[] {"0.0.0.0", "255.255.255.255", "224.0.0.251", "127.0.0.1"}) {
            assertEquals(address, ipv4(address));
        }
        Anonymiser anonymiser = of("k");
        for (String address : new String[] {"::", "::1", "ff02::fb"}) {
            assertEquals(Ipv6Address.of(address), ipv6(anonymiser, Ipv6Address.of(address)));
        }
        assertEquals(MacAddress.BROADCAST.bits(), anonymiser.mac(MacAddress.BROADCAST.bits()));
        assertEquals(0, anonymiser.mac(0));
        assertEquals(0, anonymiser.mac(MacAddress.of("00:1b:21:00:00:01").bits()) & 0x0300_0000_0000L);
    }

    @Test
    void differentAddressesStayDifferentAndTheKeyDecides() {
        Anonymiser anonymiser = of("key");
        Set<Integer> seen = new HashSet<>();
        Set<Long> macs = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            seen.add(anonymiser.ipv4(0x0a00_0000 + i));
            macs.add(anonymiser.mac(0x0200_0000_0000L + i));
        }
        assertEquals(100_000, seen.size());
        assertEquals(100_000, macs.size());
        assertEquals(anonymiser.ipv4(0x0a01_0203), of("key").ipv4(0x0a01_0203));
        assertNotEquals(anonymiser.ipv4(0x0a01_0203), of("other").ipv4(0x0a01_0203));
    }
}
