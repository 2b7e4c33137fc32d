package dev.ringwire.rewrite;

import dev.ringwire.address.Cidr;
import dev.ringwire.address.MacAddress;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Rewriter} is to change:
 *
 * <pre>{@code
 * RewriteRules rules = new RewriteRules()
 *         .map(Cidr.of("10.0.0.0/8"), Cidr.of("192.168.0.0/16"))
 *         .port(80, 8080)
 *         .fixChecksums();
 * }</pre>
 *
 * <p>Every rule looks at what the packet had, never at what another rule made of it. Not safe for use by several
 * threads; a rewriter keeps the rules as they were when it was made.
 */
public final class RewriteRules {
    private static final int PORTS = 1 << 16;
    private static final int VLANS = 1 << 12;

    private record Block(Cidr from, Cidr to) {}

    private final Map<String, Block> sources = new TreeMap<>();
    private final Map<String, Block> destinations = new TreeMap<>();
    private final Map<Long, Long> macs = new TreeMap<>();

    private final Map<Integer, Integer> ports = new TreeMap<>();
    private final Map<Integer, Integer> vlans = new TreeMap<>();
    private int everyVlan = -1;
    private byte @Nullable [] key;
    private boolean anonymiseMacs;

    boolean fixChecksums;
    boolean stripTags;
    int addTag = -1;

    /** No rules. */
    public RewriteRules() {}

    /**
     * Addresses of one block get the prefix of another, in every place: the bits behind it stay. Where several blocks
     * hold an address, the smallest counts.
     *
     * @throws IllegalArgumentException if one is IPv4 and the other IPv6, or there is a rule for the block already
     */
    public RewriteRules map(Cidr from, Cidr to) {
        return mapSource(from, to).mapDestination(from, to);
    }

    /** {@link #map} for sources only: in ARP the sender. */
    public RewriteRules mapSource(Cidr from, Cidr to) {
        add(sources, from, to);
        return this;
    }

    /** {@link #map} for destinations only: in ARP the target. */
    public RewriteRules mapDestination(Cidr from, Cidr to) {
        add(destinations, from, to);
        return this;
    }

    private static void add(Map<String, Block> blocks, Cidr from, Cidr to) {
        if (from.isIpv4() != to.isIpv4()) {
            throw new IllegalArgumentException(from + " and " + to + " are not of one IP version");
        }
        if (blocks.putIfAbsent(from.toString(), new Block(from, to)) != null) {
            throw new IllegalArgumentException("there is a rule for " + from + " already");
        }
    }

    /**
     * A MAC address becomes another, in every place.
     *
     * @throws IllegalArgumentException if there is a rule for it already
     */
    public RewriteRules mac(MacAddress from, MacAddress to) {
        if (macs.putIfAbsent(from.bits(), to.bits()) != null) {
            throw new IllegalArgumentException("there is a rule for " + from + " already");
        }
        return this;
    }

    /**
     * A port of TCP, UDP and SCTP becomes another, source or destination.
     *
     * @throws IllegalArgumentException if one is not in 0..65535, or there is a rule for it already
     */
    public RewriteRules port(int from, int to) {
        add(ports, PORTS, "port", from, to);
        return this;
    }

    /**
     * A VLAN identifier becomes another, in every tag.
     *
     * @throws IllegalArgumentException if one is not in 0..4095, or there is a rule for it already
     */
    public RewriteRules vlan(int from, int to) {
        add(vlans, VLANS, "VLAN", from, to);
        return this;
    }

    /**
     * Every VLAN identifier without a rule of its own becomes this one.
     *
     * @throws IllegalArgumentException if it is not in 0..4095
     */
    public RewriteRules everyVlan(int to) {
        everyVlan = check(VLANS, "VLAN", to);
        return this;
    }

    /** Takes the VLAN tags away that follow the Ethernet header at the start of a frame. */
    public RewriteRules stripTags() {
        stripTags = true;
        return this;
    }

