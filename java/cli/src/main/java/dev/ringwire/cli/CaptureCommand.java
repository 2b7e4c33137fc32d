package dev.ringwire.cli;

import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.query.Query;
import dev.ringwire.query.RowWriter;
import dev.ringwire.query.Rows;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ringwire capture}: packets of an interface as they come. */
@Command(
        name = "capture",
        header = "Captures packets on a network interface, until Ctrl-C.",
        description = {
            "Prints a line a packet, or with -e the fields asked for; with -w alone, nothing. How many packets were "
                    + "received, and how many the kernel dropped because the reader was too slow, is said at the end.",
            "Needs the right to capture: \"ringwire doctor\" tells."
        },
        footer = {"", "Example: ringwire capture -i eth0 -c 100 -w trace.pcapng"})
final class CaptureCommand extends Subcommand {
    private static final long WAIT_NANOS = 200_000_000;
    private static final long NANOS = 1_000_000_000;
    private static final int BLOCK = 1 << 20;
    private static final int SMALL_BLOCK = 1 << 17;
    private static final int LARGEST_RING = 1 << 20;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "IF",
            description = "Where; otherwise the interface that \"ringwire interfaces\" marks.")
    private String interfaceName;

    @Option(names = "-c", paramLabel = "N", description = "Ends after N packets; with -e, after N lines.")
    private Long count;

    @Option(names = "-t", paramLabel = "SECONDS", description = "Ends after this time.")
    private Double seconds;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            description = "Writes the packets to a file: pcap if its name ends with .pcap or .cap, otherwise pcapng; "
                    + "- is standard output, as pcapng.")
    private String save;

    @Option(
            names = {"-p", "--no-promiscuous"},
            description = "Only packets for this host.")
    private boolean ownOnly;

    @Option(
            names = "--ring-size",
            paramLabel = "MIB",
            defaultValue = "64",
            description = "Memory for packets that wait to be read, in MiB (${DEFAULT-VALUE}).")
    private int ringSize;

    @Option(
            names = {"-s", "--snaplen"},
            paramLabel = "N",
            description = "Keeps only the first N bytes of each packet; otherwise, or with 0, all.")
    private int snaplen;

    @Option(
            names = "--low-latency",
            description = "Shows a packet a millisecond after it came, at more cost; otherwise within 20.")
    private boolean lowLatency;

    @Mixin
    private RowOptions rowOptions;

    CaptureCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        // Before anything is opened: a misspelt field is no reason to begin.
        Query query = rowOptions.words.isEmpty() ? null : rowOptions.query(this);
        String name = interfaceName != null ? interfaceName : defaultInterface();
        try (PacketRing ring = ring(name).open()) {
            long end = seconds == null ? Long.MAX_VALUE : LiveSource.now() + (long) (seconds * NANOS);
            var source = new LiveSource(ring, end);
            // No wait is longer than WAIT_NANOS, so there is nothing to force.
            console.interruption().onInterrupt(source::end, () -> {});
            console.err()
                    .println("capturing on " + name + " (link-type "
                            + ring.linkType().name() + ")");
            try {
                run(source, query);
            } finally {
                summarise(ring.statistics());
            }
        }
        return ExitCode.OK;
    }

    private PacketRing.Builder ring(String name) {
        PacketRing.Builder builder = PacketRing.builder(name).promiscuous(!ownOnly);
        int block = lowLatency ? SMALL_BLOCK : BLOCK;
        if (lowLatency) {
            builder.lowLatency();
        }
        if (snaplen > 0) {
            builder.snaplen(snaplen);
        }
        return builder.blockSize(block).blockCount((int) Math.max(((long) ringSize << 20) / block, 2));
    }

    private void checkOptions() {
        if (count != null && count < 1) {
            throw usage("-c is 1 or more, not " + count);
        }
        if (seconds != null && !(seconds > 0 && seconds < 1e9)) {
            throw usage("-t is more than 0 seconds, not " + seconds);
        }
        if (ringSize < 1) {
            throw usage("--ring-size is 1 MiB or more, not " + ringSize);
        }
        if (ringSize > LARGEST_RING) {
            throw usage("--ring-size is " + LARGEST_RING + " MiB or less, not " + ringSize);
        }
        if (snaplen < 0) {
            throw usage("-s is 0 or more, not " + snaplen);
        }
        if (save != null) {
            SaveFile.refuseEmpty(save, this);
        }
        if (SaveFile.STDOUT.equals(save) && !rowOptions.words.isEmpty()) {
            throw usage("-e and -w - would both write to standard output");
        }
        if (SaveFile.STDOUT.equals(save) && console.outIsTerminal()) {
            throw usage("-w - writes binary data: send it to a file or a pipe");
        }
    }

    private static String defaultInterface() throws IOException {
        return NetworkInterfaces.defaultInterface()
                .map(InterfaceInfo::name)
                .orElseThrow(() -> new IOException("this host has no network interface to capture on"));
    }

    private void run(LiveSource source, Query query) throws IOException {
        if (save == null) {
            run(source, query, null);
            return;
        }
        try (var sink = new SaveFile(console, save)) {
            sink.begin(source.linkType());
            run(source, query == null ? null : query.writeTo(sink), sink);
        }
    }

    private void run(LiveSource source, Query query, SaveFile sink) throws IOException {
        long max = count == null ? Long.MAX_VALUE : count;
        if (query != null) {
            rows(query.max(max).over(source), rowOptions.writer(query, console), sink);
        } else if (sink != null) {
            save(source, sink, max);
        } else {
            lines(source, max);
        }
    }

    /**
     * In this and the next two, what was made of the packets so far is handed over whenever no packet is ready, so
     * that a reader behind a pipe sees it at once, and only then.
     */
    private static void rows(Rows rows, RowWriter writer, SaveFile sink) throws IOException {
        while (!rows.ended()) {
            if (rows.next(0)) {
                writer.write(rows.row());
                continue;
            }
            writer.flush();
            if (sink != null) {
                sink.flush();
            }
            if (!rows.ended() && rows.next(WAIT_NANOS)) {
                writer.write(rows.row());
            }
        }
        writer.flush();
    }

    private void save(FrameSource source, SaveFile sink, long max) throws IOException {
        boolean counter = console.errIsTerminal();
        long packets = 0;
        while (packets < max && !source.ended()) {
            if (!source.next(0)) {
                sink.flush();
                if (counter) {
                    console.err().print("\r" + packets + " packets");
                    console.err().flush();
                }
                if (source.ended() || !source.next(WAIT_NANOS)) {
                    continue;
                }
            }
            sink.write(source.frame());
            packets++;
        }
        if (counter) {
            console.err().print("\r");
        }
    }

    private void lines(FrameSource source, long max) throws IOException {
        var lines = new PacketLines(console.out());
        long packets = 0;
        while (packets < max && !source.ended()) {
            if (!source.next(0)) {
                lines.flush();
                if (source.ended() || !source.next(WAIT_NANOS)) {
                    continue;
                }
            }
            lines.write(source.frame());
            packets++;
        }
        lines.flush();
    }

    private void summarise(CaptureStatistics statistics) {
        String freezes = statistics.freezes() == 0 ? "" : ", ring full " + statistics.freezes() + " times";
        console.err()
                .println(statistics.received() + " packets received, " + statistics.dropped() + " dropped by kernel"
                        + freezes);
    }
}
