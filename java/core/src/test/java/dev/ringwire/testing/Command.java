package dev.ringwire.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs programs for tests; one that fails or hangs is an exception that shows what it printed. */
public final class Command {
    private static final int TIMEOUT_SECONDS = 60;

    private Command() {}

    /** Skips the test where there is no such program. */
    public static void assumeInstalled(String program) {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))),
                "no " + program + " here");
    }

    /** Runs to the end; returns what was printed, standard error included. */
    public static String run(String... command) {
        Result result = attempt(List.of(command));
        if (result.exit != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with " + result.exit + ":\n" + result.output);
        }
        return result.output;
    }

    /** Runs to the end, however it ends. */
    public static Result attempt(List<String> command) {
        Process process = start(command);
        try {
            // A thread of its own, so that a program that neither writes nor ends meets the timeout.
            var output = new StringBuilder();
            Thread reader = new Thread(() -> output.append(readAll(process)));
            reader.start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(String.join(" ", command) + " hangs");
            }
            reader.join();
            return new Result(process.exitValue(), output.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a program; standard error joins standard output. */
    public static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line of a JVM with the classes under test and the tests. */
    public static List<String> java(Class<?> main, String... arguments) {
        String classPath = Stream.of(main, dev.ringwire.frame.Frame.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(":"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String readAll(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * How a program ended.
     *
     * @param exit its exit status
     * @param output what it printed
     */
    public record Result(int exit, String output) {}
}
