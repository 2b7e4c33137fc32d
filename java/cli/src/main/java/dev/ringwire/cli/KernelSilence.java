package dev.ringwire.cli;

import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.firewall.Firewall;
import dev.ringwire.firewall.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the kernel must not see of a stack on one of its interfaces: the stack's ports, where an address is the kernel's,
 * too; and whatever goes to the stack's own addresses where the kernel would pass it on as a router.
 */
final class KernelSilence implements Closeable {
    private static final List<Path> FORWARDING =
            List.of(Path.of("/proc/sys/net/ipv4/ip_forward"), Path.of("/proc/sys/net/ipv6/conf/all/forwarding"));

    private final List<InetAddress> shared = new ArrayList<>();
    private final boolean wanted;
    private Firewall firewall;

    /** Where the kernel has no part: TAP and tunnels, or the user takes care of it. */
    static KernelSilence notNeeded() {
        return new KernelSilence(false);
    }

    private KernelSilence(boolean wanted) {
        this.wanted = wanted;
    }

    /** On an interface of this host. */
    static KernelSilence on(List<InetAddress> addresses) throws IOException {
        var made = new KernelSilence(true);
        List<InetAddress> kernels = NetworkInterfaces.list().stream()
                .flatMap(i -> i.addresses().stream())
                .map(InterfaceInfo.Address::address)
                .toList();
        boolean forwards = forwards();
        boolean complete = false;
        try {
            for (InetAddress address : addresses) {
                // Addresses of java.net are equal only with the same zone.
                if (kernels.stream().anyMatch(k -> Arrays.equals(k.getAddress(), address.getAddress()))) {
                    made.shared.add(address);
                    // Now, so that what is missing for it is said before anything else is opened.
                    made.openFirewall();
                } else if (forwards) {
                    made.block(Traffic.to(address));
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                made.close();
            }
        }
        return made;
    }

    private static boolean forwards() {
        return FORWARDING.stream().anyMatch(file -> {
            try {
                return !Files.readString(file).strip().equals("0");
            } catch (IOException noSuchProtocol) {
                return false;
            }
        });
    }

    /** The addresses that the kernel has, too. */
    List<InetAddress> shared() {
        return shared;
    }

    boolean isShared(InetAddress address) {
        return shared.contains(address);
    }

    /** Keeps a port of TCP or UDP from the kernel, on all addresses that it has, too. */
    void port(int protocol, int port) throws IOException {
        for (InetAddress address : shared) {
            block(new Traffic(address, protocol, port, port, null, Traffic.ANY));
        }
    }

    /** Keeps what comes back on a connection from the kernel. */
    void connection(InetAddress local, int port, InetAddress peer, int peerPort) throws IOException {
        if (isShared(local)) {
            block(Traffic.tcp(local, port).from(peer, peerPort));
        }
    }

    private void block(Traffic traffic) throws IOException {
        if (!wanted) {
            return;
        }
        openFirewall();
        firewall.block(traffic);
    }

    private void openFirewall() throws IOException {
        if (firewall == null) {
            firewall = Firewall.open();
        }
    }

    @Override
    public void close() throws IOException {
        if (firewall != null) {
            firewall.close();
        }
    }
}
