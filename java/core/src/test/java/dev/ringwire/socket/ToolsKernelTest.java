package dev.ringwire.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.Faults;
import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.testing.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs that use the kernel's TCP talk to our sockets. {@code -Dringwire.interop.bytes=N} moves so many each way, and
 * a sixteenth over links that lose.
 */
@RingTest
@Timeout(3600)
class ToolsKernelTest {
    private static final int USUAL = 4 << 20;
    private static final long BYTES = Long.getLong("ringwire.interop.bytes", USUAL);
    private static final Faults BAD = Faults.NONE.withLoss(0.02).withReordering(0.05);

    /** Sends random bytes and reads to the end at the same time; prints the digests of both. */
    private static final String PEER = """
            import hashlib, os, socket, sys, threading
            mode, host, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
            if mode == 'listen':
                server = socket.create_server((host, port), family=socket.AF_INET6 if ':' in host else socket.AF_INET)
                print('listening', flush=True)
                s, _ = server.accept()
            else:
                s = socket.create_connection((host, port))
            sent, received = hashlib.sha256(), hashlib.sha256()
            def send():
                left = count
                while left:
                    data = os.urandom(min(65536, left))
                    s.sendall(data)
                    sent.update(data)
                    left -= len(data)
                s.shutdown(socket.SHUT_WR)
            t = threading.Thread(target=send)
            t.start()
            while True:
                data = s.recv(65536)
                if not data:
                    break
                received.update(data)
            t.join()
            print('digests', sent.hexdigest(), received.hexdigest())
            """;

    private static String digest(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String send(Socket socket, long count) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        SplittableRandom random = new SplittableRandom(count);
        byte[] piece = new byte[50_000];
        OutputStream out = socket.getOutputStream();
        for (long left = count; left > 0; left -= piece.length) {
            random.nextBytes(piece);
            int length = (int) Math.min(left, piece.length);
            out.write(piece, 0, length);
            digest.update(piece, 0, length);
        }
        socket.shutdownOutput();
        return digest(digest);
    }

