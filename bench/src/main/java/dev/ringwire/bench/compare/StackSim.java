package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.SimWorker;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Two stacks in simulated time, over 100 Mbit/s with a round trip of 10 ms and a queue of 100 packets: what arrives where
 * packets are lost, how many segments a second of the processor simulates, and what a segment costs among many
 * connections.
 */
final class StackSim implements Topic {
    private static final int SIMULATED_SECONDS = 60;
    private static final int FEW = 10;
    private static final int MANY = 10_000;

    @Override
    public String name() {
        return "stack-sim";
    }

    @Override
    public String summary() {
        return "goodput where packets are lost, segments simulated per second, cost per segment of many connections";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Worker worker = bench.java(SimWorker.class);
        bench.report().say("  Mbit/s of 100 over a round trip of 10 ms; segments simulated per CPU second");
        for (String algorithm : List.of("NEW_RENO", "CUBIC")) {
            for (String loss : List.of("0", "0.1", "1", "5")) {
                goodput(bench, worker, algorithm, loss);
            }
        }
        Report.Better lower = Report.Better.LOWER;
        bench.compare(
                name(),
                "CPU ns per segment",
                lower,
                1,
                List.of(contestant(worker, MANY)),
                List.of(contestant(worker, FEW)));
    }

    private static Contestant contestant(Worker worker, int connections) {
        return new Contestant(
                "connections-" + connections, () -> worker.nanosPerPacket("crowd " + connections + " 200000"));
    }

    private static void goodput(Bench bench, Worker worker, String algorithm, String loss)
            throws IOException, InterruptedException {
        double[] rates = new double[bench.rounds()];
        double[] segments = new double[bench.rounds()];
        for (int i = 0; i < rates.length; i++) {
            Map<String, String> answer =
                    worker.ask("goodput " + loss + " " + algorithm + " " + SIMULATED_SECONDS + " " + (i + 1));
            rates[i] = Double.parseDouble(answer.get("bits")) / 1e6;
            segments[i] = Double.parseDouble(answer.get("segments")) * 1e9 / Double.parseDouble(answer.get("ns"));
        }
        bench.report()
                .say(String.format(
                        Locale.ROOT,
                        "  %-8s %4s %% lost  %8.2f Mbit/s  %9.0f segments/s",
                        algorithm,
                        loss,
                        Report.median(rates),
                        Report.median(segments)));
    }
}
