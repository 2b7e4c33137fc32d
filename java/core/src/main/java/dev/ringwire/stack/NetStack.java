package dev.ringwire.stack;

import dev.ringwire.address.Cidr;
import dev.ringwire.address.MacAddress;
import dev.ringwire.device.Device;
import dev.ringwire.device.PcapTap;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.stack.dns.DnsClient;
import dev.ringwire.stack.dns.DnsSettings;
import dev.ringwire.stack.link.ArpLayer;
import dev.ringwire.stack.link.DeviceLayer;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.stack.link.Neighbor;
import dev.ringwire.stack.link.NeighborCache;
import dev.ringwire.stack.network.AddressGuard;
import dev.ringwire.stack.network.AddressListener;
import dev.ringwire.stack.network.Icmp;
import dev.ringwire.stack.network.Icmpv4Layer;
import dev.ringwire.stack.network.Icmpv6Layer;
import dev.ringwire.stack.network.IgmpLayer;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.IpRouter;
import dev.ringwire.stack.network.Ipv4Layer;
import dev.ringwire.stack.network.Ipv6Layer;
import dev.ringwire.stack.network.ListenerDiscovery;
import dev.ringwire.stack.network.LocalAddress;
import dev.ringwire.stack.network.NeighborDiscovery;
import dev.ringwire.stack.network.OverlapPolicy;
import dev.ringwire.stack.network.Route;
import dev.ringwire.stack.transport.TcpLayer;
import dev.ringwire.stack.transport.UdpLayer;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A TCP/IP stack over one device: the usual layers, put together and driven. It does nothing by itself: {@link #poll}
 * runs it, which {@code StackLoop} does for whoever does not want to.
 *
 * <p>All methods belong to the stack's thread, the one that polls, except {@link #execute}.
 */
public final class NetStack {
    /** Commands of one poll, so that frames are not kept waiting. */
    private static final int MOST_COMMANDS = 1024;

    private final Device device;
    private final StackContext context;
    private final DeviceLayer deviceLayer;
    private final @Nullable EthernetLayer ethernet;
    private final @Nullable ArpLayer arp;
    private final @Nullable NeighborDiscovery neighborDiscovery;
    private final @Nullable IgmpLayer igmp;
    private final @Nullable ListenerDiscovery listenerDiscovery;
    private final IpRouter router;
    private final AddressGuard addressGuard;
    private final Ipv4Layer ipv4;
    private final Ipv6Layer ipv6;
    private final Icmp icmp;
    private final TcpLayer tcp;
    private final UdpLayer udp;
    private final DnsClient dns;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();

    private final List<Stopper> stoppers = new ArrayList<>();

    private volatile boolean sleeping;

    private NetStack(Builder builder) {
        CaptureWriter trace = builder.trace;
        device = trace == null ? builder.device : new PcapTap(builder.device, trace);
        context = new StackContext(builder.random == null ? new SecureRandom() : builder.random);
        deviceLayer = new DeviceLayer(context, device);
        router = new IpRouter(context, Math.min(device.mtu(), 65_535));
        addressGuard = new AddressGuard(context, router);
        ipv4 = new Ipv4Layer(context, router);
        ipv6 = new Ipv6Layer(context, router);
        icmp = new Icmp(context, router);
        Layer link = deviceLayer;
        if (deviceLayer.isEthernet()) {
            EthernetLayer over = new EthernetLayer(context, builder.macAddress());
            over.register(DeviceLayer.LINK, deviceLayer, DeviceLayer.LINK);
            link = over;
            ethernet = over;
            arp = new ArpLayer(context, over, router, addressGuard);
            arp.register(EthernetLayer.ARP, over, EthernetLayer.ARP);
            neighborDiscovery = new NeighborDiscovery(icmp.v6(), over, addressGuard);
            arp.neighbors().onUnreachable(icmp::neighborUnreachable);
            neighborDiscovery.neighbors().onUnreachable(icmp::neighborUnreachable);
            router.link(arp.neighbors(), neighborDiscovery.neighbors());
            addressGuard.speakBy(arp, neighborDiscovery);
            igmp = new IgmpLayer(context, router);
            igmp.register(IgmpLayer.PROTOCOL, ipv4, EthernetLayer.IPV4);
            listenerDiscovery = new ListenerDiscovery(icmp.v6());
        } else {
            ethernet = null;
            arp = null;
            neighborDiscovery = null;
            igmp = null;
            listenerDiscovery = null;
        }
        ipv4.register(EthernetLayer.IPV4, link, EthernetLayer.IPV4);
        ipv6.register(EthernetLayer.IPV6, link, EthernetLayer.IPV6);
        tcp = new TcpLayer(context, router);
        tcp.register(TcpLayer.PROTOCOL, ipv4, EthernetLayer.IPV4);
        tcp.register(TcpLayer.PROTOCOL, ipv6, EthernetLayer.IPV6);
        tcp.offloads(deviceLayer.canFinishChecksums(), deviceLayer.canSegment());
        onStop(new TcpStopper(tcp));
        udp = new UdpLayer(context, router);
        udp.register(UdpLayer.PROTOCOL, ipv4, EthernetLayer.IPV4);
        udp.register(UdpLayer.PROTOCOL, ipv6, EthernetLayer.IPV6);
        dns = new DnsClient(context, udp, tcp, builder.dns);
        icmp.v4().register(Icmpv4Layer.PROTOCOL, ipv4, EthernetLayer.IPV4);
        icmp.v6().register(Icmpv6Layer.PROTOCOL, ipv6, EthernetLayer.IPV6);
        icmp.listen(TcpLayer.PROTOCOL, tcp);
        icmp.listen(UdpLayer.PROTOCOL, udp);
        udp.onPortUnreachable(icmp::portUnreachable);
        configure(builder);
    }

    private void configure(Builder builder) {
        ipv4.reassembly().policy(builder.overlapPolicy);
        ipv6.reassembly().policy(builder.overlapPolicy);
        if (builder.addressListener != null) {
            addressGuard.listen(builder.addressListener);
        }
        List<LocalAddress> addresses = new ArrayList<>(builder.addresses);
        if (ethernet != null && addresses.stream().noneMatch(a -> IpAddresses.isLinkLocal(a.high()))) {
            addresses.add(LocalAddress.linkLocal(
                    NeighborDiscovery.interfaceIdentifier(ethernet.address().bits())));
        }
        for (LocalAddress address : addresses) {
            if (builder.detectConflicts) {
                addressGuard.claim(address);
            } else {
                router.addAddress(address);
            }
        }
        builder.routes.forEach(router::addRoute);
        for (Neighbor n : builder.neighbors) {
            NeighborCache cache = neighbors(n.high(), n.low());
            if (cache != null) {
                cache.addPermanent(n.high(), n.low(), n.macAddress());
            }
        }
    }

    private @Nullable NeighborCache neighbors(long high, long low) {
        ArpLayer v4 = arp;
        NeighborDiscovery v6 = neighborDiscovery;
        if (v4 == null || v6 == null) {
            return null;
        }
        return IpAddresses.isIpv4(high, low) ? v4.neighbors() : v6.neighbors();
    }

    /** The usual stack over a device, which stays the caller's to close. */
    public static Builder builder(Device device) {
        return new Builder(device);
    }

    /** Settings of a stack. */
    public static final class Builder {
        private final Device device;
        private final List<LocalAddress> addresses = new ArrayList<>();
        private final List<Route> routes = new ArrayList<>();
        private final List<Neighbor> neighbors = new ArrayList<>();
        private OverlapPolicy overlapPolicy = OverlapPolicy.STRICT;
        private boolean detectConflicts;
        private @Nullable AddressListener addressListener;
        private @Nullable RandomGenerator random;
        private @Nullable MacAddress macAddress;
        private DnsSettings dns = new DnsSettings();
        private @Nullable CaptureWriter trace;

        private Builder(Device device) {
            this.device = Objects.requireNonNull(device);
        }

        /**
         * Speaks from this address, too; the others of its prefix are on the link. On Ethernet there is always an IPv6
         * link-local address: the one given here, or one made of the MAC address.
         *
         * @param text {@code 192.0.2.1/24} or {@code 2001:db8::1/64}; without a prefix length it is alone on the link
         * @throws IllegalArgumentException if the text is anything else, or no host can have that address
         */
        public Builder address(String text) {
            addresses.add(LocalAddress.ofHost(text));
            return this;
        }

        /**
         * Sends packets to addresses that are not on the link by way of this router, which is.
         *
         * @param text its IPv4 or IPv6 address; one of each can be given
         * @throws IllegalArgumentException if it is no address
         */
        public Builder gateway(String text) {
            return route(text.indexOf(':') < 0 ? "0.0.0.0/0" : "::/0", text);
        }

        /**
         * Sends packets to a block of addresses by way of a router on the link.
         *
         * @param cidr {@code 198.51.100.0/24} or {@code 2001:db8:1::/48}
         * @param gateway its IPv4 or IPv6 address
         * @throws IllegalArgumentException if one is malformed, or they are not of one version of IP
         */
        public Builder route(String cidr, String gateway) {
            LocalAddress router = LocalAddress.of(gateway);
            routes.add(Route.of(Cidr.of(cidr), router.high(), router.low()));
            return this;
        }

        /**
         * Never asks for the MAC address of this neighbour. Means nothing on a device of IP packets.
         *
         * @param ip its IPv4 or IPv6 address
         * @throws IllegalArgumentException if it is no address
         */
        public Builder neighbor(String ip, MacAddress mac) {
            LocalAddress address = LocalAddress.of(ip);
            neighbors.add(Neighbor.permanent(address.high(), address.low(), mac.bits()));
            return this;
        }

        /** Whose bytes count where fragments overlap; {@link OverlapPolicy#STRICT} unless set. */
        public Builder overlapPolicy(OverlapPolicy policy) {
            overlapPolicy = Objects.requireNonNull(policy);
            return this;
        }

        /**
         * Whether to ask on the link, before an address is used, if somebody else has it (RFC 5227, RFC 4862), which
         * takes up to eight seconds for IPv4 and two for IPv6; false unless set.
         */
        public Builder detectConflicts(boolean on) {
            detectConflicts = on;
            return this;
        }

        /** Tells it what becomes of the addresses. */
        public Builder addressListener(AddressListener listener) {
            addressListener = Objects.requireNonNull(listener);
            return this;
        }

        /**
         * Where unpredictable numbers come from: initial sequence numbers, ports, identifications. A
         * {@link SecureRandom} unless set; only a run that is to be repeated takes another one.
         */
        public Builder random(RandomGenerator generator) {
            random = Objects.requireNonNull(generator);
            return this;
        }

        /**
         * Asks these DNS servers for names, in that order; without any no name is known but {@code localhost}.
         *
         * @param servers IP addresses such as {@code 192.0.2.53}; they are asked at port 53
         * @throws IllegalArgumentException if one is no IP address
         */
        public Builder dns(String... servers) {
            for (String server : servers) {
                dns.server(server);
            }
            return this;
        }

        /** Asks for names as these settings say, instead of what was set before. */
        public Builder dns(DnsSettings settings) {
            dns = Objects.requireNonNull(settings);
            return this;
        }

        /**
         * Writes all that comes in and goes out to a file, by the time of day; in pcapng each packet says its direction.
         * It is flushed whenever there is nothing to do. Closing it is the caller's, unless a loop owns the device.
         */
        public Builder trace(CaptureWriter writer) {
            trace = Objects.requireNonNull(writer);
            return this;
        }

        /**
         * Speaks from this MAC address; unless set, from a random one, locally administered.
         *
         * @throws IllegalArgumentException if it is that of a group
         */
        public Builder macAddress(MacAddress address) {
            if ((address.bits() & EthernetLayer.GROUP_BIT) != 0) {
                throw new IllegalArgumentException(address + " is the MAC address of a group, not of a host");
            }
            macAddress = address;
            return this;
        }

        private MacAddress macAddress() {
            MacAddress given = macAddress;
            if (given != null) {
                return given;
            }
            RandomGenerator from = random == null ? new SecureRandom() : random;
            return new MacAddress(from.nextLong() & 0xfcff_ffff_ffffL | 0x0200_0000_0000L);
        }

        /**
         * Puts the layers together.
         *
         * @throws IllegalArgumentException if the device carries neither Ethernet frames nor IP packets
         */
        public NetStack build() {
            return new NetStack(this);
        }
    }

    /**
     * Does what is to be done at this time: commands, frames that have come in, alarms that are due.
     *
     * @param now the time in nanoseconds of any clock that does not go back
     * @param budget the most frames to be looked at
     * @return when to be called next if no frame comes before; {@code now} if there is more to do at once,
     *     {@link TimerQueue#NEVER} if nothing is to be done
     * @throws IOException if the device fails
     */
    public long poll(long now, int budget) throws IOException {
        context.timers().advance(now);
        for (int i = 0; i < MOST_COMMANDS; i++) {
            Runnable command = commands.poll();
            if (command == null) {
                break;
            }
            try {
                command.run();
            } catch (RuntimeException | StackOverflowError e) {
                context.applicationFailed("a command", e);
            }
        }
        long next = context.poll(deviceLayer, now, budget);
        return commands.isEmpty() ? next : now;
    }

    /**
     * When {@link #poll} is to be called next if no frame comes before, as it would have returned: another thread may
     * have given a command since, and whoever shares the stack's thread may have sent something or set an alarm.
     */
    public long deadline() {
        boolean atOnce = !commands.isEmpty() || tcp.isPending() || deviceLayer.isFlushDue();
        return atOnce ? context.now() : context.timers().next();
    }

    /**
     * Waits until a frame comes, a command is given or the time is over; of the stack's thread.
     *
     * @return whether a frame or a command is there
     * @throws IOException if the device fails
     */
    public boolean await(long timeoutNanos) throws IOException {
        sleeping = timeoutNanos > 0;
        try {
            return deviceLayer.await(commands.isEmpty() ? timeoutNanos : 0) || !commands.isEmpty();
        } finally {
            sleeping = false;
        }
    }

    /** Has this done on the stack's thread, soon. From any thread. */
    public void execute(Runnable command) {
        commands.add(command);
        if (sleeping) {
            // One wake-up is enough for all commands until it sleeps again.
            sleeping = false;
            device.wake();
        }
    }

    /** What is to be brought to an end before the stack stops. */
    public void onStop(Stopper stopper) {
        stoppers.add(Objects.requireNonNull(stopper));
    }

    /** Begins to end connections in good order, which takes polls and time. */
    public void stop() {
        stoppers.forEach(Stopper::stop);
    }

    /** Whether all that {@link #stop} began has come to its end. */
    public boolean isStopped() {
        for (int i = 0; i < stoppers.size(); i++) {
            if (!stoppers.get(i).isStopped()) {
                return false;
            }
        }
        return true;
    }

    /** Ends connections at once; what that sends goes out with the next {@link #poll}. */
    public void abort() {
        stoppers.forEach(Stopper::abort);
    }

    /** What the layers share: time, alarms, random numbers, counters. */
    public StackContext context() {
        return context;
    }

    /** The layer of the device. */
    public DeviceLayer deviceLayer() {
        return deviceLayer;
    }

    /** The Ethernet layer; null on a device of IP packets. */
    public @Nullable EthernetLayer ethernet() {
        return ethernet;
    }

    /** Addresses and routes. */
    public IpRouter router() {
        return router;
    }

    /** The ARP layer; null on a device of IP packets. */
    public @Nullable ArpLayer arp() {
        return arp;
    }

    /** Neighbour discovery; null on a device of IP packets. */
    public @Nullable NeighborDiscovery neighborDiscovery() {
        return neighborDiscovery;
    }

    /** IGMP; null on a device of IP packets, where nobody is told of groups. */
    public @Nullable IgmpLayer igmp() {
        return igmp;
    }

    /** Multicast listener discovery; null on a device of IP packets. */
    public @Nullable ListenerDiscovery listenerDiscovery() {
        return listenerDiscovery;
    }

    /** Who sees to it that nobody else has our addresses. */
    public AddressGuard addressGuard() {
        return addressGuard;
    }

    /** ICMP of both versions, with {@link Icmp#ping}. */
    public Icmp icmp() {
        return icmp;
    }

    /**
     * Finds out the MAC address of somebody on the link.
     *
     * @param answer gets it, or empty if nobody has answered in time or there are no MAC addresses; maybe at once
     */
    public void macOf(InetAddress ip, Duration timeout, Consumer<Optional<MacAddress>> answer) {
        long high = IpAddresses.high(ip);
        long low = IpAddresses.low(ip);
        NeighborCache cache = neighbors(high, low);
        if (cache == null) {
            answer.accept(Optional.empty());
        } else if (router.isOurs(high, low)) {
            answer.accept(Optional.of(Objects.requireNonNull(ethernet).address()));
        } else {
            cache.lookup(high, low, timeout.toNanos(), answer);
        }
    }

    /** The IPv4 layer. */
    public Ipv4Layer ipv4() {
        return ipv4;
    }

    /** The IPv6 layer. */
    public Ipv6Layer ipv6() {
        return ipv6;
    }

    /** The TCP layer: connections and listeners. */
    public TcpLayer tcp() {
        return tcp;
    }

    /** The UDP layer: {@code udp().bind(port)} makes a session. */
    public UdpLayer udp() {
        return udp;
    }

    /** Asks for names. */
    public DnsClient dns() {
        return dns;
    }
}
