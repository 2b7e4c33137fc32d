package dev.ringwire.cli;

import dev.ringwire.file.CaptureFormat.Container;
import dev.ringwire.file.CaptureInterface;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire info}: what is in capture files, in the manner of capinfos. */
@Command(
        name = "info",
        header = "Describes capture files.",
        description = "Format, packets, bytes, time span, rates and interfaces. Times are UTC.",
        footer = {"", "Example: ringwire info trace.pcapng"})
final class InfoCommand extends Subcommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "pcap or pcapng files; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--hash", description = "Also computes the SHA-256 of the file.")
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
            var totals = new Totals();
            IOException damage = null;
            try {
                Progress.during(() -> totals.read(reader), console, file, reader);
            } catch (IOException e) {
                damage = e;
            }
            console.print(totals.report(reader, file.equals(Input.STDIN) ? null : Path.of(file), hash));
            if (damage != null) {
                throw damage;
            }
        }
    }

    /** The counts over one file. */
    private static final class Totals {
        private long packets;
        private long bytes;
        private long cut;
        private int shortestCut = Integer.MAX_VALUE;
        private int longestCut;
        private long earliest = Long.MAX_VALUE;
        private long latest = Long.MIN_VALUE;
        private boolean ordered = true;
        private long[] perInterface = new long[4];

        void read(CaptureReader reader) throws IOException {
            Frame frame = reader.frame();
            int section = 0;
            int firstOfSection = 0;
            boolean numbered = reader.format().container() == Container.PCAPNG;
            long previous = Long.MIN_VALUE;
            while (reader.next()) {
                if (reader.sections() != section) {
                    section = reader.sections();
                    firstOfSection = firstOf(reader);
                }
                if (frame.hasTimestamp()) {
                    long time = frame.timestampNanos();
                    ordered &= time >= previous;
                    previous = time;
                    earliest = Math.min(earliest, time);
                    latest = Math.max(latest, time);
                }
                packets++;
                bytes += frame.originalLength() & 0xffff_ffffL;
                if (frame.length() < frame.originalLength()) {
                    cut++;
                    shortestCut = Math.min(shortestCut, frame.length());
                    longestCut = Math.max(longestCut, frame.length());
                }
                // The number in a modified pcap file is that of another host's interface; the file has one.
                count(reader, numbered ? firstOfSection + frame.interfaceId() : 0);
            }
        }

        /** Interfaces are numbered anew in each section. */
        private static int firstOf(CaptureReader reader) {
            int current = reader.sections() - 1;
            return (int) reader.interfaces().stream()
                    .filter(i -> i.section() < current)
                    .count();
        }

        private void count(CaptureReader reader, int index) {
            if (index >= perInterface.length) {
                perInterface = Arrays.copyOf(
                        perInterface,
                        Math.max(perInterface.length, reader.interfaces().size()));
            }
            if (index >= 0 && index < perInterface.length) {
                perInterface[index]++;
            }
        }

        String report(CaptureReader reader, Path path, boolean hash) throws IOException {
            List<CaptureInterface> interfaces = reader.interfaces();
            var out = new StringBuilder();
            line(out, "File name", reader.name());
            line(out, "File type", reader.format().toString());
            line(
                    out,
                    "Encapsulation",
                    interfaces.stream()
                            .map(i -> i.linkType().toString())
                            .distinct()
                            .collect(Collectors.joining(", ")));
            line(
                    out,
                    "Timestamps in",
                    interfaces.stream().map(Totals::resolution).distinct().collect(Collectors.joining(", ")));
            line(
                    out,
                    "Packet size limit",
                    interfaces.stream().map(Totals::limit).distinct().collect(Collectors.joining(", ")));
            if (cut > 0) {
                String range = shortestCut == longestCut ? "" + shortestCut : shortestCut + " to " + longestCut;
                line(out, "Packets cut short", cut + ", to " + range + " bytes");
            }
            line(out, "Number of packets", "" + packets);
            if (path != null && Files.isRegularFile(path)) {
                line(out, "File size", Files.size(path) + " bytes");
            }
            line(out, "Data size", bytes + " bytes");
            if (earliest <= latest) {
                times(out);
            }
            if (packets > 0) {
                line(out, "Average packet size", decimal((double) bytes / packets) + " bytes");
            }
            if (hash && path != null && Files.isRegularFile(path)) {
                line(out, "SHA256", sha256(path));
            }
            if (reader.sections() > 1) {
                line(out, "Sections", "" + reader.sections());
            }
            line(out, "Interfaces", "" + interfaces.size());
            for (int i = 0; i < interfaces.size(); i++) {
                line(
                        out,
                        "  Interface " + i,
                        describe(interfaces.get(i), i < perInterface.length ? perInterface[i] : 0));
            }
            return out.toString();
        }

        private void times(StringBuilder out) {
            // The difference of two times may be more nanoseconds than a long holds.
            Duration duration = Duration.between(instant(earliest), instant(latest));
            double seconds = duration.getSeconds() + duration.getNano() / 1e9;
            line(
                    out,
                    "Capture duration",
                    String.format(Locale.ROOT, "%d.%09d seconds", duration.getSeconds(), duration.getNano()));
            line(out, "First packet time", time(earliest));
            line(out, "Last packet time", time(latest));
            line(out, "Strict time order", ordered ? "True" : "False");
            if (seconds > 0) {
                line(out, "Data byte rate", decimal(bytes / seconds) + " bytes/s");
                line(out, "Data bit rate", decimal(8.0 * bytes / seconds) + " bits/s");
                line(out, "Average packet rate", decimal(packets / seconds) + " packets/s");
            }
        }

        private static String time(long nanos) {
            return TIME.format(instant(nanos));
        }

        private static Instant instant(long nanos) {
            return Instant.ofEpochSecond(0, nanos);
        }

        private static String decimal(double value) {
            return String.format(Locale.ROOT, "%.2f", value);
        }

        private static String resolution(CaptureInterface i) {
            return switch (i.resolution()) {
                case 0 -> "seconds";
                case 3 -> "milliseconds";
                case 6 -> "microseconds";
                case 9 -> "nanoseconds";
                default ->
                    (i.resolution() & 0x80) != 0
                            ? "2^-" + (i.resolution() & 0x7f) + " seconds"
                            : "10^-" + i.resolution() + " seconds";
            };
        }

        private static String limit(CaptureInterface i) {
            return i.snapLength() == 0 ? "none" : i.snapLength() + " bytes";
        }

        private static String describe(CaptureInterface i, long count) {
            var out = new StringBuilder();
            if (!i.name().isEmpty()) {
                out.append(i.name()).append(", ");
            }
            if (!i.description().isEmpty()) {
                out.append(i.description()).append(", ");
            }
            return out.append(i.linkType())
                    .append(", limit ")
                    .append(limit(i))
                    .append(", ")
                    .append(resolution(i))
                    .append(", ")
                    .append(count)
                    .append(count == 1 ? " packet" : " packets")
                    .toString();
        }

        private static String sha256(Path path) throws IOException {
            try (InputStream in = Files.newInputStream(path)) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] chunk = new byte[1 << 16];
                for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
                    digest.update(chunk, 0, got);
                }
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has SHA-256", e);
            }
        }

        private static void line(StringBuilder out, String name, String value) {
            out.append(String.format(Locale.ROOT, "%-21s%s%n", name + ":", value));
        }
    }
}
