package dev.ringwire.cli;

import dev.ringwire.file.CaptureReader;
import dev.ringwire.query.FieldRegistry;
import dev.ringwire.query.Query;
import dev.ringwire.query.RowWriter;
import dev.ringwire.query.Rows;
import dev.ringwire.wire.Protocols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire query}: fields of the packets in files. */
@Command(
        name = "query",
        header = "Prints fields of the packets in capture files.",
        description = {
            "One line a packet. Several files are read in turn, each with packets numbered from 1.",
            "A damaged file: what stands before the damage is printed, then the error."
        },
        footer = {"", "Example: ringwire query trace.pcapng -e frame.time_epoch -e ip.src -e ip.dst -T csv -H"})
final class QueryCommand extends Subcommand {
    /** Bytes of a file from which on several threads read it. */
    private static final long PARALLEL_FROM = 8 << 20;

    /** More would wait for each other to read. */
    private static final int MOST_THREADS = 4;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "pcap or pcapng files; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Mixin
    private final RowOptions rowOptions = new RowOptions();

    @Mixin
    private final FilterOptions filterOptions = new FilterOptions();

    @Mixin
    private final ProtocolOptions.WithDecodeAs protocolOptions = new ProtocolOptions.WithDecodeAs();

    private FieldRegistry fields;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Only packets captured at this time or later: 2024-05-01T12:00:00Z, without Z in local time, "
                    + "or seconds since 1970.")
    private Instant start;

    @Option(
            names = "--end",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Only packets captured before this time.")
    private Instant end;

    @Option(names = "--max", paramLabel = "N", description = "Ends after N lines.")
    private Long max;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "OUT",
            description = "Also writes every packet that gives a line to this file: pcap if its name ends with .pcap "
                    + "or .cap, otherwise pcapng.")
    private String save;

    QueryCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        Protocols protocols = protocolOptions.protocols(this);
        fields = FieldRegistry.of(protocols);
        sortFilesFromFields();
        if (rowOptions.words.isEmpty()) {
            throw usage("which fields? name them with -e");
        }
        Query query = rowOptions.query(this, protocols);
        if (files.isEmpty()) {
            throw usage("which file? - is standard input");
        }
        Input.refuseEmpty(files, this);
        if (start != null) {
            query = query.start(start);
        }
        if (end != null) {
            query = query.end(end);
        }
        if (filterOptions.given(this)) {
            query = query.filter(filterOptions.ofFiles(this));
        }
        if (max != null && max < 0) {
            throw usage("--max is 0 or more, not " + max);
        }
        if (save == null) {
            return run(query, null);
        }
        if (save.equals(SaveFile.STDOUT)) {
            throw usage("the lines go to standard output: -w needs the name of a file");
        }
        SaveFile.refuseEmpty(save, this);
        SaveFile.refuseToReplace(save, files, this);
        try (var sink = new SaveFile(console, save)) {
            return run(query.writeTo(sink), sink);
        }
    }

    /** {@code -e} takes all that follows, as in {@code -e ip.src ip.dst}; files may follow, too. */
    private void sortFilesFromFields() {
        var names = new ArrayList<String>();
        for (String word : rowOptions.words) {
            if (isFile(word)) {
                files.add(word);
                continue;
            }
            for (String name : RowOptions.split(word)) {
                (isFile(name) ? files : names).add(name);
            }
        }
        // As in -e ip.src "$file".
        if (files.isEmpty() && names.size() > 1 && names.remove("")) {
            files.add("");
        }
        rowOptions.words = names;
    }

    private boolean isFile(String word) {
        if (word.isEmpty() || isField(word)) {
            return false;
        }
        if (word.equals(Input.STDIN) || Files.exists(Path.of(word))) {
            return true;
        }
        // A comma may be part of a file's name, or stand between a field and a file.
        if (word.indexOf(',') >= 0 && RowOptions.split(word).stream().anyMatch(this::isField)) {
            return false;
        }
        String lower = word.toLowerCase(Locale.ROOT);
        return word.indexOf('/') >= 0 || lower.endsWith(".pcap") || lower.endsWith(".pcapng") || lower.endsWith(".cap");
    }

    private boolean isField(String name) {
        return !fields.supports(List.of(name)).isEmpty();
    }

    private int run(Query query, SaveFile sink) throws IOException {
        RowWriter writer = rowOptions.writer(query, console);
        IoTask flush = () -> {
            writer.flush();
            if (sink != null) {
                sink.flush();
            }
        };
        long left = max == null ? Long.MAX_VALUE : max;
        int status = ExitCode.OK;
        for (String file : files) {
            if (console.interruption().interrupted()) {
                break;
            }
            try (CaptureReader reader = Input.open(console, file, flush)) {
                filterOptions.check(this, reader.linkType());
                if (sink != null && files.size() == 1) {
                    sink.copyFrom(reader);
                } else if (sink != null) {
                    sink.mergeFrom(reader);
                }
                Rows rows = (max == null ? query : query.max(left)).over(reader);
                console.interruption().onInterrupt(rows::stop, () -> close(reader));
                Progress.during(() -> rows.writeTo(writer, threads(reader)), console, file, reader);
                left -= rows.count();
                if (sink != null) {
                    sink.inputEnded();
                }
            } catch (IOException e) {
                OutputException output = OutputException.in(e);
                if (output != null) {
                    throw output;
                }
                // What was read before, then the error, as they would follow each other on a terminal.
                writer.flush();
                Errors.print(console, e, debug);
                status = ExitCode.SOFTWARE;
            }
            if (left == 0) {
                break;
            }
        }
        writer.flush();
        return console.interruption().interrupted() ? INTERRUPTED : status;
    }

    /** What comes through a pipe is handed on as it comes, and what is short is done before a thread has started. */
    private static int threads(CaptureReader reader) {
        return reader.size() < PARALLEL_FROM
                ? 1
                : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    }

    private void close(CaptureReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            Errors.print(console, e, debug);
        }
    }
}
