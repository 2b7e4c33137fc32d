package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.Pcap4jReadWorker;
import dev.ringwire.bench.worker.PktsReadWorker;
import dev.ringwire.bench.worker.ReadWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every packet of a file through each library's own reader: its time, both lengths and first eight bytes, as they are
 * looked at by whatever comes behind a reader. pcap4j is pulled from as ours is, and looped over as is its fastest. The file is in the page cache. The figure is the case "warm", CPU time
 * in processes that live through all rounds; "process" is wall time from the start of a process to its answer.
 */
final class PcapRead implements Topic {
    @Override
    public String name() {
        return "pcap-read";
    }

    @Override
    public String summary() {
        return "every packet of a pcap file against libpcap in C, gopacket, pcap4j and io.pkts";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Path file = TraceFile.of(bench, bench.quick() ? TraceFile.MEDIUM : TraceFile.LARGE);
        String command = "run " + file;
        SameSum sums = new SameSum();
        List<Contestant> ours = new ArrayList<>();
        ours.add(sums.contestant("warm", bench.java(ReadWorker.class), command));
        if (bench.otherJdk().isPresent()) {
            ours.add(sums.contestant("warm-jdk", bench.java(bench.otherJdk().get(), ReadWorker.class), command));
        }
        List<Contestant> peers = new ArrayList<>();
        Optional<Worker> c = libpcap(bench);
        c.ifPresent(w -> peers.add(sums.contestant("libpcap", w, command)));
        Optional<Worker> go = gopacket(bench);
        go.ifPresent(w -> peers.add(sums.contestant("gopacket", w, command)));
        bench.javaPeer("pcap4j", Pcap4jReadWorker.class).ifPresent(w -> {
            peers.add(sums.contestant("pcap4j", w, command));
            peers.add(sums.contestant("pcap4j-loop", w, "loop " + file));
        });
        peers.add(sums.contestant("io.pkts", bench.java(PktsReadWorker.class), command));
        bench.compare(name(), "CPU ns per packet, warm", Report.Better.LOWER, 2, ours, peers);
        sums.check();

        List<Contestant> processes = new ArrayList<>();
        if (c.isPresent()) {
            processes.add(sums.process("libpcap", () -> libpcap(bench).orElseThrow(), command));
        }
        if (go.isPresent()) {
            processes.add(sums.process("gopacket", () -> gopacket(bench).orElseThrow(), command));
        }
        bench.compare(
                name(),
                "wall ns per packet, whole process",
                Report.Better.LOWER,
                1,
                List.of(sums.process("process", () -> bench.java(ReadWorker.class), command)),
                processes);
        sums.check();
    }

    private static Optional<Worker> libpcap(Bench bench) throws IOException, InterruptedException {
        return bench.c("read_libpcap", List.of("read_libpcap.c"), "-lpcap");
    }

    private static Optional<Worker> gopacket(Bench bench) throws IOException, InterruptedException {
        return bench.go("gopacket-read", "read");
    }
}
