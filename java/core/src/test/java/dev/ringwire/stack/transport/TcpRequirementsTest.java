package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static dev.ringwire.stack.transport.TcpSegment.URG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What takes many segments, or every state, to show. */
class TcpRequirementsTest extends PeerTest {
    /** A connection in that state, which nothing is waiting to be sent for. */
    private TcpSession in(TcpState state) {
        TcpSession s = peer.connect();
        switch (state) {
            case ESTABLISHED -> {}
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, TIME_WAIT -> {
                s.shutdownOutput();
                peer.poll();
                int before = peer.ack;
                peer.expect(FIN | ACK);
                if (state == TcpState.CLOSING) {
                    peer.raw(Segment.of(FIN | ACK).seq(peer.seq++).ack(before));
                } else if (state != TcpState.FIN_WAIT_1) {
                    peer.send(state == TcpState.TIME_WAIT ? FIN | ACK : ACK);
                }
            }
            case CLOSE_WAIT, LAST_ACK -> {
                peer.send(FIN | ACK);
                if (state == TcpState.LAST_ACK) {
                    s.shutdownOutput();
                    peer.poll();
                    while (peer.waiting() > 0) {
                        peer.expect();
                    }
                }
            }
            default -> throw new AssertionError(state);
        }
        peer.pass(50);
        peer.forget();
        assertEquals(state, s.state());
        return s;
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            mode = Mode.EXCLUDE,
            names = {"CLOSED", "SYN_SENT", "SYN_RECEIVED", "TIME_WAIT"})
    @DisplayName("T11 T12 a reset in every synchronized state: exact, in the window, outside of it (3.10.7.4)")
    void resetInEveryState(TcpState state) {
        TcpSession s = in(state);
        peer.raw(Segment.of(RST).seq(peer.seq - 1));
        peer.raw(Segment.of(RST).seq(peer.seq + (1 << 30)));
        peer.expectNothing();
        assertEquals(state, s.state());
        peer.pass(1100);
        peer.forget();
        peer.raw(Segment.of(RST).seq(peer.seq + 1));
        assertEquals(peer.seq, peer.expect(ACK).ack);
        assertEquals(state, s.state());
        peer.raw(Segment.of(RST).seq(peer.seq));
        peer.expectNothing();
        assertEquals(TcpState.CLOSED, s.state());
        if (state != TcpState.CLOSING && state != TcpState.LAST_ACK) {
            assertInstanceOf(SocketException.class, s.error());
        }
        // Nothing is left: the next segment is for nobody (3.10.7.1).
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(4711));
        Segment rst = peer.expect(RST);
        assertEquals(4711, rst.seq);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @DisplayName("T03 T04 T07 T50 no state is left by a segment that is not acceptable")
    void nothingElseMoves(TcpState state) {
        TcpSession s = in(state);
        peer.raw(Segment.of(0).seq(peer.seq).data("no ACK flag"));
        peer.expectNothing();
        peer.raw(Segment.of(FIN | ACK).seq(peer.seq - 100_000).ack(peer.ack));
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack + 100_000).data("acknowledges what was never sent"));
        peer.raw(Segment.of(SYN).seq(peer.seq + 5));
        peer.raw(Segment.of(SYN | ACK).seq(peer.seq).ack(peer.ack));
        while (peer.waiting() > 0) {
            assertEquals(ACK, peer.expect().flags & ~FIN);
        }
        assertEquals(state, s.state());
    }

    @Test
    @DisplayName("T11 resets of SYN-SENT and SYN-RECEIVED, and segments for nobody (3.10.7.1 to 3.10.7.3)")
    void resetsBeforeEstablished() throws IOException {
        // For nobody: RST is dropped, ACK is answered with its own number, the rest with what it takes up.
        peer.stackPort = 99;
        peer.raw(Segment.of(RST | ACK).seq(1).ack(2));
        peer.expectNothing();
        peer.raw(Segment.of(SYN | FIN).seq(100).data("four"));
        Segment rst = peer.expect(RST | ACK);
        assertEquals(0, rst.seq);
        assertEquals(106, rst.ack);
        peer.raw(Segment.of(SYN | ACK).seq(100).ack(555));
        assertEquals(555, peer.expect(RST).seq);
        // SYN-SENT: a reset counts only with the acknowledgement of our SYN.
        TcpSession s = peer.begin(TcpOptions.DEFAULT, null);
        int syn = peer.expect(SYN).seq;
        peer.raw(Segment.of(RST).seq(0));
        peer.raw(Segment.of(RST | ACK).seq(0).ack(syn + 2));
        peer.raw(Segment.of(ACK).seq(7).ack(syn + 1));
        peer.raw(Segment.of(FIN).seq(7));
        peer.expectNothing();
        assertEquals(TcpState.SYN_SENT, s.state());
        peer.raw(Segment.of(ACK).seq(7).ack(syn + 2));
        assertEquals(syn + 2, peer.expect(RST).seq);
        assertEquals(TcpState.SYN_SENT, s.state());
        peer.raw(Segment.of(RST | ACK).seq(0).ack(syn + 1));
        assertEquals(TcpState.CLOSED, s.state());
        // SYN-RECEIVED: a reset that is not exact does not take it back to LISTEN.
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.stackPort = TcpPeer.PORT;
        peer.send(SYN);
        peer.ack = peer.expect(SYN | ACK).end();
        peer.raw(Segment.of(RST).seq(peer.seq + 70_000));
        peer.raw(Segment.of(RST).seq(peer.seq - 1));
        peer.pass(10);
        assertEquals(1, counters().halfOpen);
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack + 1));
        peer.forget();
        peer.send(ACK, "up");
        assertEquals("up", peer.read(listener.tryAccept()));
        assertEquals(0, counters().halfOpen);
    }

    @Test
    @DisplayName("T22 urgent data is delivered in line, whatever the urgent pointer says")
    void urgent() {
        TcpSession s = peer.connect();
        for (int pointer : new int[] {0, 1, 3, 4, 65_535}) {
            Segment segment = Segment.of(ACK | PSH | URG).data("abc");
            segment.urgent = pointer;
            peer.send(segment);
            assertEquals("abc", peer.read(s));
        }
    }

    @Test
    @DisplayName("T24 ICMP: soft errors do not end a connection that is up, and are the reason when it times out")
    void softErrors() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK).mss(1000), TcpOptions.DEFAULT.userTimeout(3000), null);
        peer.write(s, "x");
        int seq = peer.expect(ACK | PSH).seq;
        for (int code : new int[] {0, 1, 5}) {
            peer.icmpError(3, code, 0, seq);
        }
        // Source quench is dropped in silence (MUST-55); time exceeded and parameter problem are soft (MUST-56).
        peer.icmpError(4, 0, 0, seq);
        peer.icmpError(11, 0, 0, seq);
        peer.icmpError(12, 0, 0, seq);
        // Hard ones must not end it either, as anybody could send them (RFC 5927 section 5.2).
        peer.icmpError(3, 2, 0, seq);
        peer.icmpError(3, 3, 0, seq);
        assertEquals(TcpState.ESTABLISHED, s.state());
        peer.pass(10_000);
        assertEquals(TcpState.CLOSED, s.state());
        assertTrue(s.error() != null, "the reason");
    }

    private void acknowledgeAll(TcpSession s, int more) {
        peer.write(s, "x".repeat(more));
        while (s.unacknowledged() > 0) {
            peer.expect();
            peer.send(ACK);
        }
    }

    @Test
    @DisplayName("T39 after an idle time longer than the time-out, the window begins again at ten segments")
    void idleRestart() {
        TcpSession s = peer.connect(
                Segment.of(SYN | ACK).mss(1000).windowScale(7),
                TcpOptions.DEFAULT.noDelay(true).sendBuffer(1 << 20),
                null);
        acknowledgeAll(s, 200_000);
        int grown = s.congestionWindow();
        assertTrue(grown >= 40_000, "window " + grown);
        peer.pass(100);
        peer.write(s, "x".repeat(40_000));
        int atOnce = peer.waiting();
        assertTrue(atOnce > 30, () -> "without a pause " + atOnce);
        acknowledgeAll(s, 0);
        peer.pass(10_000);
        peer.forget();
        peer.write(s, "x".repeat(40_000));
        assertEquals(10, peer.waiting());
    }

    @Test
    @DisplayName(
            "T49 T58 over many connections, sequence numbers and timestamps use all of their bits and repeat by chance only")
    void unforeseen() throws IOException {
        int many = 4000;
        Set<Integer> numbers = new HashSet<>();
        Set<Integer> differences = new HashSet<>();
        Set<Integer> clocks = new HashSet<>();
        int[] bits = new int[32];
        int[] clockBits = new int[32];
        int before = 0;
        for (int i = 0; i < many; i++) {
            peer.tcp().connect(there(1 + i % 50_000), null, TcpOptions.DEFAULT, null);
            peer.poll();
            Segment syn = peer.expect(SYN);
            numbers.add(syn.seq);
            differences.add(syn.seq - before);
            clocks.add(syn.tsValue);
            before = syn.seq;
            for (int bit = 0; bit < 32; bit++) {
                bits[bit] += syn.seq >>> bit & 1;
                clockBits[bit] += syn.tsValue >>> bit & 1;
            }
        }
        // Two alike among 4000 of 2^32: one in 500 runs; the seed is fixed.
        assertTrue(numbers.size() >= many - 1 && differences.size() >= many - 1 && clocks.size() >= many - 1);
        for (int bit = 0; bit < 32; bit++) {
            // Six standard deviations of 4000 tosses of a coin.
            assertEquals(many / 2.0, bits[bit], 190, "bit " + bit);
            assertEquals(many / 2.0, clockBits[bit], 190, "bit " + bit + " of timestamps");
        }
    }

    @Test
    @DisplayName("T52 to one destination no port comes twice; to others they are spread over the whole range")
    void ports() throws IOException {
        int many = 4000;
        Set<Integer> ports = new HashSet<>();
        int[] eighths = new int[8];
        int follow = 0;
        int before = 0;
        for (int i = 0; i < many; i++) {
            assertTrue(ports.add(portTo(7)));
            int other = portTo(1000 + i);
            eighths[(other - PortAllocator.FIRST) * 8 / (PortAllocator.LAST - PortAllocator.FIRST + 1)]++;
            follow += Math.abs(other - before) < 4 ? 1 : 0;
            before = other;
        }
        for (int count : eighths) {
            assertEquals(many / 8.0, count, 130);
        }
        assertTrue(follow < 20, "follow each other: " + follow);
    }

    private int portTo(int port) throws IOException {
        int local = peer.tcp()
                .connect(there(port), null, TcpOptions.DEFAULT, null)
                .local()
                .port();
        peer.poll();
        peer.expect(SYN);
        return local;
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    @DisplayName(
            "T53 T54 T55 a flood of 100,000 SYNs: the heap stays flat, a cookie lets the honest client in, connections go on")
    void flood() throws IOException {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        TcpSession old = peer.accept(listener, Segment.of(SYN).mss(1000));
        int oldPort = peer.peerPort;
        int oldSeq = peer.seq;
        int oldAck = peer.ack;
        Segment syn = Segment.of(SYN).mss(1400).timestamps(9, 0).windowScale(3).sackPermitted();
        long before = 0;
        for (int i = 0; i < 100_000; i++) {
            peer.peerPort = 1024 + i % 60_000;
            syn.seq = i;
            peer.raw(syn);
            peer.forget();
            if (i == 5000) {
                before = heap();
            }
        }
        long more = heap() - before;
        assertTrue(more < 2 << 20, () -> "the heap has grown by " + more);
        assertEquals(1024, counters().halfOpen);
        assertTrue(counters().cookiesSent > 50_000, () -> "cookies " + counters().cookiesSent);
        assertEquals(0, peer.tcp().memoryUsed());
        // The client that is no part of it.
        peer.peerPort = 63_000;
        peer.seq = 1;
        peer.send(Segment.of(SYN).mss(1400).timestamps(20, 0));
        Segment cookie = peer.expect(SYN | ACK);
        peer.ack = cookie.end();
        peer.send(Segment.of(ACK).timestamps(21, cookie.tsValue).data("honest"));
        TcpSession honest = listener.tryAccept();
        assertEquals("honest", peer.read(honest));
        // And the one that was there before.
        peer.peerPort = oldPort;
        peer.seq = oldSeq;
        peer.ack = oldAck;
        peer.send(ACK, "still here");
        assertEquals("still here", peer.read(old));
        peer.forget();
        peer.pass(70_000);
        assertEquals(0, counters().halfOpen);
        assertNotEquals(0, counters().halfOpenTimedOut);
    }

    @Test
    @DisplayName("T55 whatever comes out of order and beyond the window, a connection keeps no more than its buffer")
    void receiveBound() {
        TcpSession s = peer.connect(Segment.of(SYN | ACK).mss(1000), TcpOptions.DEFAULT.receiveBuffer(20_000), null);
        for (int i = 0; i < 20_000; i++) {
            peer.raw(Segment.of(ACK)
                    .seq(peer.seq + 1 + i * 7 % 200_000)
                    .ack(peer.ack)
                    .data("x".repeat(900)));
            peer.forget();
        }
        assertTrue(peer.tcp().memoryUsed() <= 32_768, () -> "kept " + peer.tcp().memoryUsed());
        peer.send(ACK, "y");
        assertTrue(peer.read(s).startsWith("y"));
    }
}
