package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampsTest {
    private static long exact(long units, int resolution, long offsetSeconds) {
        BigInteger billion = BigInteger.valueOf(1_000_000_000L);
        BigInteger perSecond =
                BigInteger.valueOf((resolution & 0x80) != 0 ? 2 : 10).pow(resolution & 0x7f);
        BigInteger nanos = new BigInteger(Long.toUnsignedString(units))
                .multiply(billion)
                .divide(perSecond)
                .add(BigInteger.valueOf(offsetSeconds).multiply(billion));
        return nanos.max(BigInteger.valueOf(Long.MIN_VALUE))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    @Test
    void everyResolutionIsExactRoundedDownAndSaturated() {
        Random random = new Random(1);
        long[] counts = new long[40];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = random.nextLong() >>> random.nextInt(64);
        }
        counts[0] = 0;
        counts[1] = -1;
        counts[2] = Long.MIN_VALUE;
        counts[3] = Long.MAX_VALUE;
        for (int resolution = 0; resolution < 256; resolution++) {
            for (long units : counts) {
                for (long offset : new long[] {0, 1, -1, 3600, -1_700_000_000, 9_223_372_036L, Long.MAX_VALUE}) {
                    assertEquals(
                            exact(units, resolution, offset),
                            Timestamps.toNanos(units, resolution, offset),
                            () -> "units " + Long.toUnsignedString(units) + " offset " + offset);
                }
            }
        }
    }

    @Test
    void unitsPerSecond() {
        assertEquals(1_000_000, iface(6).unitsPerSecond());
        assertEquals(1_000_000_000, iface(9).unitsPerSecond());
        assertEquals(1L << 32, iface(0x80 | 32).unitsPerSecond());
        assertEquals(Long.MAX_VALUE, iface(19).unitsPerSecond());
        assertEquals(Long.MAX_VALUE, iface(0xff).unitsPerSecond());
    }

    private static CaptureInterface iface(int resolution) {
        return new CaptureInterface(
                0, 0, "", "", dev.ringwire.frame.LinkType.ETHERNET, 0, resolution, 0, BlockOptions.NONE);
    }
}
