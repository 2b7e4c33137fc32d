package dev.ringwire.wire;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Internet Control Message Protocol for IPv6, RFC 4443, with neighbour discovery (RFC 4861) and multicast listener
 * discovery (RFC 2710 and RFC 3810). What follows the checksum is what the type says: set the type first, and the header
 * has room for the fields of that message. What an echo carries is payload; so is the start of the packet that an error
 * is about ({@link #quoted}).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      |     Code      |           Checksum            |
 * |                     depends on the type                       |
 * |     addresses, options or records of neighbour discovery ...  |
 * </pre>
 */
public final class Icmpv6 extends ListHeader {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    private static final int LISTENER_LENGTH = 24;

    /** Values of {@link #type}. */
    public static final int DESTINATION_UNREACHABLE = 1;

    public static final int PACKET_TOO_BIG = 2;
    public static final int TIME_EXCEEDED = 3;
    public static final int PARAMETER_PROBLEM = 4;
    public static final int ECHO_REQUEST = 128;
    public static final int ECHO_REPLY = 129;
    public static final int MULTICAST_LISTENER_QUERY = 130;
    public static final int MULTICAST_LISTENER_REPORT = 131;
    public static final int MULTICAST_LISTENER_DONE = 132;
    public static final int ROUTER_SOLICITATION = 133;
    public static final int ROUTER_ADVERTISEMENT = 134;
    public static final int NEIGHBOR_SOLICITATION = 135;
    public static final int NEIGHBOR_ADVERTISEMENT = 136;
    public static final int REDIRECT = 137;
    public static final int MULTICAST_LISTENER_REPORT_V2 = 143;

    public static final FixedField TYPE = FixedField.decimal("icmpv6.type", 0, 8, "message type");
    public static final FixedField CODE = FixedField.decimal("icmpv6.code", 8, 8, "what the type distinguishes");
    public static final FixedField CHECKSUM = FixedField.hex("icmpv6.checksum", 16, 16, "checksum");
    public static final FixedField ECHO_IDENT = FixedField.hex(
                    "icmpv6.echo.identifier", 32, 16, "identifier of an echo")
            .when(Icmpv6::isEcho);
    public static final FixedField ECHO_SEQ = FixedField.decimal(
                    "icmpv6.echo.sequence_number", 48, 16, "sequence number of an echo")
            .when(Icmpv6::isEcho);
    public static final FixedField MTU = FixedField.decimal("icmpv6.mtu", 32, 32, "next-hop MTU of packet too big")
            .when(h -> h.get(Icmpv6.TYPE) == PACKET_TOO_BIG);
    public static final FixedField POINTER = FixedField.decimal(
                    "icmpv6.pointer", 32, 32, "byte a parameter problem is about")
            .when(h -> h.get(Icmpv6.TYPE) == PARAMETER_PROBLEM);
    public static final FixedField ORIGINAL_LENGTH = FixedField.decimal(
                    "icmpv6.length", 32, 8, "quoted datagram in front of extensions, 64-bit words, RFC 4884")
            .when(h -> isExtensible((int) h.get(Icmpv6.TYPE)) && Bits.u8(h.buffer(), h.offset() + 4) != 0);
    public static final Protocol PROTOCOL =
            Protocol.of("ICMPv6", "icmpv6", Icmpv6::new, fields(), Icmpv6::dissect, Selector.ipProtocol(58));

    private static List<Field> fields() {
        var all = new ArrayList<Field>(
                List.of(TYPE, CODE, CHECKSUM, ECHO_IDENT, ECHO_SEQ, MTU, POINTER, ORIGINAL_LENGTH));
        all.addAll(NeighborDiscovery.FIELDS);
        all.addAll(ListenerDiscovery.FIELDS);
        return all;
    }

    /** Headers of a type. */
    static FixedField.Condition is(int type) {
        return h -> h.get(TYPE) == type;
    }

    /** A header of its own with the protocol's defaults. */
    public Icmpv6() {
        super(LENGTH);
        type(ECHO_REQUEST);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Icmpv6 wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Icmpv6(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Message type. */
    public int type() {
        return getInt(TYPE);
    }

    /** Sets type; the header grows with zeros where the fixed part of such a message is longer. */
    public Icmpv6 type(int value) {
        put(TYPE, value);
        int options = NeighborDiscovery.optionsAt(value);
        atLeast(options > 0 ? options : ListenerDiscovery.isVersion1(value) ? LISTENER_LENGTH : LENGTH);
        return this;
    }

    /** What the type distinguishes. */
    public int code() {
        return getInt(CODE);
    }

    /** Sets code. */
    public Icmpv6 code(int value) {
        put(CODE, value);
        return this;
    }

    /** Checksum. */
    public int checksum() {
        return getInt(CHECKSUM);
    }

    /** Sets checksum. */
    public Icmpv6 checksum(int value) {
        put(CHECKSUM, value);
        return this;
    }

    /** Identifier of an echo. */
    public int identifier() {
        return getInt(ECHO_IDENT);
    }

    /** Sets identifier. */
    public Icmpv6 identifier(int value) {
        put(ECHO_IDENT, value);
        return this;
    }

    /** Sequence number of an echo. */
    public int sequenceNumber() {
        return getInt(ECHO_SEQ);
    }

    /** Sets sequenceNumber. */
    public Icmpv6 sequenceNumber(int value) {
        put(ECHO_SEQ, value);
        return this;
    }

    /** Next-hop MTU of packet too big. */
    public long mtu() {
        return get(MTU);
    }

    /** Sets mtu. */
    public Icmpv6 mtu(long value) {
        put(MTU, value);
        return this;
    }

    /** Byte a parameter problem is about. */
    public long pointer() {
        return get(POINTER);
    }

    /** Sets pointer. */
    public Icmpv6 pointer(long value) {
        put(POINTER, value);
        return this;
    }

    /** Bytes of the quoted datagram in front of extensions, in 64-bit words; 0 if there are none (RFC 4884). */
    public int length() {
        return (int) get(ORIGINAL_LENGTH);
    }

    /** Sets length. */
    public Icmpv6 length(int value) {
        put(ORIGINAL_LENGTH, value);
        return this;
    }

    /** Hop limit that hosts should use, of a router advertisement; 0 if it says nothing. */
    public int curHopLimit() {
        return (int) get(NeighborDiscovery.CUR_HOP_LIMIT);
    }

    /** Sets curHopLimit. */
    public Icmpv6 curHopLimit(int value) {
        put(NeighborDiscovery.CUR_HOP_LIMIT, value);
        return this;
    }

    /** Addresses come by DHCPv6, of a router advertisement. */
    public boolean managed() {
        return get(NeighborDiscovery.RA_M) != 0;
    }

    /** Sets managed. */
    public Icmpv6 managed(boolean value) {
        put(NeighborDiscovery.RA_M, value ? 1 : 0);
        return this;
    }

    /** Other configuration comes by DHCPv6, of a router advertisement. */
    public boolean otherConfiguration() {
        return get(NeighborDiscovery.RA_O) != 0;
    }

    /** Sets otherConfiguration. */
    public Icmpv6 otherConfiguration(boolean value) {
        put(NeighborDiscovery.RA_O, value ? 1 : 0);
        return this;
    }

    /** The sender of a router advertisement is a home agent (RFC 6275). */
    public boolean homeAgent() {
        return get(NeighborDiscovery.RA_H) != 0;
    }

    /** Sets homeAgent. */
    public Icmpv6 homeAgent(boolean value) {
        put(NeighborDiscovery.RA_H, value ? 1 : 0);
        return this;
    }

    /** Preference of a router: 0 medium, 1 high, 3 low (RFC 4191). */
    public int routerPreference() {
        return (int) get(NeighborDiscovery.RA_PRF);
    }

    /** Sets routerPreference. */
    public Icmpv6 routerPreference(int value) {
        put(NeighborDiscovery.RA_PRF, value);
        return this;
    }

    /** Seconds that the sender of a router advertisement is a default router. */
    public int routerLifetime() {
        return (int) get(NeighborDiscovery.ROUTER_LIFETIME);
    }

    /** Sets routerLifetime. */
    public Icmpv6 routerLifetime(int value) {
        put(NeighborDiscovery.ROUTER_LIFETIME, value);
        return this;
    }

    /** Milliseconds that a neighbour is taken as reachable, of a router advertisement. */
    public long reachableTime() {
        return get(NeighborDiscovery.REACHABLE_TIME);
    }

    /** Sets reachableTime. */
    public Icmpv6 reachableTime(long value) {
        put(NeighborDiscovery.REACHABLE_TIME, value);
        return this;
    }

    /** Milliseconds between neighbor solicitations, of a router advertisement. */
    public long retransTimer() {
        return get(NeighborDiscovery.RETRANS_TIMER);
    }

    /** Sets retransTimer. */
    public Icmpv6 retransTimer(long value) {
        put(NeighborDiscovery.RETRANS_TIMER, value);
        return this;
    }

    /** The sender of a neighbor advertisement is a router. */
    public boolean router() {
        return get(NeighborDiscovery.NA_R) != 0;
    }

    /** Sets router. */
    public Icmpv6 router(boolean value) {
        put(NeighborDiscovery.NA_R, value ? 1 : 0);
        return this;
    }

    /** A neighbor advertisement answers a solicitation. */
    public boolean solicited() {
        return get(NeighborDiscovery.NA_S) != 0;
    }

    /** Sets solicited. */
    public Icmpv6 solicited(boolean value) {
        put(NeighborDiscovery.NA_S, value ? 1 : 0);
        return this;
    }

    /** A neighbor advertisement overrides what is cached. */
    public boolean override() {
        return get(NeighborDiscovery.NA_O) != 0;
    }

    /** Sets override. */
    public Icmpv6 override(boolean value) {
        put(NeighborDiscovery.NA_O, value ? 1 : 0);
        return this;
    }

    /** Target address of a neighbor solicitation, a neighbor advertisement or a redirect. */
    public Ipv6Address target() {
        return address(NeighborDiscovery.NS_TARGET);
    }

    /** Sets target. */
    public Icmpv6 target(Ipv6Address value) {
        put(NeighborDiscovery.NS_TARGET, value);
        return this;
    }

    /** Destination address of a redirect. */
    public Ipv6Address destination() {
        return address(NeighborDiscovery.RD_DESTINATION);
    }

    /** Sets destination. */
    public Icmpv6 destination(Ipv6Address value) {
        put(NeighborDiscovery.RD_DESTINATION, value);
        return this;
    }

    /** Options of neighbour discovery. */
    public List<NdOption> options() {
        var options = new ArrayList<NdOption>();
        each(NeighborDiscovery.OPTIONS, (at, size) -> options.add(NdOption.decode(buffer(), at, size)));
        return options;
    }

    /**
     * Replaces the options of neighbour discovery.
     *
     * @throws IllegalStateException if a message of this type has none
     */
    public Icmpv6 options(NdOption... options) {
        int at = NeighborDiscovery.optionsAt(type());
        if (at < 0) {
            throw new IllegalStateException("an ICMPv6 message of type " + type() + " has no options");
        }
        tail(at, NdOption.encode(List.of(options)));
        return this;
    }

    /** Time to answer a multicast listener query within: milliseconds in version 1, also in version 2 if below 32768; else a float (RFC 3810 section 5.1.3). */
    public int maximumResponseCode() {
        return (int) get(ListenerDiscovery.MAX_RESPONSE_CODE);
    }

    /** Sets maximumResponseCode. */
    public Icmpv6 maximumResponseCode(int value) {
        put(ListenerDiscovery.MAX_RESPONSE_CODE, value);
        return this;
    }

    /** Multicast address of a listener query, or of a report or done of version 1. */
    public Ipv6Address multicastAddress() {
        return address(ListenerDiscovery.MULTICAST_ADDRESS);
    }

    /** Sets multicastAddress. */
    public Icmpv6 multicastAddress(Ipv6Address value) {
        put(ListenerDiscovery.MULTICAST_ADDRESS, value);
        return this;
    }

    /** Suppress router-side processing, of a listener query of version 2. */
    public boolean s() {
        return get(ListenerDiscovery.S) != 0;
    }

    /** Sets s; the header grows to that of a listener query of version 2. */
    public Icmpv6 s(boolean value) {
        atLeast(ListenerDiscovery.QUERY_LENGTH);
        put(ListenerDiscovery.S, value ? 1 : 0);
        return this;
    }

    /** Querier's robustness variable, of a listener query of version 2. */
    public int qrv() {
        return (int) get(ListenerDiscovery.QRV);
    }

    /** Sets qrv; the header grows to that of a listener query of version 2. */
    public Icmpv6 qrv(int value) {
        atLeast(ListenerDiscovery.QUERY_LENGTH);
        put(ListenerDiscovery.QRV, value);
        return this;
    }

    /** Querier's query interval code, of a listener query of version 2. */
    public int qqic() {
        return (int) get(ListenerDiscovery.QQIC);
    }

    /** Sets qqic; the header grows to that of a listener query of version 2. */
    public Icmpv6 qqic(int value) {
        atLeast(ListenerDiscovery.QUERY_LENGTH);
        put(ListenerDiscovery.QQIC, value);
        return this;
    }

    /** Number of sources, of a listener query of version 2. */
    public int numberOfSources() {
        return (int) get(ListenerDiscovery.NB_SOURCES);
    }

    /** Sets numberOfSources; the header grows to that of a listener query of version 2. */
    public Icmpv6 numberOfSources(int value) {
        atLeast(ListenerDiscovery.QUERY_LENGTH);
        put(ListenerDiscovery.NB_SOURCES, value);
        return this;
    }

    /** Source addresses of a listener query of version 2. */
    public List<Ipv6Address> sources() {
        var sources = new ArrayList<Ipv6Address>();
        each(
                ListenerDiscovery.SOURCES,
                (at, size) -> sources.add(new Ipv6Address(Bits.i64(buffer(), at), Bits.i64(buffer(), at + 8))));
        return sources;
    }

    /** Replaces the sources; the header grows to that of a listener query of version 2. Their number stays as it is. */
    public Icmpv6 sources(List<Ipv6Address> sources) {
        atLeast(ListenerDiscovery.QUERY_LENGTH);
        ByteBuffer bytes = ByteBuffer.allocate(16 * sources.size());
        sources.forEach(source -> bytes.put(source.toBytes()));
        tail(ListenerDiscovery.QUERY_LENGTH, bytes.array());
        return this;
    }

    /** Number of records, of a listener report of version 2. */
    public int numberOfGroupRecords() {
        return (int) get(ListenerDiscovery.NB_RECORDS);
    }

    /** Sets numberOfGroupRecords. */
    public Icmpv6 numberOfGroupRecords(int value) {
        put(ListenerDiscovery.NB_RECORDS, value);
        return this;
    }

    /** Records of a listener report of version 2. */
    public List<GroupRecord<Ipv6Address>> groupRecords() {
        var records = new ArrayList<GroupRecord<Ipv6Address>>();
        each(
                ListenerDiscovery.RECORDS,
                (at, size) -> records.add(GroupRecord.decode(buffer(), at, 16, Ipv6Address::of)));
        return records;
    }

    /** Makes this a listener report of version 2 with these records. Their number stays as it is. */
    public Icmpv6 groupRecords(List<GroupRecord<Ipv6Address>> records) {
        type(MULTICAST_LISTENER_REPORT_V2);
        tail(LENGTH, GroupRecord.encode(records, 16, Ipv6Address::toBytes));
        return this;
    }

    private static boolean isEcho(Header h) {
        return h.get(TYPE) == ECHO_REQUEST || h.get(TYPE) == ECHO_REPLY;
    }

    private static boolean isExtensible(int type) {
        return type == DESTINATION_UNREACHABLE || type == TIME_EXCEEDED;
    }

    /**
     * The start of the packet that an error message or a redirect is about, which ends early; empty for other messages,
     * and for a redirect without that option.
     */
    public Optional<Packet> quoted() {
        int type = type();
        if (type == REDIRECT) {
            return options().stream()
                    .filter(option -> option.type() == NdOption.REDIRECTED_HEADER)
                    .findFirst()
                    .map(option -> Packet.quoted(option.redirectedPacket(), Ipv6.PROTOCOL));
        }
        return type >= DESTINATION_UNREACHABLE && type <= PARAMETER_PROBLEM
                ? Optional.of(Packet.quoted(body(isExtensible(type) ? 8 * length() : 0), Ipv6.PROTOCOL))
                : Optional.empty();
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int type = Bits.u8(p.buffer(), offset);
        int options = NeighborDiscovery.optionsAt(type);
        if (options > 0 && options <= available) {
            NeighborDiscovery.dissect(p, offset, end, options);
            return;
        }
        int length = LENGTH;
        if (options > 0) {
            length = options;
        } else if (type == MULTICAST_LISTENER_REPORT_V2) {
            length = GroupRecord.reportLength(p.buffer(), offset, available, 16);
        } else if (ListenerDiscovery.isVersion1(type)) {
            length = listenerLength(p, type, offset, end, available);
        }
        if (length > available) {
            p.truncated(PROTOCOL, offset, end, length);
        } else if (p.add(PROTOCOL, offset, offset + length, end)
                && type >= DESTINATION_UNREACHABLE
                && type <= PARAMETER_PROBLEM) {
            int quoted = isExtensible(type) ? 8 * Bits.u8(p.buffer(), offset + 4) : 0;
            p.quote(Ipv6.PROTOCOL, offset + LENGTH, quoted == 0 ? end : Math.min(end, offset + LENGTH + quoted));
        }
    }

    /** RFC 3810 section 8.1: the length of a query tells its version. */
    private static int listenerLength(PacketParser p, int type, int offset, int end, int available) {
        int query = ListenerDiscovery.QUERY_LENGTH;
        if (type != MULTICAST_LISTENER_QUERY || end - offset < query) {
            return LISTENER_LENGTH;
        }
        return available < query ? query : query + 16 * Bits.u16(p.buffer(), offset + query - 2);
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            if (type() == MULTICAST_LISTENER_REPORT_V2) {
                assembly.set(ListenerDiscovery.NB_RECORDS, count(ListenerDiscovery.RECORDS));
            } else if (ListenerDiscovery.isQuery2(this)) {
                assembly.set(ListenerDiscovery.NB_SOURCES, count(ListenerDiscovery.SOURCES));
            }
        }
        if (assembly.checksums()) {
            assembly.transportChecksum(CHECKSUM, 58, assembly.networkEnd());
        }
    }

    @Override
    public String summary() {
        String what = switch (type()) {
            case ECHO_REPLY -> "echo reply, id " + identifier() + ", seq " + sequenceNumber();
            case ECHO_REQUEST -> "echo request, id " + identifier() + ", seq " + sequenceNumber();
            case DESTINATION_UNREACHABLE -> "destination unreachable, code " + code();
            case PACKET_TOO_BIG -> "packet too big, mtu " + mtu();
            case TIME_EXCEEDED -> "time exceeded, code " + code();
            case PARAMETER_PROBLEM -> "parameter problem, code " + code() + ", pointer " + pointer();
            case MULTICAST_LISTENER_QUERY ->
                "multicast listener query v" + (ListenerDiscovery.isQuery2(this) ? 2 : 1) + " of " + multicastAddress();
            case MULTICAST_LISTENER_REPORT -> "multicast listener report " + multicastAddress();
            case MULTICAST_LISTENER_DONE -> "multicast listener done " + multicastAddress();
            case MULTICAST_LISTENER_REPORT_V2 ->
                "multicast listener report v2, " + numberOfGroupRecords() + " group record(s)";
            case ROUTER_SOLICITATION -> "router solicitation";
            case ROUTER_ADVERTISEMENT -> "router advertisement, lifetime " + routerLifetime() + "s";
            case NEIGHBOR_SOLICITATION -> "neighbor solicitation, who has " + target();
            case NEIGHBOR_ADVERTISEMENT -> "neighbor advertisement, target " + target();
            case REDIRECT -> "redirect " + destination() + " to " + target();
            default -> "type " + type() + ", code " + code();
        };
        return "ICMP6 " + what + ", length " + (headerLength() + bodyLength());
    }
}
