package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Segments with numbers near those that matter, and a program that does anything at any time: nothing breaks or hangs. */
class TcpNoiseTest {
    private static final int RUNS = 100;
    private static final int STEPS = 250;
    private static final int MEMORY = 200_000;

    private final TcpApplication lazy = new TcpApplication() {
        @Override
        public void received(TcpSession session, ByteBuffer data) {
            data.position(data.position() + random.nextInt(data.remaining() + 1));
        }
    };

    private SplittableRandom random = new SplittableRandom();
    private TcpPeer peer;
    private TcpSession session;

    @Test
    @DisplayName("Random segments, acknowledgements, options, ICMP errors and calls, from fixed seeds")
    void noise() {
        int synchronizedRuns = 0;
        for (int run = 0; run < RUNS; run++) {
            random = new SplittableRandom(run);
            peer = new TcpPeer();
            peer.tcp().memoryLimit(MEMORY);
            open();
            try {
                for (int step = 0; step < STEPS && session.state() != TcpState.CLOSED; step++) {
                    act();
                    check();
                    synchronizedRuns += step == 50 ? 1 : 0;
                }
                becomeReasonable();
                session.abort();
                peer.poll();
                assertEquals(0, peer.tcp().memoryUsed());
                peer.close();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("run " + run + ": " + session, e);
            }
        }
        assertTrue(synchronizedRuns > RUNS / 4, "only " + synchronizedRuns + " lived for 50 steps");
    }

    private void open() {
        Segment answer = Segment.of(SYN | ACK);
        if (random.nextBoolean()) {
            answer.timestamps(random.nextInt(), 0);
        }
        if (random.nextBoolean()) {
            answer.sackPermitted();
        }
        if (random.nextBoolean()) {
            answer.windowScale(random.nextInt(16));
        }
        answer.mss(random.nextInt(4) == 0 ? random.nextInt(100) : 1000);
        answer.window(random.nextInt(65_536));
        peer.seq = random.nextBoolean() ? random.nextInt() : -random.nextInt(5000);
        TcpOptions options = TcpOptions.DEFAULT
                .noDelay(random.nextBoolean())
                .receiveBuffer(2048 << random.nextInt(8))
                .sendBuffer(2048 << random.nextInt(8))
                .keepAlive(random.nextBoolean());
        session = peer.connect(answer, options, random.nextInt(3) == 0 ? lazy : null);
    }

    private void act() {
        peer.forget();
        switch (random.nextInt(12)) {
            case 0 -> peer.pass(random.nextInt(3000));
            case 1 -> take();
            case 2, 3 -> give();
            case 4 -> peer.icmpError(3, random.nextInt(16), random.nextInt(1600), near(session.sender().una));
            case 5 -> rarely();
            default -> segment();
        }
        peer.poll();
    }

    private void rarely() {
        switch (random.nextInt(40)) {
            case 0 -> session.close();
            case 1, 2 -> session.shutdownOutput();
            case 3 -> session.options(session.options().receiveBuffer(2048 << random.nextInt(10)));
            default -> {}
        }
    }

    private void take() {
        try {
            session.tryReceive(ByteBuffer.allocate(random.nextInt(5000)));
        } catch (IOException ended) {
            // As it may.
        }
    }

    private void give() {
        try {
            session.trySend(ByteBuffer.allocate(random.nextInt(8000)));
        } catch (IOException ended) {
            // As it may.
        }
    }

    /** A number that is right, nearly right, or not at all. */
    private int near(int number) {
        return switch (random.nextInt(8)) {
            case 0 -> number + random.nextInt(-3, 4);
            case 1 -> number + random.nextInt(-3000, 3000);
            case 2 -> random.nextInt(8) == 0 ? random.nextInt() : number;
            default -> number;
        };
    }

    private void segment() {
        TcpReceiver in = session.receiver();
        TcpSender out = session.sender();
        int flags = random.nextInt(6) == 0 ? random.nextInt(256) : ACK;
        if ((flags & (RST | SYN)) != 0 && random.nextInt(10) != 0) {
            flags &= ~(RST | SYN);
        }
        Segment s = Segment.of(flags)
                .seq(near(random.nextInt(6) == 0 ? in.edge : in.nxt))
                .ack(near(random.nextInt(3) == 0 ? out.una : out.max))
                .window(random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(65_536));
        if (session.timestamps() && random.nextInt(10) != 0) {
            s.timestamps(near(in.tsRecent()), near(session.timestampClock()));
        }
        if (random.nextInt(4) == 0) {
            int from = near(out.una + random.nextInt(3000));
            s.sack(from, near(from + random.nextInt(3000)));
        }
        if (random.nextInt(3) != 0) {
            s.data("x".repeat(random.nextInt(1000)));
        }
        peer.raw(s);
    }

    /** From now on the peer takes all that comes. */
    private void becomeReasonable() {
        TcpSender out = session.sender();
        for (int i = 0; i < 300 && session.state().isSynchronized() && session.state() != TcpState.TIME_WAIT; i++) {
            if (out.una == out.max && out.unsent() == 0) {
                break;
            }
            TcpReceiver in = session.receiver();
            // From behind all that has told a window before.
            Segment s = Segment.of(ACK).seq(Sequence.max(in.nxt, in.edge - 1)).ack(out.max);
            if (session.timestamps()) {
                s.timestamps(in.tsRecent() + 1, 0);
            }
            peer.raw(s);
            peer.forget();
            peer.pass(i < 250 ? 20 : 60_000);
            peer.forget();
        }
        assertTrue(!session.state().isSynchronized() || out.unsent() == 0, out.unsent() + " bytes are left");
    }

    private void check() {
        TcpSender out = session.sender();
        TcpReceiver in = session.receiver();
        if (!session.state().isSynchronized() || session.state() == TcpState.TIME_WAIT) {
            return;
        }
        assertTrue(in.edge - in.nxt >= 0, "the window went back");
        assertTrue(session.available() <= session.receiveRing().capacity());
        assertTrue(out.nxt - out.una >= 0 && out.max - out.nxt >= 0, "numbers of what is sent");
        assertTrue(out.unsent() >= 0 && out.unacknowledged() >= 0);
        assertTrue(
                peer.tcp().memoryUsed() <= MEMORY + 4096, "uses " + peer.tcp().memoryUsed());
        if (out.una != out.max || out.unsent() > 0 || out.isFinQueued() && !out.isFinAcknowledged()) {
            assertTrue(
                    session.timers().isRetransmitSet() || session.timers().isProbeSet(),
                    "nothing will ever send what is left: una " + (out.una - out.iss) + " nxt " + (out.nxt - out.iss)
                            + " max " + (out.max - out.iss) + " window " + out.window + " unsent " + out.unsent()
                            + " end " + (out.dataEnd() - out.iss) + " fin " + out.isFinQueued() + " cwnd "
                            + out.recovery.window() + " active " + out.recovery.isActive() + " allow "
                            + out.recovery.allowance());
        }
    }
}
