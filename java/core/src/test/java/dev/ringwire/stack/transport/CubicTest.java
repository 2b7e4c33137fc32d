package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 9438, against its closed formulas. */
class CubicTest {
    private static final int MSS = 1000;
    private static final long SECOND = 1_000_000_000;
    private static final long RTT = 100_000_000;

    private final CongestionControl cubic = CongestionAlgorithm.CUBIC.create(MSS);
    private long now = 5 * SECOND;

    /** Slow start up to that many segments, and a loss. */
    private void loseAt(int segments) {
        while (cubic.window() < segments * MSS) {
            cubic.acknowledged(Math.min(2 * MSS, segments * MSS - cubic.window()), now, RTT, true);
        }
        cubic.enterRecovery(segments * MSS, now);
        cubic.exitRecovery(now);
    }

    /** A round trip in which the whole window is acknowledged segment by segment. */
    private void roundTrip(long rtt) {
        int window = cubic.window();
        int segments = window / MSS;
        for (int i = 0; i < segments; i++) {
            cubic.acknowledged(MSS, now + rtt * i / segments, rtt, true);
        }
        now += rtt;
    }

    private static double formula(double t, double plateau, double begin) {
        double k = Math.cbrt((plateau - begin) / 0.4);
        return 0.4 * Math.pow(t - k, 3) + plateau;
    }

    @Test
    @DisplayName("T42 a loss takes three tenths")
    void aLossTakesThreeTenths() {
        loseAt(1000);
        assertEquals(700 * MSS, cubic.window());
        assertEquals(700 * MSS, cubic.slowStartThreshold());
    }

    @Test
    @DisplayName("T42 the window follows the cube of the time")
    void theWindowFollowsTheCubeOfTheTime() {
        loseAt(1000);
        long begin = now;
        // K is the cube root of 300 / 0.4: 9.09 s to the plateau; and as long on the other side of it.
        for (int i = 0; i < 180; i++) {
            roundTrip(RTT);
            double t = (double) (now - begin) / SECOND;
            assertEquals(formula(t, 1000, 700), cubic.window() / (double) MSS, 6, "after " + t + " s");
        }
        assertTrue(cubic.window() > 1200 * MSS);
    }

    @Test
    void itIsFlatAroundThePlateau() {
        loseAt(1000);
        for (int i = 0; i < 80; i++) {
            roundTrip(RTT);
        }
        assertEquals(1000, cubic.window() / (double) MSS, 2);
        for (int i = 0; i < 20; i++) {
            roundTrip(RTT);
        }
        assertEquals(1000, cubic.window() / (double) MSS, 2);
    }

    @Test
    @DisplayName("T42 on a short path it grows like Reno")
    void onAShortPathItGrowsLikeReno() {
        loseAt(20);
        long rtt = 1_000_000;
        // alpha = 3 * 0.3 / 1.7 segments in each round trip up to the old window, then one.
        double reno = 14;
        for (int i = 0; i < 60; i++) {
            roundTrip(rtt);
            reno += reno < 20 ? 9 / 17.0 : 1;
            assertEquals(reno, cubic.window() / (double) MSS, 1.6, "round trip " + i);
        }
        assertTrue(cubic.window() > 60 * MSS);
    }

    @Test
    @DisplayName("T42 a second loss below the first gives way")
    void aSecondLossBelowTheFirstGivesWay() {
        loseAt(1000);
        roundTrip(RTT);
        int window = cubic.window();
        cubic.enterRecovery(window, now);
        cubic.exitRecovery(now);
        // Fast convergence: the plateau is 0.85 of the window.
        double plateau = 0.85 * window / MSS;
        double begin = 0.7 * window / MSS;
        long start = now;
        for (int i = 0; i < 60; i++) {
            roundTrip(RTT);
        }
        double t = (double) (now - start) / SECOND;
        assertEquals(formula(t, plateau, begin), cubic.window() / (double) MSS, 3);
    }

    @Test
    void afterATimeoutThePlateauIsWhereSlowStartEnds() {
        loseAt(1000);
        cubic.timeout(700 * MSS, now);
        assertEquals(490 * MSS, cubic.slowStartThreshold());
        while (cubic.window() < 490 * MSS) {
            cubic.acknowledged(MSS, now, RTT, true);
        }
        long start = now;
        for (int i = 0; i < 50; i++) {
            roundTrip(RTT);
        }
        double t = (double) (now - start) / SECOND;
        double reno = 490 + 50 * 9 / 17.0;
        assertEquals(Math.max(reno, 490 + 0.4 * t * t * t), cubic.window() / (double) MSS, 3);
    }

    @Test
    @DisplayName("T42 time in which nothing fills the window does not count")
    void timeInWhichNothingFillsTheWindowDoesNotCount() {
        loseAt(1000);
        CongestionControl other = CongestionAlgorithm.CUBIC.create(MSS);
        for (int i = 0; i < 20; i++) {
            roundTrip(RTT);
        }
        int before = cubic.window();
        for (int i = 0; i < 600; i++) {
            now += RTT;
            cubic.acknowledged(MSS, now, RTT, false);
        }
        assertEquals(before, cubic.window());
        roundTrip(RTT);
        assertEquals(formula(2.1, 1000, 700), cubic.window() / (double) MSS, 6);
        assertTrue(other.window() < before);
    }

    @Test
    void theWindowGrowsByHalfInARoundTripAtMost() {
        loseAt(100);
        now += 1000 * SECOND;
        roundTrip(RTT);
        now += 1000 * SECOND;
        int before = cubic.window();
        roundTrip(RTT);
        assertTrue(
                cubic.window() > before && cubic.window() <= before + before * 3 / 4, cubic.window() + " of " + before);
    }

    @Test
    void itIsTheSameOnEveryJvm() {
        loseAt(777);
        for (int i = 0; i < 100; i++) {
            roundTrip(RTT);
        }
        assertEquals(778_807, cubic.window());
    }

    /** On a path of 100 ms: from the first loss on, until the window is back where it was. */
    @Test
    @DisplayName(
            "T42 a connection gives up three tenths at a loss, and is back at its old window when the cube says so")
    void aConnection() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            net.delay = 50_000_000;
            net.each = 20_000;
            TcpOptions options = TcpOptions.DEFAULT.sendBuffer(8 << 20).receiveBuffer(8 << 20);
            net.b.tcp().listen(TcpEndpoint.any(9), options, session -> (s, data) -> data.position(data.limit()));
            TcpSession session = net.a.tcp().connect(TcpEndpoint.of("192.0.2.2", 9), null, options, null);
            int[] segments = new int[1];
            int[] peak = new int[1];
            net.lossToB = segment -> {
                peak[0] = session.counters().retransmitted == 0 ? session.congestionWindow() : peak[0];
                return segment.payload.length > 0 && ++segments[0] == 300;
            };
            net.run(200);
            ByteBuffer zeros = ByteBuffer.allocate(8 << 20);
            while (session.counters().retransmitted == 0) {
                session.trySend(zeros.clear());
                net.run(1);
            }
            int most = peak[0];
            net.run(150);
            assertEquals(0.7 * most, session.congestionWindow(), 0.05 * most);
            double k = Math.cbrt(most / (double) session.segmentSize() * 0.3 / 0.4);
            for (int i = 0; i < k * 1000; i += 100) {
                session.trySend(zeros.clear());
                assertTrue(session.congestionWindow() < 1.01 * most, "too early, after " + i + " ms");
                net.run(100);
            }
            assertEquals(most, session.congestionWindow(), 0.02 * most);
            assertEquals(1, net.a.tcp().counters().retransmitted);
        }
    }
}
