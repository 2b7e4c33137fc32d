package dev.ringwire.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.device.Loopback;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Igmp;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Ipv6Fragment;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Udp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A stack on one end of a cable, with the test at the other end and at the clock. It has 192.0.2.1/24, 2001:db8::1/64
 * and a MAC address; the test speaks as {@link #PEER} from {@link #PEER_MAC}.
 */
public final class Host implements AutoCloseable {
    public static final long SECOND = 1_000_000_000L;
    public static final MacAddress MAC = MacAddress.of("02:00:00:00:00:01");
    public static final MacAddress PEER_MAC = MacAddress.of("02:00:00:00:00:99");
    public static final Ipv4Address ADDRESS = Ipv4Address.of("192.0.2.1");
    public static final Ipv4Address PEER = Ipv4Address.of("192.0.2.99");
    public static final Ipv6Address ADDRESS6 = Ipv6Address.of("2001:db8::1");
    public static final Ipv6Address PEER6 = Ipv6Address.of("2001:db8::99");

    /** What stands for the next header where a test has set none. */
    private static final int NOTHING = 59;

    private static final Map<Class<?>, Integer> NUMBERS = Map.of(
            Ipv4.class,
            0x0800,
            Arp.class,
            0x0806,
            Ipv6.class,
            0x86dd,
            Icmpv4.class,
            1,
            Icmpv6.class,
            58,
            Udp.class,
            17,
            Ipv6Fragment.class,
            44);

    private static final int BUDGET = 10_000;

    private static final Set<Integer> REPORTS = Set.of(131, 132, 143);

    private final List<Packet> reports = new ArrayList<>();
    private final Loopback.Pair cable;
    private final NetStack stack;
    private final LinkType linkType;
    private long now = 1000 * SECOND;

    private Host(LinkType linkType, int mtu, UnaryOperator<NetStack.Builder> settings) {
        this.linkType = linkType;
        cable = Loopback.builder(linkType)
                .mtu(mtu)
                .capacity(1 << 16)
                .clock(() -> now)
                .pair();
        stack = settings.apply(NetStack.builder(cable.first())
                        .macAddress(MAC)
                        .address(ADDRESS + "/24")
                        .address(ADDRESS6 + "/64")
                        .random(new Random(4711)))
                .build();
        poll();
    }

    /** On Ethernet with an MTU of 1500. */
    public static Host onEthernet() {
        return onEthernet(settings -> settings);
    }

    /** On Ethernet with an MTU of 1500. */
    public static Host onEthernet(UnaryOperator<NetStack.Builder> settings) {
        return new Host(LinkType.ETHERNET, 1500, settings);
    }

    /** On a link of bare IP packets with that MTU. */
    public static Host onIp(int mtu) {
        return onIp(mtu, settings -> settings);
    }

    /** On a link of bare IP packets with that MTU. */
    public static Host onIp(int mtu, UnaryOperator<NetStack.Builder> settings) {
        return new Host(LinkType.RAW, mtu, settings);
    }

    public NetStack stack() {
        return stack;
    }

    /** The time of the stack. */
    public long now() {
        return now;
    }

    private long poll() {
        try {
            return stack.poll(now, BUDGET);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the stack has sent since the last call, but for {@link #reports}. */
    public List<Packet> sent() {
        List<Packet> packets = new ArrayList<>();
        for (byte[] bytes : sentBytes()) {
            Packet packet = Packet.copyOf(bytes, linkType);
            (isReport(packet) ? reports : packets).add(packet);
        }
        return packets;
    }

    /** What the stack has told of its multicast groups, by IGMP and MLD, up to the last look at what it sent. */
    public List<Packet> reports() {
        List<Packet> told = List.copyOf(reports);
        reports.clear();
        return told;
    }

    private static boolean isReport(Packet packet) {
        return packet.layer(Igmp.class).isPresent()
                || packet.layer(Icmpv6.class)
                        .filter(icmp -> REPORTS.contains(icmp.type()))
                        .isPresent();
    }

    /** The frames that the stack has sent since the last call. */
    public List<byte[]> sentBytes() {
        List<byte[]> frames = new ArrayList<>();
        try {
            while (poll() <= now) {
                // More to do at once.
            }
            while (cable.second().next(0)) {
                frames.add(cable.second().frame().bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return frames;
    }

    /** Lets time go by, alarm by alarm; what the stack has sent meanwhile. */
    public List<Packet> after(long nanos) {
        long end = now + nanos;
        List<Packet> packets = new ArrayList<>(sent());
        for (long next = poll(); next <= end; next = poll()) {
            now = Math.max(now, next);
            packets.addAll(sent());
        }
        now = end;
        packets.addAll(sent());
        return packets;
    }

    /** Gives the stack a frame; what it sends upon it. */
    public List<Packet> receives(byte[] frame) {
        put(frame);
        return sent();
    }

    /** Gives the stack a frame made of these headers, lengths and checksums filled in; what it sends upon it. */
    public List<Packet> receives(Header... layers) {
        return receives(bytes(layers));
    }

    /** Puts a frame on the cable. */
    public void put(byte[] frame) {
        try {
            cable.second().send(ByteBuffer.wrap(frame), 0, frame.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a packet of these headers, lengths, checksums and what follows what filled in. */
    public static byte[] bytes(Header... layers) {
        for (int i = 0; i + 1 < layers.length; i++) {
            Integer next = NUMBERS.get(layers[i + 1].getClass());
            if (next != null) {
                follow(layers[i], next);
            }
        }
        return Packet.of(layers.length > 0 && layers[0] instanceof Ethernet ? LinkType.ETHERNET : LinkType.RAW, layers)
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
    }

    private static void follow(Header header, int next) {
        if (header instanceof Ethernet ethernet) {
            ethernet.type(next);
        } else if (header instanceof Ipv4 ip && ip.proto() == 0) {
            ip.proto(next);
        } else if (header instanceof Ipv6 ip && ip.nextHeader() == NOTHING) {
            ip.nextHeader(next);
        } else if (header instanceof Ipv6Fragment fragment && fragment.nextHeader() == NOTHING) {
            fragment.nextHeader(next);
        }
    }

    /** An Ethernet header from the peer to the stack. */
    public static Ethernet ethernet() {
        return ethernet(MAC);
    }

    /** An Ethernet header from the peer. */
    public static Ethernet ethernet(MacAddress to) {
        return new Ethernet().src(PEER_MAC).dst(to);
    }

    /** An IPv4 header from the peer to the stack. */
    public static Ipv4 ipv4() {
        return new Ipv4().src(PEER).dst(ADDRESS).ttl(64);
    }

    /** An IPv6 header from the peer to the stack. */
    public static Ipv6 ipv6() {
        return new Ipv6().src(PEER6).dst(ADDRESS6).hopLimit(64);
    }

    /** An ARP message of the peer. */
    public static Arp arp(int opcode) {
        return new Arp()
                .opcode(opcode)
                .senderMac(PEER_MAC)
                .senderIp(PEER)
                .targetMac(MAC)
                .targetIp(ADDRESS);
    }

    /** The only packet of a list. */
    public static Packet only(List<Packet> packets) {
        assertEquals(1, packets.size(), packets::toString);
        return packets.get(0);
    }

    /** The only header of that kind in the only packet of a list. */
    public static <H extends Header> H only(List<Packet> packets, Class<H> type) {
        Packet packet = only(packets);
        return packet.layer(type).orElseThrow(() -> new AssertionError(packet.toString()));
    }

    @Override
    public void close() {
        cable.close();
        assertEquals(0, stack.context().counters().applicationErrors, "exceptions thrown where none should be");
    }
}
