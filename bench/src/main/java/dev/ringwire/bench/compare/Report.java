package dev.ringwire.bench.compare;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints a table for people and a line per peer for machines. */
final class Report {
    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    /** Which of two values wins. */
    enum Better {
        LOWER,
        HIGHER
    }

    /** A line that is neither a table nor a result. */
    void say(String line) {
        out.println(line);
    }

    /** Says that a peer is not there. */
    void absent(String peer, String why) {
        out.println("  " + peer + ": not compared: " + why);
    }

    /**
     * Reports the medians of some rounds.
     *
     * @param ours which of the names are Ringwire's; each is a case, compared with every other name
     */
    void add(String topic, String unit, Better better, List<String> ours, Map<String, double[]> samples) {
        out.printf(
                "%n  %s, %s is better; ratio above 1: ours is%n",
                unit, better.name().toLowerCase(Locale.ROOT));
        out.printf("  %-18s %10s %10s %10s", "", "median", "least", "most");
        ours.forEach(o -> out.printf(" %18s", "ratio of " + o));
        out.println();
        samples.forEach((name, values) -> {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            out.printf(
                    "  %-18s %10s %10s %10s",
                    name, number(median(values)), number(sorted[0]), number(sorted[sorted.length - 1]));
            if (!ours.contains(name)) {
                ours.forEach(o -> out.printf(" %18s", number(ratio(better, median(samples.get(o)), median(values)))));
            }
            out.println();
        });
        for (String o : ours) {
            double value = median(samples.get(o));
            samples.forEach((name, values) -> {
                if (!ours.contains(name)) {
                    ratio(topic, o, value, name, median(values), ratio(better, value, median(values)));
                }
            });
        }
    }

    /** The line for machines. */
    void ratio(String topic, String what, double ours, String peer, double theirs, double ratio) {
        out.println("RATIO " + topic + " " + what + " ours=" + number(ours) + " " + peer + "=" + number(theirs)
                + " ratio=" + number(ratio));
        out.flush();
    }

    private static double ratio(Better better, double ours, double theirs) {
        return better == Better.LOWER ? theirs / ours : ours / theirs;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String number(double value) {
        double magnitude = Math.abs(value);
        String format = magnitude >= 1000 || value == Math.rint(value)
                ? "%.0f"
                : magnitude >= 100 ? "%.1f" : magnitude >= 10 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
