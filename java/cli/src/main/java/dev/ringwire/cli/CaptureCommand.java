package dev.ringwire.cli;

import dev.ringwire.bpf.FilteredSource;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.query.Query;
import dev.ringwire.query.RowWriter;
import dev.ringwire.query.Rows;
import dev.ringwire.wire.Protocols;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ringwire capture}: packets of an interface as they come. */
@Command(
        name = "capture",
        header = "Captures packets of an interface, a tunnel or another program, until Ctrl-C.",
        description = {
            "Prints a line a packet, or with -e the fields asked for; with -w alone, nothing. How many packets were "
                    + "received, and how many the kernel dropped because the reader was too slow, is said at the end.",
            "An interface needs the right to capture and native code: \"ringwire doctor\" tells. All else needs "
                    + "neither.",
            "With -f, the kernel looks at the packets of an interface, and looks behind the one VLAN tag that Linux "
                    + "takes out on arrival, as for tcpdump -i: \"udp port 53\" finds packets with a tag and without. "
                    + "All else is filtered as it stands in a file, where tagged ones take \"vlan and udp port 53\"."
        },
        footerHeading = "%nWhat -i takes:%n",
        footer = {
            DeviceForms.INTERFACE,
            DeviceForms.PCAP,
            DeviceForms.VXLAN,
            DeviceForms.TCP,
            DeviceForms.LISTEN,
            DeviceForms.FILE,
            DeviceForms.STDIN,
            "",
            "Example: ringwire capture -i eth0 -c 100 -w trace.pcapng",
            "         ssh host tcpdump -U -w - | ringwire capture -i -"
        })
final class CaptureCommand extends Subcommand {
    private static final long WAIT_NANOS = 200_000_000;
    private static final long NANOS = 1_000_000_000;
    private static final int LARGEST_RING = 1 << 20;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "DEVICE",
            description = "Where, in one of the forms below; otherwise the interface that \"ringwire interfaces\" "
                    + "marks.")
    private String interfaceName;

    @Option(names = "-c", paramLabel = "N", description = "Ends after N packets; with -e, after N lines.")
    private Long count;

    @Option(names = "-t", paramLabel = "SECONDS", description = "Ends after this time.")
    private Double seconds;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            description = "Writes the packets to a file: pcap if its name ends with .pcap or .cap, otherwise pcapng; "
                    + "- is standard output and tcp://host:port a peer, as pcapng.")
    private String save;

    @Option(
            names = {"-p", "--no-promiscuous"},
            description = "Only packets for this host, where -i is an interface.")
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
    private final RowOptions rowOptions = new RowOptions();

    @Mixin
    private final FilterOptions filterOptions = new FilterOptions();

    @Mixin
    private final ProtocolOptions.WithDecodeAs protocolOptions = new ProtocolOptions.WithDecodeAs();

    CaptureCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        // Before anything is opened: a misspelt field is no reason to begin.
        Protocols protocols = protocolOptions.protocols(this);
        Query query = rowOptions.words.isEmpty() ? null : rowOptions.query(this, protocols);
        filterOptions.checkSyntax(this);
        String name = interfaceName != null ? interfaceName : defaultInterface();
        Devices.Opened device = open(name);
        try (FrameSource opened = device.source()) {
            long end = seconds == null ? Long.MAX_VALUE : LiveSource.now() + (long) (seconds * NANOS);
            var source = new LiveSource(filtered(device), end, device.ourClock());
            // No wait is longer than WAIT_NANOS, so there is nothing to force.
            console.interruption().onInterrupt(source::end, () -> {});
            console.err()
                    .println("capturing on " + device.name()
                            + (device.typeKnown()
                                    ? " (link-type " + opened.linkType().name() + ")"
                                    : ""));
            try {
                run(source, query, device.typeKnown());
            } finally {
                console.err().println(device.summary().text(source.position()));
            }
        }
        return ExitCode.OK;
    }

    private Devices.Opened open(String name) throws IOException {
        try {
            return Devices.open(
                    console,
                    name,
                    new Devices.Settings(
                            !ownOnly,
                            ringSize,
                            snaplen,
                            lowLatency,
                            on -> filterOptions.given(this) ? filterOptions.live(this, on) : null));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private FrameSource filtered(Devices.Opened device) throws IOException {
        if (!filterOptions.given(this) || device.filtered()) {
            return device.source();
        }
        var filtered = new FilteredSource(device.source(), filterOptions.ofFiles(this));
        if (device.typeKnown()) {
            filterOptions.check(this, filtered.linkType());
        }
        return filtered;
    }

    private void checkOptions() throws IOException {
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
            String read = interfaceName == null ? null : Devices.path(interfaceName);
            if (read != null) {
                SaveFile.refuseToReplace(save, List.of(read), this);
            }
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

    private void run(LiveSource source, Query query, boolean typeKnown) throws IOException {
        if (save == null) {
            run(source, query, null);
            return;
        }
        try (var sink = new SaveFile(console, save)) {
            sink.begin(typeKnown ? source.linkType() : null);
            run(source, query == null ? null : query.writeTo(sink), sink);
            sink.inputEnded();
        }
    }

    private void run(LiveSource source, Query query, SaveFile sink) throws IOException {
        long max = count == null ? Long.MAX_VALUE : count;
        if (query != null) {
            rows(query.max(max).over(source), rowOptions.writer(query, console), sink);
        } else if (sink != null) {
            save(source, sink, max);
        } else {
            lines(source, max, protocolOptions.protocols(this));
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

    private void lines(FrameSource source, long max, Protocols protocols) throws IOException {
        var lines = new PacketLines(console.out(), protocols);
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
}
