package dev.ringwire.cli;

import dev.ringwire.device.Device;
import dev.ringwire.device.Vxlan;
import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.device.afpacket.PacketSender;
import dev.ringwire.device.libpcap.PcapDevice;
import dev.ringwire.device.tap.TapDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Opens what frames can be sent on: an interface of this host, a TAP device or a tunnel. */
final class Links {
    /** The forms, for the end of a command's help. */
    static final String FORMS = "  eth0                       a network interface%n"
            + "  tap://tap0                 a TAP device; made where there is none of that name%n"
            + "  vxlan://host:4789?vni=1    a VXLAN tunnel to a host%n"
            + "  pcap://eth0                an interface through libpcap";

    /** The forms that a stack takes, for the same place. */
    static final String STACK_FORMS =
            FORMS + "%n  tun://tun0                 a TUN device: IP packets, without Ethernet";

    private static final String SHORT = "an interface, tap://name, vxlan://host:port?vni=1 or pcap://interface";

    private Links() {}

    /**
     * Opens it to send only.
     *
     * @param segment whether the kernel cuts TCP that is too long for the MTU, where it is an interface
     * @throws IllegalArgumentException if it is none of the above
     */
    static Outlet outlet(String name, boolean segment) throws IOException {
        if (!DeviceUrl.is(name)) {
            return new Outlet(PacketSender.builder(name).segment(segment).open(), segment);
        }
        if (segment) {
            throw new IllegalArgumentException("--segment works on an interface, not on " + name);
        }
        return new Outlet(url(DeviceUrl.parse(name), name, true));
    }

    /** Whether it is an interface that the kernel may have addresses on, by whatever it is opened. */
    static boolean isOfKernel(String name) {
        return !DeviceUrl.is(name) || name.regionMatches(true, 0, "pcap://", 0, "pcap://".length());
    }

    /**
     * Opens it to send and receive.
     *
     * @throws IllegalArgumentException if it is none of the above
     */
    static Device open(String name) throws IOException {
        return DeviceUrl.is(name) ? url(DeviceUrl.parse(name), name, false) : PacketDevice.open(name);
    }

    /**
     * Opens it for a stack: what the kernel can do with checksums and segments is left to it, and {@code tun://name}, IP
     * packets without a link header, is taken, too.
     *
     * @param promiscuous whether frames for other MAC addresses than an interface's come in
     * @throws IllegalArgumentException if it is none of the above
     */
    static Device openForStack(String name, boolean promiscuous) throws IOException {
        if (!DeviceUrl.is(name)) {
            return PacketDevice.open(
                    PacketRing.builder(name).lowLatency().promiscuous(promiscuous),
                    PacketSender.builder(name).segment(true));
        }
        DeviceUrl url = DeviceUrl.parse(name);
        return switch (url.scheme()) {
            case "tun" -> up(TapDevice.builder(plain(url, name)).tun(true).offloads(true));
            case "tap" -> up(TapDevice.builder(plain(url, name)).offloads(true));
            default -> url(url, name, false);
        };
    }

    private static Device url(DeviceUrl url, String text, boolean sendOnly) throws IOException {
        if (url.scheme().equals("vxlan")) {
            return vxlan(url, text, sendOnly);
        }
        if (!url.scheme().equals("tap") && !url.scheme().equals("pcap")) {
            throw new IllegalArgumentException("frames are sent on " + SHORT + ", not on " + text);
        }
        String interfaceName = plain(url, text);
        return url.scheme().equals("tap")
                ? up(TapDevice.builder(interfaceName))
                : PcapDevice.builder(interfaceName)
                        .timeout(Duration.ofMillis(1))
                        .open();
    }

    private static String plain(DeviceUrl url, String text) {
        if (url.host().isEmpty() || url.port() >= 0 || !url.query().isEmpty()) {
            throw new IllegalArgumentException(
                    text + ": " + url.scheme() + ":// takes the name of an interface and nothing else");
        }
        return url.host();
    }

    private static TapDevice up(TapDevice.Builder builder) throws IOException {
        TapDevice tap = builder.open();
        try {
            tap.up();
            return tap;
        } catch (IOException e) {
            tap.close();
            throw e;
        }
    }

    private static Vxlan vxlan(DeviceUrl url, String text, boolean sendOnly) throws IOException {
        if (!url.query().matches("vni=[0-9]{1,8}")) {
            throw new IllegalArgumentException(text + ": what is sent into a VXLAN tunnel needs one ?vni=N");
        }
        InetSocketAddress remote = url.address(null, Vxlan.PORT);
        int vni = Integer.parseInt(url.query().substring("vni=".length()));
        return Vxlan.builder()
                .bind(new InetSocketAddress(sendOnly ? 0 : remote.getPort()))
                .remotes(remote)
                .vni(vni)
                .sendVni(vni)
                .open();
    }
}
