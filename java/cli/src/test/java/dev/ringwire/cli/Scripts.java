package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Shell scripts that call the launcher, in a network namespace that goes with each; what they print is in files. */
record Scripts(Path directory) {
    static final String LAUNCHER = System.getProperty("ringwire.launcher", "target/ringwire");

    /** Skips the test where namespaces cannot be made or a program is missing, unless all that is required. */
    void assumeRootAnd(String... programs) throws IOException, InterruptedException {
        var tries = new StringBuilder("test $(id -u) = 0 && unshare -n true");
        for (String program : programs) {
            tries.append(" && ").append(program).append(" --version");
        }
        Assumptions.assumeTrue(
                Boolean.getBoolean("ringwire.root.required") || shell(tries.toString()) == 0,
                "not root, or no unshare or one of " + String.join(", ", programs));
    }

    /** The exit status of a script in a namespace of its own, where "ringwire " means the launcher. */
    int inNamespace(String script) throws IOException, InterruptedException {
        Path file = Files.writeString(
                directory.resolve("script"),
                script.replace("ringwire ", Path.of(LAUNCHER).toAbsolutePath() + " "));
        return shell("exec unshare -n sh " + file);
    }

    private int shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", script)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        assertTrue(process.waitFor(90, TimeUnit.SECONDS), () -> script + " does not end");
        return process.exitValue();
    }

    /** A file that a script wrote; "out" and "err" are what it printed. */
    String read(String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
    }
}
