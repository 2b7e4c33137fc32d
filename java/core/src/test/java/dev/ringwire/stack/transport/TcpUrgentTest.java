package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static dev.ringwire.stack.transport.TcpSegment.URG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Urgent data (RFC 9293 section 3.8.5). */
class TcpUrgentTest extends PeerTest {
    private static Segment urgent(String data, int pointer) {
        Segment segment = Segment.of(ACK | URG).data(data);
        segment.urgent = pointer;
        return segment;
    }

    /** Writes down what it is told; leaves all bytes but those it is to take. */
    private static final class Listener implements TcpApplication {
        final List<String> told = new ArrayList<>();

        @Override
        public void urgent(TcpSession session) {
            told.add("urgent " + session.urgentBytes());
        }

        @Override
        public void received(TcpSession session, ByteBuffer data) {
            told.add(session.urgentBytes() + " " + StandardCharsets.ISO_8859_1.decode(data));
        }
    }

    private TcpSession connect(TcpApplication application) {
        return peer.connect(Segment.of(SYN | ACK).mss(1000), TcpOptions.DEFAULT.noDelay(true), application);
    }

    @Test
    @DisplayName(
            "T22 MUST-30 MUST-32 MUST-33 the application is told once of each end of urgent data, and how far it is")
    void received() {
        Listener listener = new Listener();
        TcpSession s = connect(listener);
        peer.send(urgent("abc", 10));
        assertEquals(7, s.urgentBytes());
        peer.send(urgent("defg", 7));
        peer.send(urgent("hij", 3));
        assertEquals(0, s.urgentBytes());
        // A pointer that goes back says nothing, one that goes on does.
        peer.send(urgent("k", 0));
        peer.send(urgent("l", 2));
        peer.send(ACK, "m");
        assertEquals(List.of("urgent 10", "10 abc", "7 defg", "3 hij", "0 k", "urgent 2", "2 l", "1 m"), listener.told);
    }

    @Test
    @DisplayName("T22 MUST-33 bytes that wait count; what was fetched does not")
    void waiting() throws IOException {
        TcpSession s = peer.connect();
        peer.send(ACK, "abc");
        peer.send(urgent("defg", 2));
        assertEquals(5, s.urgentBytes());
        s.tryReceive(ByteBuffer.allocate(4));
        assertEquals(1, s.urgentBytes());
        assertEquals("efg", peer.read(s));
        assertEquals(0, s.urgentBytes());
    }

    @Test
    @DisplayName("T22 MUST-66 the urgent pointer is read and a reset with data obeyed while our window is closed")
    void closedWindow() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK).mss(1000), TcpOptions.DEFAULT.receiveBuffer(2048), null);
        for (int i = 0; i < 4; i++) {
            peer.send(ACK, "x".repeat(512));
        }
        peer.pass(100);
        Segment last = peer.expect();
        while (peer.waiting() > 0) {
            last = peer.expect();
        }
        assertEquals(0, last.window);
        Segment probe = urgent("y", 5);
        peer.raw(probe.seq(peer.seq).ack(peer.ack));
        assertEquals(2048 + 5, s.urgentBytes());
        peer.raw(urgent("", 9).seq(peer.seq).ack(peer.ack));
        assertEquals(2048 + 9, s.urgentBytes());
        peer.raw(Segment.of(TcpSegment.RST).seq(peer.seq).data("why"));
        assertEquals(TcpState.CLOSED, s.state());
    }

    @Test
    @DisplayName("T22 MUST-30 MUST-31 MUST-62 urgent data of any length; the pointer is behind its last byte")
    void sent() throws IOException {
        TcpSession s = peer.connect(
                Segment.of(SYN | ACK).mss(1000).windowScale(4),
                TcpOptions.DEFAULT.noDelay(true).sendBuffer(1 << 20),
                null);
        peer.write(s, "before");
        assertFalse(peer.expect().has(URG));
        int end = peer.ack + 100_000;
        assertEquals(100_000, s.sendUrgent(ByteBuffer.allocate(100_000)));
        peer.write(s, "after");
        int urgent = 0;
        String text = "";
        while (s.unacknowledged() > 0) {
            while (peer.waiting() > 0) {
                Segment segment = peer.expect();
                boolean ahead = Sequence.lt(segment.seq, end);
                assertEquals(ahead, segment.has(URG), segment.toString());
                assertEquals(ahead ? Math.min(end - segment.seq, 65_535) : 0, segment.urgent);
                urgent += ahead ? 1 : 0;
                text = segment.text();
            }
            peer.send(Segment.of(ACK));
        }
        assertTrue(urgent >= 100, "segments " + urgent);
        assertTrue(text.endsWith("after"));
        peer.write(s, "calm again");
        assertFalse(peer.expect().has(URG));
    }

    @Test
    @DisplayName("T22 urgent data goes from stack to stack over losses, its end exact")
    void endToEnd() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            int[] data = new int[1];
            net.lossToB = segment -> segment.payload.length > 0 && ++data[0] % 7 == 0;
            int[] total = new int[2];
            net.b.tcp().listen(TcpEndpoint.any(80), TcpOptions.DEFAULT, session -> (s, bytes) -> {
                total[0] += bytes.remaining();
                bytes.position(bytes.limit());
                // Where it ends, counted from the beginning of the stream.
                total[1] = Math.max(total[1], total[0] + s.urgentBytes());
            });
            TcpSession a = net.a.tcp().connect(TcpEndpoint.of("192.0.2.2", 80), null, TcpOptions.DEFAULT, null);
            net.run(100);
            a.trySend(ByteBuffer.allocate(5000));
            a.sendUrgent(ByteBuffer.allocate(20_000));
            a.trySend(ByteBuffer.allocate(9000));
            assertTrue(net.run(60_000, () -> total[0] == 34_000));
            assertTrue(total[1] >= 25_000, "urgent up to " + total[1]);
            assertEquals(0, net.b.tcp().sessions().get(0).urgentBytes());
        }
    }
}
