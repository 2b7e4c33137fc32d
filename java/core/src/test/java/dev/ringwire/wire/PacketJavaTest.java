package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.examples.Heartbeat;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Corpus;
import dev.ringwire.testing.JavaSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packets as Java code, compiled and run. */
class PacketJavaTest {
    @TempDir
    Path directory;

    /** Compiles the packets as methods of one class, and compares what they give. */
    private void check(List<Packet> packets) throws Exception {
        var source = new StringBuilder("""
                import dev.ringwire.address.*;
                import dev.ringwire.frame.LinkType;
                import dev.ringwire.wire.*;
                import java.nio.ByteBuffer;
                import java.util.HexFormat;
                public class Made {
                """);
        for (int i = 0; i < packets.size(); i++) {
            source.append("public static Packet p" + i + "() { return "
                    + packets.get(i).toJava() + "; }\n");
        }
        try (var compiled = JavaSource.compile(
                directory, Map.of("Made", source.append("}\n").toString()))) {
            Class<?> made = compiled.loadClass("Made");
            for (int i = 0; i < packets.size(); i++) {
                Packet again = (Packet) made.getMethod("p" + i).invoke(null);
                assertArrayEquals(packets.get(i).toBytes(), again.toBytes(), packets.get(i)::toJava);
                assertEquals(packets.get(i).linkType(), again.linkType());
            }
        }
    }

    @Test
    void kernelPacketsAndOddOnes() throws Exception {
        var packets = new ArrayList<Packet>();
        for (byte[] frame : Vectors.all().values()) {
            packets.add(Packet.copyOf(frame, LinkType.ETHERNET));
            packets.add(Packet.copyOf(Arrays.copyOf(frame, 120), LinkType.ETHERNET));
            packets.add(Packet.copyOf(Arrays.copyOf(frame, frame.length / 2), LinkType.ETHERNET));
        }
        packets.add(Packet.copyOf(new byte[0], LinkType.of(300)));
        packets.add(Packet.of(new Ipv4().options(new byte[] {1, 2, 3}).ihl(3).version(9), Raw.of("\"\\\n\t?")));
        packets.add(Packet.of(new Udp(), new Heartbeat().sequence(3), Raw.of(new byte[70_000])));
        packets.add(Packet.of(new Tcp().flags(0xfff).options(new byte[40]).dataOffset(0)));
        packets.add(Packet.of(new Ipv6Routing().data(new byte[20]), new AuthenticationHeader().icv(new byte[8])));
        check(packets);
    }

    @Test
    void packetsOfTheCorpus() throws Exception {
        var packets = new ArrayList<Packet>();
        for (Corpus.Entry entry : Corpus.entries()) {
            int step = Math.max(1, Math.min(entry.packets(), 300) / 3);
            try (CaptureReader reader = CaptureReader.open(entry.path())) {
                for (int n = 0; n < 3 * step && reader.next(); n++) {
                    if (n % step == 0) {
                        packets.add(Packet.copyOf(reader.frame()));
                    }
                }
            } catch (IOException damaged) {
                // What stands before the damage was taken.
            }
        }
        assertTrue(packets.size() > 50, () -> packets.size() + " packets");
        check(packets);
    }

    @Test
    void onlyWhatDiffersFromANewHeader() {
        assertEquals(
                """
                Packet.of(
                        LinkType.ETHERNET,
                        new Ethernet()
                                .dst(MacAddress.of("02:00:00:00:00:02"))
                                .src(MacAddress.of("02:00:00:00:00:01")),
                        new Ipv4()
                                .totalLength(31)
                                .identification(0x247a)
                                .dontFragment(true)
                                .proto(17)
                                .checksum(0x8a2c)
                                .src(Ipv4Address.of("198.18.0.1"))
                                .dst(Ipv4Address.of("198.18.0.2")),
                        new Udp()
                                .srcPort(57319)
                                .dstPort(9)
                                .length(11)
                                .checksum(0x2156),
                        Raw.of("hi\\n"))
                        .withTrailer(HexFormat.of().parseHex("0000"))""",
                Packet.copyOf(Arrays.copyOf(Vectors.UDP, Vectors.UDP.length + 2), LinkType.ETHERNET)
                        .toJava());
    }

    /** Headers whose shape goes by a type, a version or flags, and with bits that no method sets: toJava writes bytes. */
    private static final Set<String> ALSO_BYTES = Set.of(
            "DHCP",
            "ERSPAN",
            "GRE",
            "Geneve",
            "ICMP",
            "ICMPv6",
            "MPLS",
            "NetFlow",
            "PPP",
            "PW Associated Channel",
            "VXLAN",
            "VXLAN-GPE");

    /** Some bits have two names, such as those that are a type or a length. */
    @Test
    void everyFieldOfEveryOtherProtocolHasASetter() {
        var missing = new TreeMap<String, String>();
        for (Protocol protocol : Protocols.standard().all()) {
            List<FixedField> written = Setters.of(protocol).fixed().stream()
                    .map(Setters.Setter::field)
                    .toList();
            for (FixedField field : Setters.narrowFirst(protocol)) {
                if (written.stream()
                        .noneMatch(other ->
                                other.bitOffset() == field.bitOffset() && other.bitWidth() == field.bitWidth())) {
                    missing.merge(protocol.name(), field.name(), (a, b) -> a + " " + b);
                }
            }
        }
        assertEquals(ALSO_BYTES, missing.keySet(), missing::toString);
    }
}
