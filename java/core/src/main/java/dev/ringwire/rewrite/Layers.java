package dev.ringwire.rewrite;

import static java.util.Map.entry;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.AuthenticationHeader;
import dev.ringwire.wire.Dhcp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Gre;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Igmp;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Ipv6DestinationOptions;
import dev.ringwire.wire.Ipv6Fragment;
import dev.ringwire.wire.Ipv6HopByHop;
import dev.ringwire.wire.Ipv6Routing;
import dev.ringwire.wire.LinuxSll;
import dev.ringwire.wire.LinuxSll2;
import dev.ringwire.wire.NetFlow;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Protocols;
import dev.ringwire.wire.Sctp;
import dev.ringwire.wire.ServiceTag;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import dev.ringwire.wire.Vlan;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * The headers of a frame as rewriting sees them, outermost first; those of quoted packets and one that is cut short come
 * last. Also what has changed in each.
 */
final class Layers {
    static final int OTHER = 0;
    static final int ETHERNET = 1;
    static final int SLL = 2;
    static final int SLL2 = 3;
    static final int VLAN = 4;
    static final int ARP = 5;
    static final int IPV4 = 6;
    static final int IPV6 = 7;
    static final int ROUTING = 8;
    static final int FRAGMENT = 9;
    static final int EXTENSION = 10;
    static final int AUTHENTICATION = 11;
    static final int ICMPV4 = 12;
    static final int ICMPV6 = 13;
    static final int TCP = 14;
    static final int UDP = 15;
    static final int GRE = 16;
    static final int SCTP = 17;
    static final int IGMP = 18;
    static final int DHCP = 19;
    static final int NETFLOW = 20;

    private static final Map<Protocol, Integer> KINDS = Map.ofEntries(
            entry(Ethernet.PROTOCOL, ETHERNET),
            entry(LinuxSll.PROTOCOL, SLL),
            entry(LinuxSll2.PROTOCOL, SLL2),
            entry(Vlan.PROTOCOL, VLAN),
            entry(ServiceTag.PROTOCOL, VLAN),
            entry(Arp.PROTOCOL, ARP),
            entry(Ipv4.PROTOCOL, IPV4),
            entry(Ipv6.PROTOCOL, IPV6),
            entry(Ipv6Routing.PROTOCOL, ROUTING),
            entry(Ipv6Fragment.PROTOCOL, FRAGMENT),
            entry(Ipv6HopByHop.PROTOCOL, EXTENSION),
            entry(Ipv6DestinationOptions.PROTOCOL, EXTENSION),
            entry(AuthenticationHeader.PROTOCOL, AUTHENTICATION),
            entry(Icmpv4.PROTOCOL, ICMPV4),
            entry(Icmpv6.PROTOCOL, ICMPV6),
            entry(Tcp.PROTOCOL, TCP),
            entry(Udp.PROTOCOL, UDP),
            entry(Gre.PROTOCOL, GRE),
            entry(Sctp.PROTOCOL, SCTP),
            entry(Igmp.PROTOCOL, IGMP),
            entry(Dhcp.PROTOCOL, DHCP),
            entry(NetFlow.PROTOCOL, NETFLOW));

    private static final int MAX = PacketParser.MAX_LAYERS + 1;

    private final PacketParser parser;
    /** By the number of a protocol. */
    private final byte[] kinds;

    /** The frame is {@code buffer} from {@code start} to {@code limit}. */
    ByteBuffer buffer = ByteBuffer.allocate(0);

    int start;
    int limit;

    /** Headers in all, and those that are no part of a quoted packet. */
    int count;

    int unquoted;

    /** Whether the last of them is cut short, or says of itself what cannot be. */
    boolean cut;

    final int[] kind = new int[MAX];
    final int[] at = new int[MAX];
    /** Where the bytes of the header end that are here. */
    final int[] end = new int[MAX];
    /** Where the bytes end that it carries: perhaps behind the limit. */
    final int[] carriedEnd = new int[MAX];
    /** The IP header that the layer is carried by, or -1. */
    final int[] network = new int[MAX];

    /** What has changed inside the header, checksums not counted; its first byte is the upper half of a word. */
    final long[] change = new long[MAX];
    /** Of SCTP: the bits of the ports that have changed. */
    final int[] portBits = new int[MAX];
    /** Of an IP header: what has changed in the addresses that checksums of what it carries cover. */
    final long[] pseudoChange = new long[MAX];
    /** Of an IP header: where the source and the destination stand that these cover. */
    final int[] source = new int[MAX];

    final int[] destination = new int[MAX];

    Layers(PacketParser parser) {
        this.parser = parser;
        List<Protocol> known = Protocols.standard().all();
        int highest = 0;
        for (Protocol protocol : known) {
            highest = Math.max(highest, protocol.id());
        }
        kinds = new byte[1 + highest];
        known.forEach(protocol ->
                kinds[protocol.id()] = KINDS.getOrDefault(protocol, OTHER).byteValue());
    }

    /** Takes over what the parser found. */
    @SuppressWarnings("ReferenceEquality") // is meant
    void find(Frame frame) {
        ByteBuffer b = frame.buffer();
        // Storing a reference costs the collector's barrier, and mostly it is the same one.
        if (buffer != b) {
            buffer = b;
        }
        start = frame.offset();
        limit = start + frame.length();
        int n = parser.countWithQuoted();
        unquoted = parser.count();
        int ip = -1;
        for (int i = 0; i < n; i++) {
            int k = kind(parser.protocolId(i));
            kind[i] = k;
            at[i] = parser.offset(i);
            end[i] = parser.headerEnd(i);
            carriedEnd[i] = parser.carriedEnd(i);
            network[i] = ip;
            if (k == IPV4 || k == IPV6) {
                ip = i;
            }
        }
        Protocol partial = parser.partial();
        cut = partial != null;
        count = n;
        if (partial != null) {
            addCut(n, kind(partial.id()), ip, frame);
        }
    }

    private void addCut(int i, int k, int ip, Frame frame) {
        kind[i] = k;
        at[i] = parser.partialOffset();
        carriedEnd[i] = i > 0 ? carriedEnd[i - 1] : start + Math.max(frame.length(), frame.originalLength());
        // The fields of a transport header stand where they do, whatever it says of its length.
        boolean transport = k == TCP || k == UDP;
        end[i] = transport ? Math.min(carriedEnd[i], limit) : at[i] + parser.partialLength();
        network[i] = ip;
        if (unquoted == i) {
            unquoted++;
        }
        count = i + 1;
    }

    private int kind(int id) {
        return id < kinds.length ? kinds[id] : OTHER;
    }

    /** Whether the layer is an IPv4 fragment, or an IPv6 fragment header of one. */
    boolean isFragment(int layer) {
        int p = at[layer];
        return switch (kind[layer]) {
            case IPV4 -> (Bits.u16(buffer, p + 6) & 0x3fff) != 0;
            case FRAGMENT -> (Bits.u16(buffer, p + 2) & 0xfff9) != 0;
            default -> false;
        };
    }

    /** Whether the layer is carried by fragments. */
    boolean isFragmented(int layer) {
        for (int i = network[layer]; i >= 0 && i < layer; i++) {
            if (isFragment(i)) {
                return true;
            }
        }
        return false;
    }

    /** Where the bytes end that the layer carries and that are here. */
    int bodyEnd(int layer) {
        return Math.min(carriedEnd[layer], limit);
    }
}
