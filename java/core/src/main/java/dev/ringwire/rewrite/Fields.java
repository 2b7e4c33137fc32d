package dev.ringwire.rewrite;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Changes addresses, ports and VLAN identifiers in place, and notes in {@link Layers} by how much sums change. */
final class Fields {
    private final Layers layers;
    private final AddressMap addresses;
    private final boolean ipv4;
    private final boolean ipv6;
    private final boolean macs;
    private final char @Nullable [] ports;
    private final char @Nullable [] vlans;

    private ByteBuffer b = ByteBuffer.allocate(0);
    /** Where the header starts, and where those of its bytes end that are here. */
    private int from;

    private int to;
    private long change;
    /** What changed in the addresses of the innermost IP header so far that checksums cover. */
    private int sourceChange;

    private int destinationChange;

    private boolean changed;

    Fields(RewriteRules rules, Layers layers) {
        this.layers = layers;
        addresses = rules.addresses();
        ipv4 = addresses.mapsIpv4();
        ipv6 = addresses.mapsIpv6();
        macs = addresses.mapsMacs();
        ports = rules.ports();
        vlans = rules.vlans();
    }

    /** Applies the rules to every header; whether anything changed. */
    @SuppressWarnings("ReferenceEquality") // is meant
    boolean apply() {
        Layers l = layers;
        if (b != l.buffer) {
            b = l.buffer;
        }
        changed = false;
        for (int i = 0; i < l.count; i++) {
            from = l.at[i];
            to = l.end[i];
            change = 0;
            switch (l.kind[i]) {
                case Layers.ETHERNET -> {
                    mac(from);
                    mac(from + 6);
                }
                case Layers.SLL -> linkLayer(from + 12 <= to ? Bits.u16(b, from + 4) : 0, from + 6);
                case Layers.SLL2 -> linkLayer(from + 18 <= to ? Bits.u8(b, from + 11) : 0, from + 12);
                case Layers.VLAN -> vlan();
                case Layers.ARP -> arp();
                case Layers.IPV4 -> ipv4Header(i);
                case Layers.IPV6 -> ipv6Header(i);
                case Layers.ROUTING -> routing(l.network[i]);
                case Layers.EXTENSION -> options(l.network[i]);
                case Layers.ICMPV4 -> icmpv4(l.bodyEnd(i));
                case Layers.ICMPV6 -> icmpv6(l.bodyEnd(i));
                case Layers.TCP, Layers.UDP -> ports();
                default -> {}
            }
            l.change[i] = change;
        }
        return changed;
    }

    private void mac(int at) {
        if (!macs || at + 6 > to) {
            return;
        }
        long was = Bits.u48(b, at);
        long is = addresses.mac(was);
        if (is != was) {
            Bits.put16(b, at, (int) (is >>> 32));
            Bits.put32(b, at + 2, is);
            change(at, Words.change64(was, is));
        }
    }

    private void linkLayer(int length, int at) {
        if (length == 6) {
            mac(at);
        }
    }

    private void vlan() {
        if (vlans == null || from + 2 > to) {
            return;
        }
        int was = Bits.u16(b, from);
        put16(from, was, was & 0xf000 | vlans[was & 0xfff]);
    }

    private void ports() {
        if (ports == null || from + 4 > to) {
            return;
        }
        int source = Bits.u16(b, from);
        put16(from, source, ports[source]);
        int destination = Bits.u16(b, from + 2);
        put16(from + 2, destination, ports[destination]);
    }

    private void arp() {
        if (from + 8 > to) {
            return;
        }
        int hardware = Bits.u8(b, from + 4);
        int protocol = Bits.u8(b, from + 5);
        boolean isIpv4 = protocol == 4 && Bits.u16(b, from + 2) == 0x0800;
        int at = from + 8;
        for (int i = 0; i < 2; i++) {
            linkLayer(hardware, at);
            if (isIpv4) {
                ipv4(at + hardware, i == 0);
            }
            at += hardware + protocol;
        }
    }

    private void ipv4Header(int layer) {
        source(layer, from + 12, ipv4(from + 12, true));
        destination(layer, from + 16, ipv4(from + 16, false));
        if (to - from > 20) {
            ipv4Options(layer);
        }
    }

