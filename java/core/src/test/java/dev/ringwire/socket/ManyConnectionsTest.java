package dev.ringwire.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand connections at a time, two threads for each: virtual ones where there are such. */
@Timeout(120)
class ManyConnectionsTest {
    private static final int CONNECTIONS = 1000;
    private static final int BYTES = 20_000;

    static ExecutorService threads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return Executors.newCachedThreadPool(action -> {
                Thread thread = new Thread(null, action, "echo", 128 * 1024);
                thread.setDaemon(true);
                return thread;
            });
        }
    }

    private static Void echo(Socket socket) throws Exception {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] bytes = new byte[4096];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                out.write(bytes, 0, count);
            }
        }
        return null;
    }

    @Test
    void aThousandEchoesLoseNoByte() throws Exception {
        ExecutorService threads = threads();
        try (Network.Stacks stacks = new Network.Stacks();
                ServerSocket server = new StackServerSocket(stacks.second, 0, CONNECTIONS, null)) {
            InetSocketAddress there = new InetSocketAddress(stacks.server(), server.getLocalPort());
            Future<List<Future<Void>>> echoes = threads.submit(() -> {
                List<Future<Void>> all = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    Socket socket = server.accept();
                    all.add(threads.submit((Callable<Void>) () -> echo(socket)));
                }
                return all;
            });
            CountDownLatch connected = new CountDownLatch(CONNECTIONS);
            List<Future<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                int seed = i;
                clients.add(threads.submit(() -> client(stacks, there, connected, seed)));
            }
            for (Future<Void> client : clients) {
                client.get(100, TimeUnit.SECONDS);
            }
            for (Future<Void> echo : echoes.get(10, TimeUnit.SECONDS)) {
                echo.get(10, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void client(Network.Stacks stacks, InetSocketAddress there, CountDownLatch connected, int seed)
            throws Exception {
        byte[] bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        try (Socket socket = new StackSocket(stacks.first)) {
            socket.connect(there);
            // So that all are open at a time.
            connected.countDown();
            connected.await();
            InputStream in = socket.getInputStream();
            byte[] got = new byte[BYTES];
            int at = 0;
            for (int sent = 0; sent < BYTES; sent += 5000) {
                socket.getOutputStream().write(bytes, sent, 5000);
                at += in.readNBytes(got, at, 2500);
            }
            at += in.readNBytes(got, at, BYTES - at);
            assertEquals(BYTES, at);
            assertArrayEquals(bytes, got);
            socket.shutdownOutput();
            assertEquals(-1, in.read());
        }
        return null;
    }
}
