package dev.ringwire.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands as a user does, our own by its launcher script, and times each from its start to its exit. */
final class Launcher {
    private static final int LONGEST_RUN_MINUTES = 15;

    private final Path script;
    private final Path errors;

    private Launcher(Path script, Path errors) {
        this.script = script;
        this.errors = errors;
    }

    /** The launcher that the build made. */
    static Launcher of(Bench bench) throws IOException {
        Path output = bench.toolchain().output();
        Path script = bench.toolchain().root().resolve("java/cli/target/ringwire");
        if (!Files.isExecutable(script)) {
            throw new IOException(script + " is missing: mvn package makes it");
        }
        return new Launcher(script, output.resolve("command.log"));
    }

    /** Whether there is such a command. */
    static boolean isInstalled(String command) throws InterruptedException {
        try {
            new ProcessBuilder(command, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Seconds that our command takes; what it prints goes to a file. */
    double ringwire(List<String> arguments, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(arguments);
        return run(command, output);
    }

    /** Seconds that a command takes; what it prints goes to a file. */
    double run(List<String> command, Path output) throws IOException, InterruptedException {
        Files.deleteIfExists(output);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            if (!process.waitFor(LONGEST_RUN_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException(command.get(0) + " takes too long");
            }
        } finally {
            process.destroyForcibly();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed: "
                    + Files.readString(errors).strip());
        }
        return seconds;
    }
}
