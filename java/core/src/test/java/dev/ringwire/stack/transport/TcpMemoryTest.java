package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The memory of the rings: what is offered is kept, nobody gets all of it, and it is given back. */
class TcpMemoryTest extends PeerTest {
    /** A connection from the peer's next port. */
    private TcpSession another(TcpListener listener) {
        peer.forget();
        peer.peerPort++;
        peer.seq = 1000;
        peer.send(Segment.of(SYN).mss(1000));
        Segment answer = peer.expect();
        peer.ack = answer.seq + 1;
        peer.send(ACK);
        TcpSession s = listener.tryAccept();
        assertNotNull(s);
        return s;
    }

    private int lastWindow(int before) {
        int window = before;
        while (peer.waiting() > 0) {
            window = peer.expect().window;
        }
        return window;
    }

    @Test
    @DisplayName("Where memory runs out the window closes, and nothing that was offered is dropped")
    void honestWindow() {
        peer.tcp().memoryLimit(256 << 10);
        TcpListener listener = peer.listen(TcpOptions.DEFAULT.windowScaling(false));
        TcpSession s = another(listener);
        int window = lastWindow(0);
        peer.send(ACK);
        window = Math.max(window, s.receiver().edge - s.receiver().nxt);
        int sent = 0;
        while (window > 0) {
            int length = Math.min(window, 1000);
            peer.send(ACK | PSH, "x".repeat(length));
            sent += length;
            peer.pass(50);
            window = lastWindow(window - length);
        }
        assertEquals(0, peer.tcp().counters().bytesRefused);
        assertEquals(sent, s.available());
        assertTrue(sent >= 65_000 && sent < 200 << 10, "took " + sent);
        assertTrue(peer.tcp().memoryUsed() <= 256 << 10);
        assertEquals(sent, peer.read(s).length());
        assertTrue(lastWindow(0) >= 32 << 10);
    }

    @Test
    @DisplayName("T55 bytes far ahead on many connections do not use up the memory of others")
    void farAhead() {
        peer.tcp().memoryLimit(4 << 20);
        TcpListener listener =
                peer.listen(TcpOptions.DEFAULT.windowScaling(false).receiveBuffer(65_535));
        for (int i = 0; i < 500; i++) {
            TcpSession s = another(listener);
            peer.raw(Segment.of(ACK).seq(s.receiver().edge - 1).ack(peer.ack).data("!"));
        }
        assertTrue(peer.tcp().memoryUsed() < 3 << 20, "uses " + peer.tcp().memoryUsed());
        peer.forget();
        TcpSession honest = another(listener);
        for (int i = 0; i < 30; i++) {
            peer.send(ACK | PSH, "x".repeat(1000));
        }
        assertEquals(30_000, honest.available());
    }

    @Test
    @DisplayName("With no memory left at all, each connection still gets on")
    void least() throws IOException {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT.windowScaling(false));
        peer.tcp().memoryLimit(0);
        TcpSession s = another(listener);
        StringBuilder got = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            int window = s.receiver().edge - s.receiver().nxt;
            assertTrue(window >= 1000 && window <= 2048, "window " + window);
            peer.send(ACK | PSH, "x".repeat(1000));
            got.append(peer.read(s));
        }
        assertEquals(20_000, got.length());
        peer.forget();
        ByteBuffer much = ByteBuffer.allocate(10_000);
        for (int i = 0; much.hasRemaining() && i < 20; i++) {
            s.trySend(much);
            peer.poll();
            lastWindow(0);
            peer.send(ACK);
        }
        assertEquals(0, much.remaining());
    }

    @Test
    @DisplayName("An application whose bytes found no memory is told when there is room again")
    void writableAgain() {
        peer.tcp().memoryLimit(0);
        int[] sent = new int[1];
        ByteBuffer all = ByteBuffer.allocate(10_000);
        TcpApplication application = new TcpApplication() {
            @Override
            public void connectionMade(TcpSession session) throws IOException {
                writable(session);
            }

            @Override
            public void writable(TcpSession session) throws IOException {
                sent[0] += session.trySend(all);
            }

            @Override
            public void received(TcpSession session, ByteBuffer data) {}
        };
        peer.connect(Segment.of(SYN | ACK).mss(1000), TcpOptions.DEFAULT.sendBuffer(2048), application);
        for (int i = 0; i < 20; i++) {
            lastWindow(0);
            peer.send(ACK);
        }
        assertEquals(10_000, sent[0]);
    }

    @Test
    @DisplayName("Memory that is not used any more is given back by connections that stay open")
    void givenBack() {
        TcpSession s = peer.connect();
        int window = 0;
        for (int i = 0; i < 2000; i++) {
            peer.send(ACK | PSH, "x".repeat(1000));
            if (i == 1000) {
                peer.write(s, "y".repeat(100_000));
            }
            if (s.available() > 60_000) {
                peer.read(s);
            }
            window = lastWindow(window);
        }
        assertTrue(peer.tcp().memoryUsed() > 100_000);
        peer.read(s);
        for (int i = 0; i < 200 && s.unacknowledged() > 0; i++) {
            peer.pass(10);
            lastWindow(0);
            peer.send(ACK);
        }
        peer.tcp().memoryLimit(1000);
        peer.pass(3_000);
        assertEquals(0, peer.tcp().memoryUsed());
        peer.forget();
        peer.send(ACK | PSH, "and on");
        assertEquals("and on", peer.read(s));
    }

    @Test
    @DisplayName("What a connection held is given back with its end, though nobody closes it")
    void notClosed() {
        TcpSession s = peer.connect();
        peer.send(ACK | PSH, "x".repeat(1000));
        s.shutdownOutput();
        peer.poll();
        lastWindow(0);
        peer.send(FIN | ACK);
        peer.pass(120_000);
        assertEquals(TcpState.CLOSED, s.state());
        assertEquals(0, peer.tcp().memoryUsed());
        assertEquals(1000, peer.read(s).length());
    }
}
