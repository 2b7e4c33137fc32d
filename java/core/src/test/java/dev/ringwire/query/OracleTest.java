package dev.ringwire.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureFormat;
import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.testing.Corpus;
import dev.ringwire.wire.Protocols;
import dev.ringwire.wire.Selector;
import dev.ringwire.wire.dns.Dns;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Every cell that tshark prints for every file of the corpus, against ours. {@code oracle.sh} beside the corpus runs
 * tshark. Each disagreement goes into {@code target/oracle-report.tsv} with its reason; one without a known reason fails
 * the test.
 */
class OracleTest {
    private static final Pattern LINK_TYPES =
            Pattern.compile("((EN10MB|RAW|NULL|LOOP|LINUX_SLL2?|IPV4|IPV6)\\(\\d+\\),?)+");

    /** Besides what oracle.sh asks for: every field of ours that tshark knows by its name. */
    private static final List<String> MORE = FieldRegistry.standard().fields().stream()
            .map(FieldInfo::name)
            .filter(namesOfTshark()::contains)
            .distinct()
            .sorted()
            .toList();

    /** To compare a few files only, while changing something. */
    private static final Pattern FILES = Pattern.compile(System.getProperty("ringwire.oracle.files", ""));

    private static final Pattern HEX = Pattern.compile("0x[0-9a-f]{1,15}");

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("MMM ppd, yyyy HH:mm:ss.000000000 'UTC'", Locale.ROOT);

    /** Files of DNS at other ports, which tshark finds by guessing and we are told. */
    private static final Map<String, List<Integer>> DNS_PORTS = Map.of(
            "nDPI/pcap__dnscrypt-v1-and-resolver-pings.pcap", List.of(443, 465, 553, 1053, 1443, 2053, 4343, 8443),
            "nDPI/pcap__custom_rules_ipv6.pcapng", List.of(5333));

    private static final double WANTED = 0.998;

    private record Disagreement(String file, String frame, String field, String tshark, String ours, String reason) {}

    private static final class Tally {
        private long cells;
        private final List<Disagreement> disagreements = new ArrayList<>();
    }

