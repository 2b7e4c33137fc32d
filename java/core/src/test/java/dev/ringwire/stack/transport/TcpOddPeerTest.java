package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Peers that do what few do, or what none should. */
class TcpOddPeerTest extends PeerTest {
    @Test
    @DisplayName("The window of a SYN is not scaled, neither when both sides open at the same time")
    void simultaneousOpenWindow() throws IOException {
        TcpSession s = peer.begin(TcpOptions.DEFAULT, null);
        peer.ack = peer.expect(SYN).seq + 1;
        peer.raw(Segment.of(SYN).seq(1000).window(2000).mss(1000).windowScale(7));
        peer.expect(SYN | ACK);
        peer.raw(Segment.of(SYN | ACK)
                .seq(1000)
                .ack(peer.ack)
                .window(2000)
                .mss(1000)
                .windowScale(7));
        assertEquals(TcpState.ESTABLISHED, s.state());
        assertEquals(2000, s.sendWindow());
    }

    @Test
    @DisplayName("A RST that says why counts with a closed window, too")
    void resetWithText() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK), TcpOptions.DEFAULT.receiveBuffer(2048), null);
        peer.send(ACK | PSH, "x".repeat(1000));
        peer.send(ACK | PSH, "x".repeat(1048));
        assertEquals(2048, s.available());
        peer.raw(Segment.of(RST | ACK).seq(peer.seq).ack(peer.ack).data("no memory"));
        assertEquals(TcpState.CLOSED, s.state());
    }

    @Test
    @DisplayName("A closed connection whose peer keeps its window closed, though it answers, is given up in the end")
    void closedWithClosedWindow() {
        TcpSession s = peer.connect();
        peer.send(Segment.of(ACK).window(0));
        peer.write(s, "the last words");
        s.close();
        peer.poll();
        for (int i = 0; i < 1000 && s.state() != TcpState.CLOSED; i++) {
            peer.pass(1000);
            peer.forget();
            peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack).window(0));
        }
        assertEquals(TcpState.CLOSED, s.state());
        assertNotNull(s.error());
        assertEquals(0, peer.tcp().memoryUsed());
    }

    @Test
    @DisplayName("After 24 days of silence, a timestamp that seems older is taken, and echoed")
    void oldTimestampAfterIdle() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK).timestamps(1000, 0), TcpOptions.DEFAULT, null);
        peer.pass(25L * 86_400 * 1000);
        peer.forget();
        int later = 1000 - 2000;
        peer.send(Segment.of(ACK | PSH).timestamps(later, 0).data("still here"));
        peer.pass(100);
        assertEquals("still here", peer.read(s));
        assertEquals(later, peer.expect(ACK).tsEcho);
        peer.raw(Segment.of(ACK | PSH)
                .seq(peer.seq)
                .ack(peer.ack)
                .timestamps(later - 1, 0)
                .data("old"));
        assertEquals(0, s.available());
    }

    @Test
    @DisplayName("Options set on a listener do not reach connections whose handshake has begun")
    void optionsBetween() {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT.receiveBuffer(4 << 20));
        peer.send(Segment.of(SYN).mss(1000).windowScale(2));
        Segment answer = peer.expect(SYN | ACK);
        listener.options(TcpOptions.DEFAULT.receiveBuffer(65_536));
        peer.send(ACK);
        TcpSession s = listener.tryAccept();
        peer.send(ACK | PSH, "x");
        peer.pass(100);
        Segment ack = peer.expect(ACK);
        assertTrue(
                (ack.window << answer.windowScale) <= s.receiveRing().capacity() + 64,
                () -> "offers " + (ack.window << answer.windowScale));
        assertEquals(4 << 20, s.options().receiveBuffer());
    }

    @Test
    @DisplayName("A loss that is told by acknowledgements in segments with data is repaired at once")
    void lossToldWithData() {
        TcpSession s =
                peer.connect(Segment.of(SYN | ACK).mss(1000).sackPermitted(), TcpOptions.DEFAULT.noDelay(true), null);
        int first = peer.ack;
        peer.write(s, "x".repeat(5000));
        peer.forget();
        for (int i = 2; i <= 4; i++) {
            Segment told = Segment.of(ACK | PSH)
                    .seq(peer.seq)
                    .ack(first)
                    .sack(first + 1000, first + i * 1000)
                    .data("y");
            peer.seq++;
            peer.raw(told);
        }
        assertTrue(s.counters().fastRetransmits > 0);
        s.abort();
    }

    @Test
    @DisplayName("T64 a path that swallows long segments without a word is noticed")
    void blackHole() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK).mss(1460), TcpOptions.DEFAULT, null);
        peer.write(s, "x".repeat(20_000));
        for (int i = 0; i < 4000 && s.unacknowledged() > 0; i++) {
            while (peer.waiting() > 0) {
                int before = peer.ack;
                Segment seen = peer.expect();
                if (seen.payload.length > 1200 || seen.seq != before) {
                    peer.ack = before;
                } else {
                    peer.send(ACK);
                }
            }
            peer.pass(10);
        }
        assertEquals(0, s.unacknowledged());
        assertEquals(1, peer.tcp().counters().blackHoles);
        assertEquals(1024, s.segmentSize());
        peer.pass(601_000);
        peer.write(s, "y");
        peer.expect();
        peer.send(ACK);
        assertEquals(1460, s.segmentSize());
    }

    @Test
    @DisplayName("T57 T64 the path MTU of a connection is learned though many others have been talked to since")
    void pathMtuAfterFlood() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK).mss(1460), TcpOptions.DEFAULT, null);
        for (int i = 0; i < dev.ringwire.stack.network.IpRouter.DESTINATIONS; i++) {
            peer.stack.router().path(0, 0xffff_c000_0300L + i);
        }
        peer.write(s, "x".repeat(2920));
        Segment first = peer.expect();
        peer.forget();
        peer.icmpError(3, 4, 1000, first.seq);
        assertEquals(960, s.segmentSize());
        assertEquals(960, peer.expect().payload.length);
        peer.pass(700_000);
        assertEquals(TcpState.CLOSED, s.state());
    }
}
