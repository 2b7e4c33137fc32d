package dev.ringwire.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reception at the full rate of a generator. Over veth the kernel's share of receiving runs in the sender, so the
 * measure is not packets per second but what the receiving process costs, and what it drops.
 */
final class RingLive implements Topic {
    private static final int LENGTH = 64;
    private static final int MEBIBYTES = 64;
    private static final int BLOCK_TIMEOUT_MILLIS = 20;
    /** The receiver runs longer than the generator: before it, and until the last block was handed over. */
    private static final int LEAD_MILLIS = 200;

    private static final int TRAIL_MILLIS = 300;

    @Override
    public String name() {
        return "ring-live";
    }

    @Override
    public String summary() {
        return "CPU per packet and drops at full rate against C, libpcap, gopacket afpacket, pcap4j's loop and tcpdump";
    }

    @Override
    public boolean needsRoot() {
        return true;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        try (VethLink link = VethLink.open()) {
            Worker sender = Sender.start(bench);
            sender.ask("open " + link.sender() + " " + LENGTH + " bypass");
            int millis = bench.quick() ? 1000 : 2000;
            Map<String, Tally> tallies = new LinkedHashMap<>();
            List<Contestant> ours = new ArrayList<>();
            RingReceivers.ours(bench, "cursor").forEach((way, worker) -> {
                String name = "cpu-" + LENGTH + way.substring("cursor".length());
                ours.add(contestant(name, tallies, () -> round(sender, worker, millis)));
            });
            List<Contestant> peers = new ArrayList<>();
            RingReceivers.peers(bench)
                    .forEach((name, worker) ->
                            peers.add(contestant(name, tallies, () -> round(sender, worker, millis))));
            Optional<String> noTcpdump = Tcpdump.missing();
            if (noTcpdump.isPresent()) {
                bench.report().absent("tcpdump", noTcpdump.get());
            } else {
                peers.add(contestant("tcpdump", tallies, () -> tcpdump(bench, sender, millis)));
            }
            bench.compare(name(), "CPU ns per packet of " + LENGTH + " B", Report.Better.LOWER, 3, ours, peers);
            reportDrops(bench, tallies, ours.get(0).name());
        }
    }

    /** One round of one receiver. */
    private record Round(double nanosPerPacket, long packets, long drops) {}

    private interface Measure {
        Round run() throws IOException, InterruptedException;
    }

    /** What came by and what was lost, in all rounds but the first, which warms up. */
    private static final class Tally {
        private boolean warm;
        private long packets;
        private long drops;

        void add(Round round) {
            if (warm) {
                packets += round.packets;
                drops += round.drops;
            }
            warm = true;
        }

        double dropsPerMillion() {
            return drops * 1e6 / Math.max(1, packets + drops);
        }
    }

    private static Contestant contestant(String name, Map<String, Tally> tallies, Measure measure) {
        Tally tally = new Tally();
        tallies.put(name, tally);
        return new Contestant(name, () -> {
            Round round = measure.run();
            tally.add(round);
            return round.nanosPerPacket;
        });
    }

    private static Round round(Worker sender, Worker receiver, int millis) throws IOException, InterruptedException {
        receiver.ask("open " + VethLink.RECEIVER + " " + MEBIBYTES + " " + (1 << 20) + " " + BLOCK_TIMEOUT_MILLIS);
        long before = Machine.cpuNanos(receiver.pid());
        receiver.tell("live " + (LEAD_MILLIS + millis + TRAIL_MILLIS));
        Thread.sleep(LEAD_MILLIS);
        sender.ask("flood " + millis);
        Map<String, String> answer = receiver.answer();
        double nanos = Machine.cpuNanos(receiver.pid()) - before;
        receiver.ask("close");
        return round(nanos, Long.parseLong(answer.get("packets")), Long.parseLong(answer.get("drops")));
    }

    private static Round tcpdump(Bench bench, Worker sender, int millis) throws IOException, InterruptedException {
        try (Tcpdump tcpdump = Tcpdump.start(bench, VethLink.RECEIVER, MEBIBYTES)) {
            long before = Machine.cpuNanos(tcpdump.pid());
            Thread.sleep(LEAD_MILLIS);
            sender.ask("flood " + millis);
            Thread.sleep(TRAIL_MILLIS);
            double nanos = Machine.cpuNanos(tcpdump.pid()) - before;
            tcpdump.stop();
            return round(nanos, tcpdump.captured(), tcpdump.dropped());
        }
    }

    private static Round round(double nanos, long packets, long drops) throws IOException {
        if (packets == 0) {
            throw new IOException("no packet came");
        }
        return new Round(nanos / packets, packets, drops);
    }

    /** One is added to both sides of a ratio: usually both are zero. */
    private void reportDrops(Bench bench, Map<String, Tally> tallies, String ours) {
        Tally own = tallies.get(ours);
        bench.report().say("");
        tallies.forEach((name, tally) ->
                bench.report().say(String.format("  %-18s %d packets, %d dropped", name, tally.packets, tally.drops)));
        tallies.forEach((name, tally) -> {
            if (!name.startsWith("cpu-")) {
                double theirs = tally.dropsPerMillion();
                bench.report()
                        .ratio(
                                name(),
                                "drops-per-million",
                                own.dropsPerMillion(),
                                name,
                                theirs,
                                (theirs + 1) / (own.dropsPerMillion() + 1));
            }
        });
    }
}
