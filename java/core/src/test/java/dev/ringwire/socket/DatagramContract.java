package dev.ringwire.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What {@code java.net} promises of UDP sockets, told by the platform's own and asked of those over a stack. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(30)
abstract class DatagramContract {
    final Network network;
    DatagramSocket client;
    DatagramSocket server;

    DatagramContract(Network network) {
        this.network = network;
    }

    @BeforeEach
    void open() throws IOException {
        client = network.clientDatagrams();
        client.bind(new InetSocketAddress(network.client(), 0));
        server = network.serverDatagrams();
        server.bind(new InetSocketAddress(network.server(), 0));
        server.setSoTimeout(5000);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @AfterAll
    void end() throws IOException {
        network.close();
    }

    private static DatagramPacket packet(String text, SocketAddress to) {
        byte[] bytes = text.getBytes(US_ASCII);
        return new DatagramPacket(bytes, bytes.length, to);
    }

    private static DatagramPacket room(int bytes) {
        return new DatagramPacket(new byte[bytes], bytes);
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), packet.getOffset(), packet.getLength(), US_ASCII);
    }

    private void toServer(String text) throws IOException {
        client.send(packet(text, server.getLocalSocketAddress()));
    }

    @Test
    void aConnectedSocketKnowsTheAddressThatItSendsFrom() throws IOException {
        try (DatagramSocket any = network.clientDatagrams()) {
            any.connect(server.getLocalSocketAddress());
            assertEquals(network.client(), any.getLocalAddress());
            assertEquals(network.client(), ((InetSocketAddress) any.getLocalSocketAddress()).getAddress());
        }
    }

    private static void assertClosed(Executable action) {
        SocketException e = assertThrows(SocketException.class, action);
        assertTrue(e.getMessage().endsWith("closed"), e.getMessage());
    }

    @Test
    void datagramsGoBothWays() throws IOException {
        toServer("ping");
        DatagramPacket got = room(100);
        server.receive(got);
        assertEquals("ping", text(got));
        assertEquals(client.getLocalSocketAddress(), got.getSocketAddress());
        server.send(packet("pong", got.getSocketAddress()));
        client.receive(got);
        assertEquals("pong", text(got));
        toServer("");
        server.receive(got);
        assertEquals(0, got.getLength());
    }

    @Test
    void whatIsTooLongIsCutAndTheRoomStays() throws IOException {
        DatagramPacket got = room(5);
        for (String sent : new String[] {"abcdefgh", "x", "12345", "67"}) {
            toServer(sent);
            server.receive(got);
            assertEquals(sent.substring(0, Math.min(5, sent.length())), text(got));
        }
        got.setData(new byte[10], 3, 4);
        toServer("abcdefgh");
        server.receive(got);
        assertEquals("abcd", text(got));
        assertEquals(3, got.getOffset());
    }

    @Test
    void manyComeInOrder() throws IOException {
        DatagramPacket got = room(100);
        for (int i = 0; i < 2000; i++) {
            toServer("number " + i);
            if (i % 50 == 49) {
                for (int j = i - 49; j <= i; j++) {
                    server.receive(got);
                    assertEquals("number " + j, text(got));
                }
            }
        }
    }

    @Test
    void longOnesAreCutIntoFragmentsAndPutTogether() throws IOException {
        byte[] bytes = SocketContract.random(60_000);
        client.setSendBufferSize(200_000);
        server.setReceiveBufferSize(200_000);
        client.send(new DatagramPacket(bytes, bytes.length, server.getLocalSocketAddress()));
        DatagramPacket got = room(65_535);
        server.receive(got);
        assertEquals(bytes.length, got.getLength());
        assertArrayEquals(bytes, java.util.Arrays.copyOf(got.getData(), got.getLength()));
        assertThrows(
                IOException.class,
                () -> client.send(new DatagramPacket(new byte[65_530], 65_530, server.getLocalSocketAddress())));
    }

    @Test
    void receivingTimesOut() throws IOException {
        server.setSoTimeout(30);
        assertEquals(30, server.getSoTimeout());
        SocketTimeoutException e = assertThrows(SocketTimeoutException.class, () -> server.receive(room(1)));
        assertEquals("Receive timed out", e.getMessage());
    }

    @Test
    void closingEndsReceiving() throws Exception {
        server.setSoTimeout(0);
        Background<Void> receiving = Background.<Void>start(() -> {
                    server.receive(room(1));
                    return null;
                })
                .waits();
        server.close();
        assertClosed(receiving::get);
        assertClosed(() -> server.receive(room(1)));
        assertClosed(() -> server.send(packet("x", client.getLocalSocketAddress())));
        assertClosed(() -> server.setSoTimeout(1));
        assertTrue(server.isClosed());
        assertEquals(-1, server.getLocalPort());
    }

    @Test
    void aSocketKnowsWhereItIs() throws IOException {
        try (DatagramSocket fresh = network.clientDatagrams();
                DatagramSocket other = network.clientDatagrams()) {
            assertFalse(fresh.isBound() || fresh.isConnected() || fresh.isClosed());
            assertEquals(0, fresh.getLocalPort());
            assertNull(fresh.getLocalSocketAddress());
            assertNull(fresh.getRemoteSocketAddress());
            assertEquals(-1, fresh.getPort());
            fresh.send(packet("binds", server.getLocalSocketAddress()));
            assertTrue(fresh.isBound());
            assertNotEquals(0, fresh.getLocalPort());
            assertTrue(fresh.getLocalAddress().isAnyLocalAddress());
            assertThrows(BindException.class, () -> other.bind(client.getLocalSocketAddress()));
        }
        assertEquals(network.client(), client.getLocalAddress());
        assertThrows(SocketException.class, () -> client.bind(new InetSocketAddress(0)));
        assertNull(client.getChannel());
        server.receive(room(10));
    }

    @Test
    void aConnectedSocketHearsItsPeerOnly() throws IOException {
        client.connect(server.getLocalSocketAddress());
        assertTrue(client.isConnected());
        assertEquals(server.getLocalSocketAddress(), client.getRemoteSocketAddress());
        assertEquals(network.server(), client.getInetAddress());
        assertEquals(server.getLocalPort(), client.getPort());
        byte[] bytes = "to my peer".getBytes(US_ASCII);
        DatagramPacket whole = new DatagramPacket(bytes, bytes.length);
        client.send(whole);
        assertEquals(server.getLocalSocketAddress(), whole.getSocketAddress());
        DatagramPacket got = room(100);
        server.receive(got);
        assertEquals("to my peer", text(got));
        try (DatagramSocket stranger = network.serverDatagrams()) {
            stranger.bind(new InetSocketAddress(network.server(), 0));
            stranger.send(packet("not for you", client.getLocalSocketAddress()));
            assertThrows(
                    IllegalArgumentException.class, () -> client.send(packet("x", stranger.getLocalSocketAddress())));
            server.send(packet("for you", client.getLocalSocketAddress()));
            client.setSoTimeout(5000);
            client.receive(got);
            assertEquals("for you", text(got));
            client.disconnect();
            assertFalse(client.isConnected());
            assertEquals(-1, client.getPort());
            stranger.send(packet("now", client.getLocalSocketAddress()));
            client.receive(got);
            assertEquals("now", text(got));
        }
    }

    @Test
    void nobodyListens() throws IOException {
        InetSocketAddress nowhere = (InetSocketAddress) server.getLocalSocketAddress();
        server.close();
        client.connect(nowhere);
        client.setSoTimeout(5000);
        client.send(packet("anybody?", nowhere));
        assertThrows(PortUnreachableException.class, () -> client.receive(room(1)));
    }

    @Test
    void wrongUseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> client.send(new DatagramPacket(new byte[1], 1)));
        assertThrows(IllegalArgumentException.class, () -> client.setSoTimeout(-1));
        assertThrows(IllegalArgumentException.class, () -> client.setSendBufferSize(0));
        assertThrows(IllegalArgumentException.class, () -> client.setTrafficClass(256));
    }

    @Test
    void options() throws IOException {
        assertTrue(client.getBroadcast());
        client.setBroadcast(false);
        assertFalse(client.getBroadcast());
        assertFalse(client.getReuseAddress());
        client.setTrafficClass(0x10);
        assertEquals(0x10, client.getTrafficClass());
        client.setReceiveBufferSize(50_000);
        assertTrue(client.getReceiveBufferSize() >= 50_000);
        client.setSendBufferSize(50_000);
        assertTrue(client.getSendBufferSize() >= 50_000);
        assertTrue(client.supportedOptions().contains(StandardSocketOptions.IP_MULTICAST_TTL));
        client.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 7);
        assertEquals(7, client.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
        client.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
        assertFalse(client.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
        assertThrows(
                UnsupportedOperationException.class, () -> client.setOption(StandardSocketOptions.TCP_NODELAY, true));
    }
}
