package dev.ringwire.bench.compare;

import dev.ringwire.bench.compare.StackLinks.End;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** lwIP as Debian builds it (liblwip-dev), on a TAP interface. */
final class Lwip {
    private Lwip() {}

    /** Its end of a link; empty, and said, where it cannot be built. */
    static Optional<End> end(Bench bench, StackLinks links) throws IOException, InterruptedException {
        Optional<Worker> worker =
                bench.c("lwip", List.of("lwip_stream.c"), "-I/usr/include/lwip", "-llwip", "-pthread");
        return worker.isPresent() ? Optional.of(links.other(worker.get(), "lwip")) : Optional.empty();
    }
}
