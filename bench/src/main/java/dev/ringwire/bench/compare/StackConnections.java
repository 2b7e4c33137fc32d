package dev.ringwire.bench.compare;

import dev.ringwire.bench.compare.StackLinks.End;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Connections opened and closed per second by one client from 16 addresses to one port, 64 at a time: ended in order by
 * the client, then by the server, or reset by the client. And the heap that idle ones take.
 */
final class StackConnections implements Topic {
    private static final int IDLE = 10_000;

    @Override
    public String name() {
        return "stack-connections";
    }

    @Override
    public String summary() {
        return "connections opened and closed per second over TAP against the kernel over veth; heap per idle one";
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
        End kernel = links.kernel(true);
        int seconds = bench.quick() ? 5 : 30;
        for (String close : List.of("rst", "fin")) {
            links.openAndClose(ours, 2, close);
            bench.compare(
                    name(),
                    "connections per second for " + seconds + " s, " + close,
                    Report.Better.HIGHER,
                    0,
                    bench.quick() ? 1 : 3,
                    List.of(new Contestant("open-" + close, () -> links.openAndClose(ours, seconds, close))),
                    List.of(new Contestant(kernel.name(), () -> links.openAndClose(kernel, seconds, close))));
        }
        // The connections that wait to be forgotten are a table of their own: measured in a fresh stack.
        End fresh = links.ours(false);
        links.client().ask(idle(fresh, 1));
        double before = heap(fresh);
        links.client().ask(idle(fresh, IDLE));
        double perConnection = (heap(fresh) - before) / IDLE;
        bench.report().say(String.format("%n  heap of our stack per idle connection: %.0f B", perConnection));
    }

    private static String idle(End end, int count) {
        return "open " + end.host() + " " + StackLinks.CLOSE + " " + end.firstClient() + " " + count;
    }

    private static double heap(End end) throws IOException, InterruptedException {
        Map<String, String> answer = end.worker().ask("heap");
        return Double.parseDouble(answer.get("heap"));
    }
}
