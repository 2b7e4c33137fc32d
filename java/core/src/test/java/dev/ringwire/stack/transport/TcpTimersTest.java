package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What happens when nothing comes: retransmission, probes, patience; and what windows, options and limits do. */
class TcpTimersTest extends PeerTest {
    @Test
    @DisplayName("T19 SYN is sent again with doubling intervals for three minutes, then the connection times out")
    void synTimesOut() throws IOException {
        TcpSession s = peer.tcp().connect(there(7), null, TcpOptions.DEFAULT, null);
        peer.poll();
        peer.expect(SYN);
        peer.pass(2_900);
        assertEquals(1, peer.waiting());
        peer.pass(175_000);
        assertEquals(TcpState.SYN_SENT, s.state());
        peer.pass(60_000);
        assertEquals(TcpState.CLOSED, s.state());
        assertInstanceOf(ConnectException.class, s.error());
        assertEquals(7, peer.waiting());
    }

    @Test
    @DisplayName("T30 T31 data is sent again with doubling intervals until the user timeout")
    void dataTimesOut() {
        TcpSession s = peer.connect();
        s.options(s.options().userTimeout(100_000));
        peer.write(s, "x");
        int seq = peer.expect(ACK | PSH).seq;
        long before = 0;
        for (int i = 0; i < 5; i++) {
            long from = peer.now;
            while (peer.waiting() == 0) {
                peer.pass(10);
            }
            long waited = peer.now - from;
            assertEquals(seq, peer.expect(ACK | PSH).seq);
            assertTrue(
                    waited >= 190_000_000L && (before == 0 || Math.abs(waited - 2 * before) < 30_000_000L),
                    "" + waited);
            before = waited;
        }
        peer.pass(200_000);
        assertEquals(TcpState.CLOSED, s.state());
        assertInstanceOf(SocketTimeoutException.class, s.error());
        assertEquals(1, counters().timedOut);
    }

