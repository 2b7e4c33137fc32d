package dev.ringwire.clients;

import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.SharedStacks;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.testing.Command;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A shared stack over a TAP interface, and servers of the kernel's side of it. That is {@value #KERNEL}, and its domain
 * name {@code kernel.example} is known to a dnsmasq there, once started.
 */
final class Clients implements AutoCloseable {
    static final String KERNEL = "203.0.113.1";

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private final TapDevice tap;
    private final SharedStacks.Share share;
    private final Deque<Process> servers = new ArrayDeque<>();

    Clients() throws IOException {
        tap = TapDevice.builder("rwclient%d").open();
        Command.run("sysctl", "-qw", "net.ipv6.conf." + tap.name() + ".disable_ipv6=1");
        Command.run("ip", "addr", "add", KERNEL + "/24", "dev", tap.name());
        tap.up();
        share = SharedStacks.of(
                tap.name(),
                name -> NetStack.builder(tap)
                        .address("203.0.113.2/24")
                        .dns(KERNEL)
                        .build());
    }

    /** Skips the test where there is no such program, or fails if none may be skipped. */
    static void assumeInstalled(boolean installed, String program) {
        if (!installed && Boolean.getBoolean("ringwire.root.required")) {
            throw new IllegalStateException("no " + program + " here");
        }
        Assumptions.assumeTrue(installed, "no " + program + " here");
    }

    StackLoop loop() {
        return share.loop();
    }

    /** The name that the stack is shared by. */
    String interfaceName() {
        return tap.name();
    }

    /** Starts a server and waits until it takes connections. */
    void serve(int port, List<String> command) throws IOException, InterruptedException {
        Process server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        servers.push(server);
        long end = System.nanoTime() + PATIENCE;
        while (!listens(port)) {
            if (!server.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException(String.join(" ", command)
                        + (server.isAlive() ? " takes no connections" : " ended with " + server.exitValue()));
            }
            Thread.sleep(20);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(KERNEL, port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Starts a DNS server that knows {@code kernel.example}. */
    void serveNames() throws IOException, InterruptedException {
        serve(
                53,
                List.of(
                        "dnsmasq",
                        "--keep-in-foreground",
                        "--conf-file=/dev/null",
                        "--pid-file=",
                        "--user=root",
                        "--no-resolv",
                        "--no-hosts",
                        "--bind-interfaces",
                        "--listen-address=" + KERNEL,
                        "--local=/example/",
                        "--host-record=kernel.example," + KERNEL));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        servers.forEach(Process::destroy);
        try {
            for (Process server : servers) {
                if (!server.waitFor(10, TimeUnit.SECONDS)) {
                    server.destroyForcibly();
                }
            }
            share.loop().stop(Duration.ofMillis(200));
        } catch (InterruptedException e) {
            servers.forEach(Process::destroyForcibly);
            Thread.currentThread().interrupt();
        }
        share.close();
    }
}