    private static String receive(Socket socket) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] piece = new byte[50_000];
        InputStream in = socket.getInputStream();
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            digest.update(piece, 0, count);
        }
        return digest(digest);
    }

    private static void exchange(Socket socket, Process peer, BufferedReader said, long count) throws Exception {
        try (socket) {
            Background<String> sending = Background.start(() -> send(socket, count));
            String received = receive(socket);
            // It says this when it has everything.
            String digests = said.readLine();
            assertEquals("digests " + received + " " + sending.get(), digests);
            assertEquals(0, peer.waitFor());
        }
    }

    private static void bothWays(String device, boolean v6, Faults faults, long count) throws Exception {
        Command.assumeInstalled("python3");
        try (KernelLink link = KernelLink.open(device, faults)) {
            Process server = link.start("python3", "-c", PEER, "listen", KernelLink.kernel(v6), "7000", "" + count);
            try (BufferedReader said = server.inputReader()) {
                KernelLink.await(said, "listening");
                StackSocket client = new StackSocket(link.loop);
                client.connect(new InetSocketAddress(KernelLink.kernel(v6), 7000), 20_000);
                exchange(client, server, said, count);
            } finally {
                server.destroy();
            }
            try (ServerSocket listener = new StackServerSocket(link.loop, 7001)) {
                Process client = link.start("python3", "-c", PEER, "connect", KernelLink.ours(v6), "7001", "" + count);
                try (BufferedReader said = client.inputReader()) {
                    exchange(listener.accept(), client, said, count);
                } finally {
                    client.destroy();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"tap,false", "tap,true", "veth,false", "veth,true"})
    void bothWaysAtOnceAsClientAndAsServer(String device, boolean v6) throws Exception {
        bothWays(device, v6, Faults.NONE, BYTES);
    }

    /** Hands on what comes until it ends, and then its end. */
    private static void handOn(Socket from, Socket to) {
        Background.start(() -> {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
            return null;
        });
    }

    @ParameterizedTest
    @CsvSource({"tap,false,false", "veth,true,false", "tap,true,true", "veth,false,true"})
    void iperf3MeasuresThroughUs(String device, boolean v6, boolean bad) throws Exception {
        Command.assumeInstalled("iperf3");
        try (KernelLink link = KernelLink.open(device, bad ? BAD : Faults.NONE);
                ServerSocket listener = new StackServerSocket(link.loop, 5201)) {
            for (String direction : new String[] {"--no-delay", "--reverse"}) {
                Process server = link.start("iperf3", "-s", "-1", "--forceflush", "-B", KernelLink.kernel(v6));
                KernelLink.await(server.inputReader(), "Server listening");
                Process client = link.start("iperf3", "-c", KernelLink.ours(v6), "-n", bad ? "512K" : "4M", direction);
                // One connection to agree by, one for the stream; we are their server and the other one's client.
                for (int i = 0; i < 2; i++) {
                    Socket accepted = listener.accept();
                    StackSocket onward = new StackSocket(link.loop);
                    onward.connect(new InetSocketAddress(KernelLink.kernel(v6), 5201), 20_000);
                    handOn(accepted, onward);
                    handOn(onward, accepted);
                }
                String said = new String(client.getInputStream().readAllBytes(), US_ASCII);
                assertEquals(0, client.waitFor(), said);
                assertTrue(said.contains("receiver"), said);
                server.destroy();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"tap,false", "veth,true"})
    void overALinkThatLosesAndReorders(String device, boolean v6) throws Exception {
        bothWays(device, v6, BAD, Math.max(USUAL, BYTES / 16));
    }

    @ParameterizedTest
    @CsvSource({"tap,false", "veth,true"})
    void weGetAFileFromTheHttpServerOfPython(String device, boolean v6, @TempDir Path directory) throws Exception {
        Command.assumeInstalled("python3");
        byte[] file = SocketContract.random(1_000_000);
        Files.write(directory.resolve("file"), file);
        String kernel = KernelLink.kernel(v6);
        try (KernelLink link = KernelLink.open(device, Faults.NONE)) {
            Process server = link.start(
                    "python3",
                    "-u",
                    "-m",
                    "http.server",
                    "8000",
                    "--bind",
                    kernel,
                    "--directory",
                    directory.toString());
            try (BufferedReader said = server.inputReader();
                    StackSocket client = new StackSocket(link.loop)) {
                KernelLink.await(said, "Serving HTTP");
                client.connect(new InetSocketAddress(kernel, 8000), 20_000);
                client.getOutputStream().write("GET /file HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
                byte[] answer = client.getInputStream().readAllBytes();
                int body = answer.length - file.length;
                String head = new String(answer, 0, Math.max(0, body), US_ASCII);
                assertTrue(head.startsWith("HTTP/1.0 200 OK\r\n") && head.endsWith("\r\n\r\n"), head);
                assertEquals(-1, Arrays.mismatch(file, Arrays.copyOfRange(answer, body, answer.length)));
            } finally {
                server.destroy();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"tap,true", "veth,false"})
    void curlGetsAFileFromUs(String device, boolean v6) throws Exception {
        Command.assumeInstalled("curl");
        String body = "some text\n".repeat(20_000);
        try (KernelLink link = KernelLink.open(device, Faults.NONE);
                ServerSocket server = new StackServerSocket(link.loop, 80)) {
            Background<?> answering = Background.start(() -> {
                try (Socket socket = server.accept();
                        BufferedReader request =
                                new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
                    KernelLink.await(request, "GET /file");
                    while (!request.readLine().isEmpty()) {
                        // The head ends with an empty line.
                    }
                    socket.getOutputStream()
                            .write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length()
                                            + "\r\n\r\n" + body)
                                    .getBytes(US_ASCII));
                }
                return null;
            });
            String host = v6 ? "[" + KernelLink.ours(true) + "]" : KernelLink.ours(false);
            assertEquals(body, link.run("curl", "-sS", "--noproxy", "*", "-m", "20", "http://" + host + "/file"));
            answering.get();
        }
    }

    @ParameterizedTest
    @CsvSource({"tap,true", "veth,false"})
    void sshdGreetsUs(String device, boolean v6, @TempDir Path directory) throws Exception {
        Path sshd = Path.of("/usr/sbin/sshd");
        Assumptions.assumeTrue(Files.isExecutable(sshd), "no sshd here");
        String key = directory.resolve("key").toString();
        Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
        // It will not start without.
        Files.createDirectories(Path.of("/run/sshd"));
        String kernel = KernelLink.kernel(v6);
        try (KernelLink link = KernelLink.open(device, Faults.NONE)) {
            Process server = link.start(
                    sshd.toString(),
                    "-D",
                    "-e",
                    "-f",
                    "/dev/null",
                    "-p",
                    "2222",
                    "-h",
                    key,
                    "-o",
                    "ListenAddress=" + kernel,
                    "-o",
                    "PidFile=none");
            try (BufferedReader said = server.inputReader();
                    StackSocket client = new StackSocket(link.loop)) {
                KernelLink.await(said, "Server listening on");
                client.connect(new InetSocketAddress(kernel, 2222), 20_000);
                client.setSoTimeout(20_000);
                byte[] greeting = client.getInputStream().readNBytes(8);
                assertEquals("SSH-2.0-", new String(greeting, US_ASCII));
            } finally {
                server.destroy();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"tap,false", "veth,true"})
    void netcatAndSocatMoveAStream(String device, boolean v6) throws Exception {
        Command.assumeInstalled("nc");
        Command.assumeInstalled("socat");
        byte[] bytes = SocketContract.random(1_000_000);
        String host = KernelLink.ours(v6);
        String bracketed = v6 ? "[" + host + "]" : host;
        try (KernelLink link = KernelLink.open(device, Faults.NONE);
                ServerSocket server = new StackServerSocket(link.loop, 9)) {
            for (String[] command :
                    new String[][] {{"nc", "-N", host, "9"}, {"socat", "-t20", "-", "TCP:" + bracketed + ":9"}}) {
                Process tool = link.start(command);
                try (Socket socket = server.accept()) {
                    Background<?> feeding = Background.start(() -> {
                        try (OutputStream in = tool.getOutputStream()) {
                            in.write(bytes);
                        }
                        return null;
                    });
                    // What comes goes back.
                    Background<?> echoing = Background.start(() -> {
                        socket.getInputStream().transferTo(socket.getOutputStream());
                        socket.shutdownOutput();
                        return null;
                    });
                    assertEquals(
                            -1, Arrays.mismatch(bytes, tool.getInputStream().readAllBytes()), command[0]);
                    feeding.get();
                    echoing.get();
                } finally {
                    tool.destroy();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    @SuppressWarnings("try") // the server closes before the rest
    void nmapFindsWhatIsOpenAndWhatIsNot(boolean v6) throws Exception {
        Command.assumeInstalled("nmap");
        try (KernelLink link = KernelLink.open("veth", Faults.NONE);
                ServerSocket open = new StackServerSocket(link.loop, 7000);
                StackDatagramSocket udp = new StackDatagramSocket(link.loop, new InetSocketAddress(7000))) {
            Background<?> accepting = Background.start(() -> {
                while (true) {
                    try (Socket socket = open.accept()) {
                        socket.setSoTimeout(500);
                        socket.getInputStream().read(new byte[1000]);
                        socket.getOutputStream().write("no\n".getBytes(US_ASCII));
                    } catch (IOException e) {
                        if (open.isClosed()) {
                            return null;
                        }
                    }
                }
            });
            scan(link, v6, "open", "closed", "-sS", "-sV", "--version-light", "-O");
            for (String silentWhereOpen : new String[] {"-sF", "-sX", "-sN"}) {
                scan(link, v6, "open|filtered", "closed", silentWhereOpen);
            }
            scan(link, v6, "unfiltered", "unfiltered", "-sA");
            scan(link, v6, "open|filtered", "closed", "-sU");
            assertTrue(!link.loop.ended());
            open.close();
            accepting.get();
            assertTrue(!udp.isClosed());
        }
    }

    private static void scan(KernelLink link, boolean v6, String at7000, String at7001, String... kinds) {
        List<String> command = new ArrayList<>(List.of("nmap", "-n", "-Pn", "-T5", "-p", "7000,7001"));
        if (v6) {
            command.add("-6");
        }
        command.addAll(List.of(kinds));
        command.add(KernelLink.ours(v6));
        String said = link.run(command.toArray(String[]::new));
        for (String line :
                new String[] {"7000/(tcp|udp) +" + at7000.replace("|", "\\|"), "7001/(tcp|udp) +" + at7001}) {
            assertTrue(Pattern.compile("(?m)^" + line + " ").matcher(said).find(), said);
        }
    }
}
