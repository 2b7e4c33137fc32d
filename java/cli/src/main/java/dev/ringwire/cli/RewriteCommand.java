package dev.ringwire.cli;

import dev.ringwire.file.CaptureCopy;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import dev.ringwire.rewrite.RewriteRules;
import dev.ringwire.rewrite.Rewriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ringwire rewrite}: a capture with other addresses, ports or tags. */
@Command(
        name = "rewrite",
        header = "Changes addresses, ports and VLAN tags of the packets in a capture file.",
        description = {
            "OUT is IN byte for byte, in the same format, but for what the rules change: times, lengths, comments and "
                    + "all other blocks stay. A rule reaches every header, in tunnels and in the packets that ICMP "
                    + "errors quote, and looks at what the packet had before any rule.",
            "With -f, packets that do not match are copied as they are.",
            "A damaged file: OUT has what stands before the damage."
        },
        footer = {
            "",
            "Example: ringwire rewrite in.pcap out.pcap --map 10.38.64.13=192.168.1.1 --port 80=8080 --fix-checksums",
            "         ringwire rewrite in.pcapng out.pcapng --anonymise @key --anonymise-macs"
        })
final class RewriteCommand extends Subcommand {
    private static final int INTERRUPTED = 130;
    private static final int LENGTH_OF_TAG = 4;

    @Parameters(index = "0", paramLabel = "IN", description = "A pcap or pcapng file; - is standard input.")
    private String in;

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write; - is standard output.")
    private String out;

    @Mixin
    private final RewriteOptions options = new RewriteOptions();

    @Mixin
    private final FilterOptions filterOptions = new FilterOptions();

    private CaptureCopy copy;
    /** Packets that the filter leaves as they are. */
    private long others;

    private volatile boolean stopped;

    RewriteCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        RewriteRules rules = options.rules(this);
        checkNames();
        filterOptions.checkSyntax(this);
        Predicate<Frame> filter = filterOptions.given(this) ? filterOptions.ofFiles(this) : null;
        var rewriter = new Rewriter(rules);
        try (CaptureReader reader = Input.open(console, in, this::flush)) {
            filterOptions.check(this, reader.linkType());
            WritableByteChannel channel = open();
            try (CaptureCopy copying = copy(reader, channel, rules)) {
                copy = copying;
                console.interruption().onInterrupt(() -> stopped = true, () -> close(reader));
                Progress.during(() -> rewrite(rewriter, filter), console, in, reader);
            }
        } finally {
            if (copy != null) {
                console.err().println(summary(rewriter));
            }
        }
        return console.interruption().interrupted() ? INTERRUPTED : ExitCode.OK;
    }

    private CaptureCopy copy(CaptureReader reader, WritableByteChannel channel, RewriteRules rules) throws IOException {
        int growth = rules.resizes() ? LENGTH_OF_TAG : 0;
        if (options.leavesNamesOut()) {
            return CaptureCopy.anonymous(reader, channel, name(), growth);
        }
        return growth > 0
                ? CaptureCopy.resizing(reader, channel, name(), growth)
                : CaptureCopy.of(reader, channel, name());
    }

    private void checkNames() throws IOException {
        Input.refuseEmpty(List.of(in, out), this);
        if (SaveFile.replaces(out, List.of(in))) {
            throw usage(out + " is the file that is read: write to another one");
        }
        if (out.equals(SaveFile.STDOUT) && console.outIsTerminal()) {
            throw usage("a capture is binary data: send it to a file or a pipe");
        }
    }

    private String name() {
        return out.equals(SaveFile.STDOUT) ? "standard output" : out;
    }

    private WritableByteChannel open() throws IOException {
        if (out.equals(SaveFile.STDOUT)) {
            return console.out();
        }
        Path path = Path.of(out);
        try {
            return FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw SaveFile.cannotBeCreated(path, e);
        }
    }

    private void rewrite(Rewriter rewriter, Predicate<Frame> filter) throws IOException {
        Frame frame = copy.frame();
        while (copy.next() && !stopped) {
            if (filter != null && !filter.test(frame)) {
                others++;
            } else if (rewriter.rewrite(frame) && rewriter.resized()) {
                copy.replace(rewriter.buffer(), rewriter.offset(), rewriter.length());
            }
        }
    }

    private String summary(Rewriter rewriter) {
        return (rewriter.frames() + others) + " packets, " + rewriter.changed() + " changed, " + rewriter.fixed()
                + " checksums fixed"
                + (copy.leftOut() == 0 ? "" : ", " + copy.leftOut() + " blocks with names or secrets left out");
    }

    private void flush() throws IOException {
        if (copy != null) {
            copy.flush();
        }
    }

    private void close(CaptureReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            Errors.print(console, e, debug);
        }
    }
}