    private void ipv4Options(int layer) {
        int p = from + 20;
        while (p + 3 <= to) {
            int type = Bits.u8(b, p);
            if (type == 1) {
                p++;
                continue;
            }
            int length = Bits.u8(b, p + 1);
            if (type == 0 || length < 3 || p + length > to) {
                return;
            }
            switch (type) {
                case 7, 131, 137 -> route(layer, type, p, p + length);
                case 68 -> {
                    // Addresses stand before the times, by the flag.
                    int flag = length < 4 ? 0 : Bits.u8(b, p + 3) & 15;
                    for (int at = p + 4; flag != 0 && at + 8 <= p + length; at += 8) {
                        ipv4(at, false);
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
            last = ipv4(at, false);
        }
        boolean toBeTaken = type != 7 && at > p + 3 && Bits.u8(b, p + 2) + 3 <= end - p;
        if (toBeTaken) {
            destination(layer, at - 4, last);
        }
    }

    private void ipv6Header(int layer) {
        source(layer, from + 8, ipv6(from + 8, true));
        destination(layer, from + 24, ipv6(from + 24, false));
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
        int p = from + 2;
        while (p + 2 <= to) {
            int type = Bits.u8(b, p);
            int length = type == 0 ? 1 : 2 + Bits.u8(b, p + 1);
            if (type == 0xc9 && p + 18 <= to) {
                int by = ipv6(p + 2, true);
                if (network >= 0) {
                    source(network, p + 2, by);
                }
            }
            p += length;
        }
    }

    /** RFC 8200 section 8.1: behind a routing header that is not done, the last address of the route counts. */
    private void routing(int network) {
        if (from + 8 > to) {
            return;
        }
        int type = Bits.u8(b, from + 2);
        int room = (to - from - 8) / 16;
        int count = switch (type) {
            case 0, 2 -> room;
            case 4 -> Math.min(room, Bits.u8(b, from + 4) + 1); // RFC 8754: other things may follow
            default -> 0;
        };
        // RFC 8754 lists the segments backwards.
        int last = type == 4 ? 0 : count - 1;
        boolean toBeTaken = Bits.u8(b, from + 3) > 0 && network >= 0;
        for (int i = 0; i < count; i++) {
            int at = from + 8 + 16 * i;
            int by = ipv6(at, false);
            if (i == last && toBeTaken) {
                destination(network, at, by);
            }
        }
    }

    private void icmpv4(int end) {
        to = end;
        if (from + 8 > to) {
            return;
        }
        switch (Bits.u8(b, from)) {
            case 5 -> ipv4(from + 4, false);
            case 9 -> {
                // RFC 1256: router addresses with their preferences.
                int count = Bits.u8(b, from + 5) == 2 ? Bits.u8(b, from + 4) : 0;
                for (int i = 0; i < count; i++) {
                    ipv4(from + 8 + 8 * i, false);
                }
            }
            default -> {}
        }
    }

    /** Listener discovery (RFC 2710) and neighbour discovery (RFC 4861). */
    private void icmpv6(int end) {
        to = end;
        if (from + 8 > to) {
            return;
        }
        int options = switch (Bits.u8(b, from)) {
            case 133 -> 8;
            case 134 -> 16;
            case 130, 131, 132, 135, 136 -> 24;
            case 137 -> 40;
            default -> 0;
        };
        for (int at = 8; at + 16 <= options; at += 16) {
            ipv6(from + at, false);
        }
        if (options != 0) {
            neighbourOptions(from + options);
        }
    }

    private void neighbourOptions(int options) {
        int p = options;
        while (p + 8 <= to) {
            int length = 8 * Bits.u8(b, p + 1);
            if (length == 0 || p + length > to) {
                return;
            }
            switch (Bits.u8(b, p)) {
                case 1, 2 -> linkLayer(length - 2, p + 2);
                case 3 -> prefix(p + 16, Bits.u8(b, p + 2), p + length);
                case 25 -> {
                    // RFC 8106: name servers
                    for (int at = p + 8; at + 16 <= p + length; at += 16) {
                        ipv6(at, false);
                    }
                }
                default -> {}
            }
            p += length;
        }
    }

    /** A prefix, behind which zeros stay. */
    private void prefix(int at, int length, int end) {
        if (ipv6 && at + 16 <= end && length <= 128) {
            long high = Bits.i64(b, at);
            long low = Bits.i64(b, at + 8);
            addresses.ipv6(high, low, false);
            put128(
                    at,
                    high,
                    low,
                    addresses.high & BlockMap.maskHigh(length) | high & ~BlockMap.maskHigh(length),
                    addresses.low & BlockMap.maskLow(length) | low & ~BlockMap.maskLow(length));
        }
    }

    private int ipv4(int at, boolean source) {
        if (!ipv4 || at + 4 > to) {
            return 0;
        }
        int was = Bits.i32(b, at);
        int is = addresses.ipv4(was, source);
        if (is == was) {
            return 0;
        }
        Bits.put32(b, at, is);
        int by = Words.change32(was, is);
        change(at, by);
        return by;
    }

    private int ipv6(int at, boolean source) {
        if (!ipv6 || at + 16 > to) {
            return 0;
        }
        long high = Bits.i64(b, at);
        long low = Bits.i64(b, at + 8);
        addresses.ipv6(high, low, source);
        return put128(at, high, low, addresses.high, addresses.low);
    }

    private int put128(int at, long wasHigh, long wasLow, long high, long low) {
        if (high == wasHigh && low == wasLow) {
            return 0;
        }
        Bits.put64(b, at, high);
        Bits.put64(b, at + 8, low);
        int by = Words.change64(wasHigh, high) + Words.change64(wasLow, low);
        change(at, by);
        return by;
    }

    private void put16(int at, int was, int is) {
        if (is != was) {
            Bits.put16(b, at, is);
            change(at, Words.change16(was, is));
        }
    }

    private void change(int at, int by) {
        changed = true;
        change += (at - from & 1) == 0 ? by : Words.swapped(by);
    }
}
