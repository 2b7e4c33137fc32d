package dev.ringwire.cli;

import dev.ringwire.device.Pace;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How fast frames go out. */
final class PaceOptions {
    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            description = "So many times as fast as it was captured, such as 2x or 0.5; otherwise as it was.")
    private String speed;

    @Option(names = "--pps", paramLabel = "N", description = "N packets a second, evenly.")
    private String packets;

    @Option(
            names = "--bps",
            paramLabel = "N",
            description = "N bits a second of frames without preamble, checksum and gap; 10k, 10M and 10G are "
                    + "thousands, millions and billions.")
    private String bits;

    @Option(names = "--mbit", paramLabel = "N", description = "The same in millions.")
    private String megabits;

    @Option(
            names = {"-t", "--topspeed"},
            description = "As fast as possible.")
    private boolean unlimited;

    Pace pace(Subcommand command) {
        long given =
                Stream.of(speed, packets, bits, megabits).filter(s -> s != null).count() + (unlimited ? 1 : 0);
        if (given > 1) {
            throw command.usage("only one of --speed, --pps, --bps, --mbit and --topspeed");
        }
        if (unlimited) {
            return Pace.unlimited();
        } else if (packets != null) {
            return Pace.packetsPerSecond(number("--pps", packets, command));
        } else if (bits != null) {
            return Pace.bitsPerSecond(number("--bps", bits, command));
        } else if (megabits != null) {
            return Pace.bitsPerSecond(number("--mbit", megabits, command) * 1e6);
        }
        return speed == null
                ? Pace.original()
                : Pace.times(number("--speed", speed.replaceFirst("[xX]$", ""), command));
    }

    private static double number(String option, String text, Subcommand command) {
        String digits = text.toLowerCase(Locale.ROOT).replaceFirst("[kmg]$", "");
        double unit = switch (text.substring(digits.length()).toLowerCase(Locale.ROOT)) {
            case "k" -> 1e3;
            case "m" -> 1e6;
            case "g" -> 1e9;
            default -> 1;
        };
        double value = digits.matches("[0-9]{1,18}(\\.[0-9]{1,9})?") ? Double.parseDouble(digits) * unit : 0;
        if (value <= 0) {
            throw command.usage(option + " is a number above 0, not \"" + text + "\"");
        }
        return value;
    }
}
