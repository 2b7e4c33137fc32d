package dev.ringwire.wire.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.wire.DecodeException;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Udp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages on the wire and in the text of zone files. */
class DnsMessageTest {
    /** As dig prints them; the DNSSEC ones are from RFC 4034 and RFC 5155. */
    static List<String> records() {
        return List.of(
                "riverbed.com. 300 IN A 192.0.2.1",
                "riverbed.com. 300 IN NS ns1.riverbed.com.",
                "www.riverbed.com. 300 IN CNAME riverbed.com.",
                "riverbed.com. 300 IN SOA ns1.riverbed.com. host.riverbed.com. 1 2 3 4 4294967295",
                "1.2.0.192.in-addr.arpa. 300 IN PTR riverbed.com.",
                "riverbed.com. 300 IN MX 10 mx1.riverbed.com.",
                "riverbed.com. 300 IN TXT \"hello \\\"world\\\"\" \"\\000\\255\\\\\" \"\"",
                "riverbed.com. 300 IN AAAA 2001:db8::1",
                "_sip._tcp.riverbed.com. 300 IN SRV 1 2 5060 sip.riverbed.com.",
                "riverbed.com. 300 IN NAPTR 100 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.riverbed.com.",
                "riverbed.com. 300 IN CAA 128 issue \"ca.example.net; a=b\"",
                "dskey.example.com. 86400 IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
                "example.com. 86400 IN DNSKEY 256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31Ga"
                        + "jIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSED"
                        + "hm2SNKLijfUppn1UaNvv4w==",
                "host.example.com. 86400 IN RRSIG A 5 3 86400 20030322173103 20030220173103 2642 example.com."
                        + " oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTrPYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6o",
                "alfa.example.com. 86400 IN NSEC host.example.com. A MX RRSIG NSEC TYPE1234",
                "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 1 1 12 AABBCCDD"
                        + " 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM",
                "example. 3600 IN NSEC3PARAM 1 0 12 -",
                "_443._tcp.www.example.com. 300 IN TLSA 1 1 2 92003BA34942DC74152E2F2C408D29EC",
                "example.com. 300 IN SVCB 16 foo.example.com. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" port=53"
                        + " ipv4hint=192.0.2.1,192.0.2.2 ech=\"AQID\" ipv6hint=2001:db8::1 key667=\"hello\\210qoo\"",
                "example.com. 300 IN SVCB 16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"",
                "example.com. 300 IN HTTPS 1 . alpn=\"h2\" no-default-alpn",
                "example.com. 300 IN DNAME example.net.",
                "a\\.b\\\\\\007.example.com. 300 CH TYPE65280 \\# 3 0A0B0C");
    }

    @ParameterizedTest
    @MethodSource("records")
    void textAndBytesAreTheSameRecord(String line) {
        DnsRecord record = DnsRecord.parse(line);
        assertEquals(line, record.toString());
        byte[] data = record.data().toBytes();
        assertEquals(record.data(), Rdata.decode(record.type(), data));
        String generic = "\\# " + data.length + " " + HexFormat.of().formatHex(data);
        assertEquals(record.data(), Rdata.parse(record.type(), generic));

        DnsMessage message = DnsMessage.query("riverbed.com", DnsType.ANY)
                .response(true)
                .answer(record)
                .authority(record)
                .build();
        assertEquals(message, DnsMessage.decode(message.toBytes()));
    }

    /** RFC 9460, appendix D.2. */
    @Test
    void serviceParametersOfTheRfc() {
        byte[] data = Rdata.parse(
                        DnsType.SVCB, "16 foo.example.org. alpn=h2,h3-19 mandatory=alpn,ipv4hint ipv4hint=192.0.2.1")
                .toBytes();
        assertEquals(
                "001003666f6f076578616d706c65036f7267000000000400010004000100090268320568332d313900040004c0000201",
                HexFormat.of().formatHex(data));
    }

    @Test
    void keyTagOfTheRfc() {
        Rdata key = DnsRecord.parse(records().get(12)).data();
        assertEquals(2642, ((Rdata.Dnskey) key).keyTag());
    }

    @Test
    void namesAreCompressedWhereRfc1035HasThem() {
        byte[] www = DnsName.of("www.riverbed.com").toBytes();
        assertArrayEquals("\003www\010riverbed\003com\0".getBytes(StandardCharsets.US_ASCII), www);
        byte[] message = DnsMessage.query("www.riverbed.com", DnsType.MX)
                .answer(DnsRecord.parse("riverbed.com. 300 IN MX 10 mx1.riverbed.com."))
                .answer(DnsRecord.parse("riverbed.com. 300 IN SRV 1 2 3 mx1.riverbed.com."))
                .build()
                .toBytes();
        int exchange = 12 + 18 + 4 + 2 + 10 + 2;
        assertArrayEquals(
                new byte[] {3, 109, 120, 49, (byte) 192, 16}, Arrays.copyOfRange(message, exchange, exchange + 6));
        assertEquals(exchange + 6 + 2 + 10 + 6 + 18, message.length, "the SRV target is written out");
        assertEquals(message.length, DnsMessage.decode(message).toBytes().length);
    }

