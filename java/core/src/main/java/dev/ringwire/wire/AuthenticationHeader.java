package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * IP Authentication Header, RFC 4302.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  Next Header  |  Payload Len  |           Reserved            |
 * |                Security Parameters Index (SPI)                |
 * |                        Sequence Number                        |
 * |                 Integrity Check Value (variable)              |
 * </pre>
 */
public final class AuthenticationHeader extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 12;

    public static final FixedField NEXT_HEADER = FixedField.decimal("ah.next_header", 0, 8, "protocol of what follows");
    public static final FixedField LEN =
            FixedField.decimal("ah.length", 8, 8, "length in units of 4 bytes, the first 8 bytes not counted");
    public static final FixedField SPI = FixedField.hex("ah.spi", 32, 32, "security parameters index");
    public static final FixedField SEQUENCE = FixedField.decimal("ah.sequence", 64, 32, "sequence number");
    static final ComputedField ICV =
            ComputedField.of("ah.icv", FieldType.BYTES, "integrity check value", (h, occurrence, out) -> {
                out.setRange(h.buffer(), h.offset() + 12, h.headerLength() - 12);
                return occurrence == 0 && h.headerLength() > 12;
            });
    public static final Protocol PROTOCOL = Protocol.of(
            "AH",
            "ah",
            AuthenticationHeader::new,
            List.of(NEXT_HEADER, LEN, SPI, SEQUENCE, ICV),
            AuthenticationHeader::dissect,
            Selector.ipProtocol(51));

    /** A header of its own with the protocol's defaults. */
    public AuthenticationHeader() {
        super(LENGTH);
        nextHeader(59).length(1);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static AuthenticationHeader wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new AuthenticationHeader(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Protocol of what follows. */
    public int nextHeader() {
        return getInt(NEXT_HEADER);
    }

    /** Sets nextHeader. */
    public AuthenticationHeader nextHeader(int value) {
        put(NEXT_HEADER, value);
        return this;
    }

    /** Length in units of 4 bytes, the first 8 bytes not counted. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public AuthenticationHeader length(int value) {
        put(LEN, value);
        return this;
    }

    /** Security parameters index. */
    public long spi() {
        return get(SPI);
    }

    /** Sets spi. */
    public AuthenticationHeader spi(long value) {
        put(SPI, value);
        return this;
    }

    /** Sequence number. */
    public long sequence() {
        return get(SEQUENCE);
    }

    /** Sets sequence. */
    public AuthenticationHeader sequence(long value) {
        put(SEQUENCE, value);
        return this;
    }

    /** The integrity check value. */
    public byte[] icv() {
        return tail(LENGTH);
    }

    /**
     * Replaces the integrity check value. The length field stays as it is.
     *
     * @throws IllegalArgumentException if it is not a multiple of four bytes, 1016 at most
     */
    public AuthenticationHeader icv(byte[] icv) {
        if (icv.length % 4 != 0 || icv.length > 1016) {
            throw new IllegalArgumentException(
                    "an ICV of " + icv.length + " bytes: it takes a multiple of 4 up to 1016");
        }
        tail(LENGTH, icv);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int length = 8 + 4 * Bits.u8(p.buffer(), offset + 1);
        if (length < LENGTH) {
            p.malformed(PROTOCOL, offset, end, LENGTH, LENGTH, "ah.length says " + length + " bytes, below " + LENGTH);
            return;
        }
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
            return;
        }
        if (p.add(PROTOCOL, offset, offset + length, end)) {
            p.ipProtocol(Bits.u8(p.buffer(), offset), offset + length, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(LEN, (assembly.headerEnd() - assembly.offset()) / 4 - 2);
        }
    }
}
