package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * IPv6 Fragment header, RFC 8200 section 4.5.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  Next Header  |   Reserved    |     Fragment Offset     |Res|M|
 * |                         Identification                        |
 * </pre>
 */
public final class Ipv6Fragment extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    public static final FixedField NXT =
            FixedField.decimal("ipv6.fraghdr.nxt", 0, 8, "protocol of the reassembled payload");
    public static final FixedField RESERVED_OCTET = FixedField.hex("ipv6.fraghdr.reserved_octet", 8, 8, "reserved");
    public static final FixedField OFFSET =
            FixedField.decimal("ipv6.fraghdr.offset", 16, 13, "fragment offset in units of 8 bytes");
    public static final FixedField MORE = FixedField.flag("ipv6.fraghdr.more", 31, "more fragments follow");
    public static final FixedField IDENT = FixedField.hex("ipv6.fraghdr.ident", 32, 32, "identification");
    public static final Protocol PROTOCOL = Protocol.of(
            "IPv6 Fragment",
            "ipv6.fraghdr",
            Ipv6Fragment::new,
            List.of(NXT, RESERVED_OCTET, OFFSET, MORE, IDENT),
            Ipv6Fragment::dissect,
            Selector.ipProtocol(44));

    /** A header of its own with the protocol's defaults. */
    public Ipv6Fragment() {
        super(LENGTH);
        nextHeader(59);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Ipv6Fragment wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Ipv6Fragment(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Protocol of the reassembled payload. */
    public int nextHeader() {
        return getInt(NXT);
    }

    /** Sets nextHeader. */
    public Ipv6Fragment nextHeader(int value) {
        put(NXT, value);
        return this;
    }

    /** Reserved. */
    public int reserved() {
        return getInt(RESERVED_OCTET);
    }

    /** Sets reserved. */
    public Ipv6Fragment reserved(int value) {
        put(RESERVED_OCTET, value);
        return this;
    }

    /** Fragment offset in units of 8 bytes. */
    public int fragmentOffset() {
        return getInt(OFFSET);
    }

    /** Sets fragmentOffset. */
    public Ipv6Fragment fragmentOffset(int value) {
        put(OFFSET, value);
        return this;
    }

    /** More fragments follow. */
    public boolean moreFragments() {
        return getFlag(MORE);
    }

    /** Sets moreFragments. */
    public Ipv6Fragment moreFragments(boolean value) {
        put(MORE, value ? 1 : 0);
        return this;
    }

    /** Identification. */
    public long identification() {
        return get(IDENT);
    }

    /** Sets identification. */
    public Ipv6Fragment identification(long value) {
        put(IDENT, value);
        return this;
    }

    /** Whether this is one of several; an atomic fragment (RFC 6946) is not. */
    public boolean isFragment() {
        return moreFragments() || fragmentOffset() != 0;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int next = offset + LENGTH;
        boolean firstFragment = Bits.u16(p.buffer(), offset + 2) >>> 3 == 0;
        if (p.add(PROTOCOL, offset, next, end) && firstFragment) {
            p.ipProtocol(Bits.u8(p.buffer(), offset), next, end);
        }
    }

    @Override
    public String summary() {
        return "fragment id " + identification() + " at " + fragmentOffset() * 8;
    }
}
