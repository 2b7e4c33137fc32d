package dev.ringwire.wire;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Internet Control Message Protocol for IPv6, RFC 4443. The second word means what the type says; an error message carries the start of the packet it is about ({@link #quoted}).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      |     Code      |           Checksum            |
 * |                     depends on the type                       |
 * </pre>
 */
public final class Icmpv6 extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    /** Values of {@link #type}. */
    public static final int DESTINATION_UNREACHABLE = 1;

    public static final int PACKET_TOO_BIG = 2;
    public static final int TIME_EXCEEDED = 3;
    public static final int PARAMETER_PROBLEM = 4;
    public static final int ECHO_REQUEST = 128;
    public static final int ECHO_REPLY = 129;
    public static final int NEIGHBOR_SOLICITATION = 135;
    public static final int NEIGHBOR_ADVERTISEMENT = 136;

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
    static final ComputedField NS_TARGET = target("icmpv6.nd.ns.target_address", NEIGHBOR_SOLICITATION);
    static final ComputedField NA_TARGET = target("icmpv6.nd.na.target_address", NEIGHBOR_ADVERTISEMENT);
    public static final Protocol PROTOCOL = Protocol.of(
            "ICMPv6",
            "icmpv6",
            Icmpv6::new,
            List.of(TYPE, CODE, CHECKSUM, ECHO_IDENT, ECHO_SEQ, MTU, POINTER, NS_TARGET, NA_TARGET),
            Icmpv6::dissect,
            Selector.ipProtocol(58));

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

    /** Sets type. */
    public Icmpv6 type(int value) {
        put(TYPE, value);
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

    /** The target of neighbour discovery, behind the header. */
    private static ComputedField target(String name, int type) {
        return ComputedField.of(name, FieldType.IPV6, "target address, RFC 4861", (h, occurrence, out) -> {
            if (occurrence != 0 || h.headerLength() < LENGTH || h.get(TYPE) != type || h.bodyCaptured() < 16) {
                return false;
            }
            out.setRange(h.buffer(), h.offset() + LENGTH, 16);
            return true;
        });
    }

    private static boolean isEcho(Header h) {
        return h.get(TYPE) == ECHO_REQUEST || h.get(TYPE) == ECHO_REPLY;
    }

    /** The start of the packet that an error message is about, which ends early; empty for other messages. */
    public Optional<Packet> quoted() {
        return type() >= 1 && type() <= 4 ? Optional.of(Packet.quoted(this, Ipv6.PROTOCOL)) : Optional.empty();
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        if (!p.add(PROTOCOL, offset, offset + LENGTH, end)) {
            return;
        }
        int type = Bits.u8(p.buffer(), offset);
        if (type >= DESTINATION_UNREACHABLE && type <= PARAMETER_PROBLEM) {
            p.quote(Ipv6.PROTOCOL, offset + LENGTH, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.checksums()) {
            assembly.transportChecksum(CHECKSUM, 58, assembly.networkEnd());
        }
    }

    private Optional<Ipv6Address> target() {
        FieldValue value = new FieldValue();
        return NS_TARGET.read(this, 0, value) || NA_TARGET.read(this, 0, value)
                ? Optional.of((Ipv6Address) value.toObject(FieldType.IPV6))
                : Optional.empty();
    }

    @Override
    public String summary() {
        String what = switch (type()) {
            case ECHO_REPLY -> "echo reply, id " + identifier() + ", seq " + sequenceNumber();
            case ECHO_REQUEST -> "echo request, id " + identifier() + ", seq " + sequenceNumber();
            case DESTINATION_UNREACHABLE -> "destination unreachable, code " + code();
            case PACKET_TOO_BIG -> "packet too big, mtu " + mtu();
            case TIME_EXCEEDED -> "time exceeded, code " + code();
            case NEIGHBOR_SOLICITATION ->
                "neighbor solicitation" + target().map(t -> ", who has " + t).orElse("");
            case NEIGHBOR_ADVERTISEMENT ->
                "neighbor advertisement" + target().map(t -> ", target " + t).orElse("");
            default -> "type " + type() + ", code " + code();
        };
        return "ICMP6 " + what + ", length " + (LENGTH + bodyLength());
    }
}
