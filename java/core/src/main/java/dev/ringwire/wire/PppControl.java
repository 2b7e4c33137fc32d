package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The packets by which PPP negotiates: the Link Control Protocol (RFC 1661 section 5) and, alike, those for IPv4 (RFC
 * 1332), IPv6 (RFC 5072) and compression (RFC 1962). Options follow, undecoded.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Code      |  Identifier   |            Length             |
 * </pre>
 */
public final class PppControl extends Header {
    /** Bytes of the header. */
    public static final int LENGTH = 4;

    public static final FixedField CODE = FixedField.decimal("ppp.code", 0, 8, "code, 1 for a configure request");
    public static final FixedField IDENTIFIER =
            FixedField.decimal("ppp.identifier", 8, 8, "what matches replies to requests");
    public static final FixedField LEN = FixedField.decimal("ppp.length", 16, 16, "bytes of header and data");
    public static final Protocol PROTOCOL = Protocol.of(
            "PPP Control",
            "lcp",
            PppControl::new,
            "ppp.length",
            List.of(CODE, IDENTIFIER, LEN),
            PppControl::dissect,
            new Selector(Ppp.NUMBER, 0xc021),
            new Selector(Ppp.NUMBER, 0x8021),
            new Selector(Ppp.NUMBER, 0x8057),
            new Selector(Ppp.NUMBER, 0x80fd));

    /** A header of its own: a configure request without options. */
    public PppControl() {
        super(LENGTH);
        code(1).length(LENGTH);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static PppControl wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new PppControl(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Code: 1 configure request, 2 its acknowledgment, 9 echo request. */
    public int code() {
        return getInt(CODE);
    }

    /** Sets code. */
    public PppControl code(int value) {
        put(CODE, value);
        return this;
    }

    /** What matches replies to requests. */
    public int identifier() {
        return getInt(IDENTIFIER);
    }

    /** Sets identifier. */
    public PppControl identifier(int value) {
        put(IDENTIFIER, value);
        return this;
    }

    /** Bytes of header and data. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public PppControl length(int value) {
        put(LEN, value);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int length = Bits.u16(p.buffer(), offset + 2);
        if (length < LENGTH) {
            p.malformed(PROTOCOL, offset, end, LENGTH, LENGTH, "ppp.length is " + length + ", below " + LENGTH);
            return;
        }
        p.add(PROTOCOL, offset, offset + LENGTH, Math.min(end, offset + length));
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(LEN, assembly.end() - assembly.offset());
        }
    }

    @Override
    public String summary() {
        return "PPP control, code " + code() + ", id " + identifier();
    }
}
