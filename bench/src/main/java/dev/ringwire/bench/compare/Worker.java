package dev.ringwire.bench.compare;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that measures one contestant and stays alive between rounds, so that what it has warmed up stays warm. Each
 * command is one line of words, each answer one line: {@code result key=value ...} or {@code failed why}. Lines that
 * are neither are passed over.
 */
final class Worker implements Closeable {
    private static final int LONGEST_ANSWER_SECONDS = 120;
    private static final String END = "";

    private final String name;
    private final Process process;
    private final Path errors;
    private final long started;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Worker(String name, Process process, Path errors, long started) {
        this.name = name;
        this.started = started;
        this.process = process;
        this.errors = errors;
    }

    /** Starts a command; what it says on standard error goes to a file. */
    static Worker start(String name, Path errors, List<String> command) throws IOException {
        long started = System.nanoTime();
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        Worker worker = new Worker(name, process, errors, started);
        Thread reader = new Thread(worker::read, "answers of " + name);
        reader.setDaemon(true);
        reader.start();
        return worker;
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("result ") || line.startsWith("failed ")) {
                    answers.add(line);
                }
            }
        } catch (IOException theProcessWasEnded) {
            // As at its end.
        }
        answers.add(END);
    }

    long pid() {
        return process.pid();
    }

    /** Nanoseconds since the process was started. */
    long age() {
        return System.nanoTime() - started;
    }

    /** Gives a command and waits for its answer. */
    Map<String, String> ask(String command) throws IOException, InterruptedException {
        tell(command);
        return answer();
    }

    /** The value of "ns" per value of "packets" that a command answers. */
    double nanosPerPacket(String command) throws IOException, InterruptedException {
        Map<String, String> answer = ask(command);
        return Double.parseDouble(answer.get("ns")) / Double.parseDouble(answer.get("packets"));
    }

    /** Gives a command whose answer is fetched later. */
    void tell(String command) throws IOException {
        try {
            OutputStream out = process.getOutputStream();
            out.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new IOException(name + " ended before \"" + command + "\": " + lastErrors(), e);
        }
    }

    /** The answer to {@link #tell}. */
    Map<String, String> answer() throws IOException, InterruptedException {
        String line = answers.poll(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new IOException(name + " did not answer within " + LONGEST_ANSWER_SECONDS + " s");
        }
        if (!line.startsWith("result ")) {
            throw new IOException(name + " " + (line.isEmpty() ? "ended: " + lastErrors() : line));
        }
        Map<String, String> values = new HashMap<>();
        for (String word : line.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return values;
    }

    private String lastErrors() {
        try {
            List<String> lines = Files.readAllLines(errors, StandardCharsets.ISO_8859_1);
            return String.join("\n    ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Ends the process, and returns when it is gone. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
