package dev.ringwire.bench.compare;

import dev.ringwire.bench.compare.StackLinks.End;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One TCP stream over an MTU of 1500 between the kernel and, over TAP, our stack, or, over veth, the kernel again. Plain
 * TAP compares with veth whose offloads are off, TAP with a virtio header with veth as it comes.
 */
final class StackThroughput implements Topic {
    /** Until the compiler has seen enough. */
    private static final int WARM_UPS = 4;

    private static final String UNIT = "Gbit/s of one stream ";

    @Override
    public String name() {
        return "stack-throughput";
    }

    @Override
    public String summary() {
        return "one TCP stream over TAP, both directions, against the kernel over veth and lwIP";
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
        Optional<End> lwip = Lwip.end(bench, links);
        compare(bench, links, "plain", links.ours(false), links.kernel(false), lwip);
        compare(bench, links, "gso", links.ours(true), links.kernel(true), Optional.empty());
    }

    private void compare(Bench bench, StackLinks links, String kind, End ours, End kernel, Optional<End> lwip)
            throws IOException, InterruptedException {
        int millis = bench.quick() ? 1000 : 3000;
        List<Contestant> in = new ArrayList<>();
        List<Contestant> out = new ArrayList<>();
        in.add(new Contestant(kernel.name(), () -> links.stream("send", kernel, StackLinks.SINK, millis)));
        out.add(new Contestant(kernel.name(), () -> links.stream("receive", kernel, StackLinks.SOURCE, millis)));
        if (lwip.isPresent()) {
            End end = lwip.get();
            in.add(new Contestant(end.name(), () -> links.stream("send", end, StackLinks.SINK, millis)));
            out.add(new Contestant(end.name(), () -> links.stream("receive", end, StackLinks.SOURCE, millis)));
        }
        List<Contestant> oursIn = List.of(
                new Contestant(kind + "-to-us", () -> links.stream("send", ours, StackLinks.SINK, millis)),
                new Contestant(
                        kind + "-to-us-socket", () -> links.stream("send", ours, StackLinks.BLOCKING_SINK, millis)));
        List<Contestant> oursOut = List.of(
                new Contestant(kind + "-from-us", () -> links.stream("receive", ours, StackLinks.SOURCE, millis)));
        bench.compare(name(), UNIT + "to the stack", Report.Better.HIGHER, WARM_UPS, oursIn, in);
        bench.compare(name(), UNIT + "from the stack", Report.Better.HIGHER, WARM_UPS, oursOut, out);
    }
}
