package dev.ringwire.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What {@code java.net} promises of TCP sockets, told by the platform's own and asked of those over a stack. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(30)
abstract class SocketContract {
    final Network network;
    ServerSocket listener;

    SocketContract(Network network) {
        this.network = network;
    }

    @BeforeEach
    void listen() throws IOException {
        listener = network.serverSocket();
        listener.bind(new InetSocketAddress(network.server(), 0));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @AfterAll
    void end() throws IOException {
        network.close();
    }

    /** Both ends of a connection. */
    record Pair(Socket client, Socket server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    Pair pair() throws Exception {
        Socket client = network.socket();
        client.connect(listener.getLocalSocketAddress());
        return new Pair(client, listener.accept());
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void assertClosed(Executable action) {
        SocketException e = assertThrows(SocketException.class, action);
        assertTrue(Set.of("Socket closed", "Socket is closed").contains(e.getMessage()), e.getMessage());
    }

    @Test
    void bytesGoBothWaysAndEnd() throws Exception {
        try (Pair p = pair()) {
            p.client.getOutputStream().write("hello".getBytes(US_ASCII));
            p.client.shutdownOutput();
            assertEquals("hello", new String(p.server.getInputStream().readAllBytes(), US_ASCII));
            p.server.getOutputStream().write("world".getBytes(US_ASCII));
            p.server.close();
            assertEquals("world", new String(p.client.getInputStream().readAllBytes(), US_ASCII));
            assertEquals(-1, p.client.getInputStream().read());
        }
    }

    @Test
    void streamsKeepTheirContracts() throws Exception {
        try (Pair p = pair()) {
            InputStream in = p.client.getInputStream();
            OutputStream out = p.server.getOutputStream();
            byte[] room = new byte[10];
            assertEquals(0, in.available());
            assertEquals(0, in.read(room, 0, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> in.read(room, 5, 6));
            assertThrows(IndexOutOfBoundsException.class, () -> in.read(room, -1, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> out.write(room, 5, 6));
            assertThrows(NullPointerException.class, () -> in.read(null, 0, 1));
            out.write(0xff);
            assertEquals(0xff, in.read());
            out.write(new byte[] {1, 2, 3, 4});
            assertEquals(2, in.skip(2));
            assertEquals(3, in.read());
            while (in.available() == 0) {
                Thread.onSpinWait();
            }
            assertEquals(1, in.available());
            assertEquals(1, in.read(room));
            out.write(new byte[0]);
            out.flush();
            in.close();
            assertTrue(p.client.isClosed());
        }
    }

    @Test
    void aSocketKnowsWhereItIs() throws Exception {
        try (Socket fresh = network.socket();
                Pair p = pair()) {
            assertFalse(fresh.isConnected() || fresh.isBound() || fresh.isClosed());
            assertEquals(-1, fresh.getLocalPort());
            assertEquals(0, fresh.getPort());
            assertNull(fresh.getInetAddress());
            assertNull(fresh.getRemoteSocketAddress());
            assertTrue(fresh.getLocalAddress().isAnyLocalAddress());
            assertTrue(p.client.isConnected() && p.client.isBound() && p.server.isConnected() && p.server.isBound());
            assertEquals(listener.getLocalPort(), p.client.getPort());
            assertEquals(listener.getLocalPort(), p.server.getLocalPort());
            assertEquals(p.client.getLocalPort(), p.server.getPort());
            assertEquals(network.server(), p.client.getInetAddress());
            assertEquals(network.client(), p.client.getLocalAddress());
            assertEquals(network.client(), p.server.getInetAddress());
            assertEquals(p.client.getLocalSocketAddress(), p.server.getRemoteSocketAddress());
            assertNull(p.client.getChannel());
            assertTrue(p.client.toString().contains("port=" + listener.getLocalPort()), p.client.toString());
            int port = p.client.getPort();
            p.client.close();
            assertTrue(p.client.isClosed() && p.client.isConnected() && p.client.isBound());
            assertEquals(port, p.client.getPort());
            assertTrue(p.client.getLocalAddress().isAnyLocalAddress());
        }
    }

    @Test
    void nobodyListens() throws Exception {
        InetSocketAddress nowhere = (InetSocketAddress) listener.getLocalSocketAddress();
        listener.close();
        try (Socket socket = network.socket()) {
            ConnectException e = assertThrows(ConnectException.class, () -> socket.connect(nowhere));
            assertTrue(e.getMessage().startsWith("Connection refused"), e.getMessage());
            assertFalse(socket.isConnected());
            assertThrows(SocketException.class, () -> socket.connect(nowhere));
        }
    }

    @Test
    void wrongUseIsRefused() throws Exception {
        try (Socket socket = network.socket();
                Pair p = pair()) {
            assertThrows(
                    UnknownHostException.class,
                    () -> socket.connect(InetSocketAddress.createUnresolved("no-such-name.invalid", 1)));
            assertThrows(IllegalArgumentException.class, () -> p.client.connect(null));
            assertThrows(IllegalArgumentException.class, () -> p.client.connect(listener.getLocalSocketAddress(), -1));
            assertThrows(SocketException.class, () -> p.client.connect(listener.getLocalSocketAddress()));
            assertThrows(SocketException.class, () -> p.client.bind(null));
        }
        try (Socket socket = network.socket()) {
            assertThrows(SocketException.class, socket::getInputStream);
            assertThrows(SocketException.class, socket::getOutputStream);
            assertThrows(SocketException.class, socket::shutdownInput);
        }
        Socket closed = network.socket();
        closed.close();
        closed.close();
        assertClosed(() -> closed.connect(listener.getLocalSocketAddress()));
        assertClosed(() -> closed.setTcpNoDelay(true));
        assertClosed(closed::getSoTimeout);
        assertClosed(closed::getInputStream);
        assertClosed(() -> closed.bind(null));
    }

    @Test
    void bind() throws Exception {
        try (Socket socket = network.socket();
                Socket other = network.socket()) {
            socket.bind(new InetSocketAddress(network.client(), 0));
            assertTrue(socket.isBound());
            int port = socket.getLocalPort();
            assertNotEquals(0, port);
            assertEquals(network.client(), socket.getLocalAddress());
            assertThrows(SocketException.class, () -> socket.bind(null));
            assertThrows(BindException.class, () -> other.bind(new InetSocketAddress(network.client(), port)));
            socket.connect(listener.getLocalSocketAddress());
            try (Socket server = listener.accept()) {
                assertEquals(port, server.getPort());
            }
        }
    }

    @Test
    void readsTimeOut() throws Exception {
        try (Pair p = pair()) {
            p.client.setSoTimeout(30);
            assertEquals(30, p.client.getSoTimeout());
            InputStream in = p.client.getInputStream();
            for (int i = 0; i < 2; i++) {
                SocketTimeoutException e = assertThrows(SocketTimeoutException.class, in::read);
                assertEquals("Read timed out", e.getMessage());
            }
            p.server.getOutputStream().write(7);
            p.client.setSoTimeout(0);
            assertEquals(7, in.read());
            assertThrows(IllegalArgumentException.class, () -> p.client.setSoTimeout(-1));
        }
    }

    @Test
    void closingEndsReading() throws Exception {
        try (Pair p = pair()) {
            InputStream in = p.client.getInputStream();
            Background<Integer> first = Background.start(in::read).waits();
            Background<Integer> second = Background.start(in::read).waits();
            p.client.close();
            assertClosed(first::get);
            assertClosed(second::get);
            assertClosed(in::read);
            assertClosed(in::available);
            assertClosed(() -> p.client.getOutputStream().write(1));
        }
    }

    @Test
    void closingEndsWriting() throws Exception {
        try (Pair p = pair()) {
            OutputStream out = p.client.getOutputStream();
            Background<Void> writing = Background.<Void>start(() -> {
                        byte[] much = new byte[1 << 20];
                        while (true) {
                            out.write(much);
                        }
                    })
                    .waits();
            p.client.close();
            assertClosed(writing::get);
        }
    }

    @Test
    void closingEndsAccepting() throws Exception {
        Background<Socket> accepting = Background.start(listener::accept).waits();
        listener.close();
        assertClosed(accepting::get);
        assertClosed(listener::accept);
        assertTrue(listener.isClosed() && listener.isBound());
    }

    @Test
    void acceptingTimesOut() throws Exception {
        listener.setSoTimeout(30);
        SocketTimeoutException e = assertThrows(SocketTimeoutException.class, listener::accept);
        assertEquals("Accept timed out", e.getMessage());
        try (Pair p = pair()) {
            assertTrue(p.server.isConnected());
            assertEquals(0, p.server.getSoTimeout());
        }
    }

    @Test
    void eachDirectionEndsAlone() throws Exception {
        try (Pair p = pair()) {
            OutputStream out = p.client.getOutputStream();
            p.client.shutdownOutput();
            assertTrue(p.client.isOutputShutdown());
            assertFalse(p.client.isInputShutdown());
            assertThrows(SocketException.class, () -> out.write(1));
            assertThrows(SocketException.class, p.client::getOutputStream);
            assertThrows(SocketException.class, p.client::shutdownOutput);
            assertEquals(-1, p.server.getInputStream().read());
            p.server.getOutputStream().write(5);
            assertEquals(5, p.client.getInputStream().read());
        }
    }

    @Test
    void shutInputReadsTheEnd() throws Exception {
        try (Pair p = pair()) {
            InputStream in = p.client.getInputStream();
            Background<Integer> reading = Background.start(in::read).waits();
            p.client.shutdownInput();
            assertEquals(-1, reading.get());
            assertTrue(p.client.isInputShutdown());
            p.server.getOutputStream().write(new byte[100]);
            assertEquals(-1, in.read());
            assertEquals(0, in.available());
            p.client.getOutputStream().write(3);
            assertEquals(3, p.server.getInputStream().read());
        }
    }

    @Test
    void aResetIsToldOnBothSidesOfTheStream() throws Exception {
        try (Pair p = pair()) {
            InputStream in = p.client.getInputStream();
            OutputStream out = p.client.getOutputStream();
            Background<Integer> reading = Background.start(in::read).waits();
            p.server.setSoLinger(true, 0);
            p.server.close();
            assertEquals(
                    "Connection reset",
                    assertThrows(SocketException.class, reading::get).getMessage());
            assertEquals(
                    "Connection reset",
                    assertThrows(SocketException.class, in::read).getMessage());
            assertEquals(
                    "Broken pipe",
                    assertThrows(SocketException.class, () -> out.write(1)).getMessage());
        }
    }

    @Test
    void writingToOneWhoIsGone() throws Exception {
        try (Pair p = pair()) {
            OutputStream out = p.client.getOutputStream();
            p.server.close();
            assertEquals(-1, p.client.getInputStream().read());
            SocketException e = assertThrows(SocketException.class, () -> {
                while (true) {
                    out.write(new byte[100]);
                    Thread.sleep(1);
                }
            });
            assertEquals("Broken pipe", e.getMessage());
            assertEquals(-1, p.client.getInputStream().read());
        }
    }

    @Test
    void lingeringWaitsForWhatWasWritten() throws Exception {
        try (Pair p = pair()) {
            byte[] bytes = random(3_000_000);
            Background<byte[]> reading =
                    Background.start(() -> p.server.getInputStream().readAllBytes());
            p.client.setSoLinger(true, 10);
            p.client.getOutputStream().write(bytes);
            p.client.close();
            assertArrayEquals(bytes, reading.get());
        }
    }

    @Test
    void options() throws Exception {
        try (Pair p = pair()) {
            Socket s = p.client;
            assertFalse(s.getTcpNoDelay());
            s.setTcpNoDelay(true);
            assertTrue(s.getTcpNoDelay());
            assertEquals(-1, s.getSoLinger());
            s.setSoLinger(true, 70_000);
            assertTrue(s.getSoLinger() > 30_000);
            s.setSoLinger(true, 7);
            assertEquals(7, s.getSoLinger());
            s.setSoLinger(false, 7);
            assertEquals(-1, s.getSoLinger());
            assertThrows(IllegalArgumentException.class, () -> s.setSoLinger(true, -1));
            assertFalse(s.getKeepAlive());
            s.setKeepAlive(true);
            assertTrue(s.getKeepAlive());
            assertFalse(s.getReuseAddress());
            s.setReuseAddress(true);
            assertTrue(s.getReuseAddress());
            assertFalse(s.getOOBInline());
            s.setOOBInline(true);
            assertTrue(s.getOOBInline());
            s.setTrafficClass(0x28);
            assertEquals(0x28, s.getTrafficClass());
            s.setSendBufferSize(100_000);
            assertTrue(s.getSendBufferSize() > 0);
            s.setReceiveBufferSize(100_000);
            assertTrue(s.getReceiveBufferSize() > 0);
            assertThrows(IllegalArgumentException.class, () -> s.setSendBufferSize(0));
            s.setPerformancePreferences(1, 2, 3);
        }
    }

    private static <T> void set(Socket socket, SocketOption<T> option, T value) throws IOException {
        assertTrue(socket.supportedOptions().contains(option), option::name);
        socket.setOption(option, value);
        assertEquals(value, socket.getOption(option), option::name);
    }

    @Test
    void namedOptions() throws Exception {
        try (Pair p = pair()) {
            set(p.client, StandardSocketOptions.TCP_NODELAY, true);
            set(p.client, StandardSocketOptions.SO_KEEPALIVE, true);
            set(p.client, StandardSocketOptions.SO_LINGER, 3);
            set(p.client, StandardSocketOptions.SO_REUSEADDR, true);
            set(p.client, StandardSocketOptions.IP_TOS, 8);
            set(p.client, ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            set(p.client, ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
            set(p.client, ExtendedSocketOptions.TCP_KEEPCOUNT, 4);
            assertTrue(p.client
                    .supportedOptions()
                    .containsAll(Set.of(StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF)));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> p.client.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1));
            assertThrows(NullPointerException.class, () -> p.client.setOption(null, 1));
            assertThrows(IllegalArgumentException.class, () -> p.client.setOption(StandardSocketOptions.SO_SNDBUF, -1));
            assertTrue(listener.supportedOptions().contains(StandardSocketOptions.SO_RCVBUF));
            assertFalse(listener.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY));
            listener.setOption(StandardSocketOptions.SO_RCVBUF, 65_536);
        }
    }

    @Test
    void aServerSocketKnowsWhereItIs() throws Exception {
        try (ServerSocket other = network.serverSocket()) {
            assertEquals(-1, other.getLocalPort());
            assertFalse(other.isBound());
            assertNull(other.getLocalSocketAddress());
            SocketException e = assertThrows(SocketException.class, other::accept);
            assertEquals("Socket is not bound yet", e.getMessage());
            assertThrows(BindException.class, () -> other.bind(listener.getLocalSocketAddress()));
        }
        assertEquals(network.server(), listener.getInetAddress());
        assertTrue(listener.getReuseAddress());
        assertNull(listener.getChannel());
        assertThrows(SocketException.class, () -> listener.bind(null));
        assertTrue(listener.toString().contains("localport=" + listener.getLocalPort()), listener.toString());
        assertEquals(0, listener.getSoTimeout());
        listener.setReceiveBufferSize(65_536);
        assertTrue(listener.getReceiveBufferSize() >= 65_536);
    }

    @Test
    void thePortIsFreeAgain() throws Exception {
        InetSocketAddress there = (InetSocketAddress) listener.getLocalSocketAddress();
        try (Pair p = pair()) {
            p.server.close();
            listener.close();
            try (ServerSocket again = network.serverSocket()) {
                again.bind(there);
                assertEquals(there, again.getLocalSocketAddress());
            }
        }
    }

    @Test
    void connectionsWaitToBeAccepted() throws Exception {
        Socket[] clients = new Socket[5];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = network.socket();
            clients[i].connect(listener.getLocalSocketAddress());
            clients[i].getOutputStream().write(i);
        }
        for (Socket client : clients) {
            try (Socket server = listener.accept()) {
                assertEquals(client.getLocalPort(), server.getPort());
                assertNotNull(server.getInputStream());
                assertTrue(server.getInputStream().read() >= 0);
            }
            client.close();
        }
    }

    /** Interrupts do not concern platform threads that wait in a socket. */
    @Test
    void anInterruptLeavesAPlatformThreadWaiting() throws Exception {
        try (Pair p = pair()) {
            InputStream in = p.client.getInputStream();
            Background<Boolean> reading = Background.start(() -> in.read() == 9 && Thread.interrupted())
                    .waits();
            reading.thread().interrupt();
            reading.waits();
            p.server.getOutputStream().write(9);
            assertTrue(reading.get());
            assertFalse(p.client.isClosed());
        }
    }

    /** An interrupt closes the socket in which a virtual thread waits. */
    @Test
    void anInterruptClosesUnderAVirtualThread() throws Exception {
        Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException e) {
            abort("no virtual threads before Java 21");
            return;
        }
        try (Pair p = pair()) {
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            Thread reading = (Thread) start.invoke(null, (Runnable) () -> {
                try {
                    p.client.getInputStream().read();
                } catch (IOException e) {
                    told.complete(e);
                }
            });
            Thread.sleep(20);
            reading.interrupt();
            Throwable e = told.get(10, TimeUnit.SECONDS);
            assertEquals("java.net.SocketException: Closed by interrupt", e.toString());
            assertTrue(p.client.isClosed());
            assertEquals(-1, p.server.getInputStream().read());
        }
    }

    @Test
    void aSlowReaderHoldsTheWriterBackAndLosesNothing() throws Exception {
        byte[] bytes = random(8_000_000);
        try (Pair p = pair()) {
            Background<Void> writing = Background.start(() -> {
                for (int at = 0, length = 1; at < bytes.length; at += length) {
                    length = Math.min(bytes.length - at, (length * 7 + 3) % 300_000);
                    p.server.getOutputStream().write(bytes, at, length);
                }
                p.server.shutdownOutput();
                return null;
            });
            writing.waits();
            byte[] got = new byte[bytes.length];
            InputStream in = p.client.getInputStream();
            int at = 0;
            for (int length = 1; at < got.length; length = (length * 5 + 1) % 200_000) {
                int count = in.read(got, at, Math.min(Math.max(length, 1), got.length - at));
                if (count < 0) {
                    break;
                }
                at += count;
            }
            writing.get();
            assertEquals(bytes.length, at);
            assertTrue(Arrays.equals(bytes, got));
            assertEquals(-1, in.read());
        }
    }

    /** Many small writes from several threads come whole, in some order. */
    @Test
    void writesOfSeveralThreadsDoNotMix() throws Exception {
        int threads = 4;
        int records = 2000;
        try (Pair p = pair()) {
            Background<?>[] writers = new Background<?>[threads];
            for (int t = 0; t < threads; t++) {
                byte[] line = new byte[10];
                Arrays.fill(line, (byte) ('a' + t));
                writers[t] = Background.start(() -> {
                    for (int i = 0; i < records; i++) {
                        p.client.getOutputStream().write(line);
                    }
                    return null;
                });
            }
            InputStream in = p.server.getInputStream();
            int[] seen = new int[threads];
            for (int i = 0; i < threads * records; i++) {
                byte[] line = in.readNBytes(10);
                for (byte b : line) {
                    assertEquals(line[0], b);
                }
                seen[line[0] - 'a']++;
            }
            for (int t = 0; t < threads; t++) {
                writers[t].get();
                assertEquals(records, seen[t]);
            }
        }
    }

    @Test
    void aServerListensAtAllAddresses() throws Exception {
        try (ServerSocket all = network.serverSocket();
                Socket client = network.socket()) {
            all.bind(null);
            assertTrue(all.getInetAddress().isAnyLocalAddress());
            client.connect(new InetSocketAddress(network.server(), all.getLocalPort()), 5000);
            try (Socket server = all.accept()) {
                assertEquals(network.server(), server.getLocalAddress());
            }
        }
    }
}
