package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.LinkType;
import dev.ringwire.query.Query;
import dev.ringwire.testing.Frames;
import dev.ringwire.testing.Fuzzer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Protocols that are not built in, and what they may do wrong. */
class UserProtocolTest {
    /** A protocol whose dissector each test gives. */
    private static final class Foreign extends Header {
        private static Protocol.Dissector dissector = (p, offset, end) -> {};

        static final FixedField FIRST = FixedField.decimal("foreign.first", 0, 8, "first byte");
        static final ComputedField BEHIND = ComputedField.of(
                "foreign.behind", FieldType.DECIMAL, "a byte that may not be there", (header, n, out) -> {
                    out.setNumber(header.buffer().get(header.offset() + 100_000));
                    return true;
                });
        static final ComputedField WRONG =
                ComputedField.of("foreign.wrong", FieldType.DECIMAL, "fails", (header, n, out) -> {
                    throw new ArithmeticException("no such number");
                });
        static final Protocol PROTOCOL = Protocol.of(
                "Foreign",
                "foreign",
                Foreign::new,
                List.of(FIRST, BEHIND, WRONG),
                (p, offset, end) -> dissector.dissect(p, offset, end),
                Selector.udpPort(9),
                Selector.linkType(147),
                Selector.ipProtocol(250));

        Foreign() {
            super(1);
        }

        @Override
        public Protocol protocol() {
            return PROTOCOL;
        }
    }

    private static final Protocols PROTOCOLS = Protocols.standard().with(Foreign.PROTOCOL);

    private static Packet decoded(Protocol.Dissector dissector) {
        Foreign.dissector = dissector;
        Packet packet = Packet.copyOf(Vectors.UDP, LinkType.ETHERNET, PROTOCOLS);
        assertArrayEquals(Vectors.UDP, packet.toBytes());
        assertTrue(packet.layer(Udp.class).isPresent());
        assertNotNull(packet.summary());
        return packet;
    }

    private static String error(Protocol.Dissector dissector) {
        return decoded(dissector).error().orElseThrow().toString();
    }

    @SuppressWarnings("InfiniteRecursion") // is meant
    private static void recurse(PacketParser p, int offset, int end) {
        recurse(p, offset, end);
    }

    @Test
    void aDissectorThatFailsIsAnErrorOfThePacket() {
        assertEquals(
                "Foreign at byte 42: its dissector failed: java.lang.IllegalArgumentException: oh",
                error((p, offset, end) -> {
                    throw new IllegalArgumentException("oh");
                }));
        assertTrue(error(UserProtocolTest::recurse).contains("StackOverflowError"));
        Packet packet = decoded((p, offset, end) -> {
            p.add(Foreign.PROTOCOL, offset, offset + 1, end);
            p.buffer().get(1_000_000);
        });
        assertEquals(1, packet.layer(Foreign.class).orElseThrow().headerLength());
        assertEquals(2, packet.payload().length);
        assertTrue(packet.error().orElseThrow().reason().contains("IndexOutOfBounds"));
        Foreign.dissector = (p, offset, end) -> p.buffer().get(1_000_000);
        assertThrows(
                DecodeException.class,
                () -> Protocol.wrap(new Foreign(), ByteBuffer.wrap(new byte[4]), 0, 4),
                "by hand, too, where it is not installed");
    }

    @Test
    void aDissectorThatGoesRoundInCirclesComesToAnEnd() {
        assertEquals(
                "Foreign at byte 42: more than 32 layers",
                error((p, offset, end) -> p.next(Foreign.PROTOCOL, offset, end)));
        assertEquals("Foreign at byte 42: more than 32 layers", error((p, offset, end) -> {
            p.next(Foreign.PROTOCOL, offset, end);
            p.next(Foreign.PROTOCOL, offset, end);
        }));
        Packet packet = decoded((p, offset, end) -> {
            p.add(Foreign.PROTOCOL, offset, offset, end);
            p.next(Foreign.PROTOCOL, offset, end);
        });
        assertEquals(PacketParser.MAX_LAYERS + 1, packet.layers().size());
        // One that calls built-in ones, which call it.
        Foreign.dissector = (p, offset, end) -> p.ipProtocol(250, offset, end);
        assertTrue(Packet.copyOf(new Ipv4().proto(250).toBytes(), LinkType.RAW, PROTOCOLS)
                .error()
                .orElseThrow()
                .reason()
                .contains("more than"));
    }

    @Test
    void aHeaderWhereItCannotBeIsNoHeader() throws IOException {
        String reason = "Foreign at byte 42: its dissector told of a header outside the bytes there are";
        assertEquals(reason, error((p, offset, end) -> p.add(Foreign.PROTOCOL, offset, offset + 50, end + 50)));
        assertEquals(reason, error((p, offset, end) -> p.add(Foreign.PROTOCOL, offset, offset - 1, end)));
        assertEquals(reason, error((p, offset, end) -> p.add(Foreign.PROTOCOL, offset, offset + 1, offset)));
        assertTrue(error((p, offset, end) -> p.add(Foreign.PROTOCOL, -5, offset, end))
                .contains("outside"));
        decoded((p, offset, end) -> p.truncated(Foreign.PROTOCOL, offset - 90, end + 90, 7));
        decoded((p, offset, end) -> p.malformed(Foreign.PROTOCOL, offset + 90, end, 5, 7, "odd"));
        // Bytes between here and there are more than an int counts.
        decoded((p, offset, end) -> p.truncated(Foreign.PROTOCOL, offset, Integer.MIN_VALUE, 7));
        var rows = Query.of(PROTOCOLS, "foreign.first").over(Frames.source(Vectors.UDP));
        assertTrue(rows.next());
        assertEquals("", rows.row().toString());
    }

