package dev.ringwire.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * IPv6 Routing header, RFC 8200 section 4.4.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  Next Header  |  Hdr Ext Len  |  Routing Type | Segments Left |
 * |                       type-specific data                      |
 * </pre>
 */
public final class Ipv6Routing extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    public static final FixedField NXT = FixedField.decimal("ipv6.routing.nxt", 0, 8, "protocol of what follows");
    public static final FixedField LEN =
            FixedField.decimal("ipv6.routing.len", 8, 8, "length in units of 8 bytes, the first 8 not counted");
    public static final FixedField TYPE = FixedField.decimal("ipv6.routing.type", 16, 8, "routing type");
    public static final FixedField SEGLEFT = FixedField.decimal("ipv6.routing.segleft", 24, 8, "segments left");
    static final ComputedField LEN_OCT = ComputedField.number(
            "ipv6.routing.len_oct", FieldType.DECIMAL, "length in bytes", 2, h -> 8 + 8 * h.get(LEN));
    public static final Protocol PROTOCOL = Protocol.of(
            "IPv6 Routing",
            "ipv6.routing",
            Ipv6Routing::new,
            List.of(NXT, LEN, LEN_OCT, TYPE, SEGLEFT),
            Ipv6Routing::dissect,
            Selector.ipProtocol(43));

    /** A header of its own with the protocol's defaults. */
    public Ipv6Routing() {
        super(LENGTH);
        nextHeader(59);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Ipv6Routing wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Ipv6Routing(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Protocol of what follows. */
    public int nextHeader() {
        return getInt(NXT);
    }

    /** Sets nextHeader. */
    public Ipv6Routing nextHeader(int value) {
        put(NXT, value);
        return this;
    }

    /** Length in units of 8 bytes, the first 8 not counted. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public Ipv6Routing length(int value) {
        put(LEN, value);
        return this;
    }

    /** Routing type. */
    public int type() {
        return getInt(TYPE);
    }

    /** Sets type. */
    public Ipv6Routing type(int value) {
        put(TYPE, value);
        return this;
    }

    /** Segments left. */
    public int segmentsLeft() {
        return getInt(SEGLEFT);
    }

    /** Sets segmentsLeft. */
    public Ipv6Routing segmentsLeft(int value) {
        put(SEGLEFT, value);
        return this;
    }

    /** The type-specific data, such as the addresses. */
    public byte[] data() {
        return tail(4);
    }

    /**
     * Replaces the type-specific data. The length field stays as it is.
     *
     * @throws IllegalArgumentException if the header would not be a multiple of eight bytes, 2048 at most
     */
    public Ipv6Routing data(byte[] data) {
        tail(4, Ipv6Extension.checked(data, 4));
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        Ipv6Extension.dissect(p, PROTOCOL, offset, end);
    }

    @Override
    protected void fix(Assembly assembly) {
        Ipv6Extension.fix(assembly, LEN);
    }
}
