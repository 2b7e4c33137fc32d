package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Internet Control Message Protocol, RFC 792, with address mask (RFC 950), router discovery (RFC 1256) and extended
 * errors (RFC 4884). What follows the checksum is what the type says: set the type first, and the header has room for
 * the fields of that message. What an echo carries is payload; so is the start of the packet that an error is about
 * ({@link #quoted}).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      |     Code      |           Checksum            |
 * |                     depends on the type                       |
 * |   three timestamps, an address mask, or router addresses ...  |
 * </pre>
 */
public final class Icmpv4 extends ListHeader {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    /** Values of {@link #type}. */
    public static final int ECHO_REPLY = 0;

    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int SOURCE_QUENCH = 4;
    public static final int REDIRECT = 5;
    public static final int ECHO_REQUEST = 8;
    public static final int ROUTER_ADVERTISEMENT = 9;
    public static final int ROUTER_SOLICITATION = 10;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETER_PROBLEM = 12;
    public static final int TIMESTAMP = 13;
    public static final int TIMESTAMP_REPLY = 14;
    public static final int INFORMATION_REQUEST = 15;
    public static final int INFORMATION_REPLY = 16;
    public static final int ADDRESS_MASK_REQUEST = 17;
    public static final int ADDRESS_MASK_REPLY = 18;

    public static final FixedField TYPE = FixedField.decimal("icmp.type", 0, 8, "message type");
    public static final FixedField CODE = FixedField.decimal("icmp.code", 8, 8, "what the type distinguishes");
    public static final FixedField CHECKSUM = FixedField.hex("icmp.checksum", 16, 16, "checksum");
    public static final FixedField IDENT =
            FixedField.decimal("icmp.ident", 32, 16, "identifier of a query").when(Icmpv4::isQuery);
    public static final FixedField SEQ =
            FixedField.decimal("icmp.seq", 48, 16, "sequence number of a query").when(Icmpv4::isQuery);
    public static final FixedField MTU = FixedField.decimal("icmp.mtu", 48, 16, "next-hop MTU of fragmentation needed")
            .when(h -> h.get(Icmpv4.TYPE) == DESTINATION_UNREACHABLE && h.get(Icmpv4.CODE) == 4);
    public static final FixedField POINTER = FixedField.decimal(
                    "icmp.pointer", 32, 8, "byte a parameter problem is about")
            .when(h -> h.get(Icmpv4.TYPE) == PARAMETER_PROBLEM);
    public static final FixedField REDIR_GW =
            FixedField.ipv4("icmp.redir_gw", 32, "gateway of a redirect").when(h -> h.get(Icmpv4.TYPE) == REDIRECT);
    public static final FixedField ORIGINATE = FixedField.decimal(
                    "icmp.originate_timestamp", 64, 32, "when the sender sent it, ms since midnight UT")
            .when(Icmpv4::isTimestamp);
    public static final FixedField RECEIVE = FixedField.decimal(
                    "icmp.receive_timestamp", 96, 32, "when the echoer got it, ms since midnight UT")
            .when(Icmpv4::isTimestamp);
    public static final FixedField TRANSMIT = FixedField.decimal(
                    "icmp.transmit_timestamp", 128, 32, "when the echoer sent it, ms since midnight UT")
            .when(Icmpv4::isTimestamp);
    public static final FixedField ADDRESS_MASK =
            FixedField.ipv4("icmp.address_mask", 64, "mask of the network").when(h -> isMask((int) h.get(Icmpv4.TYPE)));
    public static final FixedField ORIGINAL_LENGTH = FixedField.decimal(
                    "icmp.length", 40, 8, "quoted datagram in front of extensions, 32-bit words, RFC 4884")
            .when(h -> isExtensible((int) h.get(Icmpv4.TYPE)) && Bits.u8(h.buffer(), h.offset() + 5) != 0);
    public static final FixedField NUM_ADDRS =
            FixedField.decimal("icmp.num_addrs", 32, 8, "router addresses").when(Icmpv4::isAdvertisement);
    public static final FixedField ADDR_ENTRY_SIZE = FixedField.decimal(
                    "icmp.addr_entry_size", 40, 8, "32-bit words per router address")
            .when(Icmpv4::isAdvertisement);
    public static final FixedField LIFETIME = FixedField.decimal(
                    "icmp.lifetime", 48, 16, "seconds that the router addresses are valid")
            .when(Icmpv4::isAdvertisement);

    private static final Layout ROUTERS = new Layout() {
        @Override
        public int first(Header header) {
            return header.headerLength() > LENGTH && isAdvertisement(header) ? LENGTH : -1;
        }

        @Override
        public int size(Header header, int at, int end) {
            int words = (int) header.get(ADDR_ENTRY_SIZE);
            return words < 2 ? -1 : 4 * words;
        }
    };
    static final ComputedField ROUTER_ADDRESS =
            field("icmp.router_address", FieldType.IPV4, "address of a router", ROUTERS, number(0, 4));
    static final ComputedField PREF_LEVEL =
            field("icmp.pref_level", FieldType.SIGNED, "preference of a router address", ROUTERS, signed(4));
    public static final Protocol PROTOCOL = Protocol.of(
            "ICMP",
            "icmp",
            Icmpv4::new,
            List.of(
                    TYPE,
                    CODE,
                    CHECKSUM,
                    IDENT,
                    SEQ,
                    MTU,
                    POINTER,
                    REDIR_GW,
                    ORIGINATE,
                    RECEIVE,
                    TRANSMIT,
                    ADDRESS_MASK,
                    ORIGINAL_LENGTH,
                    NUM_ADDRS,
                    ADDR_ENTRY_SIZE,
                    LIFETIME,
                    ROUTER_ADDRESS,
                    PREF_LEVEL),
            Icmpv4::dissect,
            Selector.ipProtocol(1));

    /** A header of its own with the protocol's defaults. */
    public Icmpv4() {
        super(LENGTH);
        type(ECHO_REQUEST);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Icmpv4 wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Icmpv4(), bytes, offset, length);
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
    public Icmpv4 type(int value) {
        put(TYPE, value);
        atLeast(fixedLength(value));
        return this;
    }

    private static int fixedLength(int type) {
        return type == TIMESTAMP || type == TIMESTAMP_REPLY ? LENGTH + 12 : isMask(type) ? LENGTH + 4 : LENGTH;
    }

    /** What the type distinguishes. */
    public int code() {
        return getInt(CODE);
    }

    /** Sets code. */
    public Icmpv4 code(int value) {
        put(CODE, value);
        return this;
    }

    /** Checksum. */
    public int checksum() {
        return getInt(CHECKSUM);
    }

    /** Sets checksum. */
    public Icmpv4 checksum(int value) {
        put(CHECKSUM, value);
        return this;
    }

    /** Identifier of a query. */
    public int identifier() {
        return getInt(IDENT);
    }

    /** Sets identifier. */
    public Icmpv4 identifier(int value) {
        put(IDENT, value);
        return this;
    }

    /** Sequence number of a query. */
    public int sequenceNumber() {
        return getInt(SEQ);
    }

    /** Sets sequenceNumber. */
    public Icmpv4 sequenceNumber(int value) {
        put(SEQ, value);
        return this;
    }

    /** Next-hop MTU of fragmentation needed. */
    public int mtu() {
        return getInt(MTU);
    }

    /** Sets mtu. */
    public Icmpv4 mtu(int value) {
        put(MTU, value);
        return this;
    }

    /** Byte a parameter problem is about. */
    public int pointer() {
        return getInt(POINTER);
    }

    /** Sets pointer. */
    public Icmpv4 pointer(int value) {
        put(POINTER, value);
        return this;
    }

    /** Gateway of a redirect. */
    public Ipv4Address gateway() {
        return getIpv4(REDIR_GW);
    }

    /** Sets gateway. */
    public Icmpv4 gateway(Ipv4Address value) {
        put(REDIR_GW, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** When the sender sent it, milliseconds since midnight UT. */
    public long originateTimestamp() {
        return get(ORIGINATE);
    }

    /** Sets originateTimestamp. */
    public Icmpv4 originateTimestamp(long value) {
        put(ORIGINATE, value);
        return this;
    }

    /** When the echoer got it, milliseconds since midnight UT. */
    public long receiveTimestamp() {
        return get(RECEIVE);
    }

    /** Sets receiveTimestamp. */
    public Icmpv4 receiveTimestamp(long value) {
        put(RECEIVE, value);
        return this;
    }

    /** When the echoer sent it, milliseconds since midnight UT. */
    public long transmitTimestamp() {
        return get(TRANSMIT);
    }

    /** Sets transmitTimestamp. */
    public Icmpv4 transmitTimestamp(long value) {
        put(TRANSMIT, value);
        return this;
    }

    /** Mask of the network, of an address mask message. */
    public Ipv4Address addressMask() {
        return new Ipv4Address((int) get(ADDRESS_MASK));
    }

    /** Sets addressMask. */
    public Icmpv4 addressMask(Ipv4Address value) {
        put(ADDRESS_MASK, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Bytes of the quoted datagram in front of extensions, in 32-bit words; 0 if there are none (RFC 4884). */
    public int length() {
        return getInt(ORIGINAL_LENGTH);
    }

    /** Sets length. */
    public Icmpv4 length(int value) {
        put(ORIGINAL_LENGTH, value);
        return this;
    }

    /** How many addresses a router advertisement has. */
    public int numAddrs() {
        return getInt(NUM_ADDRS);
    }

    /** Sets numAddrs. */
    public Icmpv4 numAddrs(int value) {
        put(NUM_ADDRS, value);
        return this;
    }

    /** 32-bit words for each address of a router advertisement; 2. */
    public int addrEntrySize() {
        return getInt(ADDR_ENTRY_SIZE);
    }

    /** Sets addrEntrySize. */
    public Icmpv4 addrEntrySize(int value) {
        put(ADDR_ENTRY_SIZE, value);
        return this;
    }

    /** Seconds that the addresses of a router advertisement are valid. */
    public int lifetime() {
        return getInt(LIFETIME);
    }

    /** Sets lifetime. */
    public Icmpv4 lifetime(int value) {
        put(LIFETIME, value);
        return this;
    }

    /**
     * One router of a router advertisement.
     *
     * @param address the router's
     * @param preference the higher the better; {@link Integer#MIN_VALUE} is no default router
     */
    public record RouterAddress(Ipv4Address address, int preference) {}

    /** The routers of a router advertisement. */
    public List<RouterAddress> routerAddresses() {
        var routers = new ArrayList<RouterAddress>();
        each(
                ROUTERS,
                (at, size) -> routers.add(
                        new RouterAddress(new Ipv4Address(Bits.i32(buffer(), at)), Bits.i32(buffer(), at + 4))));
        return routers;
    }

    /** Makes this a router advertisement of these, two words each. Their number stays as it is. */
    public Icmpv4 routerAddresses(List<RouterAddress> routers) {
        type(ROUTER_ADVERTISEMENT).addrEntrySize(2);
        ByteBuffer bytes = ByteBuffer.allocate(8 * routers.size());
        routers.forEach(router -> bytes.putInt(router.address().bits()).putInt(router.preference()));
        tail(LENGTH, bytes.array());
        return this;
    }

    /** Echo, timestamp, information and address mask messages have an identifier and a sequence number. */
    private static boolean isQuery(Header h) {
        int type = (int) h.get(TYPE);
        return type == ECHO_REQUEST || type == ECHO_REPLY || type >= TIMESTAMP && type <= 18;
    }

    private static boolean isTimestamp(Header h) {
        return h.get(TYPE) == TIMESTAMP || h.get(TYPE) == TIMESTAMP_REPLY;
    }

    private static boolean isAdvertisement(Header h) {
        return h.get(TYPE) == ROUTER_ADVERTISEMENT;
    }

    private static boolean isMask(int type) {
        return type == ADDRESS_MASK_REQUEST || type == ADDRESS_MASK_REPLY;
    }

    private static boolean isExtensible(int type) {
        return type == DESTINATION_UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
    }

    private static boolean isError(int type) {
        return type == DESTINATION_UNREACHABLE
                || type == SOURCE_QUENCH
                || type == REDIRECT
                || type == TIME_EXCEEDED
                || type == PARAMETER_PROBLEM;
    }

    /** The start of the packet that an error message is about, which ends early; empty for other messages. */
    public Optional<Packet> quoted() {
        return isError(type())
                ? Optional.of(Packet.quoted(body(isExtensible(type()) ? 4 * length() : 0), Ipv4.PROTOCOL))
                : Optional.empty();
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        ByteBuffer b = p.buffer();
        int type = Bits.u8(b, offset);
        int length = fixedLength(type);
        if (type == ROUTER_ADVERTISEMENT) {
            length += 4 * Bits.u8(b, offset + 4) * Bits.u8(b, offset + 5);
        }
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
        } else if (p.add(PROTOCOL, offset, offset + length, end) && isError(type)) {
            int quoted = isExtensible(type) ? 4 * Bits.u8(b, offset + 5) : 0;
            p.quote(Ipv4.PROTOCOL, offset + LENGTH, quoted == 0 ? end : Math.min(end, offset + LENGTH + quoted));
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths() && isAdvertisement(this)) {
            assembly.set(NUM_ADDRS, count(ROUTERS));
        }
        if (assembly.checksums()) {
            assembly.checksum(CHECKSUM, assembly.networkEnd());
        }
    }

    @Override
    public String summary() {
        String what = switch (type()) {
            case ECHO_REPLY -> "echo reply, id " + identifier() + ", seq " + sequenceNumber();
            case ECHO_REQUEST -> "echo request, id " + identifier() + ", seq " + sequenceNumber();
            case DESTINATION_UNREACHABLE -> "destination unreachable, code " + code();
            case REDIRECT -> "redirect to " + gateway();
            case TIME_EXCEEDED -> "time exceeded, code " + code();
            case ROUTER_ADVERTISEMENT ->
                "router advertisement, lifetime " + lifetime() + ", " + numAddrs() + " address(es)";
            case ROUTER_SOLICITATION -> "router solicitation";
            case TIMESTAMP -> "time stamp query, id " + identifier() + ", seq " + sequenceNumber();
            case TIMESTAMP_REPLY -> "time stamp reply, id " + identifier() + ", seq " + sequenceNumber();
            case ADDRESS_MASK_REQUEST -> "address mask request";
            case ADDRESS_MASK_REPLY -> "address mask is " + addressMask();
            default -> "type " + type() + ", code " + code();
        };
        return "ICMP " + what + ", length " + (headerLength() + bodyLength());
    }
}
