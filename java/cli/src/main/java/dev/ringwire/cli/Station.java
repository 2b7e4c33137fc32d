package dev.ringwire.cli;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Device;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Vlan;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A host of our own on a link, beside that of the kernel: it sends packets, finds out MAC addresses by ARP and neighbour
 * discovery, and answers such questions for an address that the interface does not have. One thread uses it; only
 * {@link #end()} may come from another.
 */
final class Station implements Closeable {
    static final int NO_VLAN = -1;

    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int TRIES = 3;
    private static final long TRY_NANOS = 1_000_000_000;

    /** So long at most until {@link #end()} is noticed. */
    private static final long WAIT_NANOS = 200_000_000;

    private final String name;
    private final Device device;
    private final Optional<InterfaceInfo> info;
    private final InetAddress givenSource;
    private final int vlan;
    private final MacAddress mac;
    private final boolean ethernet;
    private final PacketParser parser = new PacketParser();
    private final Arp arp = new Arp();
    private volatile boolean ended;

    /** @param givenSource null for an address of the interface */
    Station(String name, Device device, InetAddress givenSource, int vlan) {
        this.name = name;
        this.device = device;
        this.givenSource = givenSource;
        this.vlan = vlan;
        info = NetworkInterfaces.find(device.name());
        ethernet = device.linkType().equals(LinkType.ETHERNET);
        // The address of a TAP device is that of the kernel, which is our peer there.
        mac = (device instanceof TapDevice ? Optional.<MacAddress>empty() : device.hardwareAddress())
                .orElseGet(Station::randomMac);
    }

    /** Locally administered, and no group. */
    private static MacAddress randomMac() {
        return new MacAddress(ThreadLocalRandom.current().nextLong() >>> 16 & 0xfcff_ffff_ffffL | 0x0200_0000_0000L);
    }

    /** As the user named it. */
    String name() {
        return name;
    }

    int mtu() {
        return device.mtu();
    }

    boolean isEthernet() {
        return ethernet;
    }

    MacAddress mac() {
        return mac;
    }

    /** Lets {@link #next} return false from now on. */
    void end() {
        ended = true;
        device.wake();
    }

    boolean ended() {
        return ended;
    }

    /** The address to speak from to that one: the one given, or else one of the interface's that is near it. */
    Optional<InetAddress> sourceFor(InetAddress target) {
        boolean ipv4 = target instanceof Inet4Address;
        if (givenSource != null) {
            return Optional.of(givenSource).filter(s -> s instanceof Inet4Address == ipv4);
        }
        List<InterfaceInfo.Address> ours = addresses().stream()
                .filter(a -> a.address() instanceof Inet4Address == ipv4)
                .toList();
        return ours.stream()
                .filter(a -> isIn(a, target))
                .findFirst()
                .or(() -> ours.stream()
                        .filter(a -> a.address().isLinkLocalAddress() == target.isLinkLocalAddress())
                        .findFirst())
                .or(() -> ours.stream().findFirst())
                .map(InterfaceInfo.Address::address);
    }

    private List<InterfaceInfo.Address> addresses() {
        return device instanceof TapDevice
                ? List.of()
                : info.map(InterfaceInfo::addresses).orElse(List.of());
    }

    private static boolean isIn(InterfaceInfo.Address ours, InetAddress target) {
        byte[] a = ours.address().getAddress();
        byte[] b = target.getAddress();
        if (a.length != b.length) {
            return false;
        }
        int bits = ours.prefixLength();
        for (int i = 0; i < bits; i++) {
            if (((a[i >> 3] ^ b[i >> 3]) & 0x80 >>> (i & 7)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Who packets to an address are handed to on this link: a gateway, or the address itself. */
    InetAddress nextHop(InetAddress target, InetAddress gateway) {
        boolean near = target.isMulticastAddress()
                || target.isLinkLocalAddress()
                || addresses().stream().anyMatch(a -> isIn(a, target));
        if (near) {
            return target;
        }
        return gateway != null
                ? gateway
                : NetworkInterfaces.gateway(device.name(), target).orElse(target);
    }

    /**
     * The MAC address for an IP address on this link.
     *
     * @throws IOException if nobody answers
     */
    MacAddress resolve(InetAddress target) throws IOException {
        Optional<MacAddress> known = Neighbors.withoutAsking(target);
        if (!ethernet || known.isPresent()) {
            return known.orElse(MacAddress.ZERO);
        }
        for (int i = 0; i < TRIES && !ended; i++) {
            send(Neighbors.question(mac, sourceFor(target), target));
            long end = System.nanoTime() + TRY_NANOS;
            while (next(end)) {
                Optional<MacAddress> answer = Neighbors.answer(this, target);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        }
        throw new IOException(
                ended
                        ? "interrupted while looking for " + target.getHostAddress()
                        : "nobody on " + name + " answers for " + target.getHostAddress()
                                + "; if it is behind a router, name that with --gateway");
    }

    /** Sends a packet to a station on the link; returns the time just before, in nanoseconds since 1970. */
    long send(MacAddress to, Header... layers) throws IOException {
        List<Header> all = new ArrayList<>();
        if (ethernet) {
            int type = etherType(layers[0]);
            all.add(new Ethernet().dst(to).src(mac).type(vlan == NO_VLAN ? type : ETHERTYPE_VLAN));
            if (vlan != NO_VLAN) {
                all.add(new Vlan().id(vlan).type(type));
            }
        }
        all.addAll(List.of(layers));
        return send(Packet.of(all.toArray(Header[]::new)).toBytes(Fix.LENGTHS, Fix.CHECKSUMS));
    }

    private void send(Neighbors.Message message) throws IOException {
        send(message.to(), message.layers());
    }

    /** Sends a frame as it is; returns the time just before, in nanoseconds since 1970. */
    long send(byte[] frame) throws IOException {
        long now = LiveSource.now();
        device.send(ByteBuffer.wrap(frame), 0, frame.length);
        device.flush();
        return now;
    }

    private static int etherType(Header header) {
        return header instanceof Arp ? 0x0806 : header instanceof Ipv6 ? 0x86dd : 0x0800;
    }

    /**
     * Goes on to the next frame of our VLAN, which the parser then has; questions for an address of ours are answered.
     *
     * @param end of {@link System#nanoTime()}
     * @return false if the time is over, or {@link #end()} was called
     */
    boolean next(long end) throws IOException {
        while (!ended && !device.ended()) {
            long left = end - System.nanoTime();
            if (device.next(Math.max(0, Math.min(left, WAIT_NANOS)))) {
                if (isOurs(device.frame())) {
                    parser.parse(device.frame());
                    answer();
                    return true;
                }
            } else if (left <= 0) {
                return false;
            }
        }
        return false;
    }

    private boolean isOurs(Frame frame) {
        if (!ethernet) {
            return true;
        }
        boolean tagged = frame.length() >= 18 && Bits.u16(frame.buffer(), frame.offset() + 12) == ETHERTYPE_VLAN;
        int id = tagged ? Bits.u16(frame.buffer(), frame.offset() + 14) & 0xfff : NO_VLAN;
        return id == vlan || id == 0 && vlan == NO_VLAN;
    }

    private void answer() throws IOException {
        boolean foreign = givenSource != null
                && addresses().stream().noneMatch(a -> a.address().equals(givenSource));
        if (foreign && ethernet) {
            Optional<Neighbors.Message> reply = Neighbors.reply(this, givenSource);
            if (reply.isPresent()) {
                send(reply.get());
            }
        }
    }

    /** The frame that {@link #next} went on to, parsed. */
    PacketParser parser() {
        return parser;
    }

    /** That frame. */
    Frame frame() {
        return device.frame();
    }

    /** That frame as ARP of IPv4 over Ethernet, if it is that. */
    Optional<Arp> arp() {
        return parser.view(arp) && arp.isIpv4OverEthernet() ? Optional.of(arp) : Optional.empty();
    }

    /** When that frame came, in nanoseconds since 1970: as the kernel saw it, where it tells by the clock of sending. */
    long received() {
        return device instanceof PacketDevice ? device.frame().timestampNanos() : LiveSource.now();
    }

    /** An IP header from here to there. */
    static Header ip(InetAddress from, InetAddress to, int protocol, int ttl) {
        return to instanceof Inet4Address target
                ? new Ipv4()
                        .src(Ipv4Address.of((Inet4Address) from))
                        .dst(Ipv4Address.of(target))
                        .proto(protocol)
                        .ttl(ttl)
                : new Ipv6()
                        .src(Ipv6Address.of((Inet6Address) from))
                        .dst(Ipv6Address.of((Inet6Address) to))
                        .nextHeader(protocol)
                        .hopLimit(ttl);
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
