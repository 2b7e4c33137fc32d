package dev.ringwire.bench.compare;

import dev.ringwire.bench.compare.StackLinks.End;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Round trips of one byte, with each end on a processor of its own and with both on one. */
final class StackLatency implements Topic {
    private static final int WARM_UPS = 2;

    @Override
    public String name() {
        return "stack-latency";
    }

    @Override
    public String summary() {
        return "1-byte TCP and UDP round trips over TAP against the kernel over veth and lwIP, pinned";
    }

    @Override
    public boolean needsRoot() {
        return true;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Optional<StackLinks> opened = StackLinks.open(bench);
        if (opened.isEmpty()) {
            return;
        }
        StackLinks links = opened.get();
        End ours = links.ours(false);
        List<End> peers = new ArrayList<>(List.of(links.kernel(true)));
        Lwip.end(bench, links).ifPresent(peers::add);
        int last = Runtime.getRuntime().availableProcessors() - 1;
        for (String protocol : List.of("tcp", "udp")) {
            for (boolean same : last > 0 ? List.of(false, true) : List.of(true)) {
                Case one = new Case(links, protocol, same ? last : 0, last, bench.quick() ? 5_000 : 30_000);
                String name = protocol + (same ? "-same-core" : "-separate-cores");
                measure(bench, one, name, ours, peers);
            }
        }
    }

    /** Where the two ends run, and how they talk. */
    private record Case(StackLinks links, String protocol, int clientCpu, int endCpu, int count) {
        Map<String, String> run(End end) throws IOException, InterruptedException {
            links.pin(end, clientCpu, endCpu);
            return links.client().ask("ping " + protocol + " " + end.host() + " " + StackLinks.ECHO + " " + count);
        }
    }

    private void measure(Bench bench, Case one, String name, End ours, List<End> peers)
            throws IOException, InterruptedException {
        Percentiles own = new Percentiles();
        List<Percentiles> others = new ArrayList<>();
        List<Contestant> contestants = new ArrayList<>();
        for (End peer : peers) {
            Percentiles p = new Percentiles();
            others.add(p);
            contestants.add(new Contestant(peer.name(), () -> p.add(one.run(peer))));
        }
        bench.compare(
                name(),
                "us of the median round trip",
                Report.Better.LOWER,
                WARM_UPS,
                List.of(new Contestant(name, () -> own.add(one.run(ours)))),
                contestants);
        for (int i = 0; i < peers.size(); i++) {
            double mine = own.median99();
            double theirs = others.get(i).median99();
            bench.report().ratio(name(), name + "-99th", mine, peers.get(i).name(), theirs, theirs / mine);
        }
    }

    /** The 99th percentiles of the rounds. */
    private static final class Percentiles {

        private final List<Double> values = new ArrayList<>();

        /** Keeps the 99th, and gives the median, in microseconds. */
        double add(Map<String, String> answer) {
            values.add(Double.parseDouble(answer.get("p99")) / 1000);
            return Double.parseDouble(answer.get("p50")) / 1000;
        }

        double median99() {
            return Report.median(values.stream()
                    .skip(WARM_UPS)
                    .mapToDouble(Double::doubleValue)
                    .toArray());
        }
    }
}
