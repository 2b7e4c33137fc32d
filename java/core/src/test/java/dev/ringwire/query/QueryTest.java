package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Frames;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import dev.ringwire.wire.Vlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueryTest {
    private static final byte[] ARP = Packet.of(
                    new Ethernet().type(0x0806), new Arp().targetIp(Ipv4Address.of("10.0.0.9")))
            .toBytes();
    private static final byte[] UDP = Packet.of(
                    new Ethernet().src(MacAddress.of("02:00:00:00:00:01")),
                    new Ipv4()
                            .src(Ipv4Address.of("10.0.0.1"))
                            .dst(Ipv4Address.of("10.0.0.2"))
                            .identification(0xabc)
                            .proto(17),
                    new Udp().srcPort(1000).dstPort(53),
                    Raw.of("abcdefgh"))
            .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
    private static final byte[] QINQ = Packet.of(
                    new Ethernet().type(0x88a8),
                    new Vlan().id(100).type(0x8100),
                    new Vlan().id(200).priority(5),
                    new Ipv4()
                            .src(Ipv4Address.of("10.0.0.3"))
                            .dst(Ipv4Address.of("10.0.0.4"))
                            .proto(6),
                    new Tcp().srcPort(80).dstPort(4000).syn(true).ack(true).options(new byte[] {
                        2, 4, 5, (byte) 0xb4, 1, 1, 4, 2
                    }))
            .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
    /** Port unreachable, about a UDP packet of 10.0.0.2. */
    private static final byte[] ICMP = Packet.of(
                    new Ethernet(),
                    new Ipv4()
                            .src(Ipv4Address.of("10.0.0.7"))
                            .dst(Ipv4Address.of("10.0.0.2"))
                            .proto(1),
                    new Icmpv4().type(3).code(3),
                    Raw.of(Packet.of(
                                    new Ipv4()
                                            .src(Ipv4Address.of("10.0.0.2"))
                                            .dst(Ipv4Address.of("10.0.0.7"))
                                            .proto(17),
                                    new Udp().srcPort(5555).dstPort(6666))
                            .toBytes(Fix.LENGTHS)))
            .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);

    private static FrameSource all() {
        return Frames.source(ARP, UDP, QINQ, ICMP);
    }

    private static String text(Query query, RowFormat format) throws IOException {
        var out = new ByteArrayOutputStream();
        RowWriter writer = format.writer(query, out);
        writer.header();
        try (FrameSource source = all()) {
            Rows rows = query.over(source);
            while (rows.next()) {
                writer.write(rows.row());
            }
        }
        writer.flush();
        return out.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void oneRowAFrameWithAbsentFieldsEmpty() throws Exception {
        assertEquals(
                """
                frame.number\tframe.time_epoch\tip.src\tip.id\tudp.dstport\ttcp.flags.syn\teth.src
                1\t0.000000000\t\t\t\t\t00:00:00:00:00:00
                2\t1.000000000\t10.0.0.1\t0x0abc\t53\t\t02:00:00:00:00:01
                3\t2.000000000\t10.0.0.3\t0x0000\t\t1\t00:00:00:00:00:00
                4\t3.000000000\t10.0.0.7\t0x0000\t6666\t\t00:00:00:00:00:00
                """,
                text(
                        Query.of(
                                "frame.number",
                                "frame.time_epoch",
                                "ip.src",
                                "ip.id",
                                "udp.dstport",
                                "tcp.flags.syn",
                                "eth.src"),
                        RowFormat.TSV));
    }

    @Test
    void csvQuotesSeveralValues() throws Exception {
        assertEquals("""
                ip.src,tcp.option_kind
                ,
                10.0.0.1,
                10.0.0.3,"2,1,1,4"
                "10.0.0.7,10.0.0.2",
                """, text(Query.of("ip.src", "tcp.option_kind").allOccurrences(true), RowFormat.CSV));
    }

    @Test
    void jsonHasTypes() throws Exception {
        assertEquals("""
                {"frame.time_epoch":"0.000000000","ip.id":null,"tcp.flags.ack":null,"ip.src":null}
                {"frame.time_epoch":"1.000000000","ip.id":2748,"tcp.flags.ack":null,"ip.src":"10.0.0.1"}
                {"frame.time_epoch":"2.000000000","ip.id":0,"tcp.flags.ack":true,"ip.src":"10.0.0.3"}
                {"frame.time_epoch":"3.000000000","ip.id":0,"tcp.flags.ack":null,"ip.src":"10.0.0.7"}
                """, text(Query.of("frame.time_epoch", "ip.id", "tcp.flags.ack", "ip.src"), RowFormat.JSON));
        assertTrue(text(Query.of("ip.src").allOccurrences(true), RowFormat.JSON)
                .endsWith("{\"ip.src\":[\"10.0.0.7\",\"10.0.0.2\"]}\n"));
    }

    @Test
    void theOutermostValueIsGiven() throws Exception {
        Query query = Query.of("ieee8021ad.id", "vlan.id", "eth.vlan.id", "eth.vlan.tpid", "eth.type", "udp.srcport");
        try (FrameSource source = all()) {
            List<Object> third = query.over(source).values().get(2);
            assertEquals(Arrays.asList(100L, 200L, 100L, 0x88a8L, 0x88a8L, null), third);
        }
    }

    @Test
    void rangesOfThePayload() throws Exception {
        Query query = Query.of(
                "udp.payload",
                "udp.payload.offset[0:4]",
                "udp.payload.offset[6:20]",
                "udp.payload.offset[:]",
                "udp.payload.offset[9:10]");
        try (FrameSource source = Frames.source(UDP)) {
            Rows rows = query.over(source);
            assertTrue(rows.next());
            Row row = rows.row();
            assertEquals("6162636465666768", row.getText(0));
            assertEquals("61626364", row.getText(1));
            assertEquals("6768", row.getText(2));
            assertEquals("6162636465666768", row.getText(3));
            assertFalse(row.has(4));
            assertArrayEquals("gh".getBytes(StandardCharsets.US_ASCII), (byte[]) row.get(2));
        }
    }

    @Test
    void skipEmptyDropsRowsWithNothingAskedInside() throws Exception {
        Query query = Query.of("frame.number", "udp.srcport").skipEmpty(true);
        try (FrameSource source = all()) {
            Rows rows = query.over(source);
            assertTrue(rows.next());
            assertEquals(2, rows.row().getLong(0));
            assertTrue(rows.next());
            assertEquals(4, rows.row().getLong(0));
            assertFalse(rows.next());
            assertEquals(2, rows.count());
            assertEquals(4, rows.frames());
        }
    }

    @Test
    void timesAndMaximum() throws Exception {
        Query query = Query.of("frame.number").start(Instant.ofEpochSecond(1)).end(Instant.ofEpochSecond(3));
        assertEquals("frame.number\n2\n3\n", text(query, RowFormat.TSV));
        assertEquals("frame.number\n2\n", text(query.max(1), RowFormat.TSV));
        assertEquals("frame.number\n", text(query.max(0), RowFormat.TSV));
        assertThrows(IllegalArgumentException.class, () -> query.max(-1));
    }

    @Test
    void whatPassesIsWrittenMeanwhile() throws Exception {
        var written = new ArrayList<Frame>();
        FrameSink sink = new FrameSink() {
            @Override
            public void write(Frame frame) {
                written.add(frame.copy());
            }

            @Override
            public void close() {}
        };
        text(Query.of("udp.srcport").skipEmpty(true).writeTo(sink), RowFormat.TSV);
        assertEquals(2, written.size());
        assertArrayEquals(UDP, written.get(0).bytes());
    }

    @Test
    void typedValues() throws Exception {
        Query query = Query.of("eth.src", "ip.src", "udp.srcport", "ip.flags.df", "frame.time_epoch", "tcp.srcport");
        try (FrameSource source = all()) {
            Rows rows = query.over(source);
            rows.next();
            rows.next();
            Row row = rows.row();
            assertEquals(
                    Arrays.asList(
                            MacAddress.of("02:00:00:00:00:01"),
                            Ipv4Address.of("10.0.0.1"),
                            1000L,
                            false,
                            Instant.ofEpochSecond(1),
                            null),
                    row.toList());
            assertNull(row.get(5));
            assertThrows(IllegalStateException.class, () -> row.getLong(5));
            assertEquals("udp.srcport", row.name(2));
        }
    }

    @Test
    void stopsFromAnotherThread() throws Exception {
        try (FrameSource endless = new Endless()) {
            Rows rows = Query.of("frame.number").over(endless);
            var stopper = new Thread(rows::stop);
            assertTrue(rows.next());
            stopper.start();
            while (rows.next()) {
                assertTrue(rows.count() > 0);
            }
            stopper.join();
            assertTrue(rows.ended());
        }
    }

    @Test
    void waitsAsLongAsAsked() throws Exception {
        var silent = new Endless();
        silent.silent = true;
        Rows rows = Query.of("frame.number").over(silent);
        long start = System.nanoTime();
        assertFalse(rows.next(120_000_000));
        assertTrue(System.nanoTime() - start >= 120_000_000);
        assertFalse(rows.ended());
    }

    @Test
    void aBusySourceWithoutRowsDoesNotKeepTheCaller() throws Exception {
        Rows rows = Query.of("tcp.srcport").skipEmpty(true).over(new Endless());
        long start = System.nanoTime();
        assertFalse(rows.next(20_000_000));
        assertTrue(System.nanoTime() - start >= 20_000_000);
        assertFalse(rows.next(0));
        assertFalse(rows.ended());
    }

    @Test
    void theOutermostOfANameThatTwoProtocolsShare() throws Exception {
        byte[] tunnel = Packet.of(
                        new Ethernet().type(0x86dd),
                        new Ipv6().nextHeader(4),
                        new Ipv4().proto(41),
                        new Ipv6().nextHeader(59))
                .toBytes(Fix.LENGTHS);
        try (FrameSource source = Frames.source(tunnel, tunnel)) {
            Rows first = Query.of("ip.version", "ipv6.version").over(source);
            assertTrue(first.next());
            assertEquals("6\t6", first.row().toString());
            Rows all = Query.of("ip.version", "ipv6.version", "ip.proto")
                    .allOccurrences(true)
                    .over(source);
            assertTrue(all.next());
            assertEquals("6,4,6\t6,6\t41", all.row().toString());
        }
    }

    @Test
    void onlyNumbersAreLongs() throws Exception {
        try (FrameSource source = Frames.source(UDP)) {
            Rows rows = Query.of("udp.payload", "udp.srcport").over(source);
            assertTrue(rows.next());
            assertThrows(IllegalArgumentException.class, () -> rows.row().getLong(0));
            assertEquals(1000, rows.row().getLong(1));
        }
    }

    @Test
    void unknownNamesAreRefusedWithTheNearest() {
        var e = assertThrows(IllegalArgumentException.class, () -> Query.of("tcp.srcprt"));
        assertEquals("no field \"tcp.srcprt\"; did you mean tcp.srcport?", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Query.of());
        assertThrows(IllegalArgumentException.class, () -> Query.of("ip.src.offset[0:4]"));
        assertThrows(IllegalArgumentException.class, () -> Query.of("udp.payload.offset[4:4]"));
        assertThrows(IllegalArgumentException.class, () -> Query.of("udp.payload.offset[-1:4]"));
        assertEquals(
                Set.of("ip.src", "udp.payload.offset[0:4]"),
                Query.supports(List.of(
                        "ip.src",
                        "no.such",
                        "udp.payload.offset[0:4]",
                        "udp.payload.offset[4:4]",
                        "ip.src.offset[0:4]")));
    }

    /** Every SteelScript name of the protocols that are built. */
    @Test
    void steelScriptNamesWork() {
        List<String> names = Arrays.stream(("frame.time_epoch frame.len frame.caplen eth.type eth.src eth.dst"
                                + " eth.vlan.id eth.vlan.pri eth.vlan.cfi eth.vlan.tpid arp.hw.type arp.proto.type"
                                + " arp.hw.size arp.proto.size arp.opcode arp.src.hw_mac arp.src.proto_ipv4 arp.dst.hw_mac"
                                + " arp.dst.proto_ipv4 ip.version ip.hdr_len ip.tos ip.len ip.id ip.flags ip.flags.df"
                                + " ip.flags.mf ip.frag_offset ip.ttl ip.proto ip.src ip.dst ip.checksum udp.srcport"
                                + " udp.dstport udp.length udp.checksum udp.payload udp.payload.offset[0:1] tcp.srcport"
                                + " tcp.dstport tcp.seq tcp.ack tcp.hdr_len tcp.len tcp.flags tcp.flags.urg tcp.flags.ack"
                                + " tcp.flags.push tcp.flags.reset tcp.flags.syn tcp.flags.fin tcp.window_size_value"
                                + " tcp.checksum tcp.urgent_pointer tcp.payload tcp.payload.offset[0:1] icmp.type icmp.code"
                                + " icmp.checksum icmp.ident icmp.seq icmp.mtu icmp.pointer icmp.redir_gw"
                                + " icmp.originate_timestamp icmp.receive_timestamp icmp.transmit_timestamp")
                        .split(" "))
                .toList();
        assertEquals(Set.copyOf(names), Query.supports(names));
    }

    @Test
    void pullingAllocatesNothingPerRow() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var endless = new Endless();
        Query query = Query.of("frame.time_epoch", "eth.src", "ip.src", "udp.srcport", "udp.payload", "ip.id");
        Rows rows = query.over(endless);
        RowWriter writer = RowFormat.TSV.writer(query, java.io.OutputStream.nullOutputStream());
        long before = 0;
        int counted = 200_000;
        for (int i = 0; i < 20_000 + counted; i++) {
            if (i == 20_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            rows.next();
            writer.write(rows.row());
        }
        long perRow = (threads.getCurrentThreadAllocatedBytes() - before) / counted;
        assertEquals(0, perRow);
    }

    /** The same frame for ever, or nothing for ever. */
    private static final class Endless implements FrameSource {
        private final Frame frame = Frame.of(UDP, LinkType.ETHERNET, 0);
        private boolean silent;

        @Override
        public Frame frame() {
            return frame;
        }

        @Override
        public boolean next(long timeoutNanos) throws IOException {
            if (silent) {
                try {
                    Thread.sleep(timeoutNanos / 1_000_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return !silent;
        }

        @Override
        public boolean ended() {
            return false;
        }

        @Override
        public LinkType linkType() {
            return LinkType.ETHERNET;
        }

        @Override
        public void close() {}
    }
}
