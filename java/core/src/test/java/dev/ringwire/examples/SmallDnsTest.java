package dev.ringwire.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.query.Query;
import dev.ringwire.query.Rows;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.Frames;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.FieldValue;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Protocols;
import dev.ringwire.wire.Udp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A variable header of one's own. */
class SmallDnsTest {
    private static final Protocols PROTOCOLS = Protocols.standard().with(SmallDns.PROTOCOL);

    private static SmallDns reply() {
        return new SmallDns()
                .id(0x3e4e)
                .response(true)
                .question("riverbed.com", SmallDns.A)
                .answer("riverbed.com", 300, Ipv4Address.of("192.0.2.1"))
                .answer("mx1.riverbed.com", 300, Ipv4Address.of("192.0.2.2"));
    }

    private static byte[] frame() {
        return Packet.of(
                        new Ethernet(),
                        new Ipv4().proto(17).dst(Ipv4Address.of("192.0.2.9")),
                        new Udp().srcPort(53).dstPort(40000),
                        reply())
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
    }

    @Test
    void namesAreCompressed() {
        byte[] query = new SmallDns()
                .recursionDesired(true)
                .question("www.riverbed.com", SmallDns.A)
                .question("mx1.riverbed.com", SmallDns.A)
                .toBytes();
        assertArrayEquals(
                HexFormat.of()
                        .parseHex(
                                "000001000002000000000000" // ident 0, recursion wanted, two questions
                                        + "03777777087269766572626564" + "03636f6d00" + "00010001"
                                        + "036d7831c010" + "00010001"),
                query);
    }

    @Test
    void decodedAndQueried() throws Exception {
        Packet packet = Packet.copyOf(frame(), LinkType.ETHERNET, PROTOCOLS);
        SmallDns dns = packet.layer(SmallDns.class).orElseThrow();
        assertEquals(0x3e4e, dns.id());
        assertEquals("DNS response 0x3e4e riverbed.com, 2 answers", dns.summary());
        assertTrue(packet.dump().contains("smalldns.qry.name            riverbed.com\n"), packet.dump());
        Query query = Query.of(PROTOCOLS, "smalldns.qry.name", "smalldns.a").allOccurrences(true);
        Rows rows = query.over(Frames.source(frame()));
        assertTrue(rows.next());
        assertEquals("riverbed.com\t192.0.2.1,192.0.2.2", rows.row().toString());
    }

    @Test
    void tsharkReadsTheSame(@TempDir Path directory) throws Exception {
        Command.assumeInstalled("tshark");
        Path file = directory.resolve("dns.pcap");
        try (var writer = CaptureWriter.create(file, LinkType.ETHERNET)) {
            writer.write(Frame.of(frame(), LinkType.ETHERNET, 0));
        }
        String fields = Command.run(
                "tshark",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-e",
                "dns.id",
                "-e",
                "dns.qry.name",
                "-e",
                "dns.resp.name",
                "-e",
                "dns.a",
                "-e",
                "_ws.malformed");
        String expected = "0x3e4e\triverbed.com\triverbed.com,mx1.riverbed.com\t192.0.2.1,192.0.2.2\t";
        assertTrue(fields.lines().toList().contains(expected), fields);
    }

    /** Loops, pointers and cuts of any kind: each field has a value or has none, soon. */
    @Test
    @Tag("fuzz")
    void anyBytes() {
        byte[] loop = reply().toBytes();
        loop[12] = (byte) 0xc0;
        loop[13] = 12;
        Fuzzer.run(List.of(reply().toBytes(), loop), bytes -> {
            if (bytes.length >= SmallDns.LENGTH) {
                SmallDns dns = Protocol.wrap(new SmallDns(), ByteBuffer.wrap(bytes), 0, bytes.length);
                var value = new FieldValue();
                for (Field field : SmallDns.PROTOCOL.fields()) {
                    for (int n = 0; field.read(dns, n, value); n++) {
                        assertTrue(n < 65536);
                    }
                }
                assertTrue(dns.summary().getBytes(StandardCharsets.UTF_8).length < 1000);
            }
        });
    }
}
