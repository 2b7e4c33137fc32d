package dev.ringwire.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A ring small enough for the second-level cache, filled once and read again and again: what parsing alone costs. */
final class RingHot implements Topic {
    private static final int LENGTH = 64;
    private static final int BLOCKS = 2;
    private static final int BLOCK_BYTES = 128 << 10;
    /** So long that the kernel's timer does not come to look at blocks that are given back and taken again. */
    private static final int BLOCK_TIMEOUT_MILLIS = 1_000_000;

    @Override
    public String name() {
        return "ring-hot";
    }

    @Override
    public String summary() {
        return "parsing alone, a ring of 256 KiB in the cache, against the same loop in C";
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
            Worker c = bench.c("ring_hot", List.of("ring_hot.c"))
                    .orElseThrow(() -> new IOException("nothing to compare with"));
            Map<String, Worker> all = new LinkedHashMap<>(RingReceivers.ours(bench, "cursor", "handler"));
            List<Contestant> ours = new ArrayList<>();
            SameSum sums = new SameSum();
            int passes = bench.quick() ? 10_000 : 30_000;
            all.forEach((way, worker) -> ours.add(sums.contestant(way, worker, "hot " + passes)));
            all.put("c", c);
            for (Worker worker : all.values()) {
                worker.ask("open " + VethLink.RECEIVER + " " + BLOCKS + " " + BLOCK_BYTES + " " + BLOCK_TIMEOUT_MILLIS);
            }
            // One burst fills every ring, and all hold the same frames.
            sender.ask("run " + 2L * BLOCKS * BLOCK_BYTES / LENGTH);
            bench.compare(
                    name(),
                    "CPU ns per packet of " + LENGTH + " B",
                    Report.Better.LOWER,
                    2,
                    ours,
                    List.of(sums.contestant("c", c, "hot " + passes)));
            sums.check();
        }
    }
}
