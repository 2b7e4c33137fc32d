package dev.ringwire.bench.compare;

import java.io.IOException;
import java.util.List;

/** The generator of the ring topics: sendmmsg in batches of 64, in C. */
final class Sender {
    private Sender() {}

    /** Starts it; it takes the commands of {@code bench/c/send_mmsg.c}. */
    static Worker start(Bench bench) throws IOException, InterruptedException {
        return bench.c("send_mmsg", List.of("send_mmsg.c"))
                .orElseThrow(() -> new IOException("frames cannot be sent without a C compiler"));
    }
}
