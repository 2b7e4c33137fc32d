package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a program can change: the class of sessions, where a connection begins, what an application throws; and the ring. */
class TcpProgrammableTest {
    private static final class Chosen extends TcpSession {
        Chosen(TcpEnds ends) {
            super(ends);
        }

        @Override
        protected int initialSequenceNumber() {
            return 4711;
        }
    }

    @Test
    @DisplayName("A session class of one's own chooses the sequence number, both when it opens and when it accepts")
    void ownSequenceNumber() {
        try (TcpPeer peer = new TcpPeer()) {
            peer.tcp().sessionFactory(Chosen::new);
            TcpListener listener = peer.listen(TcpOptions.DEFAULT);
            peer.send(SYN);
            Segment answer = peer.expect(SYN | ACK);
            assertEquals(4711, answer.seq);
            peer.ack = answer.end();
            peer.send(ACK);
            assertTrue(listener.tryAccept() instanceof Chosen);
            peer.peerPort++;
            peer.connect();
            assertEquals(4712, peer.ack);
        }
    }

    @Test
    @DisplayName("A connection is taken over in mid-stream from observed numbers, and a segment sent besides")
    void adopt() throws IOException {
        try (TcpPeer peer = new TcpPeer()) {
            peer.stackPort = 1234;
            TcpSession s = peer.tcp()
                    .create(
                            new TcpEndpoint(peer.here.high(), peer.here.low(), peer.peerPort),
                            TcpEndpoint.any(1234),
                            TcpOptions.DEFAULT.noDelay(true));
            s.adopt(70_000, 5000, peer.seq, TcpHandshake.PLAIN);
            peer.ack = 70_000;
            peer.send(ACK, "seen");
            assertEquals("seen", peer.read(s));
            peer.write(s, "injected");
            Segment sent = peer.expect(ACK | PSH);
            assertEquals(70_000, sent.seq);
            assertEquals("injected", sent.text());
            s.sendGratuitous(ACK, ByteBuffer.wrap(new byte[] {'!'}));
            peer.poll();
            assertEquals("!", peer.expect(ACK).text());
        }
    }

    @Test
    @DisplayName("What an application throws aborts its connection alone and is counted")
    void thrown() {
        TcpPeer peer = new TcpPeer();
        TcpSession s = peer.connect(Segment.of(SYN | ACK), TcpOptions.DEFAULT, (session, data) -> {
            throw new IllegalStateException("a mistake");
        });
        peer.send(ACK, "x");
        peer.expect(RST | ACK);
        assertEquals(TcpState.CLOSED, s.state());
        assertEquals(1, peer.stack.context().counters().applicationErrors);
        peer.cable.close();
    }

    @Test
    @DisplayName("One thread writes into a ring and another reads while it grows")
    void ring() throws InterruptedException {
        ByteRing ring = new ByteRing(100_000, new TcpMemory(1 << 20));
        int total = 20_000_000;
        AtomicReference<String> wrong = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            byte[] some = new byte[7001];
            int at = 0;
            while (at < total && wrong.get() == null) {
                int count = ring.read(some, 0, some.length);
                for (int i = 0; i < count; i++, at++) {
                    if (some[i] != (byte) (at * 31 + (at >>> 8))) {
                        wrong.compareAndSet(null, "byte " + at);
                    }
                }
                if (count == 0) {
                    Thread.onSpinWait();
                }
            }
        });
        reader.start();
        byte[] some = new byte[5003];
        int made = 0;
        while (made < total && wrong.get() == null) {
            // Small at first, so that the ring grows while it is read.
            int length = Math.min(Math.min(some.length, 1 + made / 1000), total - made);
            for (int i = 0; i < length; i++) {
                int at = made + i;
                some[i] = (byte) (at * 31 + (at >>> 8));
            }
            int written = 0;
            while (written < length && wrong.get() == null) {
                int count = ring.write(some, written, length - written);
                written += count;
                if (count == 0) {
                    Thread.onSpinWait();
                }
            }
            made += length;
        }
        reader.join();
        assertEquals(null, wrong.get());
        assertEquals(0, ring.size());
    }
}
