package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.BlockOptions;
import dev.ringwire.file.CaptureInterface;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureSection;
import dev.ringwire.file.DecryptionSecrets;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.file.WriterOptions;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeCommandTest {
    @TempDir
    Path directory;

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private String write(String name, Frame... frames) throws IOException {
        return Cli.write(directory.resolve(name), frames);
    }

    /** Seconds after noon of each packet. */
    private static List<Long> seconds(String file) throws IOException {
        var seconds = new ArrayList<Long>();
        try (CaptureReader reader = CaptureReader.open(Path.of(file))) {
            while (reader.next()) {
                seconds.add((reader.frame().timestampNanos() - Cli.NOON) / 1_000_000_000L);
            }
        }
        return seconds;
    }

    private static void ok(Cli.Result result) {
        assertEquals("", result.err());
        assertEquals(0, result.status());
    }

    @Test
    void byTimeOfThreeFiles() throws IOException {
        String a = write("a.pcap", Cli.udp(0), Cli.udp(3), Cli.udp(6), Cli.udp(7));
        String b = write("b.pcapng", Cli.tcp(1), Cli.tcp(3), Cli.tcp(8));
        String c = write("c.pcap", Cli.udp(2));
        for (String name : List.of("out.pcapng", "out.pcap")) {
            ok(Cli.run("merge", "-w", path(name), a, b, c));
            assertEquals(List.of(0L, 1L, 2L, 3L, 3L, 6L, 7L, 8L), seconds(path(name)));
        }
        ok(Cli.run("merge", "-a", "-w", path("out.pcapng"), a, b, c));
        assertEquals(List.of(0L, 3L, 6L, 7L, 1L, 3L, 8L, 2L), seconds(path("out.pcapng")));
    }

    @Test
    void ofTwoAtTheSameTimeTheFirstFileIsFirst() throws IOException {
        String a = write("a.pcap", Cli.udp(0), Cli.udp(1));
        String b = write("b.pcap", Cli.tcp(0), Cli.tcp(1));
        ok(Cli.run("merge", "-w", path("out.pcap"), b, a));
        var result = Cli.run("query", path("out.pcap"), "-e", "ip.proto");
        assertEquals("6\n17\n6\n17\n", result.out());
    }

    @Test
    void theSameAsMergecap() throws Exception {
        // At different times: of two at the same time, mergecap takes that of the last file first.
        String a = write("a.pcap", Cli.udp(0), Cli.udp(3), Cli.udp(6));
        String b = write("b.pcapng", Cli.tcp(1), Cli.tcp(4));
        ok(Cli.run("merge", "-w", path("ours.pcapng"), a, b));
        try {
            var process = new ProcessBuilder("mergecap", "-w", path("theirs.pcapng"), a, b)
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            assertEquals(0, process.waitFor());
        } catch (IOException e) {
            Assumptions.abort("mergecap is not installed");
        }
        String[] fields = {"-e", "frame.time_epoch", "-e", "ip.src", "-e", "ip.proto"};
        var ours = Cli.run(concat(fields, "query", path("ours.pcapng")));
        var theirs = Cli.run(concat(fields, "query", path("theirs.pcapng")));
        assertEquals(theirs.out(), ours.out());
        assertEquals(5, ours.out().lines().count());
    }

    private static String[] concat(String[] fields, String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of(fields));
        return all.toArray(String[]::new);
    }

    /** A file that says who made it, with secrets and a comment on its packet. */
    private String telling(String name, int n) throws IOException {
        try (PcapngWriter writer = PcapngWriter.create(Path.of(path(name)), WriterOptions.DEFAULT)) {
            BlockOptions section = BlockOptions.NONE
                    .with(CaptureSection.SHB_OS, "Linux")
                    .with(CaptureSection.SHB_HARDWARE, "machine " + n)
                    .withComment("file " + n);
            writer.write(new CaptureSection(ByteOrder.LITTLE_ENDIAN, section));
            BlockOptions captured = BlockOptions.NONE.with(CaptureInterface.IF_NAME, "eth" + n);
            writer.write(CaptureInterface.of(0, LinkType.ETHERNET, captured));
            byte[] keys = ("CLIENT_RANDOM " + n).getBytes(StandardCharsets.US_ASCII);
            writer.write(new DecryptionSecrets(DecryptionSecrets.TLS_KEY_LOG, keys, BlockOptions.NONE));
            writer.write(Cli.udp(n), BlockOptions.NONE.withComment("packet " + n));
        }
        return path(name);
    }

    @Test
    void whatTheFilesSayIsKept() throws IOException {
        ok(Cli.run("merge", "-w", path("out.pcapng"), telling("b.pcapng", 1), telling("a.pcapng", 0)));
        try (CaptureReader reader = CaptureReader.open(Path.of(path("out.pcapng")))) {
            assertEquals(List.of("file 1", "file 0"), reader.section().comments());
            assertEquals("Linux", reader.section().os());
            assertEquals("", reader.section().hardware(), "they differ");
            var secrets = new ArrayList<String>();
            reader.onBlock(block -> {
                if (block instanceof DecryptionSecrets it) {
                    secrets.add(new String(it.data(), StandardCharsets.US_ASCII));
                }
            });
            assertTrue(reader.next());
            assertEquals("eth0", reader.frame().interfaceName());
            assertEquals(List.of("packet 0"), reader.packetOptions().comments());
            assertTrue(secrets.contains("CLIENT_RANDOM 0"));
            assertTrue(reader.next());
            assertEquals("eth1", reader.frame().interfaceName());
            assertEquals(2, secrets.size());
            assertFalse(reader.next());
            assertEquals(2, reader.interfaces().size());
        }
    }

    @Test
    void queryKeepsItToo() throws IOException {
        String file = telling("a.pcapng", 0);
        byte[] before = Files.readAllBytes(Path.of(file));
        var result = Cli.run("query", file, "-e", "ip.src", "-w", path("out.pcapng"));
        ok(result);
        assertEquals(Arrays.toString(before), Arrays.toString(Files.readAllBytes(Path.of(path("out.pcapng")))));
        ok(Cli.run("query", file, telling("b.pcapng", 1), "-e", "ip.src", "-w", path("two.pcapng")));
        var info = Cli.run("info", path("two.pcapng"));
        assertTrue(info.out().contains("Decryption secrets:  2 blocks\n"), info.out());
        assertTrue(info.out().contains("Packet comments:     2 packets\n"), info.out());
        assertTrue(info.out().contains("Interfaces:          2\n"), info.out());
    }

    @Test
    void anUnreadableFileReplacesNothing() throws IOException {
        String file = write("a.pcapng", Cli.udp(0));
        byte[] header = Arrays.copyOf(Files.readAllBytes(Path.of(file)), 90);
        Path cut = Files.write(directory.resolve("cut.pcapng"), header);
        String out = write("out.pcapng", Cli.udp(5));
        assertEquals(
                1, Cli.run("query", cut.toString(), "-e", "ip.src", "-w", out).status());
        assertEquals(List.of(5L), seconds(out));
        assertEquals(1, Cli.run("merge", "-w", out, file, path("none.pcap")).status());
        assertEquals(List.of(5L), seconds(out));
    }

    @Test
    void differentLinkTypes() throws IOException {
        String a = write("a.pcap", Cli.udp(0));
        Path raw = directory.resolve("raw.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(raw)) {
            writer.write(Frame.of(new byte[] {0x45, 0}, LinkType.RAW, Cli.NOON - 1_000_000_000L));
        }
        ok(Cli.run("merge", "-w", path("out.pcapng"), a, raw.toString()));
        assertEquals(List.of(-1L, 0L), seconds(path("out.pcapng")));
        var result = Cli.run("merge", "-w", path("out.pcap"), a, raw.toString());
        assertEquals(1, result.status());
        assertEquals(
                "ringwire: " + path("out.pcap")
                        + ": a pcap file holds one link type, these have ETHERNET(1), RAW(101): " + "use pcapng\n",
                result.err());
        assertFalse(Files.exists(Path.of(path("out.pcap"))));
    }

    @Test
    void damageEndsOneFileOnly() throws IOException {
        String a = write("a.pcap", Cli.udp(0), Cli.udp(2));
        byte[] bytes = Files.readAllBytes(Path.of(write("b.pcap", Cli.udp(1), Cli.udp(3))));
        Path cut = Files.write(directory.resolve("cut.pcap"), Arrays.copyOf(bytes, bytes.length - 1));
        var result = Cli.run("merge", "-w", path("out.pcap"), a, cut.toString());
        assertEquals(1, result.status());
        assertTrue(result.err().startsWith("ringwire: " + cut + ": truncated"), result.err());
        assertEquals(List.of(0L, 1L, 2L), seconds(path("out.pcap")));
    }

    @Test
    void compressedAndFromStandardInput() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(Files.readAllBytes(Path.of(write("b.pcapng", Cli.udp(1)))));
        }
        String a = write("a.pcap", Cli.udp(0), Cli.udp(2));
        ok(Cli.run(packed.toByteArray(), "merge", "-w", path("out.pcapng"), a, "-"));
        assertEquals(List.of(0L, 1L, 2L), seconds(path("out.pcapng")));
        var info = Cli.run(packed.toByteArray(), "info", "-");
        ok(info);
        assertTrue(info.out().contains("pcapng 1.0, little-endian, compressed with gzip\n"), info.out());
    }

    @Test
    void toStandardOutput() throws IOException {
        String a = write("a.pcap", Cli.udp(0));
        var out = new ByteArrayOutputStream();
        ok(Cli.run(out, Channels.newChannel(out), new byte[0], "merge", "-w", "-", a, a));
        Path file = Files.write(directory.resolve("out"), out.toByteArray());
        assertEquals(List.of(0L, 0L), seconds(file.toString()));
    }

    @Test
    void wrongUsage() throws IOException {
        String a = write("a.pcap", Cli.udp(0));
        assertEquals(2, Cli.run("merge", a).status());
        assertEquals(2, Cli.run("merge", "-w", path("out.pcap")).status());
        assertEquals(2, Cli.run("merge", "-w", a, a).status());
        assertEquals(2, Cli.run("merge", "-w", "", a).status());
        assertEquals(2, Cli.run("merge", "-w", path("out.pcap"), "").status());
    }
}
