package dev.ringwire.cli;

import dev.ringwire.file.CaptureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire info}: what is in capture files, in the manner of capinfos. */
@Command(
        name = "info",
        header = "Describes capture files.",
        description =
                "Format, packets, bytes, time span, rates, and what a pcapng file says of its sections and interfaces; "
                        + "of names, secrets and comments on packets, how many. Times are UTC.",
        footer = {"", "Example: ringwire info trace.pcapng"})
final class InfoCommand extends Subcommand {
    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "pcap or pcapng files, also compressed with gzip; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--hash", description = "Also computes the SHA-256 and SHA-1 of the file (Java has no RIPEMD-160).")
    private boolean hash;

    InfoCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        Input.refuseEmpty(files, this);
        int status = ExitCode.OK;
        boolean first = true;
        for (String file : files) {
            if (!first) {
                console.print("\n");
            }
            first = false;
            try {
                describe(file);
            } catch (OutputException e) {
                throw e;
            } catch (IOException e) {
                Errors.print(console, e, debug);
                status = ExitCode.SOFTWARE;
            }
        }
        return status;
    }

    private void describe(String file) throws IOException {
        try (CaptureReader reader = Input.open(console, file, () -> {})) {
            var totals = new CaptureTotals();
            IOException damage = null;
            try {
                Progress.during(() -> totals.read(reader), console, file, reader);
            } catch (IOException e) {
                damage = e;
            }
            Path path = file.equals(Input.STDIN) || !Files.isRegularFile(Path.of(file)) ? null : Path.of(file);
            console.print(new InfoReport(reader, totals, path).text(hash, damage));
            if (damage != null) {
                throw damage;
            }
        }
    }
}
