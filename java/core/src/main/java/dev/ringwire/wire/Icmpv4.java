package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Internet Control Message Protocol, RFC 792. The second word means what the type says; an error message carries the start of the packet it is about ({@link #quoted}).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      |     Code      |           Checksum            |
 * |                     depends on the type                       |
 * </pre>
 */
public final class Icmpv4 extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    /** Values of {@link #type}. */
    public static final int ECHO_REPLY = 0;

    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int SOURCE_QUENCH = 4;
    public static final int REDIRECT = 5;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETER_PROBLEM = 12;
    public static final int TIMESTAMP = 13;
    public static final int TIMESTAMP_REPLY = 14;

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
    static final ComputedField ORIGINATE =
            timestamp("icmp.originate_timestamp", 0, "when the sender sent it, ms since midnight UT");
    static final ComputedField RECEIVE =
            timestamp("icmp.receive_timestamp", 4, "when the echoer got it, ms since midnight UT");
    static final ComputedField TRANSMIT =
            timestamp("icmp.transmit_timestamp", 8, "when the echoer sent it, ms since midnight UT");
    public static final Protocol PROTOCOL = Protocol.of(
            "ICMP",
            "icmp",
            Icmpv4::new,
            List.of(TYPE, CODE, CHECKSUM, IDENT, SEQ, MTU, POINTER, REDIR_GW, ORIGINATE, RECEIVE, TRANSMIT),
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

    /** Sets type. */
    public Icmpv4 type(int value) {
        put(TYPE, value);
        return this;
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

    /** A field behind the header of a timestamp message. */
    private static ComputedField timestamp(String name, int at, String label) {
        return ComputedField.number(name, FieldType.DECIMAL, label, LENGTH, h -> {
            boolean present =
                    (h.get(TYPE) == TIMESTAMP || h.get(TYPE) == TIMESTAMP_REPLY) && h.bodyCaptured() >= at + 4;
            return present ? Bits.u32(h.buffer(), h.offset() + LENGTH + at) : -1;
        });
    }

    /** Echo, timestamp, information and address mask messages have an identifier and a sequence number. */
    private static boolean isQuery(Header h) {
        int type = (int) h.get(TYPE);
        return type == ECHO_REQUEST || type == ECHO_REPLY || type >= TIMESTAMP && type <= 18;
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
        return isError(type()) ? Optional.of(Packet.quoted(this, Ipv4.PROTOCOL)) : Optional.empty();
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        if (!p.add(PROTOCOL, offset, offset + LENGTH, end)) {
            return;
        }
        if (isError(Bits.u8(p.buffer(), offset))) {
            p.quote(Ipv4.PROTOCOL, offset + LENGTH, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
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
            default -> "type " + type() + ", code " + code();
        };
        return "ICMP " + what + ", length " + (LENGTH + bodyLength());
    }
}
