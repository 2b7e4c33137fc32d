package dev.ringwire.wire;

import org.jspecify.annotations.Nullable;

/** Packets as text for people. */
final class PacketText {
    private PacketText() {}

    /** In the manner of tcpdump: what is around the network layer, who to whom, and what the innermost header says. */
    static String summary(Packet packet) {
        var out = new StringBuilder();
        Header network = null;
        Header transport = null;
        Header last = null;
        for (Header header : packet.layers()) {
            if (header instanceof Raw) {
                continue;
            }
            if (header instanceof Vlan || header instanceof Ipv6Fragment) {
                out.append(header.summary()).append(", ");
            }
            if (header instanceof Ipv4 || header instanceof Ipv6) {
                network = header;
                transport = null;
            } else if (header instanceof Tcp || header instanceof Udp) {
                transport = header;
            }
            last = header;
        }
        if (last == null) {
            out.append(packet.linkType())
                    .append(", ")
                    .append(packet.payload().length)
                    .append(" bytes");
        } else if (network == null || last == network) {
            out.append(last.summary());
        } else {
            ends(network, transport, out);
            out.append(": ").append(last.summary());
        }
        packet.error().ifPresent(error -> out.append(" [").append(error).append(']'));
        return out.toString();
    }

    private static void ends(Header network, @Nullable Header transport, StringBuilder out) {
        String src;
        String dst;
        if (network instanceof Ipv4 ip) {
            out.append("IP ");
            src = ip.src().toString();
            dst = ip.dst().toString();
        } else {
            Ipv6 ip = (Ipv6) network;
            out.append("IP6 ");
            src = ip.src().toString();
            dst = ip.dst().toString();
        }
        if (transport instanceof Tcp tcp) {
            src += "." + tcp.srcPort();
            dst += "." + tcp.dstPort();
        } else if (transport instanceof Udp udp) {
            src += "." + udp.srcPort();
            dst += "." + udp.dstPort();
        }
        out.append(src).append(" > ").append(dst);
    }

    static String dump(Packet packet) {
        var out = new StringBuilder();
        packet.layers().forEach(header -> HeaderText.dump(header, out));
        byte[] trailer = packet.trailer();
        if (trailer.length > 0) {
            out.append("Trailer, ").append(trailer.length).append(" bytes\n");
            dev.ringwire.bytes.HexDump.of(trailer)
                    .lines()
                    .forEach(line -> out.append("    ").append(line).append('\n'));
        }
        packet.error().ifPresent(error -> out.append("Error: ").append(error).append('\n'));
        return out.toString();
    }
}
