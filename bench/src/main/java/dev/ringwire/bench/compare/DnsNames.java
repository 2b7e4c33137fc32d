package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.DnsMessages;
import dev.ringwire.bench.worker.DnsNamesWorker;
import dev.ringwire.bench.worker.DnsjavaWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All names of DNS messages. Ours gives the names alone, as bytes or as strings; the peers cannot give them without
 * decoding the whole message.
 */
final class DnsNames implements Topic {
    private static final int MESSAGES = 512;

    @Override
    public String name() {
        return "dns-names";
    }

    @Override
    public String summary() {
        return "all names of realistic DNS messages against dnsjava and gopacket, which decode whole messages";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Path file = bench.toolchain().output().resolve("dns-messages");
        DnsMessages.write(file, MESSAGES);
        int passes = bench.quick() ? 200 : 1000;
        Worker dnsjava = bench.java(DnsjavaWorker.class);
        Optional<Worker> gopacket = bench.go("gopacket-dns", "dns");
        for (String form : List.of("bytes", "strings")) {
            List<Contestant> ours = new ArrayList<>();
            ours.add(contestant(form, bench.java(DnsNamesWorker.class, "chosen"), file, form, passes));
            if (bench.otherJdk().isPresent()) {
                Worker other = bench.java(bench.otherJdk().get(), DnsNamesWorker.class, "chosen");
                ours.add(contestant(form + "-jdk", other, file, form, passes));
            }
            List<Contestant> peers = new ArrayList<>();
            // The two that ours is chosen from.
            peers.add(contestant("java", bench.java(DnsNamesWorker.class, "java"), file, form, passes));
            peers.add(contestant("jni", bench.java(DnsNamesWorker.class, "native"), file, form, passes));
            peers.add(contestant("dnsjava", dnsjava, file, form, passes / 5));
            if (gopacket.isPresent()) {
                peers.add(contestant("gopacket", gopacket.get(), file, form, passes));
            }
            bench.compare(name(), "CPU ns per message, names as " + form, Report.Better.LOWER, 2, ours, peers);
        }
    }

    private static Contestant contestant(String name, Worker worker, Path file, String verb, int passes)
            throws IOException, InterruptedException {
        worker.ask("load " + file);
        return new Contestant(name, () -> worker.nanosPerPacket(verb + " " + passes));
    }
}
