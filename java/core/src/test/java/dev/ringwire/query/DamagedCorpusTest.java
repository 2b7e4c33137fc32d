package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every file of the {@link Corpus}, if there is one, cut and with bits turned over in a hundred ways: reading it, and
 * decoding and asking about what it gives, end in the documented exceptions only, soon, and in a small heap.
 */
@Tag("fuzz")
class DamagedCorpusTest {
    private static final int PROCESSES = 2;

    private static final int LONGEST_MINUTES = 20;

    @Test
    void onlyDocumentedExceptions(@TempDir Path directory) throws Exception {
        Path corpus = Corpus.folder().toAbsolutePath();
        var processes = new ArrayList<Process>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                List<String> command = Command.java(DamagedFiles.class, "" + i, "" + PROCESSES);
                command.remove("-XX:TieredStopAtLevel=1");
                command.addAll(1, List.of("-Xmx64m", "-Dringwire.corpus=" + corpus));
                processes.add(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("" + i).toFile())
                        .start());
            }
            for (int i = 0; i < PROCESSES; i++) {
                boolean ended = processes.get(i).waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
                String said = Files.readString(directory.resolve("" + i));
                assertTrue(ended, "process " + i + " does not end: " + said);
                assertEquals(0, processes.get(i).exitValue(), said);
                assertTrue(said.matches("\\d+ frames, \\d+ characters\n"), said);
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }
}
