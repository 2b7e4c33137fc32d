package dev.ringwire.cli;

import dev.ringwire.bpf.FilteredSource;
import dev.ringwire.device.Pace;
import dev.ringwire.device.Replay;
import dev.ringwire.frame.FrameSource;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire replay}: a capture sent again. */
@Command(
        name = "replay",
        header = "Sends the packets of a capture on an interface, as they were recorded or faster.",
        description = {
            "The packets go out byte by byte as they are in the file, with the gaps that their timestamps have unless "
                    + "another pace is asked for. A packet of the file that was captured in part goes out in part; one "
                    + "that is too long for the interface is left out and counted.",
            "Needs the right to send and native code: \"ringwire doctor\" tells."
        },
        footerHeading = "%nWhat -i takes:%n",
        footer = {
            Links.FORMS,
            "",
            "Example: ringwire replay -i eth0 --speed 2x --loop 10 trace.pcapng",
            "         ringwire replay -i eth0 --topspeed -f \"udp port 53\" trace.pcapng"
        })
final class ReplayCommand extends Subcommand {
    private static final long WAIT_NANOS = 200_000_000;

    @Parameters(paramLabel = "FILE", arity = "1", description = "pcap or pcapng; - is standard input.")
    private String file;

    @Option(
            names = {"-i", "-o", "--interface"},
            paramLabel = "DEVICE",
            description = "Where to send, in one of the forms below.")
    private String device;

    @Mixin
    private final PaceOptions paceOptions = new PaceOptions();

    @Option(
            names = {"-l", "--loop"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Sends the whole file N times (${DEFAULT-VALUE}); 0 is until Ctrl-C.")
    private long loop;

    @Option(names = "--limit", paramLabel = "N", description = "Ends after N packets.")
    private Long limit;

    @Option(
            names = "--segment",
            description = "Lets the kernel cut TCP packets that are too long, as captures hold them that were taken "
                    + "behind segmentation offload.")
    private boolean segment;

    @Option(names = "--dry-run", description = "Goes through the file at the pace asked for, and sends nothing.")
    private boolean dryRun;

    @Mixin
    private final FilterOptions filterOptions = new FilterOptions();

    private volatile boolean stopped;

    ReplayCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        Input.refuseEmpty(List.of(file), this);
        if (device == null && !dryRun) {
            throw usage("where to? name an interface with -i");
        }
        if (loop < 0) {
            throw usage("--loop is 0 or more, not " + loop);
        }
        if (limit != null && limit < 1) {
            throw usage("--limit is 1 or more, not " + limit);
        }
        if (loop != 1 && file.equals(Input.STDIN)) {
            throw usage("standard input can be replayed once only: leave --loop out, or name a file");
        }
        Pace pace = paceOptions.pace(this);
        filterOptions.checkSyntax(this);
        try (Replay replay = Replay.loop(this::source, loop == 0 ? Long.MAX_VALUE : loop, pace);
                Outlet outlet = outlet()) {
            console.interruption().onInterrupt(() -> stopped = true, () -> {});
            try {
                Progress.during(() -> run(replay, outlet), console, file, replay);
            } finally {
                console.err().println((dryRun ? "dry run: " : "") + outlet.summary());
            }
        }
        return stopped ? INTERRUPTED : ExitCode.OK;
    }

    private FrameSource source() throws IOException {
        FrameSource reader = Input.open(console, file, () -> {});
        if (!filterOptions.given(this)) {
            return reader;
        }
        var filtered = new FilteredSource(reader, filterOptions.ofFiles(this));
        filterOptions.check(this, filtered.linkType());
        return filtered;
    }

    private Outlet outlet() throws IOException {
        try {
            return dryRun ? Outlet.toNowhere() : Links.outlet(device, segment);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private void run(Replay replay, Outlet outlet) throws IOException {
        long left = limit == null ? Long.MAX_VALUE : limit;
        while (left > 0 && !stopped && !replay.ended()) {
            if (!replay.next(0)) {
                outlet.flush();
                if (!replay.next(WAIT_NANOS)) {
                    continue;
                }
            }
            outlet.write(replay.frame());
            left--;
        }
        outlet.flush();
    }
}
