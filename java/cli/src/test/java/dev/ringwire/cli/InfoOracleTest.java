package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@code info} says what capinfos says, of every file of a folder of captures, where both are at hand. */
class InfoOracleTest {
    /** Columns of {@code capinfos -T}, and what we call them. */
    private static final List<String> NAMES = List.of(
            "File name",
            "Number of packets",
            "File size",
            "Data size",
            "Capture duration",
            "First packet time",
            "Last packet time",
            "Data byte rate",
            "Data bit rate",
            "Average packet size",
            "Average packet rate",
            "SHA256",
            "RIPEMD160",
            "SHA1",
            "Strict time order");

    /** Files with more than a second in a fraction of one, and one with a header before each packet that is not counted. */
    private static final List<String> EXPLAINED =
            List.of("timestamp_invalid_", "transform-base64-7296__input", "atm-heapoverflow");

    private static Path corpus() {
        String told = System.getProperty("ringwire.corpus");
        if (told != null) {
            return Path.of(told);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared").resolve("corpus");
            if (Files.isRegularFile(candidate.resolve("MANIFEST.tsv"))) {
                return candidate;
            }
        }
        return Assumptions.abort("no corpus here");
    }

    @Test
    void everyFileOfTheCorpus() throws Exception {
        List<String> files;
        try (Stream<Path> all = Files.walk(corpus())) {
            files = all.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(name -> !name.endsWith(".tsv"))
                    .sorted()
                    .toList();
        }
        Map<String, String[]> expected = capinfos(files);
        Map<String, Map<String, String>> reports = info(files);
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (String file : files) {
            String[] row = expected.get(file);
            Map<String, String> report = reports.get(file);
            // One that either refuses, or ends early, is another matter.
            boolean explained = EXPLAINED.stream().anyMatch(file::contains);
            if (row == null || report == null || report.containsKey("Damaged") || explained) {
                continue;
            }
            compared++;
            for (int i = 1; i < NAMES.size(); i++) {
                String ours = report.get(NAMES.get(i));
                if (ours != null && !same(NAMES.get(i), row[i], ours.split(" ")[0], duration(report))) {
                    wrong.add(file + ": " + NAMES.get(i) + " " + row[i] + ", not " + ours);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(compared > files.size() * 0.9, compared + " of " + files.size());
    }

    private static double duration(Map<String, String> report) {
        return Double.parseDouble(report.getOrDefault("Capture duration", "0").split(" ")[0]);
    }

    private static boolean same(String name, String theirs, String ours, double duration) {
        // It also prints what nanoseconds over a second come to.
        if (theirs.equals("n/a") || theirs.equals("Unknown") || theirs.contains(".-")) {
            return true;
        }
        if (name.contains("rate") || name.contains("time") && !name.contains("order")) {
            // capinfos takes the difference of two doubles, which have no more than quarters of a microsecond.
            double expected = Double.parseDouble(theirs);
            double value = name.contains("rate") ? Double.parseDouble(ours) : seconds(ours);
            return Math.abs(value - expected)
                    <= 0.01 + Math.abs(expected) * (name.contains("rate") ? 1e-6 + 5e-7 / duration : 1e-15);
        }
        if (name.equals("Capture duration")) {
            return Math.abs(Double.parseDouble(theirs) - Double.parseDouble(ours)) < 1e-6;
        }
        if (name.equals("Average packet size")) {
            return Math.abs(Double.parseDouble(theirs) - Double.parseDouble(ours)) < 0.011;
        }
        return theirs.equals(ours);
    }

    private static double seconds(String instant) {
        java.time.Instant time = java.time.Instant.parse(instant);
        return time.getEpochSecond() + time.getNano() / 1e9;
    }

    private static Map<String, String[]> capinfos(List<String> files) throws Exception {
        List<String> command = new ArrayList<>(List.of("capinfos", "-TMSr", "-csduaeyizxHo"));
        command.addAll(files);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Assumptions.abort("capinfos is not installed");
        }
        Map<String, String[]> rows = new HashMap<>();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        for (String line : out.split("\n")) {
            String[] columns = line.split("\t", -1);
            if (columns.length >= NAMES.size()) {
                rows.put(columns[0], columns);
            }
        }
        return rows;
    }

    private static Map<String, Map<String, String>> info(List<String> files) {
        List<String> arguments = new ArrayList<>(List.of("info", "--hash"));
        arguments.addAll(files);
        Map<String, Map<String, String>> reports = new HashMap<>();
        for (String text : Cli.run(arguments.toArray(String[]::new)).out().split("\n\n")) {
            Map<String, String> lines = new HashMap<>();
            for (String line : text.split("\n")) {
                int colon = line.indexOf(": ");
                if (colon > 0) {
                    lines.putIfAbsent(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
            reports.put(lines.get("File name"), lines);
        }
        return reports;
    }
}
