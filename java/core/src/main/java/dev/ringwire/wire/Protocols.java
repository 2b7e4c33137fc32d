package dev.ringwire.wire;

import dev.ringwire.frame.LinkType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which protocol a number in the layer below means: one line for each. */
final class Protocols {
    static final Protocols STANDARD = new Protocols();

    private final Set<Protocol> all = new LinkedHashSet<>();
    private final @Nullable Protocol[] numbered = new Protocol[256];
    private int used = 1; // 0 in the tables means none
    private final byte[] etherTypes = new byte[65536];
    private final byte[] ipProtocols = new byte[256];
    private final byte[] links = new byte[512];

    private Protocols() {
        links(Ethernet.PROTOCOL, LinkType.ETHERNET.value());
        links(NullLoopback.PROTOCOL, LinkType.NULL.value(), LinkType.LOOP.value());
        links(LinuxSll.PROTOCOL, LinkType.LINUX_SLL.value());
        links(LinuxSll2.PROTOCOL, LinkType.LINUX_SLL2.value());

        etherTypes(Vlan.PROTOCOL, 0x8100, 0x9100, 0x9200);
        etherTypes(ServiceTag.PROTOCOL, 0x88a8);
        all.add(Llc.PROTOCOL);
        etherTypes(Arp.PROTOCOL, 0x0806);
        etherTypes(Ipv4.PROTOCOL, 0x0800);
        etherTypes(Ipv6.PROTOCOL, 0x86dd);

        ipProtocols(Ipv4.PROTOCOL, 4);
        ipProtocols(Ipv6.PROTOCOL, 41);
        ipProtocols(Ipv6HopByHop.PROTOCOL, 0);
        ipProtocols(Ipv6Routing.PROTOCOL, 43);
        ipProtocols(Ipv6Fragment.PROTOCOL, 44);
        ipProtocols(Ipv6DestinationOptions.PROTOCOL, 60);
        ipProtocols(AuthenticationHeader.PROTOCOL, 51);
        ipProtocols(Icmpv4.PROTOCOL, 1);
        ipProtocols(Icmpv6.PROTOCOL, 58);
        ipProtocols(Tcp.PROTOCOL, 6);
        ipProtocols(Udp.PROTOCOL, 17);
    }

    private void links(Protocol protocol, int... values) {
        bind(protocol, links, values);
    }

    private void etherTypes(Protocol protocol, int... values) {
        bind(protocol, etherTypes, values);
    }

    private void ipProtocols(Protocol protocol, int... values) {
        bind(protocol, ipProtocols, values);
    }

    private void bind(Protocol protocol, byte[] table, int... values) {
        all.add(protocol);
        numbered[used] = protocol;
        for (int value : values) {
            table[value] = (byte) used;
        }
        used++;
    }

    /** Every protocol with a header class, outermost first. */
    List<Protocol> all() {
        return List.copyOf(all);
    }

    @Nullable
    Protocol link(LinkType type) {
        int value = type.value();
        return value < links.length ? numbered[links[value] & 0xff] : null;
    }

    @Nullable
    Protocol etherType(int type) {
        return numbered[etherTypes[type] & 0xff];
    }

    @Nullable
    Protocol ipProtocol(int number) {
        return numbered[ipProtocols[number] & 0xff];
    }
}
