package dev.ringwire.cli;

import java.util.Locale;

/** Round trips of echo requests, and what ping says of them at the end. */
final class PingStatistics {
    private static final double MILLIS = 1e6;

    private final long start = System.nanoTime();
    private long sent;
    private long received;
    private long duplicates;
    private long errors;
    private double sum;
    private double squares;
    private double least = Double.MAX_VALUE;
    private double most;

    long sent() {
        return sent;
    }

    long received() {
        return received;
    }

    /** Whether everything that was sent has its answer, or an error instead. */
    boolean complete() {
        return received + errors >= sent;
    }

    void sentOne() {
        sent++;
    }

    void duplicate() {
        duplicates++;
    }

    void error() {
        errors++;
    }

    void reply(double millis) {
        received++;
        sum += millis;
        squares += millis * millis;
        least = Math.min(least, millis);
        most = Math.max(most, millis);
    }

    /** The last lines. */
    String summary(String target) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n--- %s ping statistics ---%n%d packets transmitted, %d received%s%s, %s%% packet loss, time %.0f ms%n",
                target,
                sent,
                received,
                duplicates == 0 ? "" : ", " + duplicates + " duplicates",
                errors == 0 ? "" : ", " + errors + " errors",
                sent == 0 ? 0 : (sent - received) * 100 / sent,
                (System.nanoTime() - start) / MILLIS));
        if (received > 0) {
            double mean = sum / received;
            text.append(String.format(
                    Locale.ROOT,
                    "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms%n",
                    least,
                    mean,
                    most,
                    Math.sqrt(Math.max(0, squares / received - mean * mean))));
        }
        return text.toString();
    }
}
