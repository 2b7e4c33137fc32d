package dev.ringwire.stack.network;

import dev.ringwire.address.Cidr;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import dev.ringwire.stack.link.Neighbor;
import dev.ringwire.stack.link.NeighborCache;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a stack, its groups and its routes: which packets are for us, and which way others are sent. The
 * longest prefix wins; a prefix of our own addresses is on the link. On a device of bare IP packets everything is.
 */
public final class IpRouter {
    /** Most destinations that are remembered with their path MTU; one more drives out the one longest not asked for. */
    public static final int DESTINATIONS = 65_536;

    /** Most groups that are joined. */
    public static final int GROUPS = 1024;

    private static final int LOCAL_MTU = 65_535;
    private static final long ALL_HOSTS = IpAddresses.mapped(0xe000_0001);
    private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;

    private final StackContext context;
    private final int linkMtu;
    private final List<LocalAddress> addresses = new ArrayList<>();
    private final List<LocalAddress> tentative = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final Map<Ipv6Address, Integer> groups = new HashMap<>();
    private final Map<Ipv6Address, Destination> destinations = new LinkedHashMap<>(16, 0.75f, true);
    private final List<Destination> narrowed = new ArrayList<>();
    private final Timer forget;
    private final List<Runnable> onGroupsChanged = new ArrayList<>();
    private int changes;
    private @Nullable NeighborCache neighbors4;
    private @Nullable NeighborCache neighbors6;

    /** Without addresses, on a link that carries bare IP packets. */
    public IpRouter(StackContext context, int linkMtu) {
        this.context = Objects.requireNonNull(context);
        this.linkMtu = linkMtu;
        forget = context.timers().timer(this::forgetPathMtus);
    }

    /** On a link with MAC addresses, which these find out for IPv4 and IPv6. */
    public void link(NeighborCache ipv4, NeighborCache ipv6) {
        neighbors4 = ipv4;
        neighbors6 = ipv6;
        refresh();
    }

    /** How often addresses or routes have changed; the address of ours that suits a destination may be another then. */
    public int changes() {
        return changes;
    }

    /** The longest packet on the link. */
    public int linkMtu() {
        return linkMtu;
    }

    /** Speaks from this address, too; the others of its prefix are on the link. */
    public void addAddress(long high, long low, int prefixLength) {
        addAddress(new LocalAddress(high, low, prefixLength));
    }

    /** Speaks from this address, too, unless it does already. */
    public void addAddress(LocalAddress address) {
        tentative.removeIf(a -> a.high() == address.high() && a.low() == address.low());
        if (!isOurs(address.high(), address.low())) {
            addresses.add(address);
            refresh();
            groupsChanged();
        }
    }

    /** Keeps an address that is not ours before it is sure that nobody else has it. */
    public void addTentative(LocalAddress address) {
        tentative.add(address);
        groupsChanged();
    }

    /** Does not speak from this address any more; sessions from it end by themselves. */
    public void removeAddress(long high, long low) {
        tentative.removeIf(a -> a.high() == high && a.low() == low);
        if (addresses.removeIf(a -> a.high() == high && a.low() == low)) {
            refresh();
        }
        groupsChanged();
    }

    /** Our addresses, in the order they were given. */
    public List<LocalAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Whether packets to this address are for us. */
    public boolean isOurs(long high, long low) {
        return isIn(addresses, high, low);
    }

    /** Whether this is going to be an address of ours, if nobody else has it. */
    public boolean isTentative(long high, long low) {
        return isIn(tentative, high, low);
    }

