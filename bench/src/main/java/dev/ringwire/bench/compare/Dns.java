package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.DnsMessages;
import dev.ringwire.bench.worker.DnsWorker;
import dev.ringwire.bench.worker.DnsjavaWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whole DNS messages as objects, with every name and record read, as a resolver or monitor does it. Two messages of
 * eight are queries, the others answers with up to five records.
 */
final class Dns implements Topic {
    private static final int MESSAGES = 512;

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public String summary() {
        return "all names and records of realistic DNS messages against dnsjava and gopacket";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Path file = bench.toolchain().output().resolve("dns-messages");
        DnsMessages.write(file, MESSAGES);
        String command = "records 1000";
        SameSum sums = new SameSum();
        List<Contestant> ours = new ArrayList<>();
        ours.add(contestant(sums, "records", bench.java(DnsWorker.class), file, command));
        if (bench.otherJdk().isPresent()) {
            Worker other = bench.java(bench.otherJdk().get(), DnsWorker.class);
            ours.add(contestant(sums, "records-jdk", other, file, command));
        }
        List<Contestant> peers = new ArrayList<>();
        peers.add(contestant(sums, "dnsjava", bench.java(DnsjavaWorker.class), file, command));
        Optional<Worker> gopacket = bench.go("gopacket-dns", "dns");
        if (gopacket.isPresent()) {
            peers.add(contestant(sums, "gopacket", gopacket.get(), file, command));
        }
        bench.compare(name(), "CPU ns per message, all records read", Report.Better.LOWER, 4, ours, peers);
        sums.check();
    }

    private static Contestant contestant(SameSum sums, String name, Worker worker, Path file, String command)
            throws IOException, InterruptedException {
        worker.ask("load " + file);
        return sums.contestant(name, worker, command);
    }
}
