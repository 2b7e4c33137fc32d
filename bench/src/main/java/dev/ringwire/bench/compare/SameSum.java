package dev.ringwire.bench.compare;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Contestants that answer what they read with a count and a sum, which must be the same for all. */
final class SameSum {
    private final Map<String, String> sums = new LinkedHashMap<>();

    /** One whose rounds are a command each, in nanoseconds per packet. */
    Contestant contestant(String name, Worker worker, String command) {
        return new Contestant(name, () -> nanosPerPacket(name, worker.ask(command)));
    }

    /** One whose rounds are a process each, in nanoseconds of wall time per packet. */
    Contestant process(String name, Start start, String command) {
        return new Contestant(name, () -> {
            try (Worker worker = start.start()) {
                Map<String, String> answer = worker.ask(command);
                double nanos = worker.age();
                nanosPerPacket(name, answer);
                return nanos / Double.parseDouble(answer.get("packets"));
            }
        });
    }

    /** Starts a process. */
    interface Start {
        Worker start() throws IOException, InterruptedException;
    }

    private double nanosPerPacket(String name, Map<String, String> answer) {
        sums.put(name, answer.get("packets") + " packets with sum " + answer.get("sum"));
        return Double.parseDouble(answer.get("ns")) / Double.parseDouble(answer.get("packets"));
    }

    /** Insists that all read the same. */
    void check() throws IOException {
        if (sums.values().stream().distinct().count() > 1) {
            throw new IOException("not everyone read the same: " + sums);
        }
    }
}
