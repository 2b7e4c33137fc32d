package dev.ringwire.wire;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Ethernet II, and IEEE 802.3 where the last field is a length (up to 1500) and LLC follows.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |                     destination (48 bits)                     |
 * |                        source (48 bits)                       |
 * |     type or length (16)       |
 * </pre>
 */
public final class Ethernet extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 14;

    /** Largest value of the last field that is an 802.3 length. */
    public static final int MAX_LENGTH = 1500;

    /** Smallest value of the last field that is an EtherType. */
    public static final int MIN_TYPE = 1536;

    public static final FixedField DST = FixedField.mac("eth.dst", 0, "destination MAC address");
    public static final FixedField SRC = FixedField.mac("eth.src", 48, "source MAC address");
    public static final FixedField TYPE = FixedField.hex("eth.type", 96, 16, "EtherType")
            .when(h -> Bits.u16(h.buffer(), h.offset() + 12) >= MIN_TYPE);
    /** Payload bytes of an 802.3 frame, in the place of the type. */
    public static final FixedField LEN = FixedField.decimal("eth.len", 96, 16, "802.3 length")
            .when(h -> Bits.u16(h.buffer(), h.offset() + 12) <= MAX_LENGTH);

    static final ComputedField ADDR = ComputedField.either("eth.addr", DST, SRC, "destination or source MAC address");
    public static final Protocol PROTOCOL = Protocol.of(
            "Ethernet",
            "eth",
            Ethernet::new,
            "eth.len",
            List.of(DST, SRC, ADDR, TYPE, LEN),
            Ethernet::dissect,
            Selector.linkType(1),
            Selector.etherType(0x6558));

    /** A header of its own with the protocol's defaults. */
    public Ethernet() {
        super(LENGTH);
        type(0x0800);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Ethernet wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Ethernet(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Destination MAC address. */
    public MacAddress dst() {
        return getMac(DST);
    }

    /** Sets dst. */
    public Ethernet dst(MacAddress value) {
        put(DST, value.bits());
        return this;
    }

    /** Source MAC address. */
    public MacAddress src() {
        return getMac(SRC);
    }

    /** Sets src. */
    public Ethernet src(MacAddress value) {
        put(SRC, value.bits());
        return this;
    }

    /** EtherType. */
    public int type() {
        return getInt(TYPE);
    }

    /** Sets type. */
    public Ethernet type(int value) {
        put(TYPE, value);
        return this;
    }

    /** Whether the last field is an 802.3 length. */
    public boolean isLength() {
        return type() <= MAX_LENGTH;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        typed(p, PROTOCOL, offset, offset + LENGTH, end);
    }

    /** A header whose last two bytes are an EtherType, or the length of an 802.3 payload. */
    static void typed(PacketParser p, Protocol protocol, int offset, int next, int end) {
        int type = Bits.u16(p.buffer(), next - 2);
        if (type > MAX_LENGTH) {
            if (p.add(protocol, offset, next, end)) {
                p.etherType(type, next, end);
            }
        } else {
            int carried = Math.min(end, next + type);
            if (p.add(protocol, offset, next, carried)) {
                Llc.dissect(p, next, carried);
            }
        }
    }

    /** Fills in the 802.3 length, if the header has one. */
    static void fixLength(Assembly assembly, FixedField length) {
        if (assembly.lengths() && assembly.get(length) <= MAX_LENGTH) {
            assembly.set(length, assembly.end() - assembly.headerEnd());
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        fixLength(assembly, LEN);
    }

    @Override
    public String summary() {
        return src() + " > " + dst()
                + (isLength() ? ", 802.3 length " + type() : String.format(", type 0x%04x", type()));
    }
}
