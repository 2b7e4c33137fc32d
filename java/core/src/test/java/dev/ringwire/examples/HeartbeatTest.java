package dev.ringwire.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.frame.LinkType;
import dev.ringwire.query.FieldInfo;
import dev.ringwire.query.FieldRegistry;
import dev.ringwire.query.Query;
import dev.ringwire.testing.Frames;
import dev.ringwire.wire.DecodeException;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.InternetChecksum;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Protocols;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Selector;
import dev.ringwire.wire.Udp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a class of one's own is given for its fields. */
class HeartbeatTest {
    private static final Protocols PROTOCOLS = Protocols.standard().with(Heartbeat.PROTOCOL);

    private static byte[] frame(int dstPort) {
        return Packet.of(
                        new Ethernet(),
                        new Ipv4().proto(17).src(Ipv4Address.of("192.0.2.7")),
                        new Udp().srcPort(40000).dstPort(dstPort),
                        new Heartbeat().leader(true).load(42).sequence(7).node(Ipv4Address.of("192.0.2.7")),
                        Raw.of("all is well"))
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
    }

    @Test
    void crafted() {
        byte[] frame = frame(4100);
        byte[] heartbeat = Arrays.copyOfRange(frame, 42, frame.length);
        // By hand: version 1, leader, 42, 23 bytes, sequence 7, the checksum, 192.0.2.7, the note.
        byte[] unsummed = HexFormat.of().parseHex("182a001700070000c0000207" + "616c6c2069732077656c6c");
        int checksum = InternetChecksum.of(unsummed);
        unsummed[6] = (byte) (checksum >> 8);
        unsummed[7] = (byte) checksum;
        assertArrayEquals(unsummed, heartbeat);
        assertEquals(0, InternetChecksum.of(heartbeat));
    }

    @Test
    void decoded() {
        Packet packet = Packet.copyOf(frame(4100), LinkType.ETHERNET, PROTOCOLS);
        Heartbeat heartbeat = packet.layer(Heartbeat.class).orElseThrow();
        assertEquals(1, heartbeat.version());
        assertEquals(42, heartbeat.load());
        assertTrue(heartbeat.leader());
        assertEquals("all is well", new String(packet.payload(), java.nio.charset.StandardCharsets.US_ASCII));
        assertEquals(Optional.of(Ipv4Address.of("192.0.2.7")), packet.field("heartbeat.addr"));
        assertEquals("IP 192.0.2.7.40000 > 0.0.0.0.4100: Heartbeat 7 of 192.0.2.7, leader, load 42%", packet.summary());
        assertTrue(packet.dump().contains("heartbeat.load               42\n"), packet.dump());
        assertEquals(Optional.empty(), packet.error());
        // Elsewhere, and where nobody named it, it is bytes.
        assertTrue(Packet.copyOf(frame(4101), LinkType.ETHERNET, PROTOCOLS)
                .layer(Heartbeat.class)
                .isEmpty());
        assertTrue(Packet.copyOf(frame(4100), LinkType.ETHERNET)
                .layer(Heartbeat.class)
                .isEmpty());
    }

    @Test
    void readWithoutAllocating() {
        byte[] frame = frame(4100);
        var parser = new PacketParser(PROTOCOLS);
        var heartbeat = new Heartbeat();
        parser.parse(ByteBuffer.wrap(frame), 0, frame.length, LinkType.ETHERNET);
        assertTrue(parser.view(heartbeat));
        assertEquals(7, heartbeat.sequence());
    }

    @Test
    void queried() throws IOException {
        Query query = Query.of(PROTOCOLS, "ip.src", "heartbeat.load", "heartbeat.note")
                .skipEmpty(true);
        var rows = query.over(Frames.source(frame(4100))).values();
        assertEquals(Ipv4Address.of("192.0.2.7"), rows.get(0).get(0));
        assertEquals(42L, rows.get(0).get(1));
        assertArrayEquals("all is well".getBytes(java.nio.charset.StandardCharsets.US_ASCII), (byte[])
                rows.get(0).get(2));
        assertThrows(IllegalArgumentException.class, () -> Query.of("heartbeat.load"));
        assertTrue(FieldRegistry.of(PROTOCOLS).fields().stream()
                .map(FieldInfo::name)
                .toList()
                .containsAll(List.of("heartbeat.version", "heartbeat.node", "heartbeat.note")));
    }

    @Test
    void onAnotherPort() {
        Protocols there = Protocols.standard().with(Heartbeat.PROTOCOL, Selector.udpPort(9999));
        assertEquals(
                7,
                Packet.copyOf(frame(9999), LinkType.ETHERNET, there)
                        .layer(Heartbeat.class)
                        .orElseThrow()
                        .sequence());
    }

    @Test
    void everywhere() {
        Protocols former = Protocols.install(PROTOCOLS);
        try {
            assertTrue(Packet.copyOf(frame(4100), LinkType.ETHERNET)
                    .layer("heartbeat")
                    .isPresent());
            assertEquals(List.of("heartbeat.load"), Query.of("heartbeat.load").names());
        } finally {
            assertEquals(PROTOCOLS, Protocols.install(former));
        }
    }

    @Test
    void editedAndWrittenAsJava() {
        Packet packet = Packet.copyOf(frame(4100), LinkType.ETHERNET, PROTOCOLS);
        Packet other = packet.copy();
        other.layer(Heartbeat.class).orElseThrow().load(99).leader(false);
        assertEquals(
                "[Heartbeat: heartbeat.leader 1 -> 0, Heartbeat: heartbeat.load 42 -> 99]",
                packet.diff(other).toString());
        assertTrue(packet.toJava().contains("""
                                new dev.ringwire.examples.Heartbeat()
                                                .leader(true)
                                                .load(42)
                                                .length(23)
                                                .sequence(7)
                                """), packet.toJava());
    }

    @Test
    void cutShortOrWrong() {
        byte[] heartbeat = new Heartbeat().toBytes();
        for (int i = 0; i < heartbeat.length; i++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(heartbeat, i));
            assertThrows(DecodeException.class, () -> Protocol.wrap(new Heartbeat(), cut, 0, cut.capacity()));
        }
        byte[] wrong = new Heartbeat().length(3).toBytes();
        var e = assertThrows(
                DecodeException.class, () -> Protocol.wrap(new Heartbeat(), ByteBuffer.wrap(wrong), 0, wrong.length));
        assertEquals("Heartbeat at byte 0: heartbeat.len is 3, below 12", e.getMessage());
    }
}