    private static boolean isIn(List<LocalAddress> list, long high, long low) {
        for (int i = 0; i < list.size(); i++) {
            LocalAddress a = list.get(i);
            if (a.low() == low && a.high() == high) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is 255.255.255.255 or the broadcast address of a link of ours. */
    public boolean isBroadcast(long high, long low) {
        if (high != 0) {
            return false;
        }
        if (low == IpAddresses.BROADCAST) {
            return true;
        }
        for (int i = 0; i < addresses.size(); i++) {
            if (addresses.get(i).isBroadcast(low)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Receives packets to a multicast group, and tells the link so by IGMP or MLD.
     *
     * @throws IllegalArgumentException if it is no multicast address
     * @throws IllegalStateException if {@link #GROUPS} are joined already
     */
    public void join(InetAddress group) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException(group.getHostAddress() + " is no multicast address");
        }
        if (groups.size() == GROUPS) {
            throw new IllegalStateException("no more than " + GROUPS + " groups can be joined");
        }
        groups.merge(key(group), 1, Integer::sum);
        groupsChanged();
    }

    /** Undoes one {@link #join}; a group that is not joined is ignored. */
    public void leave(InetAddress group) {
        groups.computeIfPresent(key(group), (k, times) -> times == 1 ? null : times - 1);
        groupsChanged();
    }

    /** Calls it whenever groups may have been joined or left. */
    void onGroupsChanged(Runnable action) {
        onGroupsChanged.add(action);
        action.run();
    }

    private void groupsChanged() {
        onGroupsChanged.forEach(Runnable::run);
    }

    /** The groups that a link is told of: all that are joined, but those that every host is in or that stay in it. */
    Set<Ipv6Address> groups(boolean ipv4) {
        Set<Ipv6Address> told = new LinkedHashSet<>();
        for (List<LocalAddress> list : List.of(addresses, tentative)) {
            for (LocalAddress a : list) {
                if (!a.isIpv4()) {
                    told.add(new Ipv6Address(IpAddresses.solicitedNodeHigh(), IpAddresses.solicitedNodeLow(a.low())));
                }
            }
        }
        told.addAll(groups.keySet());
        told.removeIf(group -> IpAddresses.isIpv4(group.high(), group.low()) != ipv4
                || (ipv4
                        ? group.low() == ALL_HOSTS
                        : group.high() == ALL_NODES_HIGH && group.low() == 1 || (group.high() >>> 48 & 0xf) < 2));
        return told;
    }

    private static Ipv6Address key(InetAddress address) {
        return new Ipv6Address(IpAddresses.high(address), IpAddresses.low(address));
    }

    /** Whether packets to that group are for us: joined, all nodes, or those that ask for one of our addresses. */
    public boolean isJoined(long high, long low) {
        if (high == ALL_NODES_HIGH && low == 1 || high == 0 && low == ALL_HOSTS) {
            return true;
        }
        if (high == IpAddresses.solicitedNodeHigh() && (low & 0xffff_ffff_ff00_0000L) == 0x1_ff00_0000L) {
            return isSolicited(addresses, low) || isSolicited(tentative, low);
        }
        return !groups.isEmpty() && groups.containsKey(new Ipv6Address(high, low));
    }

    private static boolean isSolicited(List<LocalAddress> list, long low) {
        for (int i = 0; i < list.size(); i++) {
            LocalAddress a = list.get(i);
            if (!a.isIpv4() && IpAddresses.solicitedNodeLow(a.low()) == low) {
                return true;
            }
        }
        return false;
    }

    /**
     * Sends packets to a block of addresses by way of a router on the link.
     *
     * @throws IllegalArgumentException if one is IPv4 and the other IPv6
     */
    public void addRoute(Cidr block, InetAddress gateway) {
        addRoute(Route.of(block, IpAddresses.high(gateway), IpAddresses.low(gateway)));
    }

    /** Adds a route in place of the one to the same block. */
    public void addRoute(Route route) {
        drop(route.high(), route.low(), route.prefixLength());
        int at = 0;
        while (at < routes.size() && routes.get(at).prefixLength() >= route.prefixLength()) {
            at++;
        }
        routes.add(at, route);
        refresh();
    }

    /** Takes away the route to a block; there may be none. */
    public void removeRoute(Cidr block) {
        drop(block.high(), block.isIpv4() ? IpAddresses.mapped((int) block.low()) : block.low(), block.prefixLength());
        refresh();
    }

    private void drop(long high, long low, int prefixLength) {
        routes.removeIf(r -> r.high() == high && r.low() == low && r.prefixLength() == prefixLength);
    }

    /** The routes besides the prefixes of our addresses, longest prefix first. */
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /** The way to a destination from the address of ours that suits it; null if there is none. */
    public @Nullable IpPath path(long high, long low) {
        LocalAddress source = source(high, low);
        return source == null ? null : path(source.high(), source.low(), high, low);
    }

    /** The way to a destination from that address of ours; null if there is none. */
    public @Nullable IpPath path(long sourceHigh, long sourceLow, long high, long low) {
        if (IpAddresses.isUnspecified(high, low)
                || IpAddresses.isIpv4(high, low) != IpAddresses.isIpv4(sourceHigh, sourceLow)) {
            return null;
        }
        Ipv6Address key = new Ipv6Address(high, low);
        Destination destination = destinations.get(key);
        if (destination != null) {
            for (IpPath path : destination.paths) {
                if (path.sourceHigh() == sourceHigh && path.sourceLow() == sourceLow) {
                    return path;
                }
            }
        } else {
            destination = new Destination(high, low, context.random().nextInt());
        }
        IpPath path = new IpPath(sourceHigh, sourceLow, destination);
        if (!aim(path)) {
            return null;
        }
        if (isOurs(sourceHigh, sourceLow)) {
            destination.paths.add(path);
            if (destinations.put(key, destination) == null && destinations.size() > DESTINATIONS) {
                narrowed.remove(
                        destinations.remove(destinations.keySet().iterator().next()));
            }
        }
        return path;
    }

    /** Sets neighbour and MTU of a path; false if there is no route. */
    private boolean aim(IpPath path) {
        long high = path.destinationHigh();
        long low = path.destinationLow();
        boolean local = isOurs(high, low);
        boolean multicast = IpAddresses.isMulticast(high, low);
        boolean broadcast = isBroadcast(high, low);
        path.kind(local, multicast || broadcast);
        path.mtu(mtu(path));
        NeighborCache neighbors = path.isIpv6() ? neighbors6 : neighbors4;
        path.neighbor(null);
        if (local || neighbors == null) {
            return true;
        }
        if (multicast) {
            path.neighbor(Neighbor.permanent(high, low, IpAddresses.multicastMac(high, low)));
            return true;
        }
        if (broadcast) {
            path.neighbor(Neighbor.permanent(high, low, 0xffff_ffff_ffffL));
            return true;
        }
        Route route = route(high, low);
        if (route == null) {
            return false;
        }
        path.neighbor(
                route.isOnLink()
                        ? neighbors.neighbor(high, low)
                        : neighbors.neighbor(route.gatewayHigh(), route.gatewayLow()));
        return true;
    }

    private int mtu(IpPath path) {
        if (path.isLocal()) {
            return LOCAL_MTU;
        }
        int told = path.destination().pathMtu;
        return told == 0 ? linkMtu : Math.min(told, linkMtu);
    }

    /** The longest prefix: of our addresses, which are on the link, or of the routes. */
    private @Nullable Route route(long high, long low) {
        Route best = null;
        for (Route route : routes) {
            if (route.matches(high, low)) {
                best = route;
                break;
            }
        }
        for (LocalAddress a : addresses) {
            if (a.isOnLink(high, low) && (best == null || a.prefixLength() >= best.prefixLength())) {
                best = new Route(a.high(), a.low(), a.prefixLength(), 0, 0);
            }
        }
        return best;
    }

    /** The address to speak from (RFC 6724 section 5: itself, scope, the link of the next hop, longest prefix). */
    private @Nullable LocalAddress source(long high, long low) {
        Route route = route(high, low);
        long nextHigh = route == null || route.isOnLink() ? high : route.gatewayHigh();
        long nextLow = route == null || route.isOnLink() ? low : route.gatewayLow();
        boolean ipv4 = IpAddresses.isIpv4(high, low);
        boolean linkScope = IpAddresses.isLinkLocal(high) || high >>> 48 == 0xff02;
        LocalAddress best = null;
        int bestScore = -1;
        for (LocalAddress a : addresses) {
            if (a.isIpv4() != ipv4) {
                continue;
            }
            int score = IpAddresses.commonPrefix(a.high(), a.low(), high, low);
            score += a.isOnLink(nextHigh, nextLow) ? 1 << 8 : 0;
            score += !ipv4 && IpAddresses.isLinkLocal(a.high()) == linkScope ? 1 << 9 : 0;
            if (score > bestScore) {
                best = a;
                bestScore = score;
            }
        }
        return best;
    }

    /** Addresses or routes have changed: so have the paths that sessions keep. */
    private void refresh() {
        changes++;
        for (Destination destination : destinations.values()) {
            destination.paths.forEach(this::aim);
        }
    }

    /**
     * A router told how long a packet to a destination may be (RFC 1191, RFC 8201). Only ever shorter than before; after
     * ten minutes longer ones are tried again.
     *
     * @param path the way that the packet went
     * @param mtu bytes with the IP header; at IPv4 0 for one that the router did not tell
     * @param tried the length of the packet that was too long
     */
    void pathMtu(IpPath path, int mtu, int tried) {
        // Who has kept the path for long may have another one than who asks now.
        Destination kept = path.destination();
        Destination known = destinations.get(new Ipv6Address(kept.high, kept.low));
        pathMtu(kept, !path.isIpv6(), mtu, tried);
        if (known != null && known != kept) {
            pathMtu(known, !path.isIpv6(), mtu, tried);
        }
    }

    private void pathMtu(Destination destination, boolean ipv4, int mtu, int tried) {
        int told = ipv4 && mtu == 0 ? PathMtu.below(tried) : mtu;
        int least = ipv4 ? PathMtu.LEAST4 : PathMtu.LEAST6;
        int before = destination.pathMtu == 0 ? linkMtu : destination.pathMtu;
        if (told >= before || ipv4 && told < PathMtu.SMALLEST4) {
            return;
        }
        destination.narrow |= ipv4 && told < least;
        if (destination.pathMtu == 0) {
            narrowed.add(destination);
        }
        destination.pathMtu = Math.min(before, Math.max(told, least));
        destination.expires = context.now() + PathMtu.LIFETIME;
        destination.paths.forEach(path -> path.mtu(mtu(path)));
        if (!forget.isSet()) {
            forget.at(destination.expires);
        }
    }

    private void forgetPathMtus() {
        long next = Long.MAX_VALUE;
        for (int i = narrowed.size() - 1; i >= 0; i--) {
            Destination destination = narrowed.get(i);
            if (destination.expires <= context.now()) {
                narrowed.remove(i);
                destination.pathMtu = 0;
                destination.narrow = false;
                destination.paths.forEach(path -> path.mtu(mtu(path)));
            } else {
                next = Math.min(next, destination.expires);
            }
        }
        if (next != Long.MAX_VALUE) {
            forget.at(next);
        }
    }
}
