package dev.ringwire.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.device.Loopback;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.CongestionAlgorithm;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

class StackSocketTest extends SocketContract {
    private final Network.Stacks stacks;

    StackSocketTest() {
        super(new Network.Stacks());
        stacks = (Network.Stacks) network;
    }

    private static final String NOBODY = "10.0.0.99";

    @Test
    void connectingTimesOut() throws IOException {
        try (Socket socket = network.socket()) {
            SocketTimeoutException e = assertThrows(
                    SocketTimeoutException.class,
                    () -> socket.connect(new InetSocketAddress(Network.Stacks.address(NOBODY), 80), 50));
            assertEquals("Connect timed out", e.getMessage());
            assertThrows(SocketException.class, () -> socket.connect(listener.getLocalSocketAddress()));
        }
    }

    @Test
    @SuppressWarnings("try") // closed while it is used
    void closingEndsConnecting() throws Exception {
        try (Socket socket = network.socket()) {
            Background<Void> connecting = Background.<Void>start(() -> {
                        socket.connect(new InetSocketAddress(Network.Stacks.address(NOBODY), 80));
                        return null;
                    })
                    .waits();
            socket.close();
            SocketException e = assertThrows(SocketException.class, connecting::get);
            assertEquals("Socket closed", e.getMessage());
        }
    }

    @Test
    void thereIsNoWay() throws Exception {
        try (Loopback.Pair wire = Loopback.pair(LinkType.RAW);
                StackLoop lonely = new StackLoop(NetStack.builder(wire.first())
                                .address("192.0.2.1/24")
                                .build())
                        .start();
                Socket socket = new StackSocket(lonely)) {
            InetSocketAddress there =
                    new InetSocketAddress(Ipv6Address.of("fd00::2").toInetAddress(), 80);
            assertThrows(NoRouteToHostException.class, () -> socket.connect(there));
        }
    }

    /** The platform shuts the output down before it closes, so there the end may come first. */
    @Test
    void closingWithBytesUnreadResets() throws Exception {
        try (Pair p = pair()) {
            p.client().getOutputStream().write(1);
            while (p.server().getInputStream().available() == 0) {
                Thread.onSpinWait();
            }
            p.server().close();
            SocketException e = assertThrows(
                    SocketException.class, () -> p.client().getInputStream().read());
            assertEquals("Connection reset", e.getMessage());
        }
    }

    @Test
    void urgentDataCannotBeSent() throws Exception {
        try (Pair p = pair()) {
            assertThrows(SocketException.class, () -> p.client().sendUrgentData(1));
        }
    }

    @Test
    void namesAreResolvedByTheStack() throws Exception {
        Resolver resolver = new Resolver(stacks.first);
        assertEquals(2, resolver.lookup("server.test").size());
        assertEquals(2, resolver.resolve("server.test").length);
        assertThrows(UnknownHostException.class, () -> resolver.lookup("nowhere.test"));
        SocketFactory factory = StackSocketFactory.of(stacks.first);
        try (StackServerSocket all = new StackServerSocket(stacks.second, 0);
                Socket client = factory.createSocket("server.test", all.getLocalPort());
                Socket server = all.accept()) {
            server.getOutputStream().write("hi".getBytes(US_ASCII));
            server.shutdownOutput();
            assertEquals("hi", new String(client.getInputStream().readAllBytes(), US_ASCII));
        }
    }

    @Test
    void factories() throws Exception {
        SocketFactory sockets = new StackSocketFactory(stacks.first, null);
        ServerSocketFactory servers = StackServerSocketFactory.of(stacks.second);
        assertFalse(servers.createServerSocket().isBound());
        try (var first = servers.createServerSocket(0);
                var second = servers.createServerSocket(0, 5);
                var third = servers.createServerSocket(0, 5, network.server())) {
            int port = 4321;
            for (var server : List.of(first, second, third)) {
                try (Socket s = sockets.createSocket(network.server(), server.getLocalPort())) {
                    assertTrue(s.isConnected());
                }
                try (Socket s = sockets.createSocket("10.0.0.2", server.getLocalPort(), network.client(), 0)) {
                    assertEquals(network.client(), s.getLocalAddress());
                }
                try (Socket s =
                        sockets.createSocket(network.server(), server.getLocalPort(), network.client(), ++port)) {
                    assertEquals(port, s.getLocalPort());
                }
            }
        }
        assertFalse(sockets.createSocket().isConnected());
    }

    @Test
    void optionsOfTheStack() throws Exception {
        TcpOptions wanted = TcpOptions.DEFAULT
                .congestionControl(CongestionAlgorithm.NEW_RENO)
                .userTimeout(5000);
        try (StackSocket client = new StackSocket(stacks.first)) {
            client.options(wanted);
            client.setTcpNoDelay(true);
            client.connect(listener.getLocalSocketAddress());
            assertEquals(5000, client.options().userTimeout());
            assertTrue(client.options().noDelay());
            assertEquals(TcpState.ESTABLISHED, client.session().orElseThrow().state());
            assertTrue(client.session().orElseThrow().options().noDelay());
            listener.accept().close();
        }
    }

    @Test
    void ipVersion6() throws Exception {
        try (StackServerSocket all = new StackServerSocket(stacks.second, 0);
                StackSocket client = new StackSocket(stacks.first, new Resolver(stacks.first))) {
            client.connect(InetSocketAddress.createUnresolved("fd00::2", all.getLocalPort()));
            try (Socket server = all.accept()) {
                client.getOutputStream().write(6);
                assertEquals(6, server.getInputStream().read());
                assertEquals("/fd00:0:0:0:0:0:0:1", server.getInetAddress().toString());
            }
        }
    }

    @Test
    void theStacksOwnThreadDoesNotWaitForItself() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (Socket socket = network.socket()) {
            stacks.first.execute(() -> {
                try {
                    socket.connect(listener.getLocalSocketAddress());
                } catch (IOException | RuntimeException e) {
                    told.complete(e);
                }
            });
            assertInstanceOf(IllegalStateException.class, told.get(10, TimeUnit.SECONDS));
        }
    }

    /** Whoever waits learns that there is no stack any more, and who comes later, too. */
    @Test
    @SuppressWarnings("try") // closed while it is used
    void theStackEnds() throws Exception {
        try (Network.Stacks own = new Network.Stacks();
                StackServerSocket server = new StackServerSocket(own.second, 0);
                StackSocket client = new StackSocket(own.first)) {
            client.connect(new InetSocketAddress(own.server(), server.getLocalPort()));
            Background<Integer> reading = Background.start(client.getInputStream()::read);
            Background<Socket> accepting = Background.start(() -> {
                server.accept();
                return server.accept();
            });
            accepting.waits();
            own.close();
            assertThrows(IOException.class, reading::get);
            assertThrows(IOException.class, accepting::get);
            try (StackSocket late = new StackSocket(own.first)) {
                assertThrows(
                        SocketException.class,
                        () -> late.connect(new InetSocketAddress(own.server(), server.getLocalPort())));
            }
        }
    }
}
