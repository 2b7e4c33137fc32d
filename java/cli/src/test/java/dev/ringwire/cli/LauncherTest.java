package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher and the runnable jar, as a shell runs them. */
@Tag("launcher")
@Timeout(60)
class LauncherTest {
    private static final String LAUNCHER = System.getProperty("ringwire.launcher", "target/ringwire");

    @TempDir
    Path directory;

    private Path out;
    private Path err;
    private Process started;

    @BeforeEach
    void files() {
        out = directory.resolve("out");
        err = directory.resolve("err");
    }

    @AfterEach
    void nothingStays() {
        if (started != null) {
            started.descendants().forEach(ProcessHandle::destroyForcibly);
            started.destroyForcibly();
        }
    }

    private Process start(String command) throws IOException {
        started = new ProcessBuilder("sh", "-c", command.replace("ringwire ", LAUNCHER + " "))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return started;
    }

    private int run(String command) throws IOException, InterruptedException {
        Process process = start(command);
        assertTrue(process.waitFor(50, TimeUnit.SECONDS), command + " does not end");
        return process.exitValue();
    }

    private String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    private String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    private String large() throws IOException {
        Frame[] frames = new Frame[200_000];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = Cli.udp(i % 250);
        }
        return Cli.write(directory.resolve("large.pcap"), frames);
    }

    @Test
    void exitStatusTellsUsageFromFailure() throws Exception {
        assertEquals(0, run("ringwire --version"));
        assertTrue(out().matches("ringwire \\d.*\n"), out());
        assertEquals(2, run("ringwire "));
        assertEquals(2, run("ringwire query x.pcap -e nonsense"));
        assertEquals(1, run("ringwire query x.pcap -e ip.src"));
        assertEquals("ringwire: no such file: x.pcap\n", err());
    }

    @Test
    void survivesHead() throws Exception {
        String file = large();
        assertEquals(0, run("{ ringwire query " + file + " -e ip.src; echo $? >" + directory + "/status; } | head -1"));
        assertEquals("192.0.2.0\n", out());
        assertEquals("", err());
        assertEquals("0\n", Files.readString(directory.resolve("status")));
    }

    @Test
    void readsAPipe() throws Exception {
        String file = large();
        assertEquals(0, run("cat " + file + " | ringwire query - -e frame.number | tail -1"));
        assertEquals("200000\n", out());
    }

    @Test
    void standardInputIsNotReplacedWhileItIsRead() throws Exception {
        String file = large();
        long size = Files.size(Path.of(file));
        assertEquals(2, run("ringwire query - -e ip.src -w " + file + " <" + file));
        assertTrue(err().contains("would replace a file that is being read"), err());
        assertEquals(size, Files.size(Path.of(file)));
    }

    @Test
    void filesMayHaveNamesOutsideAsciiInTheCLocale() throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(Path.of("/usr/lib/locale/C.utf8"))
                        || Files.isDirectory(Path.of("/usr/lib/locale/C.UTF-8")),
                "no locale C.UTF-8");
        String file = Cli.write(directory.resolve("a.pcap"), Cli.udp(0));
        String name = "\"$(printf '" + directory + "/\\303\\251.pcap')\"";
        assertEquals(0, run("cp " + file + " " + name));
        for (String locale : new String[] {"LC_ALL=C", "LC_ALL=POSIX", "LC_ALL= LC_CTYPE= LANG="}) {
            assertEquals(0, run(locale + " ringwire query " + name + " -e ip.src"), err());
            assertEquals("192.0.2.0\n", out());
        }
    }

    @Test
    void aPlainQueryNeedsNoPicocli() throws Exception {
        String file = Cli.write(directory.resolve("a.pcap"), Cli.udp(0));
        Path loaded = directory.resolve("loaded");
        assertEquals(
                0,
                run("RINGWIRE_JAVA_OPTS=-Xlog:class+load:file=" + loaded + " ringwire query " + file
                        + " -e ip.src -e udp.dstport -T csv"));
        assertEquals("192.0.2.0,53\n", out());
        String classes = Files.readString(loaded);
        assertTrue(classes.contains(" dev.ringwire.cli.Main "), classes);
        assertFalse(classes.contains(" picocli.CommandLine "), classes);
    }

    @Test
    void findsItsJarWhereverItIsCalledFrom() throws Exception {
        Path launcher = Path.of(LAUNCHER).toAbsolutePath();
        assertEquals(0, run("cd " + launcher.getParent() + "; sh 'ringwire' --version"), err());
        assertTrue(out().startsWith("ringwire "), out());
        Path link = Files.createSymbolicLink(directory.resolve("link"), launcher);
        assertEquals(0, run("cd " + directory + "; ln -s " + link.getFileName() + " again; ./again --version"), err());
        assertTrue(out().startsWith("ringwire "), out());
    }

    @Test
    void noBarWhereStandardErrorIsNoTerminal() throws Exception {
        assertEquals(0, run("ringwire info " + large()));
        assertEquals("", err());
    }

    /** Whatever keeps the native library from loading: doctor has the reason, and what needs no library goes on. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Ddev.ringwire.native=off | turned off by -Ddev.ringwire.native=off",
                "-Ddev.ringwire.native.path=/nowhere/lib.so | -Ddev.ringwire.native.path=/nowhere/lib.so is not a file",
                "-Ddev.ringwire.native.path=GARBAGE | GARBAGE is cut off",
                "-Dos.arch=pdp11 | the jar has no META-INF/native/linux-pdp11/libringwire.so",
                "-Djava.io.tmpdir=/nowhere -Duser.home=/nowhere | set -Djava.io.tmpdir to a directory that can be written",
                "--illegal-native-access=deny | the JVM denies native access",
            })
    void withoutTheLibraryDoctorSaysWhyAndFilesAreRead(String options, String reason) throws Exception {
        boolean denied = options.contains("deny");
        Assumptions.assumeTrue(!denied || Runtime.version().feature() >= 24, "the option is new in Java 24");
        Assumptions.assumeTrue(
                options.contains("path=") || options.contains("off") || options.contains("pdp11") || hasLibrary(),
                "built without the native shim");
        String file = Cli.write(directory.resolve("a.pcap"), Cli.udp(0), Cli.tcp(1));
        String garbage = Files.writeString(directory.resolve("garbage.so"), "\u007fELF, not")
                .toString();
        // The launcher and the manifest of the jar allow native access; the class path alone does not.
        String java = denied
                ? System.getProperty("java.home") + "/bin/java " + options + " -cp " + LAUNCHER
                        + ".jar dev.ringwire.cli.Main "
                : "RINGWIRE_JAVA_OPTS='" + options.replace("GARBAGE", garbage) + "' ringwire ";
        assertEquals(0, run(java + "doctor"), err());
        assertTrue(out().contains("[no]  native library") && out().contains(reason.replace("GARBAGE", garbage)), out());
        assertEquals(0, run(java + "query " + file + " -e ip.src -e udp.dstport"), err());
        assertEquals("192.0.2.0\t53\n192.0.2.1\t\n", out());
    }

    private boolean hasLibrary() throws Exception {
        assertEquals(0, run("ringwire doctor"));
        return !out().contains("the jar has no META-INF/native");
    }

    @Test
    @Tag("root")
    @Tag("ring")
    void anInterruptLeavesACompleteFileAndSaysTheCounts() throws Exception {
        assumeMayCapture();
        Path file = directory.resolve("live.pcapng");
        Process process = start("exec ringwire capture -i lo -w " + file);
        waitUntil(() -> text(err).contains("capturing on lo"));
        // A port that somebody listens on: otherwise ICMP errors quote each datagram.
        int port;
        try (var listener = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = listener.getLocalPort();
            for (int i = 0; i < 20; i++) {
                send(port, "ringwire " + i);
            }
        }
        // Ctrl-C: the last packets are still on their way through the kernel.
        new ProcessBuilder("kill", "-INT", "" + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "Ctrl-C does not end it");
        assertEquals(0, process.exitValue(), err());
        assertTrue(err().matches("(?s).*\\d+ packets received, \\d+ dropped by kernel.*"), err());
        var result = Cli.run("query", file.toString(), "-e", "udp.dstport", "--skip-empty");
        assertEquals(0, result.status(), result.err());
        assertEquals(
                20, result.out().lines().filter(String.valueOf(port)::equals).count(), err());
    }

    @Test
    @Tag("root")
    @Tag("ring")
    void linesAppearWhileTheCaptureRuns() throws Exception {
        assumeMayCapture();
        Process process = start("exec ringwire capture -i lo -e udp.dstport --skip-empty");
        waitUntil(() -> text(err).contains("capturing on lo"));
        send(45679, "ringwire");
        waitUntil(() -> text(out).contains("45679\n"));
        assertTrue(process.isAlive());
        process.destroy();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "SIGTERM does not end it");
        assertEquals(0, process.exitValue(), err());
    }

    @Test
    @Tag("root")
    @Tag("ring")
    void theCountEndsACapture() throws Exception {
        assumeMayCapture();
        Process process = start("exec ringwire capture -i lo -c 2");
        waitUntil(() -> text(err).contains("capturing on lo"));
        do {
            send(45680, "ringwire");
        } while (!process.waitFor(50, TimeUnit.MILLISECONDS));
        assertEquals(0, process.exitValue(), err());
        assertEquals(2, out().lines().count(), out());
    }

    @Test
    @Tag("root")
    @Tag("ring")
    void theTimeLimitEndsAQuietCapture() throws Exception {
        assumeMayCapture();
        assertEquals(0, run("ringwire capture -i lo -t 0.5 -w - | ringwire info -"));
        assertTrue(out().contains("pcapng 1.0"), out() + err());
    }

    @Test
    @Tag("root")
    void withoutNativeCodeTcpdumpCaptures() throws Exception {
        Assumptions.assumeTrue(
                Boolean.getBoolean("ringwire.root.required") || run("test $(id -u) = 0 && tcpdump --version") == 0,
                "no tcpdump that may capture");
        assertEquals(1, run("JAVA_TOOL_OPTIONS=-Ddev.ringwire.native=off ringwire capture -i lo"));
        assertTrue(err().contains("tcpdump -i lo -U -w - | ringwire capture -i -"), err());
        Process process = start("tcpdump -i lo -U -w - udp port 45681 2>/dev/null | ringwire capture -i - -c 3");
        do {
            send(45681, "ringwire");
        } while (!process.waitFor(100, TimeUnit.MILLISECONDS));
        assertEquals(0, process.exitValue(), err());
        assertEquals(3, out().lines().filter(line -> line.contains(".45681")).count(), out());
        assertEquals("capturing on standard input\n3 packets read\n", err());
    }

    @Test
    void anInterruptEndsAStream() throws Exception {
        Process process = start("exec ringwire capture -i tcp-listen://127.0.0.1:0");
        waitUntil(() -> text(err).contains("capturing on tcp-listen://127.0.0.1:"));
        new ProcessBuilder("kill", "-INT", "" + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "Ctrl-C does not end it");
        assertEquals(0, process.exitValue(), err());
        assertTrue(err().endsWith("0 packets read\n"), err());
    }

    @Test
    void anInterruptEndsACaptureThatWaitsForItsSource() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertEquals(0, run("mkfifo " + fifo));
        Process process = start("exec ringwire capture -i " + fifo);
        // There is nothing to see while it opens a pipe without a writer.
        assertFalse(process.waitFor(2, TimeUnit.SECONDS), err());
        interrupt(process);
        assertEquals(130, process.exitValue(), err());
    }

    @Test
    void aPeerThatTakesNothingDoesNotKeepACaptureForEver() throws Exception {
        String file = large();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process =
                    start("exec ringwire capture -i " + file + " -w tcp://127.0.0.1:" + server.getLocalPort());
            try (Socket peer = server.accept()) {
                assertFalse(process.waitFor(2, TimeUnit.SECONDS), "all fits the buffers of " + peer);
                interrupt(process);
            }
        }
        assertTrue(
                err().contains(" packets read\n") && err().contains("ringwire: the peer of -w took nothing any more"),
                err());
    }

    private static void interrupt(Process process) throws Exception {
        new ProcessBuilder("kill", "-INT", "" + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "Ctrl-C does not end it");
    }

    private static void send(int port, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (var socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException notYet) {
            return "";
        }
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 400 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertTrue(condition.getAsBoolean(), "not within 20 s");
    }

    /** The right to capture and the native library; a build that must not skip says so. */
    private static void assumeMayCapture() {
        if (!Boolean.getBoolean("ringwire.root.required")) {
            Assumptions.assumeTrue(
                    Cli.run("doctor").out().contains("ring opened on lo"), "no packet ring on lo; see ringwire doctor");
        }
    }
}
