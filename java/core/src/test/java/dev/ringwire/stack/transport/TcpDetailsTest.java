package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the table in which the devil is. */
class TcpDetailsTest extends PeerTest {
    @Test
    @DisplayName("T01 a segment of which any bit has changed, or of other addresses, is dropped")
    void anyBit() throws IOException {
        TcpSession s = peer.connect();
        ByteBuffer b = Segment.of(ACK)
                .seq(peer.seq)
                .ack(peer.ack)
                .data("hello")
                .toPacket(
                        new TcpEndpoint(0, peer.here.low(), peer.peerPort),
                        new TcpEndpoint(0, peer.there.low(), peer.stackPort));
        int changed = 0;
        for (int i = 20; i < b.limit(); i++) {
            for (int bit = 0; bit < 8; bit++, changed++) {
                b.put(i, (byte) (b.get(i) ^ 1 << bit));
                peer.cable.second().send(b, 0, b.limit());
                peer.poll();
                b.put(i, (byte) (b.get(i) ^ 1 << bit));
            }
        }
        assertEquals(changed, counters().badChecksum + counters().malformed);
        assertTrue(counters().badChecksum > changed - 10);
        peer.expectNothing();
        assertEquals("", peer.read(s));
        peer.cable.second().send(b, 0, b.limit());
        peer.poll();
        assertEquals("hello", peer.read(s));
    }

