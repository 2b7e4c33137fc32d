package dev.ringwire.cli;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import java.io.IOException;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code ringwire interfaces}: where packets can be captured. */
@Command(
        name = "interfaces",
        header = "Lists the network interfaces of this host.",
        description = "The one marked with * is what capture takes without -i.",
        footer = {"", "Example: ringwire interfaces"})
final class InterfacesCommand extends Subcommand {
    InterfacesCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        List<InterfaceInfo> interfaces = NetworkInterfaces.list();
        if (interfaces.isEmpty()) {
            throw new IOException("this system does not tell its network interfaces");
        }
        String standard =
                NetworkInterfaces.defaultInterface().map(InterfaceInfo::name).orElse("");
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"  NAME", "INDEX", "STATE", "MTU", "MAC", "ADDRESSES"});
        for (InterfaceInfo i : interfaces) {
            lines.add(new String[] {
                (i.name().equals(standard) ? "* " : "  ") + i.name(),
                "" + i.index(),
                i.up() ? "up" : "down",
                "" + i.mtu(),
                i.mac().map(MacAddress::toString).orElse("-"),
                i.addresses().isEmpty()
                        ? "-"
                        : i.addresses().stream().map(InterfacesCommand::text).collect(Collectors.joining(", "))
            });
        }
        console.print(Table.format(lines));
        return ExitCode.OK;
    }

    /** IPv6 addresses the short way, RFC 5952; Java itself writes every zero. */
    private static String text(InterfaceInfo.Address address) {
        return address.address() instanceof Inet6Address ipv6
                ? Ipv6Address.of(ipv6) + "/" + address.prefixLength()
                : address.toString();
    }
}
