package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.QueryWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Six fields of every packet as text, as scripts ask for them: whole processes from start to exit, in wall time, each
 * writing to a file; and what they wrote must be the same byte for byte. tshark looks up no names and prints the first
 * value of a field, as ours does. Three sizes show what starting costs and that cost grows linearly. Then two threads
 * against one in a process that is warm.
 */
final class QueryTopic implements Topic {
    private static final List<String> FIELDS =
            List.of("frame.time_epoch", "ip.src", "ip.dst", "ip.proto", "tcp.srcport", "tcp.dstport");

    @Override
    public String name() {
        return "query";
    }

    @Override
    public String summary() {
        return "six fields of every packet as TSV, whole process, against tshark; and two threads against one";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Launcher launcher = Launcher.of(bench);
        boolean tshark = Launcher.isInstalled("tshark");
        if (!tshark) {
            bench.report().absent("tshark", "it is not installed");
        }
        List<Integer> sizes = new ArrayList<>(List.of(TraceFile.SMALL, TraceFile.MEDIUM));
        if (!bench.quick()) {
            sizes.add(TraceFile.LARGE);
        }
        Map<Integer, Double> seconds = new LinkedHashMap<>();
        for (int packets : sizes) {
            Path file = TraceFile.of(bench, packets);
            seconds.put(packets, processes(bench, launcher, tshark, file, packets));
        }
        seconds.forEach((packets, s) ->
                bench.report().say(String.format("  %d packets: %.0f packets/s, whole process", packets, packets / s)));
        threads(bench);
    }

    private double processes(Bench bench, Launcher launcher, boolean tshark, Path file, int packets)
            throws IOException, InterruptedException {
        Path output = bench.toolchain().output();
        Path ours = output.resolve("query-ringwire.tsv");
        Path theirs = output.resolve("query-tshark.tsv");
        List<String> fields =
                FIELDS.stream().flatMap(f -> List.of("-e", f).stream()).toList();
        List<String> query = new ArrayList<>(List.of("query", file.toString()));
        query.addAll(fields);
        List<String> dissect =
                new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-T", "fields", "-E", "occurrence=f"));
        dissect.addAll(fields);
        // A minute of tshark is exact enough.
        int rounds = packets == TraceFile.LARGE ? 1 : packets == TraceFile.MEDIUM ? 3 : bench.rounds();
        List<Contestant> peers = new ArrayList<>();
        if (tshark) {
            peers.add(new Contestant("tshark", () -> launcher.run(dissect, theirs)));
        }
        String what = packets / 1000 + "k";
        double median = bench.compare(
                name(),
                "seconds of a whole process, " + packets + " packets",
                Report.Better.LOWER,
                packets == TraceFile.SMALL ? 1 : 0,
                rounds,
                List.of(new Contestant(what, () -> launcher.ringwire(query, ours))),
                peers);
        if (tshark && Files.mismatch(ours, theirs) >= 0) {
            throw new IOException(
                    "what they wrote differs at byte " + Files.mismatch(ours, theirs) + ": " + ours + " " + theirs);
        }
        return median;
    }

    private void threads(Bench bench) throws IOException, InterruptedException {
        Path file = TraceFile.of(bench, bench.quick() ? TraceFile.MEDIUM : TraceFile.LARGE);
        SameSum sums = new SameSum();
        Worker two = bench.java(QueryWorker.class);
        Worker one = bench.java(QueryWorker.class);
        String fields = String.join(",", FIELDS);
        bench.compare(
                name(),
                "wall ns per packet, warm, two threads against one",
                Report.Better.LOWER,
                bench.quick() ? 10 : 3,
                bench.rounds(),
                List.of(sums.contestant("two-threads", two, "run " + file + " 2 " + fields)),
                List.of(sums.contestant("one-thread", one, "run " + file + " 1 " + fields)));
        sums.check();
    }
}
