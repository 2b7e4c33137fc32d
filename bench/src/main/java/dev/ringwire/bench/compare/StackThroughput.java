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
        out.add(new Contestant(kernel.name(), () -> from(links, kernel, millis)));
        if (lwip.isPresent()) {
            End end = lwip.get();
            in.add(new Contestant(end.name(), () -> links.stream("send", end, StackLinks.SINK, millis)));
            out.add(new Contestant(end.name(), () -> from(links, end, millis)));
        }
        List<Contestant> oursIn = List.of(
                new Contestant(kind + "-to-us", () -> links.stream("send", ours, StackLinks.SINK, millis)),
                new Contestant(
                        kind + "-to-us-socket", () -> links.stream("send", ours, StackLinks.BLOCKING_SINK, millis)));
        List<Contestant> oursOut = List.of(new Contestant(kind + "-from-us", () -> from(links, ours, millis)));
        bench.compare(name(), UNIT + "to the stack", Report.Better.HIGHER, WARM_UPS, oursIn, in);
        bench.compare(name(), UNIT + "from the stack", Report.Better.HIGHER, WARM_UPS, oursOut, out);
    }

    /**
     * Gbit/s from the stack, with each end on a processor of its own: the kernel wakes the reader for each few segments
     * that are written, and where it puts it on the writer's processor, that is what is measured.
     */
    private static double from(StackLinks links, End end, int millis) throws IOException, InterruptedException {
        links.pin(end, 0, Runtime.getRuntime().availableProcessors() - 1);
        return links.stream("receive", end, StackLinks.SOURCE, millis);
    }
}
