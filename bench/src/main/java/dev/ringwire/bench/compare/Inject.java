package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.Pcap4jSender;
import dev.ringwire.bench.worker.RingSender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Frames put on a link in batches of 64, by the usual way through the queueing discipline and around it. */
final class Inject implements Topic {
    private static final int LENGTH = 64;

    @Override
    public String name() {
        return "inject";
    }

    @Override
    public String summary() {
        return "frames sent per second over veth against C sendmmsg, libpcap's pcap_inject and pcap4j";
    }

    @Override
    public boolean needsRoot() {
        return true;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        try (VethLink link = VethLink.open()) {
            long packets = bench.quick() ? 200_000 : 500_000;
            String open = "open " + link.sender() + " " + LENGTH + " ";
            Optional<Worker> libpcap = bench.c("libpcap-inject", List.of("send_libpcap.c"), "-lpcap");
            Optional<Worker> pcap4j = bench.javaPeer("pcap4j", Pcap4jSender.class);
            for (String way : List.of("qdisc", "bypass")) {
                List<Contestant> ours = new ArrayList<>();
                String name = "batch-" + LENGTH + (way.equals("bypass") ? "-bypass" : "");
                ours.add(contestant(name, bench.java(RingSender.class), open + way, packets));
                if (bench.otherJdk().isPresent()) {
                    Worker other = bench.java(bench.otherJdk().get(), RingSender.class);
                    ours.add(contestant(name + "-jdk", other, open + way, packets));
                }
                List<Contestant> peers = new ArrayList<>();
                peers.add(contestant("c", Sender.start(bench), open + way, packets));
                // libpcap knows no way around the queueing discipline.
                if (way.equals("qdisc")) {
                    if (libpcap.isPresent()) {
                        peers.add(contestant("libpcap", libpcap.get(), open + way, packets));
                    }
                    if (pcap4j.isPresent()) {
                        peers.add(contestant("pcap4j", pcap4j.get(), open + way, packets));
                    }
                }
                bench.compare(
                        name(),
                        "thousand frames of " + LENGTH + " B per CPU second of the sending thread",
                        Report.Better.HIGHER,
                        2,
                        ours,
                        peers);
            }
        }
    }

    private static Contestant contestant(String name, Worker worker, String open, long packets)
            throws IOException, InterruptedException {
        worker.ask(open);
        return new Contestant(name, () -> 1e6 / worker.nanosPerPacket("run " + packets));
    }
}
