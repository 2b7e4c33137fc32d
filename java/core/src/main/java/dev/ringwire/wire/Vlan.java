package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An IEEE 802.1Q tag; several of them are QinQ. One announced by 0x88a8 is a {@link ServiceTag}. The TPID that announces
 * a tag is the type field of the layer before.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * | PCP |D|         VID           |       type or length          |
 * </pre>
 */
public sealed class Vlan extends Header permits ServiceTag {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 4;

    public static final FixedField PRIORITY =
            FixedField.decimal("vlan.priority", 0, 3, "priority code point").alias("eth.vlan.pri");
    public static final FixedField DEI =
            FixedField.flag("vlan.dei", 3, "drop eligible indicator").alias("vlan.cfi", "eth.vlan.cfi");
    public static final FixedField ID =
            FixedField.decimal("vlan.id", 4, 12, "VLAN identifier").alias("eth.vlan.id");

    public static final FixedField ETYPE = FixedField.hex("vlan.etype", 16, 16, "EtherType of what is tagged")
            .when(h -> Bits.u16(h.buffer(), h.offset() + 2) >= Ethernet.MIN_TYPE);
    /** Payload bytes of a tagged 802.3 frame, in the place of the type. */
    public static final FixedField LEN = FixedField.decimal("vlan.len", 16, 16, "802.3 length")
            .when(h -> Bits.u16(h.buffer(), h.offset() + 2) <= Ethernet.MAX_LENGTH);
    /** Stands in the two bytes before the tag, but in few places not, such as SLL2; a tag of its own has none. */
    static final ComputedField TPID = ComputedField.number(
                    "eth.vlan.tpid", FieldType.HEX, "EtherType that announces the tag", 0, Vlan::tpid)
            .width(16);

    public static final Protocol PROTOCOL = Protocol.of(
            "VLAN",
            "vlan",
            Vlan::new,
            "vlan.len",
            List.of(TPID, PRIORITY, DEI, ID, ETYPE, LEN),
            Vlan::dissect,
            Selector.etherType(0x8100),
            Selector.etherType(0x9100),
            Selector.etherType(0x9200));

    /** A header of its own with the protocol's defaults. */
    public Vlan() {
        super(LENGTH);
        type(0x0800);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Vlan wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Vlan(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Priority code point. */
    public int priority() {
        return getInt(PRIORITY);
    }

    /** Sets priority. */
    public Vlan priority(int value) {
        put(PRIORITY, value);
        return this;
    }

    /** Drop eligible indicator. */
    public boolean dei() {
        return getFlag(DEI);
    }

    /** Sets dei. */
    public Vlan dei(boolean value) {
        put(DEI, value ? 1 : 0);
        return this;
    }

    /** VLAN identifier. */
    public int id() {
        return getInt(ID);
    }

    /** Sets id. */
    public Vlan id(int value) {
        put(ID, value);
        return this;
    }

    /** EtherType of what is tagged. */
    public int type() {
        return getInt(ETYPE);
    }

    /** Sets type. */
    public Vlan type(int value) {
        put(ETYPE, value);
        return this;
    }

    private static long tpid(Header h) {
        int before = h.offset() < 2 ? 0 : Bits.u16(h.buffer(), h.offset() - 2);
        return before == 0x8100 || before == 0x88a8 || before == 0x9100 || before == 0x9200 ? before : -1;
    }

    static void dissect(PacketParser p, int offset, int end) {
        dissect(p, PROTOCOL, offset, end);
    }

    static void dissect(PacketParser p, Protocol protocol, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(protocol, offset, end, LENGTH);
        } else {
            Ethernet.typed(p, protocol, offset, offset + LENGTH, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        Ethernet.fixLength(assembly, LEN);
    }

    @Override
    public String summary() {
        return "vlan " + id() + (priority() != 0 ? ", priority " + priority() : "");
    }
}
