package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.file.WriterOptions;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Corpus;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Udp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several threads must write what one does. */
class ParallelRowsTest {
    private static final int PACKETS = 20_000;
    private static final Query QUERY = Query.of(
            "frame.number",
            "frame.time_epoch",
            "frame.len",
            "frame.interface_id",
            "ip.src",
            "udp.dstport",
            "udp.payload");

    @TempDir
    Path folder;

    /** What a query wrote, and how it ended. */
    private record Outcome(
            String text, long rows, long frames, @Nullable String failure) {}

    private static Outcome outcome(Path file, Query query, RowFormat format, int threads) throws IOException {
        try (CaptureReader reader = CaptureReader.open(file)) {
            var out = new ByteArrayOutputStream();
            RowWriter writer = format.writer(query, out);
            writer.header();
            Rows rows = query.over(reader);
            String failure = null;
            try {
                rows.writeTo(writer, threads);
            } catch (CaptureFormatException e) {
                failure = e.getMessage();
            }
            writer.flush();
            return new Outcome(out.toString(StandardCharsets.US_ASCII), rows.count(), rows.frames(), failure);
        } catch (CaptureFormatException noCapture) {
            return new Outcome("", 0, 0, noCapture.getMessage());
        }
    }

    private static void assertSameForAll(Path file, Query query) throws IOException {
        for (RowFormat format : RowFormat.values()) {
            Outcome one = outcome(file, query, format, 1);
            for (int threads : new int[] {2, 3, 8}) {
                assertEquals(one, outcome(file, query, format, threads), () -> file + " " + format);
            }
        }
    }

    /** Of every kind, in an order without a period; one in the middle is larger than any batch. */
    private Path capture(int packets, boolean giant) throws IOException {
        Path file = folder.resolve("packets.pcapng");
        byte[] arp = Packet.of(new Ethernet().type(0x0806), new Arp()).toBytes();
        try (CaptureWriter writer = PcapngWriter.create(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                file.toString(),
                WriterOptions.DEFAULT)) {
            for (int i = 0; i < packets; i++) {
                int size = giant && i == packets / 2 ? 300_000 : i * 31 % 1400;
                byte[] bytes = i % 7 == 3
                        ? arp
                        : Packet.of(
                                        new Ethernet(),
                                        new Ipv4().proto(17),
                                        new Udp().srcPort(i & 0xffff).dstPort(i * 3 & 0xffff),
                                        Raw.of(new byte[size]))
                                .toBytes(size > 60_000 ? new Fix[0] : new Fix[] {Fix.LENGTHS});
                LinkType linkType = i % 11 == 5 ? LinkType.of(147) : LinkType.ETHERNET;
                writer.write(Frame.of(bytes, linkType, 1_700_000_000_000_000_000L + i * 1_000_003L));
            }
        }
        return file;
    }

    @Test
    void writesWhatOneThreadWrites() throws IOException {
        Path file = capture(PACKETS, true);
        assertTrue(outcome(file, QUERY, RowFormat.TSV, 2).text().length() > 2_000_000);
        assertSameForAll(file, QUERY);
        assertSameForAll(file, QUERY.skipEmpty(true).allOccurrences(true));
        assertSameForAll(
                file, QUERY.start(Instant.ofEpochSecond(1_700_000_003)).end(Instant.ofEpochSecond(1_700_000_011)));
        assertSameForAll(file, QUERY.filter(frame -> frame.length() % 5 != 0));
        assertSameForAll(file, QUERY.max(4321));
    }

    @Test
    void writesAllBeforeDamage() throws IOException {
        Path file = capture(5000, false);
        byte[] bytes = Files.readAllBytes(file);
        for (int cut : new int[] {bytes.length - 3, bytes.length / 2 + 1, 300}) {
            Files.write(file, Arrays.copyOf(bytes, cut));
            assertTrue(String.valueOf(outcome(file, QUERY, RowFormat.TSV, 2).failure())
                    .contains("truncated"));
            assertSameForAll(file, QUERY);
        }
    }

    @Test
    void writesFramesToSinkInOrder() throws IOException {
        Path file = capture(5000, false);
        var numbers = new StringBuilder();
        Query query = QUERY.writeTo(new FrameSink() {
            @Override
            public void write(Frame frame) {
                numbers.append(frame.timestampNanos()).append('\n');
            }

            @Override
            public void close() {}
        });
        outcome(file, query, RowFormat.TSV, 1);
        String one = numbers.toString();
        numbers.setLength(0);
        outcome(file, query, RowFormat.TSV, 2);
        assertEquals(one, numbers.toString());
    }

    @Test
    void outputThatFailsEndsAll() throws IOException {
        Path file = capture(PACKETS, false);
        var full = new IOException("full");
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            try (CaptureReader reader = CaptureReader.open(file)) {
                RowWriter writer = RowFormat.TSV.writer(QUERY, new OutputStream() {
                    private int left = 100_000;

                    @Override
                    public void write(int b) {
                        throw new AssertionError("bytewise");
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        left -= length;
                        if (left < 0) {
                            throw full;
                        }
                    }
                });
                Rows rows = QUERY.over(reader);
                assertSame(full, assertThrows(IOException.class, () -> rows.writeTo(writer, 3)));
            }
        });
    }

    @Test
    void filterThatFailsEndsAll() throws IOException {
        Path file = capture(PACKETS, false);
        var wrong = new IllegalArgumentException("wrong");
        Query query = QUERY.filter(frame -> {
            if (frame.timestampNanos() > 1_700_000_015_000_000_000L) {
                throw wrong;
            }
            return true;
        });
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            try (CaptureReader reader = CaptureReader.open(file)) {
                RowWriter writer = RowFormat.TSV.writer(query, OutputStream.nullOutputStream());
                Rows rows = query.over(reader);
                assertSame(wrong, assertThrows(IllegalArgumentException.class, () -> rows.writeTo(writer, 3)));
                assertEquals(15_000, rows.count());
            }
        });
    }

    @Test
    void stopEndsAll() throws IOException {
        Path file = capture(PACKETS, false);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            try (CaptureReader reader = CaptureReader.open(file)) {
                Rows[] rows = new Rows[1];
                Query query = QUERY.filter(frame -> {
                    if (frame.timestampNanos() > 1_700_000_010_000_000_000L) {
                        rows[0].stop();
                    }
                    return true;
                });
                rows[0] = query.over(reader);
                rows[0].writeTo(RowFormat.TSV.writer(query, OutputStream.nullOutputStream()), 3);
                // Every frame read before has its row.
                assertEquals(rows[0].frames(), rows[0].count());
                assertTrue(rows[0].count() < PACKETS);
            }
        });
    }

    @Test
    void sameOverTheCorpus() throws IOException {
        List<Corpus.Entry> entries = Corpus.entries();
        Query query = QUERY.allOccurrences(true);
        for (Corpus.Entry entry : entries) {
            if (Files.size(entry.path()) < 16 << 20) {
                assertEquals(
                        outcome(entry.path(), query, RowFormat.TSV, 1),
                        outcome(entry.path(), query, RowFormat.TSV, 2),
                        entry.name());
            }
        }
        assertNull(outcome(capture(1, false), query, RowFormat.TSV, 2).failure());
    }
}
