package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.DecodeWorker;
import dev.ringwire.bench.worker.Pcap4jDecodeWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Packets decoded up to TCP or UDP, and six fields read of each: both addresses, protocol, hops, both ports. In the case
 * "file" each library reads the file by its own fastest reader, as a program that looks at a capture does, pcap4j also by its usual one; in the case
 * "memory" 200,000 packets lie there already, more than the caches hold.
 */
final class Decode implements Topic {
    @Override
    public String name() {
        return "decode";
    }

    @Override
    public String summary() {
        return "decode to TCP or UDP and read six fields, against gopacket's DecodingLayerParser, libtins and pcap4j";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Path medium = TraceFile.of(bench, TraceFile.MEDIUM);
        Path file = bench.quick() ? medium : TraceFile.of(bench, TraceFile.LARGE);
        Map<String, Worker> ours = new LinkedHashMap<>();
        ours.put("", bench.java(DecodeWorker.class));
        if (bench.otherJdk().isPresent()) {
            ours.put("-jdk", bench.java(bench.otherJdk().get(), DecodeWorker.class));
        }
        Map<String, Worker> peers = new LinkedHashMap<>();
        Optional<Worker> go = bench.go("gopacket-decode", "decode");
        go.ifPresent(w -> peers.put("gopacket", w));
        Optional<Worker> tins = bench.cpp("decode_libtins", List.of("decode_libtins.cpp"), "-ltins", "-lpcap");
        tins.ifPresent(w -> peers.put("libtins", w));
        bench.javaPeer("pcap4j", Pcap4jDecodeWorker.class).ifPresent(w -> peers.put("pcap4j", w));
        compare(bench, "file", "file " + file, ours, peers);
        for (Worker worker : ours.values()) {
            worker.ask("load " + medium);
        }
        for (Worker worker : peers.values()) {
            worker.ask("load " + medium);
        }
        compare(bench, "memory", "memory 3", ours, peers);
    }

    private void compare(Bench bench, String what, String command, Map<String, Worker> ours, Map<String, Worker> peers)
            throws IOException, InterruptedException {
        SameSum sums = new SameSum();
        List<Contestant> own = new ArrayList<>();
        ours.forEach((suffix, worker) -> own.add(sums.contestant(what + suffix, worker, command)));
        List<Contestant> others = new ArrayList<>();
        peers.forEach((name, worker) -> others.add(sums.contestant(name, worker, command)));
        if (peers.containsKey("pcap4j") && what.equals("file")) {
            others.add(sums.contestant("pcap4j-loop", peers.get("pcap4j"), command.replace("file ", "loop ")));
        }
        bench.compare(name(), "CPU ns per packet, from " + what, Report.Better.LOWER, 2, own, others);
        sums.check();
    }
}
