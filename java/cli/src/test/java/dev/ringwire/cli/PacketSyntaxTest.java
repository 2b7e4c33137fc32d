package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Protocols;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import dev.ringwire.wire.Vlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets as {@code ringwire send} takes them. */
class PacketSyntaxTest {
    @TempDir
    Path directory;

    private static byte[] bytes(String text) throws IOException {
        return new CraftedPacket(PacketSyntax.parse(text)).bytes();
    }

    @Test
    void isThePacketThatTheLibraryMakes() throws IOException {
        byte[] expected = Packet.of(
                        new Ethernet().dst(MacAddress.BROADCAST).type(0x8100),
                        new Vlan().id(5).type(0x0800),
                        new Ipv4().dst(Ipv4Address.of("192.0.2.1")).ttl(3).proto(17),
                        new Udp().srcPort(1).dstPort(53),
                        Raw.of("hello\n"))
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        String text = "eth dst=ff:ff:ff:ff:ff:ff / vlan id=5 / ip dst=192.0.2.1 ttl=3"
                + " / udp srcport=1 dstport=53 / \"hello\\n\"";
        assertArrayEquals(expected, bytes(text));
        assertArrayEquals(expected, bytes(text.replace(" / ", "/")));
        assertArrayEquals(
                expected,
                bytes("Ethernet eth.dst=FF-FF-FF-FF-FF-FF/VLAN vlan.id=0x5/IPv4 ip.ttl=9 ip.dst=192.0.2.1 ttl=3/"
                        + "UDP dstport=53 srcport=0x1/ hex:6865:6c6c \"o\\x0a\""));
    }

    @Test
    void aPayloadMayBeAFile() throws IOException {
        Path file = Files.write(directory.resolve("payload"), new byte[] {1, 2, 3});
        byte[] udp = bytes("udp / @" + file + " \"x\" / \"\"");
        assertArrayEquals(new byte[] {1, 2, 3, 'x'}, Arrays.copyOfRange(udp, 8, udp.length));
        assertThrows(IOException.class, () -> bytes("udp / @" + directory.resolve("none")));
    }

    /** What follows is said by each layer, also in tunnels, unless the user says otherwise. */
    @Test
    void saysWhatFollows() throws IOException {
        Packet packet = Packet.copyOf(bytes("eth / ip / ip src=10.0.0.1 / ipv6 / icmpv6"), LinkType.ETHERNET);
        assertEquals(
                List.of("eth", "ip", "ip", "ipv6", "icmpv6"),
                packet.layers().stream().map(h -> h.protocol().filterName()).toList());
        Packet wrong = Packet.copyOf(bytes("eth type=0x1234 / ip"), LinkType.ETHERNET);
        assertEquals(0x1234, wrong.layer(Ethernet.class).orElseThrow().type());
        assertEquals(1, wrong.layers().stream().filter(h -> !(h instanceof Raw)).count());
    }

    @Test
    void whatTheUserSetsIsWritten() throws IOException {
        byte[] bytes = bytes("ip src=1.2.3.4 len=1000 checksum=0x1234 / udp length=9 checksum=0 / \"abc\"");
        Ipv4 ip = Ipv4.wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
        assertEquals(1000, ip.get(Ipv4.LEN));
        assertEquals(0x1234, ip.checksum());
        assertEquals(9, Udp.LEN.get(ByteBuffer.wrap(bytes), 20));
        assertEquals(0, Udp.CHECKSUM.get(ByteBuffer.wrap(bytes), 20));
        // The checksum of a header covers a length of the user's.
        byte[] longer = bytes("ip src=1.2.3.4 len=1000 / udp");
        Packet fixed = Packet.copyOf(longer, LinkType.RAW);
        assertArrayEquals(longer, fixed.toBytes(Fix.CHECKSUMS));
        byte[] flags = bytes("ip / tcp syn=1 flags.ack=1 tcp.flags.ns=0");
        assertEquals(0x12, Tcp.FLAGS.get(ByteBuffer.wrap(flags), 20));
    }

    static Stream<Protocol> protocols() {
        return Protocols.standard().all().stream();
    }

