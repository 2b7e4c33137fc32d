package dev.ringwire.wire;

import dev.ringwire.wire.dns.Dns;
import dev.ringwire.wire.dns.DnsTcp;
import dev.ringwire.wire.dns.Llmnr;
import dev.ringwire.wire.dns.Mdns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which protocols there are, and which value in the layer below announces which. Immutable: {@link #with} gives a new
 * one.
 */
public final class Protocols {
    static final int MAX_LINK_TYPE = 511;

    private static final int MAX_NUMBERED = 255;

    private static final List<String> BUILT_IN_TABLES = List.of(
            Selector.LINK_TYPE, Selector.ETHER_TYPE, Selector.IP_PROTOCOL, Selector.UDP_PORT, Selector.TCP_PORT);

    private static final Protocols STANDARD = new Protocols(List.of(
            Ethernet.PROTOCOL,
            NullLoopback.PROTOCOL,
            LinuxSll.PROTOCOL,
            LinuxSll2.PROTOCOL,
            Vlan.PROTOCOL,
            ServiceTag.PROTOCOL,
            Llc.PROTOCOL,
            Arp.PROTOCOL,
            Ipv4.PROTOCOL,
            Ipv6.PROTOCOL,
            Ipv6HopByHop.PROTOCOL,
            Ipv6Routing.PROTOCOL,
            Ipv6Fragment.PROTOCOL,
            Ipv6DestinationOptions.PROTOCOL,
            AuthenticationHeader.PROTOCOL,
            Icmpv4.PROTOCOL,
            Icmpv6.PROTOCOL,
            Igmp.PROTOCOL,
            Tcp.PROTOCOL,
            Udp.PROTOCOL,
            Mpls.PROTOCOL,
            PwControlWord.PROTOCOL,
            PwAssociatedChannel.PROTOCOL,
            PppoeDiscovery.PROTOCOL,
            PppoeSession.PROTOCOL,
            Ppp.PROTOCOL,
            PppControl.PROTOCOL,
            Gre.PROTOCOL,
            Erspan.PROTOCOL,
            Vxlan.PROTOCOL,
            VxlanGpe.PROTOCOL,
            Geneve.PROTOCOL,
            Sctp.PROTOCOL,
            NetFlow.PROTOCOL,
            Dhcp.PROTOCOL,
            DnsTcp.PROTOCOL,
            Dns.PROTOCOL,
            Mdns.PROTOCOL,
            Llmnr.PROTOCOL));

    private final Set<Protocol> all;

    /** Protocols by the numbers in the tables, where 0 means none. */
    private final List<@Nullable Protocol> numbered;

    private final byte[] links;
    private final byte[] etherTypes;
    private final byte[] ipProtocols;
    private final byte[] udpPorts;
    private final byte[] tcpPorts;
    private final Map<Selector, Protocol> others;

    private Protocols(List<Protocol> protocols) {
        all = new LinkedHashSet<>();
        numbered = new ArrayList<>();
        numbered.add(null);
        links = new byte[MAX_LINK_TYPE + 1];
        etherTypes = new byte[1 << 16];
        ipProtocols = new byte[1 << 8];
        udpPorts = new byte[1 << 16];
        tcpPorts = new byte[1 << 16];
        others = new HashMap<>();
        protocols.forEach(protocol -> bind(protocol, protocol.selectors()));
    }

    private Protocols(Protocols from) {
        all = new LinkedHashSet<>(from.all);
        numbered = new ArrayList<>(from.numbered);
        links = from.links.clone();
        etherTypes = from.etherTypes.clone();
        ipProtocols = from.ipProtocols.clone();
        udpPorts = from.udpPorts.clone();
        tcpPorts = from.tcpPorts.clone();
        others = new HashMap<>(from.others);
    }

    /** The built-in ones. */
    public static Protocols standard() {
        return STANDARD;
    }

    /**
     * What parsers, packets and queries know that are not told otherwise: the built-in ones, and those of every
     * {@link ProtocolProvider} on the path of the thread that asks first. A provider that fails is logged by
     * {@link System.Logger} and left out.
     */
    public static Protocols installed() {
        return InstalledProtocols.get();
    }

    /**
     * Makes these the {@link #installed} ones, for every thread; parsers, packets and queries that were made before keep
     * theirs.
     *
     * @return those that were
     */
    public static Protocols install(Protocols protocols) {
        return InstalledProtocols.replace(Objects.requireNonNull(protocols));
    }

    /** These, and {@code protocol} where it says itself that it is found. */
    public Protocols with(Protocol protocol) {
        return with(protocol, protocol.selectors());
    }

    /**
     * These, and {@code protocol} where one of the selectors says so, whatever was found there before.
     *
     * @throws IllegalArgumentException if there are more than 255 protocols
     */
    public Protocols with(Protocol protocol, List<Selector> selectors) {
        var more = new Protocols(this);
        more.bind(protocol, selectors);
        return more;
    }

    /** {@link #with(Protocol, List)}. */
    public Protocols with(Protocol protocol, Selector... selectors) {
        return with(protocol, List.of(selectors));
    }

    /**
     * These, and those of every {@link ProtocolProvider} that a class loader finds.
     *
     * @throws IllegalArgumentException if a provider fails, naming it
     */
    public Protocols withProviders(ClassLoader loader) {
        return InstalledProtocols.search(this, ServiceLoader.load(ProtocolProvider.class, loader), (what, e) -> {
            throw new IllegalArgumentException(what + " fails: " + e, e);
        });
    }

    private void bind(Protocol protocol, List<Selector> selectors) {
        all.add(protocol);
        if (selectors.isEmpty()) {
            return;
        }
        int number = numbered.indexOf(protocol);
        if (number < 0) {
            number = numbered.size();
            numbered.add(protocol);
            if (number > MAX_NUMBERED) {
                throw new IllegalArgumentException("more than " + MAX_NUMBERED + " protocols");
            }
        }
        for (Selector selector : selectors) {
            byte[] table = table(selector.table());
            if (table == null) {
                others.put(selector, protocol);
            } else {
                table[selector.value()] = (byte) number;
            }
        }
    }

    private byte @Nullable [] table(String name) {
        return switch (name) {
            case Selector.LINK_TYPE -> links;
            case Selector.ETHER_TYPE -> etherTypes;
            case Selector.IP_PROTOCOL -> ipProtocols;
            case Selector.UDP_PORT -> udpPorts;
            case Selector.TCP_PORT -> tcpPorts;
            default -> null;
        };
    }

    /** Every protocol, the built-in ones first and outermost first. */
    public List<Protocol> all() {
        return List.copyOf(all);
    }

    /** The protocol of a name ({@code TCP}) or filter name ({@code tcp}), any case. */
    public Optional<Protocol> find(String name) {
        return all.stream()
                .filter(p -> p.name().equalsIgnoreCase(name) || p.filterName().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Every table there is: those that have protocols in them, and the five that are built in. */
    public Set<String> tables() {
        var names = new TreeSet<>(BUILT_IN_TABLES);
        all.forEach(protocol -> protocol.selectors().forEach(selector -> names.add(selector.table())));
        others.keySet().forEach(selector -> names.add(selector.table()));
        return names;
    }

    boolean contains(Protocol protocol) {
        return all.contains(protocol);
    }

    /** Whether all of these are built in, whose dissectors need no watching. */
    boolean builtIn() {
        return STANDARD.all.containsAll(all);
    }

    @Nullable
    Protocol link(int type) {
        return type < links.length ? numbered.get(links[type] & 0xff) : null;
    }

    @Nullable
    Protocol etherType(int type) {
        return numbered.get(etherTypes[type] & 0xff);
    }

    @Nullable
    Protocol ipProtocol(int number) {
        return numbered.get(ipProtocols[number] & 0xff);
    }

    /** Whose port either is; the lower one counts first, as in Wireshark. */
    @Nullable
    Protocol udpPort(int a, int b) {
        return port(udpPorts, a, b);
    }

    /** Whose port either is; the lower one counts first, as in Wireshark. */
    @Nullable
    Protocol tcpPort(int a, int b) {
        return port(tcpPorts, a, b);
    }

    private @Nullable Protocol port(byte[] ports, int a, int b) {
        int ofA = ports[a];
        int ofB = ports[b];
        if ((ofA | ofB) == 0) {
            return null;
        }
        return numbered.get((ofB == 0 || ofA != 0 && a <= b ? ofA : ofB) & 0xff);
    }

    @Nullable
    Protocol other(String table, int value) {
        byte[] known = table(table);
        if (known != null) {
            return value < known.length ? numbered.get(known[value] & 0xff) : null;
        }
        return others.get(new Selector(table, value));
    }

    @Override
    public String toString() {
        return "Protocols" + all;
    }
}
