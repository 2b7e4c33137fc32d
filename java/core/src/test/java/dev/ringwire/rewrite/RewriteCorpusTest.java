package dev.ringwire.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
    /** Of tshark's fields of the status of a checksum. */
    private static final char BAD = '0';

    private static final char GOOD = '1';

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
                .port(2905, 2906) // SCTP
                .port(2906, 2905)
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

    private static RewriteRules anonymise() {
        return new RewriteRules()
                .anonymise("k".getBytes(StandardCharsets.UTF_8))
                .anonymiseMacs();
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
        assertTrue(count(before, GOOD) > 1000);
        for (RewriteRules rules : List.of(flip(), anonymise())) {
            Path other = folder.resolve("other.pcapng");
            assertTrue(rewrite(all, other, rules) > 1000);
            List<String> kept = checksums(other);
            assertEquals(before, kept);

            rewrite(all, other, rules.fixChecksums());
            List<String> fixed = checksums(other);
            for (int i = 0; i < before.size(); i++) {
                assertEquals(before.get(i).replace(BAD, GOOD), fixed.get(i).replace(BAD, GOOD), "packet " + (i + 1));
                assertTrue(isNoWorse(before.get(i), fixed.get(i)), before.get(i) + " became " + fixed.get(i));
            }
            assertTrue(count(fixed, BAD) < count(before, BAD) / 2, "few are fixed");
        }
    }

    private static long count(List<String> lines, char status) {
        return lines.stream()
                .flatMapToInt(String::chars)
                .filter(c -> c == status)
                .count();
    }

    private static boolean isNoWorse(String before, String after) {
        for (int i = 0; i < before.length(); i++) {
            if (before.charAt(i) == GOOD && after.charAt(i) == BAD) {
                return false;
            }
        }
        return true;
    }

    /** A packet without a byte of what the rules are about stays, and a file of such packets. */
    @Test
    void whatNoRuleTouchesStays() throws IOException {
        var rules = new RewriteRules()
                .map(Cidr.of("192.168.0.0/16"), Cidr.of("172.16.0.0/16"))
                .port(80, 8080);
        var rewriter = new Rewriter(rules);
        int untouched = 0;
        int changed = 0;
        int files = 0;
        for (Corpus.Entry entry : Corpus.entries()) {
            Path copied = folder.resolve("copied");
            Files.deleteIfExists(copied);
            long touched = rewrite(entry.path(), copied, rules);
            if (touched == 0 && Files.exists(copied)) {
                files++;
                byte[] copy = Files.readAllBytes(copied);
                byte[] original = Files.readAllBytes(entry.path());
                assertArrayEquals(Arrays.copyOf(original, copy.length), copy, entry.name());
            }
            try (CaptureReader reader = CaptureReader.open(entry.path())) {
                while (reader.next()) {
                    byte[] was = reader.frame().bytes();
                    boolean hit = rewriter.rewrite(reader.frame());
                    if (!contains(was, 0xc0a8) && !contains(was, 80)) {
                        assertArrayEquals(was, reader.frame().bytes(), entry.name());
                        assertFalse(hit, entry.name());
                        untouched++;
                    }
                    changed += hit ? 1 : 0;
                }
            } catch (CaptureFormatException damaged) {
                // What stands before the damage was compared.
            }
        }
        assertTrue(untouched > 1000 && changed > 1000 && files > 100, untouched + " " + changed + " " + files);
    }

    private static boolean contains(byte[] bytes, int pair) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if ((bytes[i] & 0xff) << 8 == (pair & 0xff00) && (bytes[i + 1] & 0xff) == (pair & 0xff)) {
                return true;
            }
        }
        return false;
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
        // A packet in fragments would be put together, and so be another one, where the fragments' headers are made
        // right.
        command.addAll(List.of("-o", "ip.defragment:FALSE", "-o", "sctp.checksum:CRC32c"));
        for (String protocol : List.of("ip", "tcp", "udp")) {
            command.addAll(List.of("-o", protocol + ".check_checksum:TRUE"));
        }
        for (String protocol : List.of("ip", "tcp", "udp", "icmp", "icmpv6", "igmp", "vrrp", "sctp")) {
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
