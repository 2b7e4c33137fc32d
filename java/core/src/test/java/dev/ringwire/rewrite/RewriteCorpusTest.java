package dev.ringwire.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Cidr;
import dev.ringwire.file.CaptureCopy;
import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.testing.Corpus;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every capture of the corpus, rewritten. */
class RewriteCorpusTest {
    @TempDir
    Path folder;

    /** Addresses change their first bit, and back when it is done again. */
    private static RewriteRules flip() {
        return new RewriteRules()
                .map(Cidr.of("0.0.0.0/1"), Cidr.of("128.0.0.0/1"))
                .map(Cidr.of("128.0.0.0/1"), Cidr.of("0.0.0.0/1"))
                .map(Cidr.of("::/1"), Cidr.of("8000::/1"))
                .map(Cidr.of("8000::/1"), Cidr.of("::/1"))
                .port(80, 8081)
                .port(8081, 80)
                .vlan(1, 2)
                .vlan(2, 1);
    }

    /** Packets changed; also if the file turns out to be damaged, which the copy then is not. */
    private static long rewrite(Path from, Path to, RewriteRules rules) throws IOException {
        var rewriter = new Rewriter(rules);
        try (CaptureReader reader = CaptureReader.open(from);
                CaptureCopy copy = CaptureCopy.of(reader, create(to), to.toString())) {
            while (copy.next()) {
                rewriter.rewrite(copy.frame());
            }
        } catch (CaptureFormatException damaged) {
            return rewriter.changed();
        }
        return rewriter.changed();
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    @Test
    void twiceTheOppositeGivesEveryByteBack() throws IOException {
        long changed = 0;
        for (Corpus.Entry entry : Corpus.entries()) {
            Path once = folder.resolve("once");
            Path twice = folder.resolve("twice");
            Files.deleteIfExists(once);
            changed += rewrite(entry.path(), once, flip());
            if (!Files.exists(once)) {
                continue; // no capture at all
            }
            rewrite(once, twice, flip());
            byte[] copy = Files.readAllBytes(twice);
            byte[] original = Files.readAllBytes(entry.path());
            assertTrue(copy.length <= original.length, entry.name());
            assertArrayEquals(Arrays.copyOf(original, copy.length), copy, entry.name());
        }
        assertTrue(changed > 1000, changed + " packets changed");
    }

    /** What tshark says of every checksum, before and after: in one file, since it takes long to start. */
    @Test
    void noChecksumBecomesWrong() throws IOException, InterruptedException {
        Path all = folder.resolve("all.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(all)) {
            for (Corpus.Entry entry : Corpus.entries()) {
                append(entry.path(), writer);
            }
        }
        List<String> before = checksums(all);
        for (RewriteRules rules : List.of(
                flip(),
                new RewriteRules()
                        .anonymise("k".getBytes(StandardCharsets.UTF_8))
                        .anonymiseMacs())) {
            Path other = folder.resolve("other.pcapng");
            assertTrue(rewrite(all, other, rules) > 1000);
            assertEquals(before, checksums(other));
        }
    }

    private static void append(Path capture, PcapngWriter writer) throws IOException {
        try (CaptureReader reader = CaptureReader.open(capture)) {
            while (reader.next()) {
                if (reader.frame().timestampNanos() >= 0) {
                    writer.write(reader.frame());
                }
            }
        } catch (CaptureFormatException damaged) {
            return;
        }
    }

    private static List<String> checksums(Path capture) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-T", "fields"));
        for (String protocol : List.of("ip", "tcp", "udp")) {
            command.addAll(List.of("-o", protocol + ".check_checksum:TRUE"));
        }
        for (String protocol : List.of("ip", "tcp", "udp", "icmp", "icmpv6", "igmp", "vrrp")) {
            command.addAll(List.of("-e", protocol + ".checksum.status"));
        }
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Assumptions.abort("no tshark here");
        }
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor());
        return lines;
    }
}