    @Test
    @Tag("fuzz")
    void anyDissector() {
        Fuzzer.run(new ArrayList<>(Vectors.all().values()), bytes -> {
            var random = new Random(Arrays.hashCode(bytes));
            Foreign.dissector = (p, offset, end) -> {
                for (int calls = random.nextInt(4); calls > 0; calls--) {
                    int a = random.nextBoolean() ? offset : offset + random.nextInt(100) - 50;
                    int b = random.nextBoolean() ? a + 1 : random.nextInt();
                    int c = random.nextBoolean() ? end : random.nextInt();
                    switch (random.nextInt(7)) {
                        case 0 -> p.next(Foreign.PROTOCOL, b, c);
                        case 1 -> p.truncated(Foreign.PROTOCOL, a, c, b);
                        case 2 -> p.malformed(Foreign.PROTOCOL, a, c, b, 8, "odd");
                        case 3 -> throw new IllegalStateException();
                        default -> p.add(Foreign.PROTOCOL, a, b, c);
                    }
                }
            };
            var parser = new PacketParser(PROTOCOLS);
            parser.parse(ByteBuffer.wrap(bytes), 0, bytes.length, LinkType.ETHERNET);
            parser.error();
            LinkType linkType = random.nextBoolean() ? LinkType.ETHERNET : LinkType.of(147);
            Packet packet = Packet.copyOf(bytes, linkType, PROTOCOLS);
            assertArrayEquals(bytes, packet.toBytes());
            assertNotNull(packet.copy().summary());
            for (Header header : packet.layers()) {
                assertNotNull(header.toString());
            }
            Query.of(PROTOCOLS, "foreign.first", "ip.src")
                    .over(Frames.source(bytes))
                    .values();
        });
    }

    @Test
    void aReaderThatFailsIsFoundByFieldAndFrame() throws Exception {
        Foreign.dissector = (p, offset, end) -> p.add(Foreign.PROTOCOL, offset, offset + 1, end);
        byte[] frame = Vectors.UDP;
        var wrong = Query.of(PROTOCOLS, "foreign.wrong").over(Frames.source(frame));
        var e = assertThrows(IllegalStateException.class, wrong::next);
        assertEquals(
                "foreign.wrong of frame 1 cannot be read: java.lang.ArithmeticException: no such number",
                e.getMessage());
        // Behind the end is no value.
        var rows = Query.of(PROTOCOLS, "foreign.first", "foreign.behind").over(Frames.source(frame));
        assertTrue(rows.next());
        assertEquals("104\t", rows.row().toString());
    }

    @Test
    void aNameOfTwoTypesIsRefused() {
        var other = Protocol.of(
                "Other",
                "other",
                Foreign::new,
                List.of(FixedField.ipv6("foreign.first", 0, "not a number")),
                (p, offset, end) -> {});
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> Query.of(PROTOCOLS.with(other), "foreign.first").over(Frames.source(Vectors.UDP)));
        assertTrue(e.getMessage().startsWith("foreign.first is DECIMAL in Foreign but IPV6 in Other"), e.getMessage());
    }

    @Test
    void selectorsAsText() {
        assertEquals(Selector.udpPort(8053), Selector.of("udp.port==8053"));
        assertEquals(Selector.etherType(0x88b5), Selector.of("ethertype==0x88b5"));
        assertEquals(Selector.of("my-table.x==0").toString(), "my-table.x==0");
        for (String wrong : List.of(
                "",
                "udp.port",
                "udp.port==",
                "udp.port==x",
                "udp.port==70000",
                "ip.proto==256",
                "==5",
                "udp.port==-1",
                "udp.port==99999999999")) {
            assertThrows(IllegalArgumentException.class, () -> Selector.of(wrong), wrong);
        }
        assertTrue(PROTOCOLS.tables().containsAll(Set.of("udp.port", "tcp.port", "ip.proto", "ethertype", "linktype")));
        assertTrue(Protocols.standard()
                .with(Foreign.PROTOCOL, Selector.of("own.table==3"))
                .tables()
                .contains("own.table"));
    }

    @Test
    void installedOnesAreKnownToAllAndReplaced() {
        Protocols former = Protocols.installed();
        assertSame(former, Protocols.install(PROTOCOLS));
        try {
            assertSame(PROTOCOLS, Protocols.installed());
            assertEquals(1, Query.supports(List.of("foreign.first")).size());
        } finally {
            Protocols.install(former);
        }
        assertEquals(0, Query.supports(List.of("foreign.first")).size());
    }
}