    @Test
    void namesCompareWithoutCaseAndKeepIt() {
        assertEquals(DnsName.of("WWW.Riverbed.com."), DnsName.of("www.riverbed.COM"));
        assertEquals("WWW.Riverbed.com", DnsName.of("WWW.Riverbed.com.").toString());
        assertTrue(DnsName.of("www.riverbed.com").isWithin(DnsName.of("COM")));
        assertTrue(DnsName.of("z.example").compareTo(DnsName.of("a.z.example")) < 0);
        assertTrue(DnsName.of("yljkjljk.a.example").compareTo(DnsName.of("Z.a.example")) < 0);
        assertThrows(IllegalArgumentException.class, () -> DnsName.of("a..b"));
        assertThrows(IllegalArgumentException.class, () -> DnsName.of("a".repeat(64)));
        assertThrows(IllegalArgumentException.class, () -> DnsName.of("a.".repeat(128)));
    }

    @Test
    void startOfAuthorityAsSteelScriptWritesIt() {
        assertEquals(
                "SOA mname: ns1.riverbed.com, rname: host.riverbed.com, serial: 1, refresh: 2, retry: 3, expire: 4,"
                        + " minimum: 4294967295",
                DnsRecord.parse(records().get(3)).data().toString());
    }

    /** A question, and an answer whose name is a pointer: to itself, to behind, into the header, and out of it. */
    @ParameterizedTest
    @ValueSource(strings = {"c01e", "c020", "c005", "ffff", "40", "80"})
    void damagedNamesAreErrorsWithTheirPlace(String name) {
        byte[] message = HexFormat.of()
                .parseHex("000081000001000100000000" + "08726976657262656403636f6d00" + "00010001" + name
                        + "00010001000000000004c0000201");
        DecodeException e = assertThrows(DecodeException.class, () -> DnsMessage.decode(message));
        assertTrue(e.error().offset() >= 12, e::getMessage);
        assertEquals("DNS", e.error().layer());
    }

    @Test
    void everyTruncationIsAnError() {
        byte[] whole = all().toBytes();
        assertEquals(all(), DnsMessage.decode(whole));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(DecodeException.class, () -> DnsMessage.decode(cut));
        }
    }

    @Test
    void aWrongLengthOfDataIsAnError() {
        byte[] message = DnsMessage.builder()
                .answer(DnsRecord.parse("a. 1 IN A 192.0.2.1"))
                .build()
                .toBytes();
        message[24]--;
        message = Arrays.copyOf(message, message.length - 1);
        byte[] bad = message;
        DecodeException e = assertThrows(DecodeException.class, () -> DnsMessage.decode(bad));
        assertEquals(25, e.error().offset());
        assertTrue(e.getMessage().contains("dns.resp.len"), e::getMessage);
    }

    @Test
    void whatIsSetIsWrittenAndLengthsAreFixedOnlyWhenAsked() {
        DnsMessage message = all();
        Dns dns = Dns.of(message).answerCount(99).rdLength(0, 7);
        byte[] asSet = Packet.of(new Udp().dstPort(53), dns).toBytes();
        assertEquals(99, Dns.wrap(ByteBuffer.wrap(asSet), 8, asSet.length - 8).answerCount());
        assertEquals(7, Dns.wrap(ByteBuffer.wrap(asSet), 8, asSet.length - 8).rdLength(0));
        byte[] fixed = Packet.of(new Udp().dstPort(53), dns).toBytes(Fix.LENGTHS);
        assertArrayEquals(message.toBytes(), Arrays.copyOfRange(fixed, 8, fixed.length));
    }

    static DnsMessage all() {
        var builder = DnsMessage.query("riverbed.com", DnsType.ANY).id(7).response(true);
        records().forEach(line -> builder.answer(DnsRecord.parse(line)));
        return builder.edns(Edns.of(
                        1232,
                        true,
                        new EdnsOption.Cookie(Octets.ofHex("0102030405060708"), Octets.EMPTY),
                        new EdnsOption.ExtendedError(9, Octets.of("no key")),
                        EdnsOption.Padding.of(5)))
                .build();
    }
}
