package dev.ringwire.file;

/** Timestamps of any resolution to nanoseconds: exact, rounded down, saturated at the ends of a long. */
final class Timestamps {
    private static final long NANOS = 1_000_000_000L;
    private static final long LAST_SECOND = Long.MAX_VALUE / NANOS;
    private static final int BINARY = 0x80;
    private static final long[] POWERS_OF_TEN = new long[19];

    static {
        long power = 1;
        for (int i = 0; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = power;
            power *= 10;
        }
    }

    private Timestamps() {}

    /** 10 to the power of 0..18. */
    static long powerOfTen(int exponent) {
        return POWERS_OF_TEN[exponent];
    }

    /**
     * Nanoseconds since 1970.
     *
     * @param units unsigned count
     * @param resolution the byte if_tsresol
     * @param offsetSeconds if_tsoffset
     */
    static long toNanos(long units, int resolution, long offsetSeconds) {
        if (offsetSeconds == 0 && units >= 0) {
            if (resolution == 9) {
                return units;
            }
            if (resolution == 6 && units <= Long.MAX_VALUE / 1000) {
                return units * 1000;
            }
        }
        return (resolution & BINARY) != 0
                ? binary(units, resolution & 0x7f, offsetSeconds)
                : decimal(units, resolution, offsetSeconds);
    }

    /** Whether {@link #fromNanos} can tell a time in that unit: it is no shorter than a nanosecond, and decimal. */
    static boolean holdsNanos(int resolution) {
        return resolution <= 9;
    }

    /** Units since the offset, rounded down; negative if the time is before it. */
    static long fromNanos(long nanos, int resolution, long offsetSeconds) {
        long seconds = Math.floorDiv(nanos, NANOS) - offsetSeconds;
        long rest = Math.floorMod(nanos, NANOS) / powerOfTen(9 - resolution);
        // What does not fit is negative, too.
        return Math.multiplyHigh(seconds, powerOfTen(resolution)) == 0 ? seconds * powerOfTen(resolution) + rest : -1;
    }

    private static long decimal(long units, int exponent, long offsetSeconds) {
        if (exponent > 19 + 9) {
            return join(0, 0, offsetSeconds);
        }
        if (exponent > 18) {
            // 10^19 does not fit a long: the last digits are below a nanosecond, so they go first.
            long nanos = Long.divideUnsigned(Long.divideUnsigned(units, NANOS * 10), powerOfTen(exponent - 19));
            return join(Long.divideUnsigned(nanos, NANOS), Long.remainderUnsigned(nanos, NANOS), offsetSeconds);
        }
        long perSecond = powerOfTen(exponent);
        long seconds = Long.divideUnsigned(units, perSecond);
        long rest = Long.remainderUnsigned(units, perSecond);
        long nanos = exponent <= 9 ? rest * powerOfTen(9 - exponent) : rest / powerOfTen(exponent - 9);
        return join(seconds, nanos, offsetSeconds);
    }

    private static long binary(long units, int exponent, long offsetSeconds) {
        long seconds = exponent < 64 ? units >>> exponent : 0;
        long rest = exponent == 0 ? 0 : exponent < 64 ? units & (1L << exponent) - 1 : units;
        // rest * 10^9 in 128 bits, then shifted right by the exponent.
        long high = Math.multiplyHigh(rest, NANOS) + (rest < 0 ? NANOS : 0);
        long low = rest * NANOS;
        long nanos;
        if (exponent == 0) {
            nanos = 0;
        } else if (exponent < 64) {
            nanos = high << 64 - exponent | low >>> exponent;
        } else {
            nanos = high >>> exponent - 64;
        }
        return join(seconds, nanos, offsetSeconds);
    }

    private static long join(long unsignedSeconds, long nanos, long offsetSeconds) {
        long seconds = unsignedSeconds < 0 ? Long.MAX_VALUE : unsignedSeconds;
        long sum = seconds + offsetSeconds;
        boolean overflow = offsetSeconds > 0 && sum < 0;
        if (overflow || sum > LAST_SECOND || sum == LAST_SECOND && nanos > Long.MAX_VALUE % NANOS) {
            return Long.MAX_VALUE;
        }
        return sum < -LAST_SECOND ? Long.MIN_VALUE : sum * NANOS + nanos;
    }
}
