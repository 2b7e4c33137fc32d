package dev.ringwire.stack;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.device.Device;
import dev.ringwire.stack.dns.DnsClient;
import dev.ringwire.stack.dns.DnsSettings;
import dev.ringwire.stack.link.DeviceLayer;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.IpRouter;
import dev.ringwire.stack.network.Ipv4Layer;
import dev.ringwire.stack.network.Ipv6Layer;
import dev.ringwire.stack.transport.TcpLayer;
import dev.ringwire.stack.transport.UdpLayer;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A TCP/IP stack over one device: the usual layers, put together and driven. It does nothing by itself: {@link #poll}
 * runs it, which {@code StackLoop} does for whoever does not want to.
 *
 * <p>All methods belong to the stack's thread, the one that polls, except {@link #execute}.
 */
public final class NetStack {
    /** Alarms and commands of one poll, so that frames are not kept waiting. */
    private static final int MOST_ACTIONS = 1024;

    private final Device device;
    private final StackContext context;
    private final DeviceLayer deviceLayer;
    private final @Nullable EthernetLayer ethernet;
    private final IpRouter router;
    private final Ipv4Layer ipv4;
    private final Ipv6Layer ipv6;
    private final TcpLayer tcp;
    private final UdpLayer udp;
    private final DnsClient dns;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();

    private volatile boolean sleeping;

    private NetStack(Builder builder) {
        device = builder.device;
        context = new StackContext(builder.random == null ? new SecureRandom() : builder.random);
        deviceLayer = new DeviceLayer(context, device);
        router = new IpRouter(Math.min(device.mtu(), 65_535));
        ipv4 = new Ipv4Layer(context, router);
        ipv6 = new Ipv6Layer(context, router);
        Layer link = deviceLayer;
        if (deviceLayer.isEthernet()) {
            ethernet = new EthernetLayer(context, builder.macAddress());
            ethernet.register(DeviceLayer.LINK, deviceLayer, DeviceLayer.LINK);
            link = ethernet;
        } else {
            ethernet = null;
        }
        ipv4.register(EthernetLayer.IPV4, link, EthernetLayer.IPV4);
        ipv6.register(EthernetLayer.IPV6, link, EthernetLayer.IPV6);
        tcp = new TcpLayer(context, router);
        tcp.register(TcpLayer.PROTOCOL, ipv4, EthernetLayer.IPV4);
        tcp.register(TcpLayer.PROTOCOL, ipv6, EthernetLayer.IPV6);
        udp = new UdpLayer(context, router);
        udp.register(UdpLayer.PROTOCOL, ipv4, EthernetLayer.IPV4);
        udp.register(UdpLayer.PROTOCOL, ipv6, EthernetLayer.IPV6);
        dns = new DnsClient(context, udp, builder.dns);
        for (Builder.Address a : builder.addresses) {
            router.addAddress(a.high, a.low, a.prefixLength);
        }
    }

    /** The usual stack over a device, which stays the caller's to close. */
    public static Builder builder(Device device) {
        return new Builder(device);
    }

    /** Settings of a stack. */
    public static final class Builder {
        private record Address(long high, long low, int prefixLength) {}

        private final Device device;
        private final List<Address> addresses = new ArrayList<>();
        private @Nullable RandomGenerator random;
        private @Nullable MacAddress macAddress;
        private DnsSettings dns = new DnsSettings();

        private Builder(Device device) {
            this.device = Objects.requireNonNull(device);
        }

        /**
         * Speaks from this address, too; the others of its prefix are on the link.
         *
         * @param text {@code 192.0.2.1/24} or {@code 2001:db8::1/64}; without a prefix length it is alone on the link
         * @throws IllegalArgumentException if the text is anything else
         */
        public Builder address(String text) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            boolean v4 = address.indexOf(':') < 0;
            int most = v4 ? 32 : 128;
            int prefix;
            try {
                prefix = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("the prefix length is not a number: \"" + text + "\"", e);
            }
            if (prefix < 0 || prefix > most) {
                throw new IllegalArgumentException("the prefix length is not in 0.." + most + ": \"" + text + "\"");
            }
            if (v4) {
                addresses.add(new Address(
                        0, IpAddresses.mapped(Ipv4Address.of(address).bits()), prefix));
            } else {
                Ipv6Address a = Ipv6Address.of(address);
                addresses.add(new Address(a.high(), a.low(), prefix));
            }
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

        /** Speaks from this MAC address; unless set, from a random one, locally administered. */
        public Builder macAddress(MacAddress address) {
            macAddress = Objects.requireNonNull(address);
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
        for (int i = 0; i < MOST_ACTIONS; i++) {
            Runnable command = commands.poll();
            if (command == null) {
                break;
            }
            command.run();
        }
        int frames = deviceLayer.poll(budget);
        context.runAfterBatch();
        context.timers().run(MOST_ACTIONS);
        context.runAfterBatch();
        deviceLayer.flush();
        return frames == budget || !commands.isEmpty()
                ? now
                : Math.max(now, context.timers().next());
    }

    /**
     * Waits until a frame comes, a command is given or the time is over; of the stack's thread.
     *
     * @throws IOException if the device fails
     */
    public void await(long timeoutNanos) throws IOException {
        sleeping = true;
        try {
            deviceLayer.await(commands.isEmpty() ? timeoutNanos : 0);
        } finally {
            sleeping = false;
        }
    }

    /** Has this done on the stack's thread, soon. From any thread. */
    public void execute(Runnable command) {
        commands.add(command);
        if (sleeping) {
            device.wake();
        }
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
