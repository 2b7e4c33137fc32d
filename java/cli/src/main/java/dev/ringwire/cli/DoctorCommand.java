package dev.ringwire.cli;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.bpf.Bpf;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.firewall.Firewall;
import dev.ringwire.natives.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code ringwire doctor}: what works here, what does not, and what to do about it. */
@Command(
        name = "doctor",
        header = "Says what works here, what does not, and what to do.",
        description = "The native library and each operation it speeds up, privileges, and what the kernel can do.",
        footer = {"", "Example: ringwire doctor"})
final class DoctorCommand extends Subcommand {
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    private static final int SMALL_BLOCK = 1 << 16;

    private final List<String[]> lines = new ArrayList<>();

    DoctorCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        about("ringwire", Main.version());
        about(
                "java",
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor") + ", "
                        + System.getProperty("java.home"));
        about(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        nativeCode();
        privileges();
        kernel();
        console.print(Table.format(lines));
        return ExitCode.OK;
    }

    private void nativeCode() {
        NativeLibrary.Status library = NativeLibrary.status();
        check(library.loaded(), "native library", library.reason());
        if (library.buildInfo() != null) {
            about("", library.buildInfo());
        }
        if (!library.loaded()) {
            about(
                    "",
                    "what works without it: files, queries, -i vxlan://, -i tcp:// and tcpdump -w - | ringwire capture -i -");
        }
        Bpf.Status libpcap = Bpf.status();
        check(libpcap.available(), "libpcap", libpcap.text());
        for (Accelerators.Status accelerator : Accelerators.status()) {
            check(
                    !accelerator.implementation().equals("java"),
                    accelerator.name(),
                    accelerator.implementation() + " (" + accelerator.reason() + ")");
        }
    }

    private void privileges() {
        long effective;
        try {
            effective = effectiveCapabilities();
        } catch (IOException | NumberFormatException notLinux) {
            check(false, "privileges", "unknown: this system does not tell them the way Linux does");
            return;
        }
        boolean raw = (effective >> CAP_NET_RAW & 1) != 0;
        check(raw, "CAP_NET_RAW", raw ? "yes: may capture and inject" : "no: capture needs it");
        if (!raw) {
            // Keeps the user and asks nothing of the Java installation: file capabilities do, see the ring's own words.
            about(
                    "",
                    "for one command: sudo setpriv --reuid=$USER --regid=$(id -g) --init-groups --inh-caps=+net_raw"
                            + " --ambient-caps=+net_raw ringwire capture ...");
        }
        boolean admin = (effective >> CAP_NET_ADMIN & 1) != 0;
        about(
                "CAP_NET_ADMIN",
                admin
                        ? "yes: may configure interfaces"
                        : "no: not needed to capture, only to configure interfaces and to make TAP devices");
        tap(admin);
        Firewall.Status filter = Firewall.status();
        check(filter.available(), "kernel filter", filter.text());
    }

    private void tap(boolean admin) {
        if (!Files.exists(TUN)) {
            check(false, "TUN/TAP", "there is no " + TUN + ": sudo modprobe tun");
        } else if (!Files.isWritable(TUN)) {
            check(false, "TUN/TAP", TUN + " must not be opened: sudo chmod 666 " + TUN);
        } else if (!NativeLibrary.isLoaded()) {
            check(false, "TUN/TAP", "needs native code");
        } else {
            check(
                    admin,
                    "TUN/TAP",
                    admin
                            ? "may make devices"
                            : "without CAP_NET_ADMIN only devices made for this user: sudo ip tuntap add tap0 mode tap"
                                    + " user $USER");
        }
    }

    private static long effectiveCapabilities() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("CapEff:")) {
                return Long.parseUnsignedLong(line.substring(7).trim(), 16);
            }
        }
        throw new IOException("no CapEff line");
    }

    private void kernel() {
        boolean sockets = Files.exists(Path.of("/proc/net/packet"));
        check(
                sockets,
                "packet sockets",
                sockets
                        ? "AF_PACKET is there"
                        : "no AF_PACKET here: not Linux, or a kernel without CONFIG_PACKET (sudo modprobe af_packet)");
        Optional<InterfaceInfo> usable = NetworkInterfaces.list().stream()
                .filter(InterfaceInfo::up)
                .min((a, b) -> Boolean.compare(b.loopback(), a.loopback()));
        if (usable.isEmpty()) {
            check(false, "packet ring", "not tried: no interface is up; switch one on: sudo ip link set lo up");
            return;
        }
        String name = usable.get().name();
        try (PacketRing ring = PacketRing.builder(name)
                .promiscuous(false)
                .blockSize(SMALL_BLOCK)
                .blockCount(2)
                .open()) {
            check(true, "packet ring", "TPACKET_V3 ring opened on " + ring.interfaceName());
        } catch (IOException | IllegalStateException e) {
            check(false, "packet ring", Errors.message(e));
        }
        about(
                "default interface",
                NetworkInterfaces.defaultInterface().map(InterfaceInfo::name).orElse("none"));
    }

    private void check(boolean ok, String what, String finding) {
        lines.add(new String[] {ok ? "[ok]" : "[no]", what, finding});
    }

    private void about(String what, String finding) {
        lines.add(new String[] {"", what, finding});
    }
}
