package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What RFC 5681, 3465, 9406, 6928 and 7661 ask, and what CUBIC has in common with it. */
class NewRenoTest {
    private static final int MSS = 1460;
    private static final long RTT = 50_000_000;

    private long now = 1;

    private void acknowledge(CongestionControl control, int bytes) {
        control.acknowledged(bytes, ++now, RTT, true);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("T39 the first window is that of RFC 6928")
    void theFirstWindowIsThatOfRfc6928(CongestionAlgorithm algorithm) {
        assertEquals(14_600, algorithm.create(1460).window());
        assertEquals(5_360, algorithm.create(536).window());
        assertEquals(14_600, algorithm.create(4000).window());
        assertEquals(17_920, algorithm.create(8960).window());
        assertEquals(Integer.MAX_VALUE, algorithm.create(1460).slowStartThreshold());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("T39 MUST-19 slow start grows by what is acknowledged up to eight segments")
    void slowStartGrowsByWhatIsAcknowledgedUpToEightSegments(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        int window = control.window();
        for (int bytes : new int[] {1, MSS, 2 * MSS, 8 * MSS, 9 * MSS, 40 * MSS}) {
            acknowledge(control, bytes);
            window += Math.min(bytes, 8 * MSS);
            assertEquals(window, control.window());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWindowThatIsNotFullDoesNotGrow(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        control.acknowledged(MSS, 1, RTT, false);
        assertEquals(10 * MSS, control.window());
        control.enterRecovery(10 * MSS, 2);
        control.exitRecovery(3);
        int after = control.window();
        for (int i = 0; i < 1000; i++) {
            control.acknowledged(MSS, 4 + i * RTT, RTT, false);
        }
        assertEquals(after, control.window());
    }

    @ParameterizedTest
    @EnumSource
    void nothingGrowsWhileLossesAreRepaired(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        control.enterRecovery(10 * MSS, 2);
        int before = control.window();
        assertEquals(control.slowStartThreshold(), before);
        acknowledge(control, 5 * MSS);
        assertEquals(before, control.window());
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutLeavesOneSegmentAndSlowStartByOne(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        control.timeout(10 * MSS, ++now);
        int threshold = control.slowStartThreshold();
        assertEquals(MSS, control.window());
        acknowledge(control, 5 * MSS);
        assertEquals(2 * MSS, control.window());
        while (control.window() < threshold) {
            acknowledge(control, MSS);
        }
        assertTrue(control.window() < threshold + MSS);
        int before = control.window();
        acknowledge(control, MSS);
        assertTrue(control.window() < before + MSS, "congestion avoidance has begun");
    }

    @ParameterizedTest
    @EnumSource
    void moreTimeoutsDoNotLowerTheThresholdAgain(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        control.timeout(100 * MSS, ++now);
        int threshold = control.slowStartThreshold();
        control.timeout(MSS, ++now);
        control.timeout(MSS, ++now);
        assertEquals(threshold, control.slowStartThreshold());
        acknowledge(control, MSS);
        control.timeout(2 * MSS, ++now);
        assertEquals(2 * MSS, control.slowStartThreshold());
    }

    @ParameterizedTest
    @EnumSource
    void theThresholdIsTwoSegmentsAtLeast(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        control.enterRecovery(0, ++now);
        assertEquals(2 * MSS, control.window());
        control.timeout(0, ++now);
        assertEquals(2 * MSS, control.slowStartThreshold());
    }

    @ParameterizedTest
    @EnumSource
    void afterAPauseTheWindowIsTheFirstOneAgain(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        for (int i = 0; i < 100; i++) {
            acknowledge(control, 2 * MSS);
        }
        control.enterRecovery(control.window(), ++now);
        control.exitRecovery(++now);
        int before = control.window();
        control.idleRestart();
        assertEquals(10 * MSS, control.window());
        assertEquals(before, control.slowStartThreshold());
        control.timeout(10 * MSS, ++now);
        control.idleRestart();
        assertEquals(MSS, control.window(), "a pause makes no window larger");
    }

    @ParameterizedTest
    @EnumSource
    void aLostSynLeavesOneSegment(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        control.synWasLost();
        assertEquals(MSS, control.window());
        assertEquals(Integer.MAX_VALUE, control.slowStartThreshold());
        acknowledge(control, MSS);
        assertEquals(2 * MSS, control.window());
    }

    @ParameterizedTest
    @EnumSource
    void anotherSegmentSizeChangesTheFirstWindowOnly(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(MSS);
        control.mss(536);
        assertEquals(5_360, control.window());
        acknowledge(control, 536);
        assertEquals(5_896, control.window());
        control.mss(1000);
        assertEquals(5_896, control.window());
        control.timeout(5_896, ++now);
        control.mss(1400);
        assertEquals(1400, control.window());
    }

    @ParameterizedTest
    @EnumSource
    void noNumbersMakeTheWindowOverflowOrVanish(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(65_535);
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            now += random.nextInt(1_000_000_000);
            switch (random.nextInt(2_000)) {
                case 0 -> control.enterRecovery(random.nextInt() >>> 1, now);
                case 1 -> control.timeout(random.nextInt() >>> 1, now);
                case 2 -> control.exitRecovery(now);
                case 3 -> control.idleRestart();
                case 4 -> control.mss(random.nextInt(70_000));
                default -> control.acknowledged(random.nextInt() >>> 1, now, random.nextInt() >>> 1, true);
            }
            assertTrue(control.window() >= 1 && control.window() <= 1 << 30, "window " + control.window());
            assertTrue(control.slowStartThreshold() >= 2);
        }
    }

    @Test
    @DisplayName("T39 MUST-19 recovery halves and avoidance adds a segment in each round trip")
    void recoveryHalvesAndAvoidanceAddsASegmentInEachRoundTrip() {
        CongestionControl control = CongestionAlgorithm.NEW_RENO.create(MSS);
        control.enterRecovery(40 * MSS, ++now);
        assertEquals(20 * MSS, control.window());
        control.exitRecovery(++now);
        for (int round = 20; round < 60; round++) {
            assertEquals(round * MSS, control.window());
            for (int i = 0; i < round; i++) {
                acknowledge(control, MSS);
            }
        }
        assertEquals(20 * MSS, control.slowStartThreshold());
        acknowledge(control, 1 << 30);
        assertEquals(61 * MSS, control.window(), "one segment for each acknowledgement at most");
    }

    @Test
    void afterAPauseTheThresholdRemembersTheWindow() {
        CongestionControl control = CongestionAlgorithm.NEW_RENO.create(MSS);
        control.enterRecovery(40 * MSS, ++now);
        control.exitRecovery(++now);
        while (control.window() < 40 * MSS) {
            acknowledge(control, control.window());
        }
        control.idleRestart();
        assertEquals(10 * MSS, control.window());
        assertEquals(30 * MSS, control.slowStartThreshold());
    }
}
