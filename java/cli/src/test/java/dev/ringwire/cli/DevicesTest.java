package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.Vxlan;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code capture -i} takes, all but interfaces. */
@Timeout(60)
class DevicesTest {
    @TempDir
    Path directory;

    private String file() throws IOException {
        return Cli.write(directory.resolve("in.pcapng"), Cli.udp(1), Cli.tcp(2), Cli.udp(3));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aFileEndsAtItsEnd() throws IOException {
        var result = Cli.run("capture", "-i", file());
        assertEquals(0, result.status(), result.err());
        assertEquals(3, result.out().lines().count());
        assertTrue(result.out().contains(" IP 192.0.2.1.1001 > 198.51.100.1.53"), result.out());
        assertTrue(result.err().contains("capturing on " + file() + " (link-type ETHERNET)\n"), result.err());
        assertTrue(result.err().endsWith("3 packets read\n"), result.err());
        // A name without an ending, which would be taken for an interface otherwise.
        Path odd = directory.resolve("lo");
        Files.copy(Path.of(file()), odd);
        result = Cli.run("capture", "-i", "file:" + odd, "-c", "1", "-e", "ip.src");
        assertEquals("192.0.2.1\n", result.out());
        assertTrue(result.err().endsWith("1 packet read\n"), result.err());
    }

    @Test
    void standardInputIsAStream() throws IOException {
        byte[] input = Files.readAllBytes(Path.of(file()));
        var result = Cli.run(input, "capture", "-i", "-", "-e", "ip.src");
        assertEquals(0, result.status(), result.err());
        assertEquals("192.0.2.1\n192.0.2.2\n192.0.2.3\n", result.out());
        assertTrue(result.err().contains("capturing on standard input\n3 packets read"), result.err());
        byte[] cut = java.util.Arrays.copyOf(input, input.length - 5);
        result = Cli.run(
                cut, "capture", "-i", "-", "-w", directory.resolve("out.pcap").toString());
        assertEquals(1, result.status());
        assertTrue(result.err().contains("standard input: truncated at byte "), result.err());
        try (CaptureReader reader = CaptureReader.open(directory.resolve("out.pcap"))) {
            assertTrue(reader.next());
            assertTrue(reader.next());
            assertFalse(reader.next());
        }
    }

    @Test
    void aPeerSendsAndAPeerReceives() throws Exception {
        byte[] input = Files.readAllBytes(Path.of(file()));
        int port = freePort();
        var run = CompletableFuture.supplyAsync(
                () -> Cli.run("capture", "-i", "tcp-listen://127.0.0.1:" + port, "-c", "3", "-e", "ip.src"));
        while (!run.isDone()) {
            try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
                peer.getOutputStream().write(input);
                run.get(20, TimeUnit.SECONDS);
            } catch (IOException notYet) {
                Thread.sleep(20);
            }
        }
        assertEquals(
                "192.0.2.1\n192.0.2.2\n192.0.2.3\n", run.get().out(), run.get().err());

        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "tcp://127.0.0.1:" + server.getLocalPort();
            String file = file();
            var writing = CompletableFuture.supplyAsync(() -> Cli.run("capture", "-i", file, "-w", url));
            try (Socket peer = server.accept();
                    CaptureReader reader = CaptureReader.open(Channels.newChannel(peer.getInputStream()), "peer")) {
                for (Frame frame : new Frame[] {Cli.udp(1), Cli.tcp(2), Cli.udp(3)}) {
                    assertTrue(reader.next());
                    assertArrayEquals(frame.bytes(), reader.frame().bytes());
                    assertEquals(frame.timestampNanos(), reader.frame().timestampNanos());
                }
                assertTrue(!reader.next() && reader.ended());
            }
            assertEquals(0, writing.get().status(), writing.get().err());
            var reading = CompletableFuture.supplyAsync(() -> Cli.run("capture", "-i", url, "-e", "ip.dst"));
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(input);
            }
            assertEquals(3, reading.get().out().lines().count(), reading.get().err());
        }
    }

    @Test
    void aTunnelIsADevice() throws Exception {
        int port = freePort();
        var run = CompletableFuture.supplyAsync(
                () -> Cli.run("capture", "-i", "vxlan://127.0.0.1:" + port + "?vni=7,8", "-c", "2", "-e", "ip.src"));
        try (Vxlan sender = Vxlan.builder()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .open()) {
            var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            Frame frame = Cli.udp(9);
            while (!run.isDone()) {
                sender.send(7, to, frame.buffer(), 0, frame.length());
                sender.send(9, to, frame.buffer(), 0, frame.length());
                Thread.sleep(20);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertEquals("192.0.2.9\n192.0.2.9\n", run.get().out(), run.get().err());
        assertTrue(
                run.get().err().contains("2 packets read; how many the kernel dropped is not known; "),
                run.get().err());
        assertTrue(run.get().err().contains(" of other VNIs"), run.get().err());
    }

    @Test
    void theTimeLimitEndsAStreamThatSaysNothing() throws IOException {
        Path out = directory.resolve("out.pcapng");
        var result = Cli.run("capture", "-i", "tcp-listen://127.0.0.1:0", "-t", "0.2", "-w", out.toString());
        assertEquals(0, result.status(), result.err());
        assertTrue(result.err().endsWith("0 packets read\n"), result.err());
        try (CaptureReader reader = CaptureReader.open(out)) {
            assertTrue(!reader.next() && reader.ended());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gopher://x:1",
                "tcp://x",
                "tcp://:5",
                "tcp://x:99999",
                "tcp://a:b:c",
                "tcp://[::1:5",
                "vxlan://0.0.0.0?vin=3",
                "vxlan://0.0.0.0:0?vni=99999999",
                "tcp-listen://:5?vni=3",
            })
    void aUrlThatMeansNothingIsWrongUsage(String url) {
        var result = Cli.run("capture", "-i", url);
        assertEquals(2, result.status(), result.err());
        assertTrue(result.err().startsWith("ringwire: "), result.err());
    }

    @Test
    void errorsNameThePlaceAndTheForms() throws IOException {
        assertTrue(Cli.run("capture", "-i", "gopher://x:1")
                .err()
                .contains("vxlan://host:port?vni=1,2, tcp://host:port or tcp-listen"));
        assertTrue(Cli.run("capture", "--help").out().contains("vxlan://0.0.0.0:4789"));
        var result = Cli.run("capture", "-i", "none.pcap");
        assertEquals("ringwire: no such file: none.pcap\n", result.err());
        result = Cli.run("capture", "-i", "tcp://127.0.0.1:" + freePort());
        assertEquals(1, result.status());
        assertTrue(result.err().startsWith("ringwire: tcp://127.0.0.1:"), result.err());
        String file = file();
        assertEquals(2, Cli.run("capture", "-i", file, "-w", file).status());
        assertEquals(2, Cli.run("capture", "-i", file, "-w", "udp://x:1").status());
        assertEquals(
                1,
                Cli.run("capture", "-i", file, "-w", "tcp://127.0.0.1:" + freePort())
                        .status());
    }
}