    @Test
    @DisplayName("T02 what we send goes on behind 2^32, is acknowledged and sent again there")
    void ownNumbersWrap() {
        peer.tcp().sessionFactory(ends -> new TcpSession(ends) {
            @Override
            protected int initialSequenceNumber() {
                return -3000;
            }
        });
        TcpSession s = peer.connect();
        peer.write(s, "x".repeat(5000));
        for (int i = 0; i < 5; i++) {
            assertEquals(-2999 + 1000 * i, peer.expect().seq);
        }
        // The third was lost: the one that the numbers wrap in.
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(-999));
        assertEquals(3000, s.unacknowledged());
        while (peer.waiting() == 0) {
            peer.pass(10);
        }
        Segment again = peer.expect();
        assertEquals(-999, again.seq);
        assertEquals(1000, again.payload.length);
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(2001));
        assertEquals(0, s.unacknowledged());
        assertEquals(TcpState.ESTABLISHED, s.state());
    }

    @Test
    @DisplayName("T16 SHLD-4 a SYN with a newer timestamp opens a connection in TIME-WAIT again, whatever its number")
    void timeWaitByTimestamp() throws IOException {
        TcpListener listener = peer.tcp().listen(TcpEndpoint.any(TcpPeer.PORT), 1, TcpOptions.DEFAULT);
        peer.send(Segment.of(SYN).timestamps(100, 0));
        Segment answer = peer.expect(SYN | ACK);
        peer.ack = answer.end();
        peer.send(Segment.of(ACK).timestamps(101, answer.tsValue));
        TcpSession s = listener.tryAccept();
        s.close();
        peer.poll();
        peer.expect(FIN | ACK);
        peer.send(Segment.of(FIN | ACK).timestamps(102, answer.tsValue));
        peer.expect(ACK);
        assertEquals(1, counters().timeWait);
        int below = peer.seq - 5000;
        peer.raw(Segment.of(SYN).seq(below).timestamps(50, 0));
        peer.expect(ACK);
        peer.pass(2000);
        peer.raw(Segment.of(SYN).seq(below).timestamps(103, 0));
        assertEquals(below + 1, peer.expect(SYN | ACK).ack);
        assertEquals(1, counters().timeWaitReused);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("T24 MUST-48 MUST-49 traffic class and time to live are the user's from the SYN on, and can change")
    void ipFields(boolean ipv6) throws IOException {
        try (TcpPeer six = new TcpPeer(ipv6, 1500)) {
            TcpOptions options = TcpOptions.DEFAULT
                    .trafficClass(0xb8)
                    .ttl(3)
                    .pathMtuDiscovery(false)
                    .noDelay(true);
            TcpSession s = six.begin(options, null);
            Segment syn = six.expect(SYN);
            six.ack = syn.end();
            assertEquals(0xb8, syn.trafficClass);
            assertEquals(3, syn.ttl);
            assertFalse(syn.dontFragment);
            six.send(SYN | ACK);
            assertEquals(0xb8, six.expect(ACK).trafficClass);
            s.options(s.options().trafficClass(0x20).ttl(0).pathMtuDiscovery(true));
            six.write(s, "x");
            Segment sent = six.expect();
            assertEquals(0x20, sent.trafficClass);
            assertEquals(64, sent.ttl);
            assertEquals(!ipv6, sent.dontFragment);
            // What a listener's options say holds for the answer, too.
            TcpListener listener = six.listen(options);
            six.peerPort++;
            six.stackPort = listener.local().port();
            six.send(SYN);
            Segment answer = six.expect(SYN | ACK);
            assertEquals(0xb8, answer.trafficClass);
            assertEquals(3, answer.ttl);
        }
    }

    @Test
    @DisplayName("T33 the right edge of our window never goes back, whatever comes and however it is read")
    void edge() {
        SplittableRandom random = new SplittableRandom(1);
        TcpListener listener = peer.listen(TcpOptions.DEFAULT.receiveBuffer(100_000));
        peer.send(Segment.of(SYN).mss(1400).windowScale(3));
        Segment answer = peer.expect(SYN | ACK);
        int scale = answer.windowScale;
        peer.ack = answer.end();
        peer.send(ACK);
        TcpSession s = listener.tryAccept();
        int edge = peer.seq + answer.window;
        int most = 0;
        for (int i = 0; i < 3000; i++) {
            int room = edge - peer.seq;
            int length = Math.min(room, 1 + random.nextInt(1400));
            if (length > 0 && random.nextInt(4) > 0) {
                peer.send(ACK, "x".repeat(length));
            } else if (random.nextInt(3) == 0) {
                ByteBuffer some = ByteBuffer.allocate(1 + random.nextInt(60_000));
                try {
                    s.tryReceive(some);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                peer.poll();
            } else {
                peer.pass(50);
            }
            while (peer.waiting() > 0) {
                Segment ack = peer.expect(ACK);
                int next = ack.ack + (ack.window << scale);
                assertTrue(Sequence.ge(next, edge), "shrunk by " + (edge - next));
                edge = next;
                most = Math.max(most, edge - peer.seq);
            }
        }
        assertTrue(most > 90_000, "the window opens again: " + most);
        assertEquals(0, counters().bytesRefused);
    }

    @Test
    @DisplayName("T32 SHLD-16 SHLD-17 into a window that shrank goes again what fits, for longer than the user timeout")
    void shrunk() {
        TcpSession s = peer.connect();
        s.options(s.options().userTimeout(20_000));
        peer.send(Segment.of(ACK).window(5000));
        peer.write(s, "x".repeat(5000));
        int first = peer.expect().seq;
        peer.forget();
        // Of what was sent, 1500 bytes may stay; the last of them the other side takes later, one by one.
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(first).window(1500));
        int taken = first;
        for (int i = 0; i < 40; i++) {
            while (peer.waiting() == 0) {
                peer.pass(100);
            }
            while (peer.waiting() > 0) {
                Segment again = peer.expect();
                boolean within = Sequence.ge(again.seq, taken) && Sequence.le(again.end(), taken + 1500);
                assertTrue(within && again.payload.length > 0, again.toString());
            }
            taken++;
            peer.raw(Segment.of(ACK).seq(peer.seq).ack(taken).window(1500));
            peer.pass(1000);
        }
        assertEquals(TcpState.ESTABLISHED, s.state());
    }

    @Test
    @DisplayName(
            "T34 SHLD-29 SHLD-30 the first probe of a closed window comes after the time-out, the others ever more seldom")
    void probeIntervals() {
        TcpSession s = peer.connect();
        peer.send(Segment.of(ACK).window(0));
        long expected = s.retransmissionTimeoutNanos();
        peer.write(s, "hello");
        for (int i = 0; i < 12; i++) {
            long from = peer.now;
            while (peer.waiting() == 0) {
                peer.pass(10);
            }
            peer.expect();
            assertEquals((double) expected, (double) (peer.now - from), 20e6, "probe " + i);
            expected = Math.min(2 * expected, 60_000_000_000L);
            peer.raw(Segment.of(ACK).seq(peer.seq).ack(peer.ack - 1).window(0));
        }
    }

    @Test
    @DisplayName(
            "T41 the first two duplicate acknowledgements let one new segment each go, the third has the lost one sent again")
    void limitedTransmit() {
        TcpSession s = peer.connect();
        peer.write(s, "x".repeat(20_000));
        assertEquals(10, peer.waiting());
        int first = peer.expect().seq;
        peer.forget();
        int next = first + 10_000;
        for (int i = 0; i < 2; i++) {
            peer.raw(Segment.of(ACK).seq(peer.seq).ack(first));
            assertEquals(next + 1000 * i, peer.expect().seq);
            peer.expectNothing();
        }
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(first));
        assertEquals(first, peer.expect().seq);
    }

    @Test
    @DisplayName("T51 challenges are limited for each connection: one that is attacked silences no other")
    void challengesOfOthers() {
        peer.connect();
        int port = peer.stackPort;
        int seq = peer.seq;
        peer.peerPort++;
        peer.connect();
        for (int i = 0; i < 100; i++) {
            peer.raw(Segment.of(RST).seq(peer.seq + 10 + i));
        }
        assertTrue(peer.waiting() < 3);
        peer.forget();
        peer.peerPort--;
        peer.stackPort = port;
        peer.raw(Segment.of(RST).seq(seq + 10));
        assertEquals(seq, peer.expect(ACK).ack);
    }

    @Test
    @DisplayName("T56 the smallest segments, selectively acknowledged in thousands of pieces: the connection goes on")
    void pieces() {
        TcpSession s = peer.connect(
                Segment.of(SYN | ACK).mss(1).sackPermitted().windowScale(8),
                TcpOptions.DEFAULT.sendBuffer(1 << 20),
                null);
        peer.write(s, "x".repeat(400_000));
        int una = 0;
        while (s.unacknowledged() < 60_000 && peer.waiting() > 0) {
            una = peer.expect().end();
            peer.raw(Segment.of(ACK).seq(peer.seq).ack(una));
        }
        int ahead = s.unacknowledged();
        assertTrue(ahead > 50_000, "on its way " + ahead);
        peer.forget();
        for (int at = 1; at + 7 < ahead; at += 8) {
            peer.raw(Segment.of(ACK)
                    .seq(peer.seq)
                    .ack(una)
                    .sack(una + at, una + at + 1, una + at + 2, una + at + 3, una + at + 4, una + at + 6));
        }
        assertTrue(peer.tcp().memoryUsed() <= 3 << 20);
        peer.forget();
        peer.raw(Segment.of(ACK).seq(peer.seq).ack(una + ahead));
        peer.pass(3000);
        assertTrue(peer.waiting() > 0);
        assertEquals(TcpState.ESTABLISHED, s.state());
    }
}
