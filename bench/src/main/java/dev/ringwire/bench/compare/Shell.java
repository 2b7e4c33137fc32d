package dev.ringwire.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs commands that set up interfaces. */
final class Shell {
    private Shell() {}

    /**
     * Runs a command to its end.
     *
     * @throws IOException if it fails; the message says what it printed
     */
    static void run(String... command) throws IOException, InterruptedException {
        run(List.of(), command);
    }

    /** Runs a command that begins with these words. */
    static void run(List<String> first, String... rest) throws IOException, InterruptedException {
        List<String> command = join(first, rest);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.trim());
        }
    }

    static List<String> join(List<String> first, String... rest) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all;
    }
}