    @Test
    void cellsEqualTsharks() throws Exception {
        Path script = Corpus.folder().resolveSibling("oracle.sh");
        Assumptions.assumeTrue(Files.isRegularFile(script), "no oracle.sh beside the corpus");
        Assumptions.assumeTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, "tshark"))),
                "no tshark here");
        var pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        var total = new Tally();
        int files = 0;
        try {
            var jobs = new ArrayList<Callable<Tally>>();
            for (Corpus.Entry entry : Corpus.entries()) {
                if (LINK_TYPES.matcher(entry.linkTypes()).matches()
                        && FILES.matcher(entry.name()).find()) {
                    jobs.add(() -> compare(entry, tshark(script, entry)));
                }
            }
            for (var result : pool.invokeAll(jobs)) {
                Tally tally = result.get();
                files++;
                total.cells += tally.cells;
                total.disagreements.addAll(tally.disagreements);
            }
        } finally {
            pool.shutdownNow();
        }
        assertTrue(files > 0);
        report(total, files);
        double agreement = 1 - (double) total.disagreements.size() / total.cells;
        assertTrue(agreement >= WANTED, "only " + agreement + " of " + total.cells + " cells agree");
        assertEquals(
                List.of(),
                total.disagreements.stream().filter(d -> d.reason().isEmpty()).toList(),
                "disagreements nobody has explained");
    }

    /** Every name of a field that tshark lists; none where it is not installed. */
    private static Set<String> namesOfTshark() {
        try {
            Process process = new ProcessBuilder("tshark", "-G", "fields")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                return lines.lines()
                        .filter(line -> line.startsWith("F\t"))
                        .map(line -> line.split("\t")[2])
                        .collect(Collectors.toSet());
            }
        } catch (IOException notHere) {
            return Set.of();
        }
    }

    private static void report(Tally total, int files) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("file\tframe\tfield\ttshark\tours\treason");
        total.disagreements.forEach(
                d -> lines.add(String.join("\t", d.file(), d.frame(), d.field(), d.tshark(), d.ours(), d.reason())));
        Files.write(Path.of("target", "oracle-report.tsv"), lines);
        Map<String, Long> reasons = total.disagreements.stream()
                .collect(Collectors.groupingBy(Disagreement::reason, TreeMap::new, Collectors.counting()));
        System.out.printf(
                "oracle: %d files, %d cells, %d disagree (%.3f %% agree)%n",
                files, total.cells, total.disagreements.size(), 100 - 100.0 * total.disagreements.size() / total.cells);
        reasons.forEach((reason, count) -> System.out.println("oracle: " + count + " cells: " + reason));
    }

    /** What the oracle prints, kept for the next run with the same fields. */
    private static List<String> tshark(Path script, Corpus.Entry entry) throws Exception {
        String asked = Integer.toHexString(MORE.hashCode());
        Path cache = Path.of("target", "oracle", asked, entry.name().replace('/', '!') + ".tsv");
        if (!Files.exists(cache)) {
            Files.createDirectories(cache.getParent());
            Path partial = cache.resolveSibling(cache.getFileName() + ".part");
            var command = new ArrayList<String>(
                    List.of("sh", script.toString(), entry.path().toString(), "-e", "frame.protocols"));
            MORE.forEach(field -> command.addAll(List.of("-e", field)));
            Process process = new ProcessBuilder(command)
                    .redirectOutput(partial.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "tshark does not end on " + entry.name());
            Files.move(partial, cache);
        }
        return List.of(new String(Files.readAllBytes(cache), UTF_8).split("\n"));
    }

    private static Tally compare(Corpus.Entry entry, List<String> oracle) throws IOException {
        var tally = new Tally();
        if (oracle.get(0).isEmpty()) {
            return tally; // tshark refuses the file
        }
        List<String> names = List.of(oracle.get(0).split("\t", -1));
        // Of a field that is asked for twice, tshark fills the last column.
        var known = new ArrayList<>(Query.supports(names));
        List<String[]> theirs = new ArrayList<>();
        boolean renumbered = false;
        for (String line : oracle.subList(1, oracle.size())) {
            String[] cells = line.split("\t", -1);
            // tshark shows some pcapng blocks that hold no packet as frames; they have no time.
            boolean block = cells[0].equals("data") && cells[names.lastIndexOf("frame.time_epoch")].isEmpty();
            renumbered |= block;
            if (!block) {
                theirs.add(cells);
            }
        }
        int row = 0;
        try (CaptureReader reader = CaptureReader.open(entry.path())) {
            if (reader.format().container() != CaptureFormat.Container.PCAPNG) {
                known.remove("frame.interface_id"); // ours is 0, tshark's missing
            }
            int[] columns = known.stream().mapToInt(names::lastIndexOf).toArray();
            Protocols protocols = Protocols.standard();
            for (int port : DNS_PORTS.getOrDefault(entry.name(), List.of())) {
                protocols = protocols.with(Dns.PROTOCOL, Selector.udpPort(port));
            }
            Rows rows = Query.of(protocols, known).over(reader);
            while (rows.next()) {
                String[] cells = row < theirs.size() ? theirs.get(row) : new String[names.size()];
                for (int i = 0; i < known.size(); i++) {
                    String field = known.get(i);
                    String tshark = cell(cells, columns[i]);
                    String ours = rows.row().getText(i);
                    if (tshark.isEmpty() && ours.isEmpty()) {
                        continue;
                    }
                    tally.cells++;
                    if (!plain(tshark).equals(plain(ours))) {
                        tally.disagreements.add(new Disagreement(
                                entry.name(),
                                rows.row().getText(known.indexOf("frame.number")),
                                field,
                                tshark,
                                ours,
                                field.equals("frame.number") && renumbered
                                        ? "tshark numbers pcapng blocks that hold no packet"
                                        : OracleReasons.of(new OracleReasons.Cell(
                                                field, tshark, ours, name -> cell(cells, names.lastIndexOf(name))))));
                    }
                }
                row++;
            }
        } catch (CaptureFormatException e) {
            // The file is damaged; CorpusTest says which are and how.
        }
        return tally;
    }

    /** What tshark prints; a value without bytes is none. */
    private static String cell(String[] cells, int column) {
        return cells[column] == null || cells[column].equals("<MISSING>") ? "" : cells[column];
    }

    /** Numbers in decimal, dates in seconds. */
    private static String plain(String value) {
        if (value.endsWith(" UTC")) {
            return LocalDateTime.parse(value, DATE).toEpochSecond(ZoneOffset.UTC) + ".000000000";
        }
        return HEX.matcher(value).matches() ? Long.toString(Long.parseLong(value.substring(2), 16)) : value;
    }
}