    /** Every field that stands at a fixed place in a new header can be set by its name and is read again. */
    @ParameterizedTest
    @MethodSource("protocols")
    void everyFixedFieldCanBeSet(Protocol protocol) throws IOException {
        int headerLength = protocol.newHeader().get().headerLength();
        boolean named = Protocols.standard().find(protocol.filterName()).orElseThrow() == protocol;
        String layer = named ? protocol.filterName() : protocol.name().replace(" ", "");
        for (Field field : protocol.fields()) {
            if (field instanceof FixedField fixed && fixed.byteEnd() <= headerLength) {
                String value = switch (fixed.type()) {
                    case MAC -> "02:00:00:00:00:01";
                    case IPV4 -> "192.0.2.1";
                    case IPV6 -> "2001:db8::1";
                    default -> "1";
                };
                for (String name : new String[] {fixed.name(), shortName(protocol, fixed)}) {
                    var part =
                            PacketSyntax.parse(layer + " " + name + "=" + value).get(0);
                    var expected = protocol.newHeader().get();
                    expected.set(fixed, value);
                    assertArrayEquals(expected.toBytes(), part.header().toBytes(), name);
                }
            }
        }
    }

    private static String shortName(Protocol protocol, FixedField field) {
        String prefix = protocol.filterName() + ".";
        return field.name().startsWith(prefix) ? field.name().substring(prefix.length()) : field.name();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ip tll=3 | layer 1 (ip): no field \"tll\"; did you mean ttl?",
                "ip ttl=x | layer 1 (ip): ip.ttl takes a number such as 31 or 0x1f, not \"x\"",
                "ip ttl=256 | layer 1 (ip): ip.ttl takes 0..255, not 256",
                "eth / ip dst=1.2.3 | layer 2 (ip): ip.dst: not an IPv4 address such as 192.0.2.1: \"1.2.3\"",
                "ip ttl | layer 1 (ip): ttl needs a value: ttl=...",
                "ip ttl= | layer 1 (ip): ttl needs a value: ttl=...",
                "ip hdr_len=20 | layer 1 (ip): ip.hdr_len is worked out from other bytes, and cannot be set",
                "arp hw_mac=1 | layer 1 (arp): \"hw_mac\" may be arp.src.hw_mac or arp.dst.hw_mac",
                "ip / udpp | layer 2: no protocol \"udpp\"; did you mean udp?",
                "ip / / udp | layer 2: is empty; a layer is a protocol such as udp, or \"text\", hex:00ff or @file",
                "ip / | layer 2: is empty; a layer is a protocol such as udp, or \"text\", hex:00ff or @file",
                "udp / \"abc | layer 2: the text has no closing \"",
                "udp / \"\\q\" | layer 2: \\q is none of \\n \\r \\t \\0 \\\\ \\\" \\x41",
                "udp / hex:0 | layer 2: hex: takes pairs of hexadecimal digits, not \"0\"",
                "udp \"abc\" | layer 1: a payload is a layer of its own: put a / before it and behind it",
            })
    void errorsNameLayerAndField(String text, String message) {
        var result = Cli.run("send", "-n", text);
        assertEquals("ringwire: " + message + "\nsee: ringwire send --help\n", result.err());
        assertEquals(2, result.status());
    }

    @Test
    void printsTheBytesOrWritesAFile() throws IOException {
        var result = Cli.run("send", "-n", "ip", "dst=192.0.2.1", "/", "udp", "/", "\"hello\"");
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().startsWith("IP 0.0.0.0.0 > 192.0.2.1.0: UDP, length 5\n0000  45 00"), result.out());
        String file = directory.resolve("sent.pcap").toString();
        assertEquals(
                0,
                Cli.run("send", "-w", file, "-c", "3", "eth / ip / udp / \"hello\"")
                        .status());
        try (CaptureReader reader = CaptureReader.open(Path.of(file))) {
            long first = 0;
            for (int i = 0; i < 3; i++) {
                assertTrue(reader.next());
                first = i == 0 ? reader.frame().timestampNanos() : first;
                assertEquals(i, Math.round((reader.frame().timestampNanos() - first) / 1e9));
                assertTrue(new String(reader.frame().bytes(), StandardCharsets.ISO_8859_1).endsWith("hello"));
            }
            assertEquals(LinkType.ETHERNET, reader.linkType());
        }
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        for (String options :
                new String[] {"", "-n -w x.pcap", "-n -c 0", "-n --interval -1", "-n --listen 1", "-n -f ip"}) {
            String[] args = ("send " + options + " udp").trim().split(" +");
            assertEquals(2, Cli.run(args).status(), options);
        }
    }
}
