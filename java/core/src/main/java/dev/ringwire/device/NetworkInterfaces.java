package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The network interfaces of this host. {@link NetworkInterface} hides, on Linux, those without an IP address, which
 * are the usual ones to capture on; there the kernel's own files tell.
 */
public final class NetworkInterfaces {
    private NetworkInterfaces() {}

    /** Every interface, by index. Empty if the system does not tell. */
    public static List<InterfaceInfo> list() {
        List<InterfaceInfo> found = new ArrayList<>();
        for (String name : names()) {
            find(name).ifPresent(found::add);
        }
        found.sort(Comparator.comparingInt(InterfaceInfo::index));
        return List.copyOf(found);
    }

    /** The names only, in the system's order. */
    public static List<String> names() {
        List<String> names = SysfsInterfaces.names();
        if (!names.isEmpty()) {
            return names;
        }
        try {
            return NetworkInterface.networkInterfaces()
                    .map(NetworkInterface::getName)
                    .toList();
        } catch (SocketException nothingKnown) {
            return List.of();
        }
    }

    /** The interface of that name. */
    public static Optional<InterfaceInfo> find(String name) {
        InterfaceInfo known = null;
        try {
            NetworkInterface of = NetworkInterface.getByName(name);
            if (of != null) {
                known = describe(of);
            }
        } catch (SocketException goneMeanwhile) {
            // The kernel's files may still know it.
        }
        return Optional.ofNullable(SysfsInterfaces.refine(name, known));
    }

    /**
     * The interface of that name.
     *
     * @throws NoSuchInterfaceException with a message that lists those that exist
     */
    public static InterfaceInfo get(String name) throws NoSuchInterfaceException {
        return find(name).orElseThrow(() -> new NoSuchInterfaceException(name));
    }

    /**
     * The interface to take when the user names none: the one of the default route (IPv4, else IPv6; the lowest
     * metric), else the first that is up and leaves this host, else loopback.
     */
    public static Optional<InterfaceInfo> defaultInterface() {
        Optional<InterfaceInfo> routed = defaultRouteName().flatMap(NetworkInterfaces::find);
        if (routed.isPresent()) {
            return routed;
        }
        List<InterfaceInfo> all = list();
        return all.stream()
                .filter(i -> i.up() && !i.loopback())
                .findFirst()
                .or(() -> all.stream().filter(InterfaceInfo::loopback).findFirst());
    }

    private static Optional<String> defaultRouteName() {
        try {
            Optional<String> ipv4 = RouteTable.defaultIpv4(SysfsInterfaces.lines(Path.of("/proc/net/route")));
            return ipv4.isPresent()
                    ? ipv4
                    : RouteTable.defaultIpv6(SysfsInterfaces.lines(Path.of("/proc/net/ipv6_route")));
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    /**
     * The gateway that this host's main table of routes names for an address that is reached over an interface; empty
     * if the address is on the link or there is no route, and where the system does not tell.
     */
    public static Optional<InetAddress> gateway(String interfaceName, InetAddress destination) {
        byte[] octets = destination.getAddress();
        try {
            Optional<byte[]> gateway = octets.length == 4
                    ? RouteTable.gatewayIpv4(SysfsInterfaces.lines(Path.of("/proc/net/route")), interfaceName, octets)
                    : RouteTable.gatewayIpv6(
                            SysfsInterfaces.lines(Path.of("/proc/net/ipv6_route")), interfaceName, octets);
            return gateway.isEmpty() ? Optional.empty() : Optional.of(InetAddress.getByAddress(gateway.get()));
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    private static InterfaceInfo describe(NetworkInterface of) throws SocketException {
        var addresses = of.getInterfaceAddresses().stream()
                .map(a -> new InterfaceInfo.Address(a.getAddress(), a.getNetworkPrefixLength()))
                .toList();
        return new InterfaceInfo(
                of.getName(),
                Math.max(of.getIndex(), 0),
                of.isUp(),
                of.isLoopback(),
                Math.max(of.getMTU(), 0),
                mac(of.getHardwareAddress()),
                addresses);
    }

    private static Optional<MacAddress> mac(byte @Nullable [] octets) {
        return octets == null || octets.length != 6 ? Optional.empty() : Optional.of(MacAddress.of(octets));
    }
}
