package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.Pcap4jReceiver;
import dev.ringwire.bench.worker.RingReceiver;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who receives in the ring topics; all take the commands of {@code bench/c/receiver_main.c}. */
final class RingReceivers {
    private RingReceivers() {}

    /** Ours; every way of reading has a JVM of its own, so that none spoils what the compiler learned of another. */
    static Map<String, Worker> ours(Bench bench, String... ways) throws IOException {
        Map<String, Worker> workers = new LinkedHashMap<>();
        for (String way : ways) {
            workers.put(way, bench.java(RingReceiver.class, way));
        }
        if (bench.otherJdk().isPresent()) {
            for (String way : ways) {
                workers.put(way + "-jdk", bench.java(bench.otherJdk().get(), RingReceiver.class, way));
            }
        }
        return workers;
    }

    /** The others, as far as they are installed. */
    static Map<String, Worker> peers(Bench bench) throws IOException, InterruptedException {
        Map<String, Worker> workers = new LinkedHashMap<>();
        bench.c("c", List.of("receiver_main.c", "receive_tpacket.c")).ifPresent(w -> workers.put("c", w));
        bench.c("libpcap", List.of("receiver_main.c", "receive_libpcap.c"), "-lpcap")
                .ifPresent(w -> workers.put("libpcap", w));
        bench.go("gopacket", "receive").ifPresent(w -> workers.put("gopacket", w));
        bench.javaPeer("pcap4j", Pcap4jReceiver.class).ifPresent(w -> workers.put("pcap4j", w));
        return workers;
    }
}
