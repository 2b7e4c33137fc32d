package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An IEEE 802.1Q tag; several of them are QinQ (802.1ad). The TPID that announces it is the type field of the layer before.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * | PCP |D|         VID           |       type or length          |
 * </pre>
 */
public final class Vlan extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 4;

    private static final int TPID_8021AD = 0x88a8;

    public static final FixedField PRIORITY =
            FixedField.decimal("vlan.priority", 0, 3, "priority code point").when(h -> !isServiceTag(h));
    public static final FixedField DEI = FixedField.flag("vlan.dei", 3, "drop eligible indicator")
            .when(h -> !isServiceTag(h))
            .alias("vlan.cfi");
    public static final FixedField ID =
            FixedField.decimal("vlan.id", 4, 12, "VLAN identifier").when(h -> !isServiceTag(h));

    // Wireshark has names of its own for tags announced by 0x88a8.
    public static final FixedField SERVICE_PRIORITY = FixedField.decimal(
                    "ieee8021ad.priority", 0, 3, "priority of a service tag")
            .when(Vlan::isServiceTag);
    public static final FixedField SERVICE_DEI = FixedField.flag(
                    "ieee8021ad.dei", 3, "drop eligible indicator of a service tag")
            .when(Vlan::isServiceTag);
    public static final FixedField SERVICE_ID = FixedField.decimal(
                    "ieee8021ad.id", 4, 12, "VLAN identifier of a service tag")
            .when(Vlan::isServiceTag);

    // SteelScript's names, for any tag.
    static final ComputedField ANY_PRIORITY = ComputedField.regardless("eth.vlan.pri", PRIORITY);
    static final ComputedField ANY_DEI = ComputedField.regardless("eth.vlan.cfi", DEI);
    static final ComputedField ANY_ID = ComputedField.regardless("eth.vlan.id", ID);

    public static final FixedField ETYPE = FixedField.hex("vlan.etype", 16, 16, "EtherType of what is tagged")
            .when(h -> !isServiceTag(h) && Bits.u16(h.buffer(), h.offset() + 2) >= Ethernet.MIN_TYPE);
    /** Payload bytes of a tagged 802.3 frame, in the place of the type. */
    public static final FixedField LEN = FixedField.decimal("vlan.len", 16, 16, "802.3 length")
            .when(h -> Bits.u16(h.buffer(), h.offset() + 2) <= Ethernet.MAX_LENGTH);
    /** Reads the layer before, so a tag of its own has none. */
    static final ComputedField TPID = ComputedField.number(
                    "eth.vlan.tpid",
                    FieldType.HEX,
                    "EtherType that announces the tag",
                    0,
                    h -> h.offset() < 2 ? -1 : Bits.u16(h.buffer(), h.offset() - 2))
            .width(16);

    public static final Protocol PROTOCOL = Protocol.of(
            "VLAN",
            "vlan",
            Vlan::new,
            List.of(
                    TPID,
                    PRIORITY,
                    DEI,
                    ID,
                    SERVICE_PRIORITY,
                    SERVICE_DEI,
                    SERVICE_ID,
                    ANY_PRIORITY,
                    ANY_DEI,
                    ANY_ID,
                    ETYPE,
                    LEN),
            Vlan::dissect);

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

    /** Looks at the EtherType in the layer before, so a tag that stands alone is none. */
    private static boolean isServiceTag(Header h) {
        return h.offset() >= 2 && Bits.u16(h.buffer(), h.offset() - 2) == TPID_8021AD;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        Ethernet.typed(p, PROTOCOL, offset, offset + LENGTH, end);
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
