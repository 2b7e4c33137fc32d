package dev.ringwire.cli;

import dev.ringwire.address.MacAddress;
import dev.ringwire.file.BlockOptions;
import dev.ringwire.file.CaptureInterface;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureSection;
import dev.ringwire.file.InterfaceStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What {@code ringwire info} prints of one file. */
final class InfoReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final CaptureReader reader;
    private final CaptureTotals totals;
    private final Path path;
    private final List<CaptureInterface> interfaces;
    private final StringBuilder out = new StringBuilder();

    /**
     * @param reader at its end
     * @param totals of it
     * @param path the file, or null for a stream
     */
    InfoReport(CaptureReader reader, CaptureTotals totals, Path path) {
        this.reader = reader;
        this.totals = totals;
        this.path = path;
        this.interfaces = reader.interfaces();
    }

    /**
     * The lines.
     *
     * @param hash whether to compute hashes of the file
     * @param damage where reading ended, or null
     */
    String text(boolean hash, IOException damage) throws IOException {
        line("File name", reader.name());
        line("File type", reader.format() + (reader.gzip() ? ", compressed with gzip" : ""));
        line("Encapsulation", distinct(i -> i.linkType().toString()));
        encapsulationsInUse();
        line("Timestamps in", distinct(InfoReport::resolution));
        line("Packet size limit", distinct(InfoReport::limit));
        if (totals.cut > 0) {
            String range = totals.shortestCut == totals.longestCut
                    ? "" + totals.longestCut
                    : totals.shortestCut + " to " + totals.longestCut;
            line("Packets cut short", totals.cut + ", to " + range + " bytes");
        }
        line("Number of packets", "" + totals.packets);
        if (path != null) {
            line("File size", Files.size(path) + " bytes");
        }
        line("Data size", totals.bytes + " bytes");
        times();
        if (totals.packets > 0) {
            line("Average packet size", decimal((double) totals.bytes / totals.packets) + " bytes");
        }
        if (hash && path != null) {
            line("SHA256", digest("SHA-256"));
            line("SHA1", digest("SHA-1"));
        }
        if (damage != null) {
            line("Damaged", Errors.message(damage));
        }
        sections();
        counted("Resolved IPv4", totals.ipv4Names, "address", "addresses");
        counted("Resolved IPv6", totals.ipv6Names, "address", "addresses");
        counted("Decryption secrets", totals.secrets, "block", "blocks");
        counted("Packet comments", totals.commented, "packet", "packets");
        line("Interfaces", "" + interfaces.size());
        for (int i = 0; i < interfaces.size(); i++) {
            describe(i, interfaces.get(i));
        }
        return out.toString();
    }

    private interface Text {
        String of(CaptureInterface i);
    }

    private String distinct(Text text) {
        return interfaces.stream().map(text::of).distinct().collect(Collectors.joining(", "));
    }

    private void encapsulationsInUse() {
        Map<String, Long> used = new LinkedHashMap<>();
        for (int i = 0; i < interfaces.size(); i++) {
            if (totals.of(i) > 0) {
                used.merge(interfaces.get(i).linkType().toString(), totals.of(i), Long::sum);
            }
        }
        if (used.size() > 1) {
            line(
                    "Packets of each",
                    used.entrySet().stream()
                            .map(e -> e.getKey() + " " + e.getValue())
                            .collect(Collectors.joining(", ")));
        }
    }

    private void times() {
        if (totals.earliest > totals.latest) {
            return;
        }
        // The difference of two times may be more nanoseconds than a long holds.
        Duration duration = Duration.between(instant(totals.earliest), instant(totals.latest));
        double seconds = duration.getSeconds() + duration.getNano() / 1e9;
        line(
                "Capture duration",
                String.format(Locale.ROOT, "%d.%09d seconds", duration.getSeconds(), duration.getNano()));
        line("First packet time", TIME.format(instant(totals.earliest)));
        line("Last packet time", TIME.format(instant(totals.latest)));
        line("Strict time order", !totals.ordered ? "False" : totals.timeless ? "Unknown" : "True");
        if (seconds > 0) {
            line("Data byte rate", decimal(totals.bytes / seconds) + " bytes/s");
            line("Data bit rate", decimal(8.0 * totals.bytes / seconds) + " bits/s");
            line("Average packet rate", decimal(totals.packets / seconds) + " packets/s");
        }
    }

    private void sections() {
        boolean one = reader.sections() == 1;
        if (!one) {
            line("Sections", "" + reader.sections());
        }
        for (int i = 0; i < totals.sections.size(); i++) {
            CaptureSection section = totals.sections.get(i);
            int number = i;
            String indent = one ? "" : "    ";
            if (!one) {
                long count = interfaces.stream()
                        .filter(captured -> captured.section() == number)
                        .count();
                line("  Section " + i, count + (count == 1 ? " interface" : " interfaces"));
            }
            said(indent + "Hardware", section.hardware());
            said(indent + "OS", section.os());
            said(indent + "Application", section.application());
            section.comments().forEach(comment -> said(indent + "Comment", comment));
        }
    }

    private void describe(int number, CaptureInterface i) {
        var line = new StringBuilder();
        if (!i.name().isEmpty()) {
            line.append(i.name()).append(", ");
        }
        if (!i.description().isEmpty()) {
            line.append(i.description()).append(", ");
        }
        long count = totals.of(number);
        line.append(i.linkType()).append(", limit ").append(limit(i)).append(", ");
        line.append(resolution(i)).append(", ").append(count).append(count == 1 ? " packet" : " packets");
        line("  Interface " + number, line.toString());
        said("    Hardware", i.hardware());
        said("    OS", i.os());
        said("    Capture filter", i.filter());
        i.options()
                .number(CaptureInterface.IF_SPEED)
                .ifPresent(speed -> said("    Speed", Long.toUnsignedString(speed) + " bits/s"));
        addresses(i.options());
        if (i.offsetSeconds() != 0) {
            said("    Time offset", i.offsetSeconds() + " seconds");
        }
        i.comments().forEach(comment -> said("    Comment", comment));
        statistics(totals.statistics.get(number));
    }

    private void addresses(BlockOptions options) {
        byte[] mac = options.value(CaptureInterface.IF_MACADDR);
        if (mac != null && mac.length == 6) {
            said("    MAC address", MacAddress.of(mac).toString());
        }
        for (byte[] value : options.values(CaptureInterface.IF_IPV4ADDR)) {
            if (value.length == 8) {
                said("    IPv4 address", address(value, 0, 4) + " mask " + address(value, 4, 8));
            }
        }
        for (byte[] value : options.values(CaptureInterface.IF_IPV6ADDR)) {
            if (value.length == 17) {
                said("    IPv6 address", address(value, 0, 16) + "/" + (value[16] & 0xff));
            }
        }
    }

    private static String address(byte[] bytes, int from, int to) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, to)).getHostAddress();
        } catch (IOException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private void statistics(InterfaceStatistics statistics) {
        if (statistics == null) {
            return;
        }
        var counters = new StringBuilder();
        counter(counters, "received", statistics.received());
        counter(counters, "dropped", statistics.dropped());
        counter(counters, "accepted", statistics.options().number(InterfaceStatistics.ISB_FILTERACCEPT));
        counter(counters, "dropped by system", statistics.options().number(InterfaceStatistics.ISB_OSDROP));
        counter(counters, "delivered", statistics.options().number(InterfaceStatistics.ISB_USRDELIV));
        said("    Statistics", counters.toString());
    }

    private static void counter(StringBuilder to, String name, OptionalLong value) {
        if (value.isPresent()) {
            to.append(to.length() == 0 ? "" : ", ")
                    .append(name)
                    .append(' ')
                    .append(Long.toUnsignedString(value.getAsLong()));
        }
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

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private String digest(String algorithm) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            byte[] chunk = new byte[1 << 16];
            for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
                digest.update(chunk, 0, got);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256 and SHA-1", e);
        }
    }

    private void counted(String name, long count, String one, String more) {
        if (count > 0) {
            line(name, count + " " + (count == 1 ? one : more));
        }
    }

    /** A line for what is there. */
    private void said(String name, String value) {
        if (!value.isEmpty()) {
            line(name, value);
        }
    }

    private void line(String name, String value) {
        // Text of the file may hold line ends, and what a terminal takes for commands.
        String shown = value.replaceAll("\\R", " ").replaceAll("\\p{Cntrl}", "?");
        out.append(String.format(Locale.ROOT, "%-21s%s%n", name + ":", shown));
    }
}
