package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Encapsulated Remote Switch Port Analyzer behind GRE, draft-foschiano-erspan: type II (version 1, eight bytes) and type III
 * (version 2, twelve bytes, and eight more with the O bit). Type I has no header.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  Ver  |          VLAN         | COS | En|T|    Session ID     |
 * |      Reserved         |                  Index                |  type II
 *
 * |                          Timestamp                            |  type III
 * |              SGT              |P|    FT   |   Hw ID   |D|Gra|O|
 * </pre>
 */
public final class Erspan extends Header {
    /** Bytes of a header of type II. */
    public static final int LENGTH = 8;

    /** Bytes of a header of type III without the part that the O bit announces. */
    public static final int LENGTH_III = 12;

    /** Protocol type in GRE of types I and II. */
    public static final int TYPE_II = 0x88be;

    /** Protocol type in GRE of type III. */
    public static final int TYPE_III = 0x22eb;

    private static final int SUBHEADER = 8;

    public static final FixedField VERSION = FixedField.decimal("erspan.version", 0, 4, "1 for type II, 2 for III");
    public static final FixedField VLAN = FixedField.decimal("erspan.vlan", 4, 12, "VLAN of the mirrored frame");
    public static final FixedField COS = FixedField.decimal("erspan.cos", 16, 3, "class of service");
    public static final FixedField ENCAP =
            FixedField.decimal("erspan.encap", 19, 2, "encapsulation").when(Erspan::isII);
    public static final FixedField BSO =
            FixedField.decimal("erspan.bso", 19, 2, "bad, short or oversized").when(h -> !isII(h));
    public static final FixedField TRUNCATED = FixedField.decimal("erspan.truncated", 21, 1, "frame was cut");
    public static final FixedField SPANID = FixedField.decimal("erspan.spanid", 22, 10, "session");
    public static final FixedField INDEX =
            FixedField.decimal("erspan.index", 44, 20, "port index").when(Erspan::isII);
    public static final FixedField TIMESTAMP =
            FixedField.decimal("erspan.timestamp", 32, 32, "timestamp").when(h -> !isII(h));
    public static final FixedField SGT =
            FixedField.decimal("erspan.sgt", 64, 16, "security group tag").when(h -> !isII(h));
    public static final FixedField P =
            FixedField.decimal("erspan.p", 80, 1, "carries an Ethernet frame").when(h -> !isII(h));
    public static final FixedField FT =
            FixedField.decimal("erspan.ft", 81, 5, "frame type").when(h -> !isII(h));
    public static final FixedField HW =
            FixedField.decimal("erspan.hw", 86, 6, "hardware").when(h -> !isII(h));
    public static final FixedField DIRECTION =
            FixedField.flag("erspan.direction", 92, "outgoing").when(h -> !isII(h));
    public static final FixedField GRA =
            FixedField.decimal("erspan.gra", 93, 2, "timestamp granularity").when(h -> !isII(h));
    public static final FixedField O =
            FixedField.decimal("erspan.o", 95, 1, "has a subheader").when(h -> !isII(h));
    public static final Protocol PROTOCOL = Protocol.of(
            "ERSPAN",
            "erspan",
            Erspan::new,
            List.of(
                    VERSION, VLAN, COS, ENCAP, BSO, TRUNCATED, SPANID, INDEX, TIMESTAMP, SGT, P, FT, HW, DIRECTION, GRA,
                    O),
            Erspan::dissect,
            new Selector(Gre.PROTOCOL_TYPE, TYPE_III));

    /** A header of its own, of type II. */
    public Erspan() {
        this(LENGTH, 1);
    }

    private Erspan(int length, int version) {
        super(length);
        put(VERSION, version);
    }

    /** A header of its own, of type III. */
    public static Erspan typeIII() {
        return new Erspan(LENGTH_III, 2);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Erspan wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Erspan(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** 1 for type II, 2 for type III. */
    public int version() {
        return getInt(VERSION);
    }

    /** VLAN of the mirrored frame. */
    public int vlan() {
        return getInt(VLAN);
    }

    /** Sets vlan. */
    public Erspan vlan(int value) {
        put(VLAN, value);
        return this;
    }

    /** Session. */
    public int sessionId() {
        return getInt(SPANID);
    }

    /** Sets sessionId. */
    public Erspan sessionId(int value) {
        put(SPANID, value);
        return this;
    }

    /**
     * Port index of type II.
     *
     * @throws IllegalStateException if it is of type III
     */
    public int index() {
        return (int) get(needs(INDEX));
    }

    /** Sets index. */
    public Erspan index(int value) {
        put(needs(INDEX), value);
        return this;
    }

    /**
     * Timestamp of type III, of what unit the granularity says.
     *
     * @throws IllegalStateException if it is of type II
     */
    public long timestamp() {
        return get(needs(TIMESTAMP));
    }

    /** Sets timestamp. */
    public Erspan timestamp(long value) {
        put(needs(TIMESTAMP), value);
        return this;
    }

    /** The platform specific subheader of type III, eight bytes, or none. */
    public byte[] subheader() {
        return tail(version() == 1 ? LENGTH : LENGTH_III);
    }

    /**
     * Replaces the subheader of type III, and sets the O bit to say whether there is one.
     *
     * @throws IllegalArgumentException if it has neither eight bytes nor none
     */
    public Erspan subheader(byte[] value) {
        if (value.length != 0 && value.length != SUBHEADER) {
            throw new IllegalArgumentException("an ERSPAN subheader has 8 bytes, not " + value.length);
        }
        needs(O);
        tail(LENGTH_III, value);
        put(O, value.length == 0 ? 0 : 1);
        return this;
    }

    private FixedField needs(FixedField field) {
        if (!has(field)) {
            throw new IllegalStateException("this ERSPAN header of version " + version() + " has no " + field.name());
        }
        return field;
    }

    private static boolean isII(Header h) {
        return Bits.u8(h.buffer(), h.offset()) >>> 4 == 1;
    }

    static void dissect(PacketParser p, int offset, int end) {
        ByteBuffer b = p.buffer();
        int available = p.available(offset, end);
        int version = available > 0 ? Bits.u8(b, offset) >>> 4 : 1;
        if (version != 1 && version != 2) {
            p.malformed(PROTOCOL, offset, end, 1, LENGTH, "erspan.version is " + version + ", not 1 or 2");
            return;
        }
        int length = version == 1 ? LENGTH : LENGTH_III;
        if (version == 2 && available >= LENGTH_III && (Bits.u8(b, offset + 11) & 1) != 0) {
            length += SUBHEADER;
        }
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
            return;
        }
        if (!p.add(PROTOCOL, offset, offset + length, end)) {
            return;
        }
        int frameType = version == 1 ? 0 : (int) FT.get(b, offset);
        if (frameType == 0) {
            Ethernet.dissect(p, offset + length, end);
        } else if (frameType == 2) {
            p.ip(offset + length, end);
        }
    }

    @Override
    public String summary() {
        return "ERSPAN, session " + sessionId();
    }
}
