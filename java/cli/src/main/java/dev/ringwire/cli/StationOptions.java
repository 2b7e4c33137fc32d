package dev.ringwire.cli;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Option;

/** Where and as who a command speaks on a raw device. */
final class StationOptions {
    private static final int LARGEST_VLAN = 4094;

    @Option(
            names = {"-i", "--interface"},
            required = true,
            paramLabel = "DEVICE",
            description = "Where, in one of the forms below.")
    String device;

    @Option(
            names = "--src",
            paramLabel = "ADDRESS",
            description = "Speaks from this IP address, and answers for it if it is none of the interface's; otherwise "
                    + "from one of the interface's.")
    private String source;

    @Option(names = "--vlan", paramLabel = "ID", description = "In this VLAN, by 802.1Q tags.")
    private Integer vlan;

    /** Opens the device. */
    Station open(Subcommand command) throws IOException {
        if (vlan != null && (vlan < 0 || vlan > LARGEST_VLAN)) {
            throw command.usage("--vlan is 0 to " + LARGEST_VLAN + ", not " + vlan);
        }
        InetAddress from = source == null ? null : address("--src", source, command);
        try {
            return new Station(device, Links.open(device), from, vlan == null ? Station.NO_VLAN : vlan);
        } catch (IllegalArgumentException e) {
            throw command.usage(e.getMessage());
        }
    }

    /** An address in digits; never asks a name server. */
    static InetAddress address(String what, String text, Subcommand command) {
        try {
            return text.indexOf(':') < 0
                    ? Ipv4Address.of(text).toInetAddress()
                    : Ipv6Address.of(text).toInetAddress();
        } catch (IllegalArgumentException e) {
            throw command.usage(what + ": " + e.getMessage());
        }
    }

    /** An address in digits, or of a name. */
    static InetAddress host(String text) throws UnknownHostException {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new UnknownHostException(text + ": no such host");
        }
    }
}