    @Test
    @DisplayName("T34 a closed window is probed for ever as long as the other side answers")
    void zeroWindow() {
        TcpSession s = peer.connect();
        s.options(s.options().userTimeout(20_000));
        peer.send(Segment.of(ACK).window(0));
        peer.write(s, "hello");
        peer.expectNothing();
        int seq = peer.ack;
        for (int i = 0; i < 40; i++) {
            for (int k = 0; k < 7000 && peer.waiting() == 0; k++) {
                peer.pass(10);
            }
            Segment probe = peer.expect();
            assertEquals(seq, probe.seq);
            assertEquals(1, probe.payload.length);
            peer.raw(Segment.of(ACK).seq(peer.seq).ack(seq).window(0));
            peer.forget();
        }
        assertEquals(TcpState.ESTABLISHED, s.state());
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(seq).window(1000));
        assertEquals("hello", peer.expect(ACK | PSH).text());
    }

    @Test
    @DisplayName("T34 a closed window whose probes nobody answers ends the connection")
    void deadZeroWindow() {
        TcpSession s = peer.connect();
        peer.send(Segment.of(ACK).window(0));
        peer.write(s, "hello");
        peer.pass(600_000);
        assertEquals(TcpState.CLOSED, s.state());
        assertInstanceOf(SocketTimeoutException.class, s.error());
    }

    @Test
    @DisplayName("T32 a window that shrinks does not end the connection; the window is obeyed")
    void shrinkingWindow() {
        TcpSession s = peer.connect();
        peer.send(Segment.of(ACK).window(3000));
        peer.write(s, "x".repeat(5000));
        assertEquals(3, peer.waiting());
        int seq = peer.expect().seq;
        peer.forget();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(seq + 1000).window(500));
        peer.expectNothing();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(seq + 3000).window(2000));
        assertEquals(2, peer.waiting());
        assertEquals(seq + 3000, peer.expect().seq);
    }

    @Test
    @DisplayName("T25 the sender waits for a window worth sending, the receiver for one worth telling")
    void sillyWindow() {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT.receiveBuffer(8000));
        TcpSession s = peer.accept(listener, Segment.of(SYN).mss(1000));
        peer.send(Segment.of(ACK).window(100));
        peer.write(s, "y".repeat(3000));
        peer.expectNothing();
        peer.send(Segment.of(ACK).window(1000));
        assertEquals(1000, peer.expect().payload.length);
        peer.send(Segment.of(ACK).window(0));
        for (int i = 0; i < 8; i++) {
            peer.send(ACK, "z".repeat(1000));
        }
        peer.pass(100);
        Segment last = peer.expect();
        while (peer.waiting() > 0) {
            last = peer.expect();
        }
        assertEquals(0, last.window);
        java.nio.ByteBuffer few = java.nio.ByteBuffer.allocate(100);
        try {
            s.tryReceive(few);
            peer.poll();
            peer.expectNothing();
            peer.read(s);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertEquals(8000, peer.expect(ACK).window);
    }

    @Test
    @DisplayName("T29 keep-alive is off by default; on, several probes must fail")
    void keepAlive() {
        TcpSession s = peer.connect();
        peer.pass(8_000_000);
        peer.expectNothing();
        s.options(s.options()
                .keepAlive(true)
                .keepAliveIdle(10)
                .keepAliveInterval(5)
                .keepAliveCount(3));
        peer.pass(10_100);
        Segment probe = peer.expect(ACK);
        assertEquals(peer.ack - 1, probe.seq);
        peer.send(ACK);
        peer.pass(9_000);
        peer.expectNothing();
        peer.pass(60_000);
        assertEquals(TcpState.CLOSED, s.state());
        assertInstanceOf(SocketTimeoutException.class, s.error());
        assertEquals(4, counters().keepAliveProbes);
        peer.expect(ACK);
        peer.expect(ACK);
        peer.expect(ACK);
        peer.expect(RST | ACK);
    }

    @Test
    @DisplayName("T35 windows are scaled when both want it")
    void windowScale() throws IOException {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.send(Segment.of(SYN).windowScale(4).window(1000));
        Segment answer = peer.expect(SYN | ACK);
        assertEquals(5, answer.windowScale);
        peer.ack = answer.end();
        peer.send(Segment.of(ACK).window(1000));
        TcpSession s = listener.tryAccept();
        assertEquals(16_000, s.sendWindow());
        peer.send(ACK, "x".repeat(1000));
        peer.send(ACK, "x".repeat(1000));
        assertTrue(peer.expect(ACK).window << 5 > 900_000);
        peer.peerPort++;
        peer.send(SYN);
        assertEquals(-1, peer.expect(SYN | ACK).windowScale);
    }

    @Test
    @DisplayName("T36 T58 timestamps: echoed, old ones dropped (PAWS), with an offset of each connection's own")
    void timestamps() {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.send(Segment.of(SYN).timestamps(5000, 0));
        Segment answer = peer.expect(SYN | ACK);
        assertEquals(5000, answer.tsEcho);
        peer.ack = answer.end();
        peer.send(Segment.of(ACK).timestamps(5001, answer.tsValue));
        TcpSession s = listener.tryAccept();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack).timestamps(4000, 0).data("old"));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        assertEquals("", peer.read(s));
        assertEquals(1, counters().oldTimestamp);
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack).data("none"));
        assertEquals(1, counters().missingTimestamp);
        peer.send(Segment.of(ACK).timestamps(5002, answer.tsValue).data("new"));
        assertEquals("new", peer.read(s));
        peer.pass(100);
        assertEquals(5002, peer.expect(ACK).tsEcho);
        int first = answer.tsValue;
        peer.peerPort++;
        peer.send(Segment.of(SYN).timestamps(1, 0));
        assertTrue(Math.abs(peer.expect(SYN | ACK).tsValue - first) > 10_000);
    }

    @Test
    @DisplayName("T52 ports are not foreseen, and not used twice")
    void ports() throws IOException {
        TcpEndpoint there = there(7);
        int a = peer.tcp()
                .connect(there, null, TcpOptions.DEFAULT, null)
                .local()
                .port();
        int b = peer.tcp()
                .connect(there, null, TcpOptions.DEFAULT, null)
                .local()
                .port();
        assertNotEquals(a, b);
        assertTrue(!peer.tcp().isPortFree(a) && peer.tcp().isPortFree(81));
    }

    @Test
    @DisplayName("T53 T54 half-open connections have a limit; beyond it cookies answer, and make connections")
    void synFlood() throws IOException {
        peer.tcp().maxHalfOpen(10);
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        for (int i = 0; i < 1000; i++) {
            peer.peerPort = 1024 + i;
            peer.raw(Segment.of(SYN)
                    .seq(i)
                    .mss(1400)
                    .timestamps(9, 0)
                    .windowScale(3)
                    .sackPermitted());
        }
        assertEquals(10, counters().halfOpen);
        assertEquals(990, counters().cookiesSent);
        peer.forget();
        peer.peerPort = 50_000;
        peer.seq = 777;
        peer.send(Segment.of(SYN).mss(1400).timestamps(20, 0).windowScale(3).sackPermitted());
        Segment cookie = peer.expect(SYN | ACK);
        peer.ack = cookie.end();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack + 1).timestamps(21, cookie.tsValue));
        peer.expect(RST);
        peer.send(Segment.of(ACK).timestamps(21, cookie.tsValue).window(1000).data("hi"));
        TcpSession s = listener.tryAccept();
        assertEquals("hi", peer.read(s));
        assertEquals(1388, s.segmentSize());
        assertEquals(1, counters().cookiesAccepted);
        assertEquals(1, counters().cookiesRefused);
        peer.forget();
        peer.pass(70_000);
        assertEquals(0, counters().halfOpen);
    }

    @Test
    @DisplayName("T53 a full accept queue takes no more handshakes")
    void backlog() throws IOException {
        TcpListener listener = peer.tcp().listen(TcpEndpoint.any(80), 1, TcpOptions.DEFAULT);
        peer.send(SYN);
        peer.ack = peer.expect(SYN | ACK).end();
        peer.send(ACK);
        peer.peerPort++;
        peer.send(SYN);
        peer.expectNothing();
        assertEquals(1, counters().listenOverflows);
        listener.tryAccept().abort();
        peer.send(SYN);
        peer.poll();
        peer.expect(RST | ACK);
        peer.expect(SYN | ACK);
    }

    @Test
    @DisplayName("T55 bytes received and out of order stay within the buffer, and all buffers within the stack's limit")
    void memory() {
        peer.tcp().memoryLimit(8192);
        TcpSession s = peer.connect();
        for (int i = 0; i < 40; i++) {
            peer.raw(Segment.of(ACK).seq(peer.seq + 2 + 500 * i).ack(peer.ack).data("x".repeat(400)));
        }
        assertTrue(peer.tcp().memoryUsed() <= 8192);
        assertTrue(counters().outOfWindow > 0);
        s.abort();
        assertEquals(0, peer.tcp().memoryUsed());
    }

    @Test
    @DisplayName("T57 T64 a path that becomes narrower: the same data goes out in smaller segments, at once")
    void pathMtu() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK).mss(1460), TcpOptions.DEFAULT, null);
        peer.write(s, "x".repeat(2920));
        Segment first = peer.expect();
        assertEquals(1460, first.payload.length);
        peer.forget();
        peer.icmpError(3, 4, 1000, first.seq);
        Segment again = peer.expect();
        assertEquals(first.seq, again.seq);
        assertEquals(960, again.payload.length);
        assertEquals(960, s.segmentSize());
    }

    @Test
    @DisplayName("T39 the first window has ten segments")
    void initialWindow() {
        TcpSession s = peer.connect();
        peer.write(s, "x".repeat(50_000));
        assertEquals(10, peer.waiting());
        peer.send(Segment.of(FIN | ACK));
        assertEquals(TcpState.CLOSE_WAIT, s.state());
    }
}
