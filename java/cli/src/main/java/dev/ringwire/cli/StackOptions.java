package dev.ringwire.cli;

import dev.ringwire.address.MacAddress;
import dev.ringwire.device.Device;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.Verdict;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.LocalAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** On what device a stack runs, and who it is there. */
final class StackOptions {
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REQUEST6 = 128;

    @Option(
            names = {"-i", "--interface"},
            required = true,
            paramLabel = "DEVICE",
            description = "Where, in one of the forms below.")
    private String device;

    @Option(
            names = "--address",
            required = true,
            paramLabel = "CIDR",
            description =
                    "The stack's address and the length of its prefix: 192.0.2.7/24, 2001:db8::7/64; may be given "
                            + "several times.")
    private List<String> addresses = List.of();

    @Option(
            names = "--gateway",
            paramLabel = "IP",
            description = "The router to hosts that are not on the link; once for each version of IP.")
    private List<String> gateways = List.of();

    @Option(names = "--dns", paramLabel = "IP", description = "Asks this DNS server for names; may be given twice.")
    private List<String> servers = List.of();

    @Option(
            names = "--mac",
            paramLabel = "MAC",
            description = "The stack's MAC address; otherwise that of a network interface, and a random one elsewhere.")
    private String mac;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Writes all packets of the stack to a file: pcapng, or pcap by its name.")
    private Path trace;

    @Option(
            names = "--no-firewall",
            description =
                    "Leaves the kernel's packet filter alone, though the kernel has an address of the stack, too, "
                            + "and resets its connections unless something else keeps it from that.")
    private boolean noFirewall;

    /** Opens the device and starts the stack. */
    StackHost open(Subcommand command) throws IOException {
        List<InetAddress> own = new ArrayList<>();
        for (String text : addresses) {
            LocalAddress address = parsed(command, "--address", () -> LocalAddress.ofHost(text));
            own.add(IpAddresses.toInetAddress(address.high(), address.low()));
        }
        boolean kernels = Links.isOfKernel(device);
        // First what needs most rights, so that nothing is half open when they are missing.
        KernelSilence silence = kernels && !noFirewall ? KernelSilence.on(own) : KernelSilence.notNeeded();
        boolean complete = false;
        Device opened = null;
        try {
            opened = openDevice(command);
            NetStack stack = build(command, opened, kernels);
            if (!silence.shared().isEmpty()) {
                leaveToKernel(stack, silence);
            }
            complete = true;
            return new StackHost(command.console, stack, silence, !servers.isEmpty());
        } finally {
            if (!complete) {
                try (silence) {
                    if (opened != null) {
                        opened.close();
                    }
                }
            }
        }
    }

    private Device openDevice(Subcommand command) throws IOException {
        try {
            // What is for another MAC address passes an interface by.
            return Links.openForStack(device, mac != null);
        } catch (IllegalArgumentException e) {
            throw command.usage(e.getMessage());
        }
    }

    private NetStack build(Subcommand command, Device opened, boolean kernels) throws IOException {
        NetStack.Builder builder = NetStack.builder(opened);
        if (mac != null) {
            parsed(command, "--mac", () -> builder.macAddress(MacAddress.of(mac)));
        } else if (kernels) {
            opened.hardwareAddress().ifPresent(builder::macAddress);
        }
        addresses.forEach(builder::address);
        for (String gateway : gateways) {
            parsed(command, "--gateway", () -> builder.gateway(gateway));
        }
        for (String server : servers) {
            parsed(command, "--dns", () -> builder.dns(server));
        }
        if (trace != null) {
            builder.trace(CaptureWriter.create(trace, opened.linkType()));
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw command.usage(e.getMessage());
        }
    }

    private interface Parse<T> {
        T get();
    }

    private static <T> T parsed(Subcommand command, String option, Parse<T> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException e) {
            throw command.usage(option + ": " + e.getMessage());
        }
    }

    /** At an address of the kernel's, that one answers what is for nobody here: by resets, port unreachable, echo. */
    private static void leaveToKernel(NetStack stack, KernelSilence silence) {
        stack.tcp().resetUnknown(false);
        stack.udp().onPortUnreachable(packet -> {});
        stack.icmp().v4().addIncomingHook(packet -> unless(isEcho(packet, ECHO_REQUEST, silence)));
        stack.icmp().v6().addIncomingHook(packet -> unless(isEcho(packet, ECHO_REQUEST6, silence)));
    }

    private static Verdict unless(boolean kernels) {
        return kernels ? Verdict.DROP : Verdict.PASS;
    }

    private static boolean isEcho(PacketBuffer packet, int type, KernelSilence silence) {
        return packet.length() > 0
                && (packet.bytes().get(packet.offset()) & 0xff) == type
                && silence.isShared(IpAddresses.toInetAddress(packet.destinationHigh(), packet.destinationLow()));
    }
}
