package dev.ringwire.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A folder of collected captures, if there is one: system property {@code ringwire.corpus}, or {@code shared/corpus}
 * beside the project. Its MANIFEST.tsv names them.
 */
public final class Corpus {
    private Corpus() {}

    /**
     * One capture.
     *
     * @param name path in the folder
     * @param packets how many it has
     * @param linkTypes of its interfaces, separated by commas, each a name with a number in parentheses
     */
    public record Entry(String name, int packets, String linkTypes, Path path) {}

    /** The folder; skips the test where there is none. */
    public static Path folder() {
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

    /** Every capture; skips the test where there is none. */
    public static List<Entry> entries() throws IOException {
        Path folder = folder();
        var entries = new ArrayList<Entry>();
        for (String line : Files.readAllLines(folder.resolve("MANIFEST.tsv"))) {
            String[] columns = line.split("\t", -1);
            if (!columns[0].equals("file")) {
                entries.add(
                        new Entry(columns[0], Integer.parseInt(columns[2]), columns[3], folder.resolve(columns[0])));
            }
        }
        return entries;
    }
}
