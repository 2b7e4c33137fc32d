package dev.ringwire.rewrite;

import dev.ringwire.bytes.Bits;
import org.jspecify.annotations.Nullable;

/** Changes addresses, ports and VLAN identifiers in place, and notes in {@link Layers} by how much sums change. */
final class Fields {
    private final Layers layers;
    private final Edits e;
    private final Messages messages;
    private final char @Nullable [] ports;
    private final char @Nullable [] vlans;

    /** What changed in the addresses of the innermost IP header so far that checksums cover. */
    private int sourceChange;

    private int destinationChange;

    Fields(RewriteRules rules, Layers layers) {
        this.layers = layers;
        e = new Edits(rules.addresses());
        messages = new Messages(e);
        ports = rules.ports();
        vlans = rules.vlans();
    }

    /** Applies the rules to every header; whether anything changed. */
    @SuppressWarnings("ReferenceEquality") // is meant
    boolean apply() {
        Layers l = layers;
        if (e.b != l.buffer) {
            e.b = l.buffer;
        }
        e.changed = false;
        for (int i = 0; i < l.count; i++) {
            e.from = l.at[i];
            e.to = l.end[i];
            e.change = 0;
            switch (l.kind[i]) {
                case Layers.ETHERNET -> {
                    e.mac(e.from);
                    e.mac(e.from + 6);
                }
                case Layers.SLL -> e.linkLayer(e.from + 12 <= e.to ? Bits.u16(e.b, e.from + 4) : 0, e.from + 6);
                case Layers.SLL2 -> e.linkLayer(e.from + 18 <= e.to ? Bits.u8(e.b, e.from + 11) : 0, e.from + 12);
                case Layers.VLAN -> vlan();
                case Layers.ARP -> messages.arp();
                case Layers.IPV4 -> ipv4Header(i);
                case Layers.IPV6 -> ipv6Header(i);
                case Layers.ROUTING -> routing(l.network[i]);
                case Layers.EXTENSION -> options(l.network[i]);
                case Layers.ICMPV4 -> messages.icmpv4(l.bodyEnd(i));
                case Layers.ICMPV6 -> messages.icmpv6(l.bodyEnd(i));
                case Layers.TCP, Layers.UDP -> ports();
                case Layers.SCTP -> sctpPorts(i);
                case Layers.IGMP -> messages.igmp(l.bodyEnd(i));
                case Layers.DHCP -> messages.dhcp();
                case Layers.NETFLOW -> messages.netFlow();
                default -> {}
            }
            l.change[i] = e.change;
        }
        return e.changed;
    }

    /** The CRC covers all of the packet: how it changes depends on the length, which a fragment does not tell. */
    private void sctpPorts(int layer) {
        layers.portBits[layer] = 0;
        if (e.from + 4 <= e.to && !layers.isFragmented(layer)) {
            int was = Bits.i32(e.b, e.from);
            ports();
            layers.portBits[layer] = was ^ Bits.i32(e.b, e.from);
        }
    }

    private void vlan() {
        if (vlans == null || e.from + 2 > e.to) {
            return;
        }
        int was = Bits.u16(e.b, e.from);
        e.put16(e.from, was, was & 0xf000 | vlans[was & 0xfff]);
    }

    private void ports() {
        if (ports == null || e.from + 4 > e.to) {
            return;
        }
        int source = Bits.u16(e.b, e.from);
        e.put16(e.from, source, ports[source]);
        int destination = Bits.u16(e.b, e.from + 2);
        e.put16(e.from + 2, destination, ports[destination]);
    }

    private void ipv4Header(int layer) {
        source(layer, e.from + 12, e.ipv4(e.from + 12, true));
        destination(layer, e.from + 16, e.ipv4(e.from + 16, false));
        if (e.to - e.from > 20) {
            ipv4Options(layer);
        }
    }

    private void ipv4Options(int layer) {
        int p = e.from + 20;
        while (p + 3 <= e.to) {
            int type = Bits.u8(e.b, p);
            if (type == 1) {
                p++;
                continue;
            }
            int length = Bits.u8(e.b, p + 1);
            if (type == 0 || length < 3 || p + length > e.to) {
                return;
            }
            switch (type) {
                case 7, 131, 137 -> route(layer, type, p, p + length);
                case 68 -> {
                    // Addresses stand before the times, by the flag.
                    int flag = length < 4 ? 0 : Bits.u8(e.b, p + 3) & 15;
                    for (int at = p + 4; flag != 0 && at + 8 <= p + length; at += 8) {
                        e.ipv4(at, false);
                    }
                }
                default -> {}
            }
            p += length;
        }
    }

    /** A recorded route, or one to be taken, at whose end the destination stands until it is done. */
    private void route(int layer, int type, int p, int end) {
        int last = 0;
        int at = p + 3;
        for (; at + 4 <= end; at += 4) {
            last = e.ipv4(at, false);
        }
        boolean toBeTaken = type != 7 && at > p + 3 && Bits.u8(e.b, p + 2) + 3 <= end - p;
        if (toBeTaken) {
            destination(layer, at - 4, last);
        }
    }

    private void ipv6Header(int layer) {
        source(layer, e.from + 8, e.ipv6(e.from + 8, true));
        destination(layer, e.from + 24, e.ipv6(e.from + 24, false));
    }

    private void source(int layer, int at, int by) {
        sourceChange = by;
        layers.source[layer] = at;
        layers.pseudoChange[layer] = (long) sourceChange + destinationChange;
    }

    private void destination(int layer, int at, int by) {
        destinationChange = by;
        layers.destination[layer] = at;
        layers.pseudoChange[layer] = (long) sourceChange + destinationChange;
    }

    /** RFC 6275 section 6.3: the home address of a mobile node stands for the source. */
    private void options(int network) {
        int p = e.from + 2;
        while (p + 2 <= e.to) {
            int type = Bits.u8(e.b, p);
            int length = type == 0 ? 1 : 2 + Bits.u8(e.b, p + 1);
            if (type == 0xc9 && p + 18 <= e.to) {
                int by = e.ipv6(p + 2, true);
                if (network >= 0) {
                    source(network, p + 2, by);
                }
            }
            p += length;
        }
    }

    /** RFC 8200 section 8.1: behind a routing header that is not done, the last address of the route counts. */
    private void routing(int network) {
        if (e.from + 8 > e.to) {
            return;
        }
        int type = Bits.u8(e.b, e.from + 2);
        int room = (e.to - e.from - 8) / 16;
        int count = switch (type) {
            case 0, 2 -> room;
            case 4 -> Math.min(room, Bits.u8(e.b, e.from + 4) + 1); // RFC 8754: other things may follow
            default -> 0;
        };
        // RFC 8754 lists the segments backwards.
        int last = type == 4 ? 0 : count - 1;
        boolean toBeTaken = Bits.u8(e.b, e.from + 3) > 0 && network >= 0;
        for (int i = 0; i < count; i++) {
            int at = e.from + 8 + 16 * i;
            int by = e.ipv6(at, false);
            if (i == last && toBeTaken) {
                destination(network, at, by);
            }
        }
    }
}
