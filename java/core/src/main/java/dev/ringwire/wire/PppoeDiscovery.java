package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * PPP over Ethernet, discovery stage, RFC 2516 section 5, with its tags.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  VER  | TYPE  |      CODE     |          SESSION_ID           |
 * |            LENGTH             |
 *
 * |           TAG_TYPE            |          TAG_LENGTH           |
 * :                           TAG_VALUE                           :
 * </pre>
 */
public final class PppoeDiscovery extends ListHeader {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 6;

    /** Code of an initiation. */
    public static final int PADI = 0x09;

    /** Code of an offer. */
    public static final int PADO = 0x07;

    /** Code of a request. */
    public static final int PADR = 0x19;

    /** Code of a session confirmation. */
    public static final int PADS = 0x65;

    /** Code of a termination. */
    public static final int PADT = 0xa7;

    private static final int TAG_LENGTH = 4;
    private static final Sized TAGS = new Sized(LENGTH, false, TAG_LENGTH, (b, at) -> TAG_LENGTH + Bits.u16(b, at + 2));

    private static final FixedField VERSION = PppoeSession.VERSION;
    private static final FixedField TYPE = PppoeSession.TYPE;
    private static final FixedField CODE = PppoeSession.CODE;
    private static final FixedField SESSION = PppoeSession.SESSION;
    private static final FixedField LEN = PppoeSession.LEN;
    public static final Protocol PROTOCOL = Protocol.of(
            "PPPoE Discovery",
            "pppoed",
            PppoeDiscovery::new,
            "pppoe.payload_length",
            List.of(
                    VERSION,
                    TYPE,
                    CODE,
                    SESSION,
                    LEN,
                    TAGS.each(FixedField.hex("pppoed.tag", 0, 16, "type of each tag")),
                    TAGS.each(FixedField.decimal("pppoed.tag_length", 16, 16, "bytes of each tag's value")),
                    value("pppoed.tags.service_name", FieldType.TEXT, 0x0101, "name of the service"),
                    value("pppoed.tags.ac_name", FieldType.TEXT, 0x0102, "name of the access concentrator"),
                    value("pppoed.tags.host_uniq", FieldType.BYTES, 0x0103, "what matches offers to initiations"),
                    value("pppoed.tags.ac_cookie", FieldType.BYTES, 0x0104, "what the concentrator wants back"),
                    value("pppoed.tags.relay_session_id", FieldType.BYTES, 0x0110, "what a relay wants back"),
                    value("pppoed.tags.service_name_error", FieldType.TEXT, 0x0201, "why there is no service"),
                    value("pppoed.tags.ac_system_error", FieldType.TEXT, 0x0202, "what failed there"),
                    value("pppoed.tags.generic_error", FieldType.TEXT, 0x0203, "what failed")),
            PppoeDiscovery::dissect,
            Selector.etherType(0x8863));

    /** A header of its own: an initiation without tags. */
    public PppoeDiscovery() {
        super(LENGTH);
        version(1).type(1).code(PADI);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static PppoeDiscovery wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new PppoeDiscovery(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Version, 1. */
    public int version() {
        return getInt(VERSION);
    }

    /** Sets version. */
    public PppoeDiscovery version(int value) {
        put(VERSION, value);
        return this;
    }

    /** Type, 1. */
    public int type() {
        return getInt(TYPE);
    }

    /** Sets type. */
    public PppoeDiscovery type(int value) {
        put(TYPE, value);
        return this;
    }

    /** Code, such as {@link #PADI}. */
    public int code() {
        return getInt(CODE);
    }

    /** Sets code. */
    public PppoeDiscovery code(int value) {
        put(CODE, value);
        return this;
    }

    /** Session; 0 until there is one. */
    public int sessionId() {
        return getInt(SESSION);
    }

    /** Sets sessionId. */
    public PppoeDiscovery sessionId(int value) {
        put(SESSION, value);
        return this;
    }

    /** Bytes of the tags. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public PppoeDiscovery length(int value) {
        put(LEN, value);
        return this;
    }

    /** A copy of the tags. */
    public byte[] tags() {
        return tail(LENGTH);
    }

    /** Replaces the tags; {@link #length} stays. */
    public PppoeDiscovery tags(byte[] value) {
        tail(LENGTH, value);
        return this;
    }

    /** The value of each tag of a type. */
    private static ComputedField value(String name, FieldType fieldType, int tag, String label) {
        Value value = rest(TAG_LENGTH);
        return field(
                name,
                fieldType,
                label,
                TAGS,
                (h, at, size, i, out) ->
                        Bits.u16(h.buffer(), h.offset() + at) == tag && value.read(h, at, size, i, out));
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        int length = available < LENGTH ? LENGTH : LENGTH + Bits.u16(p.buffer(), offset + 4);
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
        } else {
            p.add(PROTOCOL, offset, offset + length, offset + length);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(LEN, assembly.headerEnd() - assembly.offset() - LENGTH);
        }
    }

    @Override
    public String summary() {
        String what = switch (code()) {
            case PADI -> "PADI";
            case PADO -> "PADO";
            case PADR -> "PADR";
            case PADS -> "PADS";
            case PADT -> "PADT";
            default -> String.format("code 0x%02x", code());
        };
        return "PPPoE " + what;
    }
}
