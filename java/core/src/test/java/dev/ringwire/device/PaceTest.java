package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When frames are due, by a clock that stands still. */
class PaceTest {
    private static final long START = Long.MAX_VALUE - 1_000;

    private final AtomicLong clock = new AtomicLong(START);

    private long due(Pacer pacer) {
        return clock.get() + pacer.nanosUntilDue() - START;
    }

    private static Frame at(long time) {
        return Frame.of(new byte[100], LinkType.ETHERNET, time);
    }

    @Test
    void anEvenRateDoesNotDrift() {
        Pacer pacer = Pace.packetsPerSecond(3_000_000).clock(clock::get).start();
        for (int i = 0; i <= 3_000_000; i++) {
            pacer.schedule(60);
        }
        assertEquals(1e9, (double) due(pacer), 2);
    }

    @Test
    void bitsCountTheFrameBefore() {
        Pacer pacer = Pace.bitsPerSecond(8_000_000).clock(clock::get).start();
        pacer.schedule(1500);
        assertEquals(0, due(pacer));
        pacer.schedule(100);
        assertEquals(1_500_000, due(pacer));
        pacer.schedule(1500);
        assertEquals(1_600_000, due(pacer));
    }

    @Test
    void gapsAreThoseOfTheTimestamps() {
        for (double factor : new double[] {1, 2, 0.5}) {
            Pacer pacer = Pace.times(factor).clock(clock::get).start();
            pacer.schedule(at(5_000_000_000L));
            assertEquals(0, due(pacer));
            pacer.schedule(at(5_000_001_000L));
            assertEquals((long) (1_000 / factor), due(pacer));
            // Backwards: with the one before; gaps count from the latest time.
            pacer.schedule(at(4_000_000_000L));
            assertEquals((long) (1_000 / factor), due(pacer));
            pacer.schedule(at(5_000_003_000L));
            assertEquals((long) (3_000 / factor), due(pacer));
            pacer.restartTimestamps();
            pacer.schedule(at(1));
            assertEquals((long) (3_000 / factor), due(pacer));
            pacer.schedule(at(1_001));
            assertEquals((long) (4_000 / factor), due(pacer));
        }
    }

    @Test
    void nonsenseTimestampsDoNotOverflow() {
        Pacer pacer = Pace.original().clock(clock::get).start();
        pacer.schedule(at(Long.MIN_VALUE));
        pacer.schedule(at(Long.MAX_VALUE));
        long far = pacer.nanosUntilDue();
        assertTrue(far > 1L << 60, "due in " + far);
        pacer.schedule(at(Long.MIN_VALUE));
        assertEquals(far, pacer.nanosUntilDue());
        pacer.restartTimestamps();
        pacer.schedule(at(Long.MIN_VALUE));
        pacer.schedule(at(0));
        assertTrue(pacer.nanosUntilDue() >= far - 1, "due in " + pacer.nanosUntilDue());
    }

    @Test
    void catchesUpOnlySoFar() {
        Pacer pacer = Pace.packetsPerSecond(1_000_000)
                .catchUp(Duration.ofNanos(5_000))
                .clock(clock::get)
                .start();
        pacer.schedule(60);
        clock.addAndGet(1_000_000_000);
        int burst = 0;
        pacer.schedule(60);
        while (pacer.nanosUntilDue() <= 0) {
            burst++;
            pacer.schedule(60);
        }
        assertEquals(6, burst);
    }

    @Test
    void unlimitedIsAlwaysDue() {
        Pacer pacer = Pace.unlimited().clock(clock::get).start();
        pacer.schedule(at(0));
        pacer.schedule(at(Long.MAX_VALUE));
        assertEquals(0, pacer.nanosUntilDue());
    }

    @Test
    void refusesWhatIsNoRate() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> Pace.times(bad));
            assertThrows(IllegalArgumentException.class, () -> Pace.packetsPerSecond(bad));
            assertThrows(IllegalArgumentException.class, () -> Pace.bitsPerSecond(bad));
        }
        assertThrows(
                IllegalArgumentException.class, () -> Pace.original().catchUp(Duration.ofNanos(-1)));
    }

    @Test
    void neverDueBeforeItsTimeAndInterruptible() throws Exception {
        Pacer pacer = Pace.packetsPerSecond(200).start();
        long start = System.nanoTime();
        for (int i = 0; i < 11; i++) {
            pacer.schedule(60);
            pacer.awaitDue();
        }
        assertTrue(System.nanoTime() - start >= 50_000_000, "ten gaps of 5 ms in less");

        Pacer slow = Pace.packetsPerSecond(0.001).start();
        slow.schedule(60);
        slow.schedule(60);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, slow::awaitDue);
        assertTrue(Thread.interrupted());
        assertFalse(slow.nanosUntilDue() <= 0);
    }
}