    /**
     * Puts a VLAN tag of priority 0 behind the Ethernet addresses at the start of a frame, before those that are there.
     *
     * @throws IllegalArgumentException if the identifier is not in 0..4095
     */
    public RewriteRules addTag(int vlan) {
        addTag = check(VLANS, "VLAN", vlan);
        return this;
    }

    private static int check(int size, String what, int value) {
        if (value < 0 || value >= size) {
            throw new IllegalArgumentException(what + " is in 0.." + (size - 1) + ", not " + value);
        }
        return value;
    }

    private static void add(Map<Integer, Integer> rules, int size, String what, int from, int to) {
        if (rules.putIfAbsent(check(size, what, from), check(size, what, to)) != null) {
            throw new IllegalArgumentException("there is a rule for " + what + " " + from + " already");
        }
    }

    /**
     * IP addresses that no rule maps become others by the key, two of which share as many first bits as before
     * (Crypto-PAn). Unspecified, loopback, multicast and broadcast addresses stay; of IPv6, global, unique
     * local and link-local ones stay such. Whoever can guess the key can undo it: take a long random one.
     *
     * @param secret any number of bytes; the same ones always give the same addresses
     * @throws IllegalArgumentException if it is empty
     */
    public RewriteRules anonymise(byte[] secret) {
        if (secret.length == 0) {
            throw new IllegalArgumentException("the key is empty");
        }
        key = secret.clone();
        return this;
    }

    /** With {@link #anonymise}, MAC addresses that no rule maps become others as well; those of groups stay. */
    public RewriteRules anonymiseMacs() {
        anonymiseMacs = true;
        return this;
    }

    /**
     * Writes the right checksum of IPv4, TCP, UDP, SCTP, ICMP, ICMPv6 and IGMP in the place of a wrong one, over what the
     * IP length covers. Where that is not all here, in fragments, in quoted packets and where UDP has none, checksums stay as right or
     * wrong as they are.
     */
    public RewriteRules fixChecksums() {
        fixChecksums = true;
        return this;
    }

    /** Whether a frame may get another length. */
    public boolean resizes() {
        return stripTags || addTag >= 0;
    }

    /** Whether nothing is to be done. */
    public boolean isEmpty() {
        return sources.isEmpty()
                && destinations.isEmpty()
                && macs.isEmpty()
                && ports.isEmpty()
                && vlans.isEmpty()
                && everyVlan < 0
                && key == null
                && !fixChecksums
                && !resizes();
    }

    /** What becomes of each port, or null if there is no rule. */
    char @Nullable [] ports() {
        return table(ports, PORTS, -1);
    }

    /** What becomes of each VLAN identifier, or null if there is no rule. */
    char @Nullable [] vlans() {
        return table(vlans, VLANS, everyVlan);
    }

    private static char @Nullable [] table(Map<Integer, Integer> rules, int size, int otherwise) {
        if (rules.isEmpty() && otherwise < 0) {
            return null;
        }
        char[] table = new char[size];
        for (int i = 0; i < size; i++) {
            table[i] = (char) (otherwise < 0 ? i : otherwise);
        }
        rules.forEach((from, to) -> table[from] = (char) to.intValue());
        return table;
    }

    AddressMap addresses() {
        var map = new AddressMap(
                macs.keySet().stream().mapToLong(Long::longValue).toArray(),
                macs.values().stream().mapToLong(Long::longValue).toArray(),
                key == null ? null : new Anonymiser(key),
                key != null && anonymiseMacs);
        sources.values().forEach(block -> map.add(block.from, block.to, true));
        destinations.values().forEach(block -> map.add(block.from, block.to, false));
        return map;
    }

    @Override
    public String toString() {
        return "RewriteRules[" + sources.values() + ", " + destinations.values() + ", " + ports + ", " + vlans + "]";
    }
}
