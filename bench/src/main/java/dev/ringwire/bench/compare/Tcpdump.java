package dev.ringwire.bench.compare;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of tcpdump, which writes to nowhere and says at its end what it saw. */
final class Tcpdump implements Closeable {
    private final Process process;
    private final Path log;

    private Tcpdump(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Why there is none, if there is none. */
    static Optional<String> missing() throws InterruptedException {
        try {
            new ProcessBuilder("tcpdump", "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("it is not installed");
        }
    }

    /** Starts it and waits until it listens. */
    static Tcpdump start(Bench bench, String interfaceName, int mebibytes) throws IOException, InterruptedException {
        Path log = bench.toolchain().output().resolve("tcpdump.log");
        // It has no standard input whose end would tell it that the harness was killed.
        Process process = new ProcessBuilder(
                        "setpriv",
                        "--pdeathsig",
                        "TERM",
                        "tcpdump",
                        "-n",
                        "-i",
                        interfaceName,
                        "-B",
                        String.valueOf(mebibytes * 1024),
                        "-w",
                        "/dev/null")
                .redirectError(log.toFile())
                .start();
        Tcpdump tcpdump = new Tcpdump(process, log);
        for (int i = 0; i < 100; i++) {
            if (tcpdump.output().contains("listening on")) {
                return tcpdump;
            }
            Thread.sleep(50);
        }
        tcpdump.close();
        throw new IOException("tcpdump does not listen: " + tcpdump.output());
    }

    long pid() {
        return process.pid();
    }

    /** Ends it by a signal, after which it tells its counts. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor(5, TimeUnit.SECONDS);
    }

    long captured() throws IOException {
        return count("packets? captured");
    }

    long dropped() throws IOException {
        return count("packets? dropped by kernel");
    }

    private long count(String what) throws IOException {
        Matcher m = Pattern.compile("(\\d+) " + what).matcher(output());
        if (!m.find()) {
            throw new IOException("tcpdump does not tell \"" + what + "\": " + output());
        }
        return Long.parseLong(m.group(1));
    }

    private String output() throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
