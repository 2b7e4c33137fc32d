package dev.ringwire.bench.compare;

import dev.ringwire.file.CaptureReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * IPv4 addresses of one block mapped into another, with checksums made right, from file to file: whole processes in
 * wall time. tcprewrite does the same by --pnat. The packets of both files are compared, and how many differ is said:
 * version 4.4.3 writes multicast addresses into the Ethernet headers of IPv6 packets, and takes padding into ip.len and
 * so into wrong checksums.
 */
final class Rewrite implements Topic {
    private static final String FROM = "10.0.0.0/8";
    private static final String TO = "172.0.0.0/8";

    @Override
    public String name() {
        return "rewrite";
    }

    @Override
    public String summary() {
        return "addresses mapped and checksums made right in a file, whole process, against tcprewrite";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Launcher launcher = Launcher.of(bench);
        Path in = TraceFile.of(bench, bench.quick() ? TraceFile.MEDIUM : TraceFile.LARGE);
        Path ours = bench.toolchain().output().resolve("rewrite-ringwire.pcap");
        Path theirs = bench.toolchain().output().resolve("rewrite-tcprewrite.pcap");
        Path log = bench.toolchain().output().resolve("rewrite.log");
        boolean tcprewrite = Launcher.isInstalled("tcprewrite");
        if (!tcprewrite) {
            bench.report().absent("tcprewrite", "it is not installed");
        }
        List<String> arguments =
                List.of("rewrite", in.toString(), ours.toString(), "--map", FROM + "=" + TO, "--fix-checksums");
        List<String> command = List.of(
                "tcprewrite", "--infile=" + in, "--outfile=" + theirs, "--pnat=" + FROM + ":" + TO, "--fixcsum");
        bench.compare(
                name(),
                "seconds of a whole process",
                Report.Better.LOWER,
                1,
                bench.quick() ? bench.rounds() : 5,
                List.of(new Contestant("file", () -> {
                    Files.deleteIfExists(ours);
                    return launcher.ringwire(arguments, log);
                })),
                tcprewrite
                        ? List.of(new Contestant("tcprewrite", () -> {
                            Files.deleteIfExists(theirs);
                            return launcher.run(command, log);
                        }))
                        : List.of());
        if (tcprewrite) {
            bench.report().say("  " + differences(ours, theirs));
        }
        Files.deleteIfExists(ours);
        Files.deleteIfExists(theirs);
    }

    private static String differences(Path ours, Path theirs) throws IOException {
        long packets = 0;
        long different = 0;
        try (CaptureReader a = CaptureReader.open(ours);
                CaptureReader b = CaptureReader.open(theirs)) {
            while (a.next()) {
                packets++;
                if (!b.next()) {
                    throw new IOException(theirs + " ends at packet " + packets);
                }
                ByteBuffer mine = a.frame().slice();
                if (!mine.equals(b.frame().slice())) {
                    different++;
                }
            }
            if (b.next()) {
                throw new IOException(ours + " ends at packet " + packets);
            }
        }
        return different + " of " + packets + " packets differ";
    }
}
