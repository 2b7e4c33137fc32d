package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one segment after the other does to a connection (RFC 9293 section 3.10.7), seen by the other side. */
class TcpSegmentRulesTest extends PeerTest {
    @Test
    @DisplayName("T01 a segment with a wrong checksum is dropped")
    void checksum() {
        TcpSession s = peer.connect();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack).data("x").badChecksum());
        assertEquals(1, counters().badChecksum);
        assertEquals("", peer.read(s));
        peer.send(ACK, "y");
        assertEquals("y", peer.read(s));
    }

    @Test
    @DisplayName("T02 sequence numbers go on behind 2^32")
    void wrap() {
        peer.seq = -3;
        TcpSession s = peer.connect();
        peer.send(ACK, "abc");
        peer.send(ACK, "def");
        assertEquals("abcdef", peer.read(s));
        peer.pass(100);
        assertEquals(4, peer.expect(ACK).ack);
    }

    @Test
    @DisplayName("T03 a segment outside the window is answered by an ACK and dropped")
    void outsideWindow() {
        TcpSession s = peer.connect();
        peer.raw(Segment.of(ACK).seq(peer.seq + 2_000_000).ack(peer.ack).data("x"));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        assertEquals("", peer.read(s));
        assertEquals(1, counters().outOfWindow);
    }

    @Test
    @DisplayName("T04 an acknowledgement of what was never sent is answered by an ACK and the segment dropped")
    void ackTooHigh() {
        TcpSession s = peer.connect();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack + 1).data("x"));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        assertEquals("", peer.read(s));
        assertEquals(1, counters().badAck);
    }

    @Test
    @DisplayName("T05 T28 out of order data is put in order, and acknowledged at once")
    void outOfOrder() {
        TcpSession s = peer.connect();
        int seq = peer.seq;
        peer.raw(Segment.of(ACK).seq(seq + 3).ack(peer.ack).data("def"));
        assertEquals(seq, peer.expect(ACK).ack);
        peer.raw(Segment.of(ACK).seq(seq + 9).ack(peer.ack).data("jkl"));
        assertEquals(seq, peer.expect(ACK).ack);
        assertEquals("", peer.read(s));
        peer.raw(Segment.of(ACK).seq(seq).ack(peer.ack).data("abc"));
        assertEquals(seq + 6, peer.expect(ACK).ack);
        assertEquals("abcdef", peer.read(s));
        peer.raw(Segment.of(ACK).seq(seq + 6).ack(peer.ack).data("ghi"));
        assertEquals(seq + 12, peer.expect(ACK).ack);
        assertEquals("ghijkl", peer.read(s));
    }

    @Test
    @DisplayName("T06 what overlaps is taken once")
    void overlap() {
        TcpSession s = peer.connect();
        int seq = peer.seq;
        peer.raw(Segment.of(ACK).seq(seq).ack(peer.ack).data("abcd"));
        peer.raw(Segment.of(ACK).seq(seq + 2).ack(peer.ack).data("cdef"));
        peer.raw(Segment.of(ACK).seq(seq + 8).ack(peer.ack).data("ij"));
        peer.raw(Segment.of(ACK).seq(seq + 5).ack(peer.ack).data("fghijk"));
        assertEquals("abcdefghijk", peer.read(s));
        peer.forget();
        peer.raw(Segment.of(ACK).seq(seq).ack(peer.ack).data("abcd"));
        assertEquals(seq + 11, peer.expect(ACK).ack);
        assertEquals("", peer.read(s));
    }

    @Test
    @DisplayName("T07 a segment without ACK is dropped")
    void noAck() {
        TcpSession s = peer.connect();
        peer.raw(Segment.of(PSH).seq(peer.seq).data("x"));
        peer.expectNothing();
        assertEquals("", peer.read(s));
        assertEquals(1, counters().noAck);
    }

    @Test
    @DisplayName("T09 T10 a passive open: RST goes back to LISTEN, the third segment may bring data and FIN")
    void passiveOpen() throws IOException {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.send(SYN);
        peer.ack = peer.expect(SYN | ACK).end();
        peer.send(RST);
        assertEquals(0, counters().halfOpen);
        peer.seq = 5000;
        peer.send(SYN);
        peer.ack = peer.expect(SYN | ACK).end();
        peer.send(ACK | PSH | FIN, "hello");
        TcpSession s = listener.tryAccept();
        assertEquals("hello", peer.read(s));
        assertNull(peer.read(s));
        assertEquals(TcpState.CLOSE_WAIT, s.state());
        assertEquals(peer.seq, peer.expect(ACK).ack);
    }

    @Test
    @DisplayName("T11 resets of RFC 9293 section 3.5.2")
    void resets() throws IOException {
        peer.send(SYN);
        Segment rst = peer.expect(RST | ACK);
        assertEquals(0, rst.seq);
        assertEquals(peer.seq, rst.ack);
        peer.raw(Segment.of(ACK).seq(7).ack(12345));
        rst = peer.expect(RST);
        assertEquals(12345, rst.seq);
        peer.send(RST);
        peer.send(RST | ACK);
        peer.expectNothing();
        // SYN-SENT: an unacceptable ACK draws a reset, and the connection goes on.
        TcpSession s = peer.begin(TcpOptions.DEFAULT, null);
        Segment syn = peer.expect(SYN);
        peer.raw(Segment.of(SYN | ACK).seq(1).ack(syn.seq));
        assertEquals(syn.seq, peer.expect(RST).seq);
        peer.raw(Segment.of(RST | ACK).seq(1).ack(syn.seq));
        peer.expectNothing();
        assertEquals(TcpState.SYN_SENT, s.state());
        // SYN-RECEIVED.
        peer.listen(TcpOptions.DEFAULT);
        peer.stackPort = TcpPeer.PORT;
        peer.send(SYN);
        Segment answer = peer.expect(SYN | ACK);
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(answer.seq));
        assertEquals(answer.seq, peer.expect(RST).seq);
    }

    @Test
    @DisplayName("T12 a reset ends the connection and tells the user")
    void reset() {
        TcpSession s = peer.connect();
        peer.send(RST);
        assertEquals(TcpState.CLOSED, s.state());
        assertInstanceOf(SocketException.class, s.error());
        assertEquals("Connection reset", s.error().getMessage());
        assertThrows(SocketException.class, () -> s.tryReceive(ByteBuffer.allocate(1)));
        assertThrows(SocketException.class, () -> s.trySend(ByteBuffer.allocate(1)));
        peer.expectNothing();
    }

    @Test
    @DisplayName("T12 a reset in answer to SYN: connection refused")
    void refused() throws IOException {
        TcpSession s = peer.begin(TcpOptions.DEFAULT, null);
        peer.ack = peer.expect(SYN).end();
        peer.send(RST | ACK);
        assertInstanceOf(ConnectException.class, s.error());
        assertEquals("Connection refused", s.error().getMessage());
    }

    @Test
    @DisplayName("T14 FIN comes with the last data, and is sent again until it is acknowledged")
    void fin() {
        TcpSession s = peer.connect();
        peer.write(s, "bye");
        s.close();
        assertEquals("bye", peer.expect(ACK | PSH).text());
        peer.poll();
        int fin = peer.expect(ACK | FIN).seq;
        peer.forget();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(fin));
        peer.pass(1100);
        Segment again = peer.expect(ACK | FIN);
        assertEquals(fin, again.seq);
        peer.forget();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(fin + 1));
        assertEquals(TcpState.FIN_WAIT_2, s.state());
        peer.pass(60_100);
        assertEquals(TcpState.CLOSED, s.state());
    }

    @Test
    @DisplayName("T16 TIME-WAIT acknowledges FIN again, ignores RST, gives way to a newer SYN")
    void timeWait() throws IOException {
        peer.listen(TcpOptions.DEFAULT);
        TcpListener listener = peer.tcp().listen(TcpEndpoint.any(81), 1, TcpOptions.DEFAULT);
        TcpSession s = peer.accept(listener, Segment.of(SYN));
        s.close();
        peer.poll();
        peer.expect(ACK | FIN);
        peer.send(ACK | FIN);
        assertEquals(TcpState.TIME_WAIT, s.state());
        assertEquals(peer.seq, peer.expect(ACK).ack);
        peer.raw(Segment.of(ACK | FIN).seq(peer.seq - 1).ack(peer.ack));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        peer.raw(Segment.of(RST).seq(peer.seq));
        peer.expectNothing();
        assertEquals(1, counters().timeWait);
        assertEquals(1, counters().timeWaitResetsIgnored);
        peer.raw(Segment.of(SYN).seq(peer.seq - 100_000));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        peer.raw(Segment.of(SYN).seq(peer.seq + 100_000));
        assertEquals(peer.seq + 100_001, peer.expect(SYN | ACK).ack);
        assertEquals(0, counters().timeWait);
        assertEquals(1, counters().timeWaitReused);
    }

    @Test
    @DisplayName("T16 the TIME-WAIT table has a limit")
    void timeWaitLimit() throws IOException {
        peer.tcp().maxTimeWait(3);
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        for (int i = 0; i < 5; i++) {
            peer.peerPort++;
            TcpSession s = peer.accept(listener, Segment.of(SYN));
            s.close();
            peer.poll();
            peer.expect(ACK | FIN);
            peer.send(ACK | FIN);
            peer.forget();
        }
        assertEquals(3, counters().timeWait);
        assertEquals(2, counters().timeWaitOverflows);
    }

    @Test
    @DisplayName("T17 close with unread data, and data after close, are answered by RST")
    void closeWithUnread() {
        TcpSession s = peer.connect();
        peer.send(ACK, "unread");
        s.close();
        peer.poll();
        peer.expect(RST | ACK);
        assertEquals(TcpState.CLOSED, s.state());
        peer.peerPort++;
        peer.seq = 9000;
        TcpSession t = peer.connect();
        t.close();
        peer.poll();
        peer.expect(ACK | FIN);
        peer.send(ACK, "late");
        peer.expect(RST | ACK);
        assertEquals(TcpState.CLOSED, t.state());
        assertEquals(1, counters().dataAfterClose);
    }

    @Test
    @DisplayName("T18 abort and linger 0 send RST")
    void abort() {
        TcpSession s = peer.connect();
        s.abort();
        peer.poll();
        assertEquals(peer.ack, peer.expect(RST | ACK).seq);
        peer.peerPort++;
        TcpSession t = peer.connect();
        t.options(t.options().linger(0));
        t.close();
        peer.poll();
        peer.expect(RST | ACK);
    }

    @Test
    @DisplayName("T20 unknown options are passed over, malformed ones do no harm")
    void options() {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.send(Segment.of(SYN).options(254, 4, 1, 2, 1, 2, 4, 3, 232, 30, 200));
        Segment answer = peer.expect(SYN | ACK);
        peer.ack = answer.seq + 1;
        peer.send(Segment.of(ACK).options(99, 0, 3, 3));
        TcpSession s = listener.tryAccept();
        assertEquals(1000, s.segmentSize());
        peer.send(Segment.of(ACK).options(8, 40, 1, 1).data("x"));
        assertEquals("x", peer.read(s));
        peer.raw(Segment.of(ACK)
                .seq(peer.seq)
                .ack(peer.ack)
                .options(253, 3, 9, 0)
                .data("y"));
        assertEquals("y", peer.read(s));
    }

    @Test
    @DisplayName("T21 T56 MSS: sent, defaults, the smaller one counts, and none below 48")
    void mss() throws IOException {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.send(Segment.of(SYN));
        Segment answer = peer.expect(SYN | ACK);
        assertEquals(1460, answer.mss);
        peer.ack = answer.end();
        peer.send(ACK);
        assertEquals(536, listener.tryAccept().segmentSize());
        for (int[] offered : new int[][] {{1, 48}, {9000, 1460}, {1000, 1000}}) {
            peer.peerPort++;
            assertEquals(
                    offered[1],
                    peer.accept(listener, Segment.of(SYN).mss(offered[0])).segmentSize());
        }
        peer.peerPort++;
        assertEquals(
                988,
                peer.accept(listener, Segment.of(SYN).mss(1000).timestamps(1, 0))
                        .segmentSize());
        try (TcpPeer six = new TcpPeer(true, 1500)) {
            TcpListener at6 = six.listen(TcpOptions.DEFAULT);
            six.send(Segment.of(SYN));
            answer = six.expect(SYN | ACK);
            assertEquals(1440, answer.mss);
            six.ack = answer.end();
            six.send(ACK);
            assertEquals(1220, at6.tryAccept().segmentSize());
        }
    }

    @Test
    @DisplayName("T23 PSH on the last segment of what was handed over")
    void push() {
        TcpSession s = peer.connect();
        peer.write(s, "x".repeat(2500));
        assertEquals(1000, peer.expect(ACK).payload.length);
        assertEquals(1000, peer.expect(ACK).payload.length);
        assertEquals(500, peer.expect(ACK | PSH).payload.length);
    }

    @Test
    @DisplayName("T24 TOS and TTL are the user's, DF by default")
    void networkOptions() {
        TcpSession s = peer.connect();
        s.options(s.options().trafficClass(0x20).ttl(9));
        peer.write(s, "x");
        Segment sent = peer.expect(ACK | PSH);
        assertEquals(0x20, sent.trafficClass);
        assertEquals(9, sent.ttl);
        assertTrue(sent.dontFragment);
    }

    @Test
    @DisplayName("T26 Nagle holds a small segment back while one is on its way; NODELAY does not")
    void nagle() {
        TcpSession s = peer.connect();
        s.options(s.options().noDelay(false));
        peer.write(s, "a");
        peer.expect(ACK | PSH);
        peer.write(s, "b");
        peer.write(s, "c");
        peer.expectNothing();
        peer.send(ACK);
        assertEquals("bc", peer.expect(ACK | PSH).text());
        s.options(s.options().noDelay(true));
        peer.write(s, "d");
        assertEquals("d", peer.expect(ACK | PSH).text());
    }

    @Test
    @DisplayName("T27 an ACK is delayed less than half a second, but not for the second full segment")
    void delayedAck() {
        TcpSession s = peer.connect();
        peer.send(ACK, "x");
        peer.expectNothing();
        peer.pass(200);
        assertEquals(peer.seq, peer.expect(ACK).ack);
        peer.send(ACK, "y".repeat(1000));
        peer.send(ACK, "z".repeat(1000));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        peer.expectNothing();
        assertEquals(2001, peer.read(s).length());
    }

    @Test
    @DisplayName("T49 initial sequence numbers differ by connection and go up with time")
    void initialSequenceNumbers() throws IOException {
        int[] seqs = new int[3];
        for (int i = 0; i < 3; i++) {
            TcpSession s = peer.tcp()
                    .connect(
                            new TcpEndpoint(peer.here.high(), peer.here.low(), i < 2 ? 7 : 8),
                            TcpEndpoint.any(2000),
                            TcpOptions.DEFAULT,
                            null);
            peer.poll();
            seqs[i] = peer.expect(SYN).seq;
            s.abort();
            peer.pass(100);
        }
        assertEquals(25_000, seqs[1] - seqs[0]);
        assertNotEquals(50_000, seqs[2] - seqs[0]);
    }

    @Test
    @DisplayName("T50 T51 a RST or SYN that is not exact draws a challenge ACK, not more than a few")
    void challenges() {
        TcpSession s = peer.connect();
        peer.raw(Segment.of(RST).seq(peer.seq + 10));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        peer.raw(Segment.of(SYN).seq(peer.seq + 10));
        peer.expectNothing();
        assertEquals(1, counters().challengeAcksSuppressed);
        peer.pass(1000);
        peer.raw(Segment.of(SYN).seq(peer.seq - 100));
        peer.expect(ACK);
        peer.raw(Segment.of(RST).seq(peer.seq - 1));
        peer.expectNothing();
        assertEquals(TcpState.ESTABLISHED, s.state());
        assertEquals(2, counters().blindReset);
        peer.raw(Segment.of(RST).seq(peer.seq));
        assertEquals(TcpState.CLOSED, s.state());
    }

    @Test
    @DisplayName("T57 an ICMP error counts only if its sequence number is on its way")
    void icmp() throws IOException {
        TcpSession s = peer.begin(TcpOptions.DEFAULT, null);
        int syn = peer.expect(SYN).seq;
        peer.icmpError(3, 3, 0, syn + 1);
        assertEquals(TcpState.SYN_SENT, s.state());
        peer.icmpError(3, 3, 0, syn);
        assertEquals(TcpState.CLOSED, s.state());
        assertInstanceOf(ConnectException.class, s.error());
        peer.seq = 4000;
        TcpSession up = peer.connect();
        peer.write(up, "x");
        peer.icmpError(3, 3, 0, peer.expect(ACK | PSH).seq);
        assertEquals(TcpState.ESTABLISHED, up.state());
        assertEquals(1, counters().icmpErrorsIgnored);
    }

    @Test
    @DisplayName("T37 SACK blocks, the newest first, and D-SACK")
    void sackBlocks() {
        peer.connect(Segment.of(SYN | ACK).mss(1000).sackPermitted(), TcpOptions.DEFAULT, null);
        int seq = peer.seq;
        peer.raw(Segment.of(ACK).seq(seq + 10).ack(peer.ack).data("0123456789"));
        assertArrayEquals(new int[] {seq + 10, seq + 20}, peer.expect(ACK).sack);
        peer.raw(Segment.of(ACK).seq(seq + 30).ack(peer.ack).data("0123456789"));
        assertArrayEquals(new int[] {seq + 30, seq + 40, seq + 10, seq + 20}, peer.expect(ACK).sack);
        peer.raw(Segment.of(ACK).seq(seq + 30).ack(peer.ack).data("0123456789"));
        assertArrayEquals(
                new int[] {seq + 30, seq + 40, seq + 30, seq + 40, seq + 10, seq + 20}, peer.expect(ACK).sack);
    }
}
