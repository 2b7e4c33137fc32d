package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RttEstimatorTest {
    private static final long MS = 1_000_000;

    private final RttEstimator rtt = new RttEstimator(RttEstimator.DEFAULT_MIN_RTO, 60_000 * MS);

    @Test
    @DisplayName("A sample that holds the time between two copies does not make the timeout long")
    void retransmitted() {
        RttEstimator rtt = new RttEstimator(RttEstimator.DEFAULT_MIN_RTO, RttEstimator.DEFAULT_MAX_RTO);
        for (int i = 0; i < 10; i++) {
            rtt.sample(10_000_000L);
        }
        rtt.sampleOfRetransmitted(60_000_000_000L);
        assertTrue(rtt.rto() < 1_000_000_000L, () -> rtt.rto() + " ns");
        // A round trip that has become longer is learnt all the same.
        for (int i = 0; i < 10; i++) {
            rtt.sampleOfRetransmitted(3_000_000_000L);
        }
        assertTrue(rtt.rto() > 3_000_000_000L, () -> rtt.rto() + " ns");
    }

    @Test
    @DisplayName("T31 MUST-19 the first timeout is a second and doubles")
    void theFirstTimeoutIsASecondAndDoubles() {
        assertEquals(1000 * MS, rtt.rto());
        assertFalse(rtt.hasSample());
        for (long expected : new long[] {2, 4, 8, 16, 32, 60, 60}) {
            rtt.backOff();
            assertEquals(expected * 1000 * MS, rtt.rto());
        }
        for (int i = 0; i < 100; i++) {
            rtt.backOff();
        }
        assertEquals(60_000 * MS, rtt.rto());
        rtt.resetBackOff();
        assertEquals(1000 * MS, rtt.rto());
    }

    @Test
    @DisplayName("T31 the first sample and the next weigh as RFC 6298 says")
    void theFirstSampleAndTheNextWeighAsRfc6298Says() {
        rtt.sample(400 * MS);
        assertEquals(400 * MS, rtt.smoothed());
        assertEquals(200 * MS, rtt.variance());
        assertEquals(1200 * MS, rtt.rto());
        rtt.sample(800 * MS);
        // 3/4 * 200 + 1/4 * |400 - 800|, 7/8 * 400 + 1/8 * 800
        assertEquals(250 * MS, rtt.variance());
        assertEquals(450 * MS, rtt.smoothed());
        assertEquals(1450 * MS, rtt.rto());
        assertEquals(400 * MS, rtt.minimum());
    }

    @Test
    void theVarianceIsTakenFromTheRoundTripBefore() {
        rtt.sample(100 * MS);
        rtt.sample(20 * MS);
        assertEquals((50 * 3 + 80) * MS / 4, rtt.variance());
        assertEquals((100 * 7 + 20) * MS / 8, rtt.smoothed());
    }

    @Test
    void aSteadyPathLeavesTheMinimumForALateAcknowledgement() {
        for (int i = 0; i < 200; i++) {
            rtt.sample(30 * MS);
        }
        assertEquals(30 * MS, rtt.smoothed());
        assertTrue(Math.abs(rtt.rto() - 230 * MS) < 100, rtt.rto() + " ns");
    }

    @Test
    void manySamplesInARoundTripWeighLikeOne() {
        RttEstimator one = new RttEstimator(1, 60_000 * MS);
        RttEstimator many = new RttEstimator(1, 60_000 * MS);
        one.sample(100 * MS);
        many.sample(100 * MS);
        one.sample(180 * MS);
        for (int i = 0; i < 50; i++) {
            many.sample(180 * MS, 50);
        }
        assertEquals(1, (double) many.smoothed() / one.smoothed(), 0.01);
        assertEquals(1, (double) many.variance() / one.variance(), 0.05);
    }

    @Test
    void noSampleMakesItNegativeOrEndless() {
        rtt.sample(-5);
        assertEquals(0, rtt.smoothed());
        assertEquals(0, rtt.minimum());
        assertTrue(rtt.hasSample());
        assertEquals(200 * MS, rtt.rto());
        for (int i = 0; i < 1000; i++) {
            rtt.sample(Long.MAX_VALUE);
            rtt.backOff();
        }
        assertEquals(60_000 * MS, rtt.rto());
    }

    @Test
    void aLostSynMakesItThreeSeconds() {
        rtt.backOff();
        rtt.synWasLost();
        assertEquals(3000 * MS, rtt.rto());
        rtt.sample(10 * MS);
        rtt.synWasLost();
        assertEquals(210 * MS, rtt.rto());
    }

    @Test
    void limitsInTheWrongOrderAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RttEstimator(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new RttEstimator(0, 1));
    }
}
