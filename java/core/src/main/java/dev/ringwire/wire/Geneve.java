package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Generic Network Virtualization Encapsulation, RFC 8926. What follows is of an EtherType, 0x6558 being Ethernet. Found
 * on UDP port 6081.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Ver|  Opt Len  |O|C|    Rsvd.  |          Protocol Type        |
 * |        Virtual Network Identifier (VNI)       |    Reserved   |
 * :                    Variable-Length Options                    :
 *
 * |          Option Class         |      Type     |R|R|R| Length  |
 * :                  Variable-Length Option Data                  :
 * </pre>
 */
public final class Geneve extends ListHeader {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    private static final int OPTION_LENGTH = 4;
    private static final int MAX_OPTIONS = 63 * 4;

    private static final Sized OPTIONS = new Sized(LENGTH, false, OPTION_LENGTH, Geneve::optionLength);

    public static final FixedField VERSION = FixedField.decimal("geneve.version", 0, 2, "version, 0");
    public static final FixedField OPT_LEN = FixedField.decimal("geneve.opt_len", 2, 6, "bytes of options / 4");
    public static final FixedField FLAGS = FixedField.hex("geneve.flags", 8, 8, "flags");
    public static final FixedField OAM = FixedField.flag("geneve.flags.oam", 8, "control packet");
    public static final FixedField CRITICAL = FixedField.flag("geneve.flags.critical", 9, "has critical options");
    public static final FixedField PROTO_TYPE =
            FixedField.hex("geneve.proto_type", 16, 16, "EtherType of what follows");
    public static final FixedField VNI = FixedField.hex("geneve.vni", 32, 24, "virtual network identifier");
    public static final FixedField RESERVED = FixedField.hex("geneve.reserved", 56, 8, "reserved, 0");

    private static final ComputedField ALL_OPTIONS =
            ComputedField.of("geneve.options", FieldType.BYTES, "options", (h, occurrence, out) -> {
                int length = h.headerLength() - LENGTH;
                if (occurrence != 0 || length <= 0) {
                    return false;
                }
                out.setRange(h.buffer(), h.offset() + LENGTH, length);
                return true;
            });
    private static final ComputedField EACH_LENGTH =
            field("geneve.option.length", FieldType.DECIMAL, "bytes of each option", OPTIONS, (h, at, size, i, out) -> {
                out.setNumber(optionLength(h.buffer(), h.offset() + at));
                return i == 0;
            });
    /** Wireshark gives the bytes of all options by this name too, before those of each. */
    private static final ComputedField OPTION_LENGTHS = ComputedField.of(
            "geneve.option.length", FieldType.DECIMAL, "bytes of all options, then of each", (h, occurrence, out) -> {
                if (occurrence == 0) {
                    out.setNumber(h.headerLength() > 0 ? 4 * h.get(OPT_LEN) : -1);
                    return h.headerLength() > 0;
                }
                return EACH_LENGTH.read(h, occurrence - 1, out);
            });

    public static final Protocol PROTOCOL = Protocol.of(
            "Geneve",
            "geneve",
            Geneve::new,
            List.of(
                    VERSION,
                    OPT_LEN,
                    FLAGS,
                    OAM,
                    CRITICAL,
                    PROTO_TYPE,
                    VNI,
                    RESERVED,
                    ALL_OPTIONS,
                    OPTIONS.each(FixedField.hex("geneve.option.class", 0, 16, "class of each option")),
                    OPTIONS.each(FixedField.hex("geneve.option.type", 16, 8, "type of each option")),
                    OPTIONS.each(FixedField.flag("geneve.option.type.critical", 16, "whether an option is critical")),
                    OPTION_LENGTHS,
                    OPTIONS.data("geneve.option.unknown.data", "data of each option")),
            Geneve::dissect,
            Selector.udpPort(6081));

    /** A header of its own without options, carrying Ethernet. */
    public Geneve() {
        super(LENGTH);
        protocolType(0x6558);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Geneve wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Geneve(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Version, 0. */
    public int version() {
        return getInt(VERSION);
    }

    /** Sets version. */
    public Geneve version(int value) {
        put(VERSION, value);
        return this;
    }

    /** Bytes of options in units of four. */
    public int optLen() {
        return getInt(OPT_LEN);
    }

    /** Sets optLen. */
    public Geneve optLen(int value) {
        put(OPT_LEN, value);
        return this;
    }

    /** Whether this is a control packet. */
    public boolean oam() {
        return getFlag(OAM);
    }

    /** Sets oam. */
    public Geneve oam(boolean value) {
        put(OAM, value ? 1 : 0);
        return this;
    }

    /** Whether there are options that must be understood. */
    public boolean critical() {
        return getFlag(CRITICAL);
    }

    /** Sets critical. */
    public Geneve critical(boolean value) {
        put(CRITICAL, value ? 1 : 0);
        return this;
    }

    /** EtherType of what follows. */
    public int protocolType() {
        return getInt(PROTO_TYPE);
    }

    /** Sets protocolType. */
    public Geneve protocolType(int value) {
        put(PROTO_TYPE, value);
        return this;
    }

    /** Virtual network identifier. */
    public int vni() {
        return getInt(VNI);
    }

    /** Sets vni. */
    public Geneve vni(int value) {
        put(VNI, value);
        return this;
    }

    /** A copy of the options. */
    public byte[] options() {
        return tail(LENGTH);
    }

    /**
     * Replaces the options; {@link #optLen} stays.
     *
     * @throws IllegalArgumentException if they are no multiple of four bytes, or more than 252
     */
    public Geneve options(byte[] value) {
        if (value.length % 4 != 0 || value.length > MAX_OPTIONS) {
            throw new IllegalArgumentException(
                    "Geneve options take a multiple of 4 bytes up to " + MAX_OPTIONS + ", not " + value.length);
        }
        tail(LENGTH, value);
        return this;
    }

    private static int optionLength(ByteBuffer b, int at) {
        return OPTION_LENGTH + 4 * (Bits.u8(b, at + 3) & 0x1f);
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        int length = available < LENGTH ? LENGTH : LENGTH + 4 * (Bits.u8(p.buffer(), offset) & 0x3f);
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
        } else if (p.add(PROTOCOL, offset, offset + length, end)) {
            p.etherType(Bits.u16(p.buffer(), offset + 2), offset + length, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(OPT_LEN, (assembly.headerEnd() - assembly.offset() - LENGTH) / 4);
        }
    }

    @Override
    public String summary() {
        return "Geneve, vni " + vni();
    }
}
