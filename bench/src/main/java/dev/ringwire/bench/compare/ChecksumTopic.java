package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.ChecksumWorker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The RFC 1071 sum of our own direct memory against the same C without a bridge, in the same process. The Java twin and
 * the bridge alone are measured beside it: they show whether the choice between them is right.
 */
final class ChecksumTopic implements Topic {
    private static final int[] LENGTHS = {20, 40, 64, 128, 256, 576, 1500, 9000, 65536};

    @Override
    public String name() {
        return "checksum";
    }

    @Override
    public String summary() {
        return "RFC 1071 sum of a direct buffer by length against a loop in C in the same process";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Toolchain.Build library =
                bench.toolchain().jni("checksum_loop", List.of("bench/c/checksum_loop.c", "native/src/checksum.c"));
        if (library.program().isEmpty()) {
            throw new IOException("nothing to compare with: " + library.why());
        }
        Worker ours = bench.java(ChecksumWorker.class, "chosen");
        ours.ask("load " + library.program().get());
        Worker java = bench.java(ChecksumWorker.class, "java");
        Worker jni = bench.java(ChecksumWorker.class, "jni");
        Optional<Worker> otherJdk = bench.otherJdk().isPresent()
                ? Optional.of(bench.java(bench.otherJdk().get(), ChecksumWorker.class, "chosen"))
                : Optional.empty();
        for (int length : LENGTHS) {
            int count = 2_000_000_000 / (100 + 10 * length) / (bench.quick() ? 4 : 1);
            List<Contestant> own = new ArrayList<>();
            own.add(contestant(String.valueOf(length), ours, "ours", length, count));
            otherJdk.ifPresent(w -> own.add(contestant(length + "-jdk", w, "ours", length, count)));
            bench.compare(
                    name(),
                    "CPU ns per sum of " + length + " B",
                    Report.Better.LOWER,
                    2,
                    own,
                    List.of(
                            contestant("c", ours, "c", length, count),
                            contestant("c-scalar", ours, "c-scalar", length, count),
                            contestant("java", java, "ours", length, count),
                            contestant("jni", jni, "ours", length, count)));
        }
    }

    private static Contestant contestant(String name, Worker worker, String what, int length, int count) {
        return new Contestant(name, () -> {
            Map<String, String> answer = worker.ask(what + " " + length + " " + count);
            return Double.parseDouble(answer.get("ns")) / count;
        });
    }
}
