package dev.ringwire.cli;

import dev.ringwire.file.BlockOptions;
import dev.ringwire.file.CaptureInterface;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureSection;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire merge}: several capture files into one, in the manner of mergecap. */
@Command(
        name = "merge",
        header = "Merges capture files into one.",
        description = {
            "By the time of the packets; of two at the same time, that of the file named first. Each file is taken to be in "
                    + "order of time.",
            "In pcapng everything is kept: interfaces (those the same in several files become one), comments, names, "
                    + "statistics and secrets. pcap holds packets of one link type only.",
            "A damaged file: what stands before the damage is merged. Ctrl-C leaves what is merged so far."
        },
        footer = {"", "Example: ringwire merge -w all.pcapng east.pcapng west.pcap.gz"})
final class MergeCommand extends Subcommand {
    private static final int INTERRUPTED = 130;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "pcap or pcapng files, also compressed with gzip; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = {"-w", "--write"},
            paramLabel = "OUT",
            required = true,
            description =
                    "The file to write: pcap if its name ends with .pcap or .cap, otherwise pcapng; - is standard "
                            + "output and tcp://host:port a peer, as pcapng.")
    private String save;

    @Option(
            names = {"-a", "--append"},
            description = "One file behind the other, whatever their times.")
    private boolean append;

    MergeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        Input.refuseEmpty(files, this);
        SaveFile.refuseEmpty(save, this);
        SaveFile.refuseToReplace(save, files, this);
        if (SaveFile.STDOUT.equals(save) && console.outIsTerminal()) {
            throw usage("-w - writes binary data: send it to a file or a pipe");
        }
        var readers = new ArrayList<CaptureReader>();
        try (var sink = new SaveFile(console, save)) {
            for (String file : files) {
                readers.add(Input.open(console, file, () -> {}));
            }
            return merge(readers, sink);
        } finally {
            close(readers);
        }
    }

    private int merge(List<CaptureReader> readers, SaveFile sink) throws IOException {
        if (sink.isPcap()) {
            checkLinkTypes(readers);
        } else {
            sink.write(header(readers));
            for (CaptureReader reader : readers) {
                sink.mergeFrom(reader);
            }
        }
        var merger = new Merger(readers, append, e -> Errors.print(console, e, debug));
        console.interruption().onInterrupt(merger::stop, () -> close(readers));
        boolean sized = readers.stream().allMatch(reader -> reader.size() >= 0);
        long size = sized ? readers.stream().mapToLong(CaptureReader::size).sum() : -1;
        Progress.during(() -> merger.run(sink), console, save, () -> position(readers), size);
        sink.inputEnded();
        if (sink.isPcap()) {
            return status(merger);
        }
        for (CaptureReader reader : readers) {
            if (reader.sections() > 1) {
                console.err()
                        .println("ringwire: " + reader.name() + ": of its " + reader.sections()
                                + " sections, only what the first says of itself is kept");
            }
        }
        if (sink.blocksNotKept() > 0) {
            console.err()
                    .println(
                            "ringwire: " + sink.blocksNotKept()
                                    + " blocks of unknown types or interfaces were not kept: they cannot be brought into one section");
        }
        return status(merger);
    }

    private int status(Merger merger) {
        return console.interruption().interrupted() ? INTERRUPTED : merger.failed() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void checkLinkTypes(List<CaptureReader> readers) throws IOException {
        List<LinkType> types = readers.stream()
                .flatMap(reader -> reader.interfaces().stream().map(CaptureInterface::linkType))
                .distinct()
                .toList();
        if (types.size() > 1) {
            throw new IOException(save + ": a pcap file holds one link type, these have "
                    + types.stream().map(LinkType::toString).collect(Collectors.joining(", "))
                    + ": use pcapng");
        }
    }

    /** What all say the same, and every comment. */
    private static CaptureSection header(List<CaptureReader> readers) {
        ByteOrder order = readers.get(0).section().order();
        BlockOptions options = BlockOptions.NONE;
        for (CaptureReader reader : readers) {
            for (String comment : reader.section().comments()) {
                options = options.withComment(comment);
            }
        }
        options = withCommon(options, readers, CaptureSection.SHB_HARDWARE, CaptureSection::hardware);
        options = withCommon(options, readers, CaptureSection.SHB_OS, CaptureSection::os);
        return new CaptureSection(order, options.with(CaptureSection.SHB_USERAPPL, "Ringwire"));
    }

    private static BlockOptions withCommon(
            BlockOptions options, List<CaptureReader> readers, int code, Function<CaptureSection, String> value) {
        List<String> values = readers.stream()
                .map(reader -> value.apply(reader.section()))
                .distinct()
                .toList();
        return values.size() == 1 && !values.get(0).isEmpty() ? options.with(code, values.get(0)) : options;
    }

    private static long position(List<CaptureReader> readers) {
        return readers.stream().mapToLong(CaptureReader::position).sum();
    }

    private void close(List<CaptureReader> readers) {
        for (CaptureReader reader : readers) {
            try {
                reader.close();
            } catch (IOException e) {
                Errors.print(console, e, debug);
            }
        }
    }
}
