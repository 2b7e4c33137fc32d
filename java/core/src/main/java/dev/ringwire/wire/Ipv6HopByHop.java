package dev.ringwire.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * IPv6 Hop-by-Hop Options header, RFC 8200 section 4.3.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  Next Header  |  Hdr Ext Len  |            Options            |
 * </pre>
 */
public final class Ipv6HopByHop extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    public static final FixedField NXT = FixedField.decimal("ipv6.hopopts.nxt", 0, 8, "protocol of what follows");
    public static final FixedField LEN =
            FixedField.decimal("ipv6.hopopts.len", 8, 8, "length in units of 8 bytes, the first 8 not counted");
    static final ComputedField LEN_OCT = ComputedField.number(
            "ipv6.hopopts.len_oct", FieldType.DECIMAL, "length in bytes", 2, h -> 8 + 8 * h.get(LEN));
    public static final Protocol PROTOCOL = Protocol.of(
            "IPv6 Hop-by-Hop",
            "ipv6.hopopts",
            Ipv6HopByHop::new,
            List.of(NXT, LEN, LEN_OCT),
            Ipv6HopByHop::dissect,
            Selector.ipProtocol(0));

    /** A header of its own with the protocol's defaults. */
    public Ipv6HopByHop() {
        super(LENGTH);
        nextHeader(59).options(new byte[] {1, 4, 0, 0, 0, 0});
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Ipv6HopByHop wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Ipv6HopByHop(), bytes, offset, length);
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
    public Ipv6HopByHop nextHeader(int value) {
        put(NXT, value);
        return this;
    }

    /** Length in units of 8 bytes, the first 8 not counted. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public Ipv6HopByHop length(int value) {
        put(LEN, value);
        return this;
    }

    /** The options as they stand, padding included. */
    public byte[] options() {
        return tail(2);
    }

    /**
     * Replaces the options. The length field stays as it is.
     *
     * @throws IllegalArgumentException if the header would not be a multiple of eight bytes, 2048 at most
     */
    public Ipv6HopByHop options(byte[] options) {
        tail(2, Ipv6Extension.checked(options, 2));
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
