package dev.ringwire.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.testing.Corpus;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** What tshark decodes and we do not yet; the fields of what it carries are missing. */
    private static final Set<String> NOT_BUILT = Set.of(
            "gtp",
            "capwap.data",
            "lisp-data",
            "lisp",
            "cfp",
            "vntag",
            "macsec",
            "gtpprime",
            "l2tp",
            "teredo",
            "ayiya",
            "gprs-ns",
            "wlan");

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
        List<String> known = List.copyOf(Query.supports(names));
        List<String[]> theirs = new ArrayList<>();
        boolean renumbered = false;
        for (String line : oracle.subList(1, oracle.size())) {
            String[] cells = line.split("\t", -1);
            // tshark shows some pcapng blocks that hold no packet as frames; they have no time.
            boolean block = cells[0].equals("data") && cells[names.indexOf("frame.time_epoch")].isEmpty();
            renumbered |= block;
            if (!block) {
                theirs.add(cells);
            }
        }
        int[] columns = known.stream().mapToInt(names::indexOf).toArray();
        int row = 0;
        try (CaptureReader reader = CaptureReader.open(entry.path())) {
            Rows rows = Query.of(known).over(reader);
            while (rows.next()) {
                String[] cells = row < theirs.size() ? theirs.get(row) : new String[names.size()];
                for (int i = 0; i < known.size(); i++) {
                    String field = known.get(i);
                    String tshark = cells[columns[i]] == null ? "" : cells[columns[i]];
                    String ours = rows.row().getText(i);
                    if (tshark.isEmpty() && ours.isEmpty()) {
                        continue;
                    }
                    tally.cells++;
                    if (!plain(tshark).equals(plain(ours))) {
                        String protocols = cells[0] == null ? "" : cells[0];
                        tally.disagreements.add(new Disagreement(
                                entry.name(),
                                rows.row().getText(known.indexOf("frame.number")),
                                field,
                                tshark,
                                ours,
                                reason(field, tshark, ours, protocols, renumbered)));
                    }
                }
                row++;
            }
        } catch (CaptureFormatException e) {
            // The file is damaged; CorpusTest says which are and how.
        }
        return tally;
    }

    private static String plain(String value) {
        return HEX.matcher(value).matches() ? Long.toString(Long.parseLong(value.substring(2), 16)) : value;
    }

    private static String reason(String field, String tshark, String ours, String protocols, boolean renumbered) {
        if (field.equals("frame.number") && renumbered) {
            return "tshark numbers pcapng blocks that hold no packet";
        }
        if (ours.isEmpty() || protocols.contains(":cfp:")) {
            for (String protocol : protocols.split(":")) {
                if (NOT_BUILT.contains(protocol)) {
                    return "inside a protocol that is not built yet: " + protocol;
                }
            }
        }
        if (ours.isEmpty() && field.startsWith("dhcp.option.")
                || tshark.isEmpty() && field.matches("dhcp.(server|file)")) {
            return "options in the server name or file field (RFC 2132 section 9.3): we give the field";
        }
        if (protocols.endsWith(":rgmp") && tshark.isEmpty() && field.startsWith("igmp.")) {
            return "RGMP, RFC 3488: tshark gives rgmp.type, we the IGMP header it is made of";
        }
        if (ours.isEmpty() && protocols.contains(":ipv6.routing:eth:")) {
            return "inside a protocol that is not built yet: Ethernet in IPv6";
        }
        if (tshark.isEmpty() && field.startsWith("icmpv6.") && protocols.endsWith(":ipv6:icmpv6")) {
            return "an IPv6 payload length of 0: tshark stops, we take what is there";
        }
        if (field.equals("frame.time_epoch")
                && tshark.matches("-?\\d+\\.(\\d{10,}|\\d{9})")
                && Math.abs(Double.parseDouble(tshark) - Double.parseDouble(ours)) > 1e-9) {
            return "the file's fraction of a second is a second or more: we carry it over";
        }
        if (tshark.isEmpty() && field.matches("pppoed\\.tag(_length)?")) {
            return "tshark knows the types and lengths of PPPoE tags by name, but fills them in for no tag it knows";
        }
        if (field.equals("ip.dst") && !tshark.isEmpty() && !ours.isEmpty()) {
            return "a source route: tshark gives the last hop of the route, we the header's address";
        }
        if (field.equals("ip.len") && ours.equals("0")) {
            return "ip.len is 0 before segmentation offload: tshark guesses the length, we give the header's value";
        }
        if (ours.isEmpty() && protocols.startsWith("null:")) {
            return "the null header holds no address family: tshark finds an EtherType in its second half";
        }
        if (tshark.isEmpty() && field.startsWith("udp.") && protocols.endsWith("ipv6.dstopts")) {
            return "an IPv6 option reaches over its header's end: tshark stops, we go on by the header's length";
        }
        if (tshark.isEmpty() && field.startsWith("udp.") && protocols.contains("ipv6")) {
            return "a jumbogram whose UDP length is 0: tshark stops, we go on";
        }
        if (tshark.isEmpty() && field.equals("tcp.seq_raw") && protocols.contains(":icmp:ip:tcp")) {
            return "a TCP header cut short in an ICMP error: tshark gives tcp.seq only";
        }
        return "";
    }
}
