package dev.ringwire.firewall;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program started for us, its output read line by line by a thread of its own, so that every wait ends. It ignores what
 * a terminal or a service manager sends to all processes at once, and is there until its input ends: at {@link #close},
 * or with this JVM, however that goes.
 */
final class Program implements AutoCloseable {
    /** How long anything is waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MOST_LINES = 65_536;
    private static final String PROLOGUE = "trap '' INT QUIT HUP TERM; ";

    private final String name;
    private final Process process;
    private final Writer input;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>(MOST_LINES);
    private boolean ended;

    /** Starts the script, a constant; the arguments reach it as {@code "$@"}, never as its text. */
    private Program(String script, List<String> arguments) throws IOException {
        name = arguments.get(0);
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", PROLOGUE + script, "ringwire"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        // nft writes a history of its commands below HOME.
        builder.environment().putAll(Map.of("HOME", "/dev/null", "LC_ALL", "C"));
        process = builder.start();
        input = process.outputWriter(StandardCharsets.US_ASCII);
        Thread reader = new Thread(this::read, "ringwire-firewall");
        reader.setDaemon(true);
        reader.start();
    }

    /** Where a program is, in PATH or where administrators' programs are; null if nowhere. */
    static @Nullable Path find(String name) {
        String path = System.getenv("PATH");
        return Stream.concat(
                        Stream.of(path == null ? new String[0] : path.split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/sbin", "/usr/local/sbin"))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Starts a program that reads commands. */
    static Program start(List<String> command) throws IOException {
        return new Program("exec \"$@\"", command);
    }

    /** Runs a program, without input, when its own ends: when it is closed, or this JVM has died. */
    static Program startAtEnd(List<String> command) throws IOException {
        return new Program("while read -r line; do :; done; exec \"$@\"", command);
    }

    /**
     * Runs a program to its end.
     *
     * @return what it printed
     * @throws IOException if it fails or does not end; the message shows what it printed
     */
    static List<String> run(List<String> command) throws IOException {
        try (Program program = start(command)) {
            return program.finish();
        }
    }

    /** Sends one line. */
    void command(String line) throws IOException {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw failure(rest());
        }
    }

    /**
     * Waits for a line.
     *
     * @return what was printed, that line last
     * @throws IOException if the program ends before or does not print it in time
     */
    List<String> await(Predicate<String> last) throws IOException {
        List<String> printed = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String line = next(deadline);
            if (line == null) {
                throw failure(printed);
            }
            printed.add(line);
            if (last.test(line)) {
                return printed;
            }
        }
    }

    /** Ends its input and reads what it still prints, to its end. */
    List<String> finish() throws IOException {
        List<String> printed = rest();
        if (process.isAlive() || process.exitValue() != 0) {
            throw failure(printed);
        }
        return printed;
    }

    /** Ends its input and reads what it still prints. */
    List<String> rest() throws IOException {
        endInput();
        List<String> printed = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (String line = next(deadline); line != null; line = next(deadline)) {
            printed.add(line);
        }
        waitForEnd();
        return printed;
    }

    private @Nullable String next(long deadline) throws IOException {
        // An answer left unread would be taken for the next one's, so an interrupt waits, too.
        boolean interrupted = false;
        try {
            while (!ended) {
                try {
                    Optional<String> line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (line == null) {
                        process.destroyForcibly();
                        throw new IOException(
                                name + " did not answer for " + PATIENCE.toSeconds() + " seconds and was ended");
                    }
                    ended = line.isEmpty();
                    return line.orElse(null);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return null;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What is wrong, from what was printed. */
    IOException failure(List<String> printed) {
        String text = String.join(" ", printed).strip();
        if (text.contains("not permitted") || text.contains("Permission denied") || text.contains("be root")) {
            return new AccessDeniedException(
                    name,
                    null,
                    "no permission to change the kernel's packet filter: run as root (CAP_NET_ADMIN given to java by"
                            + " setcap does not reach the programs it starts), or give the stack an address that"
                            + " this host does not have, which needs no filter");
        }
        return new IOException(name + " failed" + (text.isEmpty() ? "" : ": " + text));
    }

    /** Calls it when the program has ended, however it did. */
    void onEnd(Runnable action) {
        var unused = process.onExit().thenRun(action);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private void endInput() {
        try {
            input.close();
        } catch (IOException endedBefore) {
            // There is nobody left to read it.
        }
    }

    private void waitForEnd() {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // Without input it ends by itself.
            Thread.currentThread().interrupt();
        }
    }

    /** Ends its input and waits for its end; one that does not end is killed. */
    @Override
    public void close() {
        endInput();
        waitForEnd();
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.put(Optional.of(line));
            }
        } catch (IOException | InterruptedException e) {
            // As if it had ended: who waits is told so.
        }
        lines.offer(Optional.empty());
    }
}
