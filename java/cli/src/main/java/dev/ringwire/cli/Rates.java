package dev.ringwire.cli;

import java.util.Locale;

/** Amounts of bytes and time for people. */
final class Rates {
    private static final double NANOS = 1e9;
    private static final String[] UNITS = {"", "k", "M", "G", "T"};

    private Rates() {}

    /** Such as {@code 941 Mbit/s}. */
    static String bits(long bytes, long nanos) {
        return nanos <= 0 ? "0 bit/s" : scaled(bytes * 8 * NANOS / nanos) + "bit/s";
    }

    /** Such as {@code 12 MB}. */
    static String bytes(double count) {
        return scaled(count) + "B";
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f s", nanos / NANOS);
    }

    private static String scaled(double value) {
        int unit = 0;
        double rest = value;
        while (rest >= 999.5 && unit < UNITS.length - 1) {
            rest /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, rest < 9.995 && unit > 0 ? "%.2f %s" : "%.0f %s", rest, UNITS[unit]);
    }
}
