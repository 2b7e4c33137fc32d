package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Generic Routing Encapsulation, RFC 2784 and 2890, with the routing entries of RFC 1701, the acknowledgment of PPTP (RFC
 * 2637, version 1) and the redirect header of WCCP 2. The second word and those after it are there if a flag says so.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
 * |      Checksum (if C or R)     |     Offset (if C or R)        |
 * |                         Key (if K)                            |
 * |                    Sequence Number (if S)                     |
 * |            Acknowledgment Number (if A, version 1)            |
 * :                     Routing entries (if R)                    :
 * </pre>
 */
public final class Gre extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 4;

    /** The table of protocol types that are no EtherTypes, or mean something else here. */
    public static final String PROTOCOL_TYPE = "gre.proto";

    private static final int C = 0x8000;
    private static final int R = 0x4000;
    private static final int K = 0x2000;
    private static final int S = 0x1000;
    private static final int A = 0x0080;
    private static final int PPP = 0x880b;
    private static final int WCCP = 0x883e;
    private static final int WORD = 4;

    public static final FixedField FLAGS = FixedField.hex("gre.flags_and_version", 0, 16, "flags and version");
    public static final FixedField FLAG_C = FixedField.flag("gre.flags.checksum", 0, "has a checksum");
    public static final FixedField FLAG_R = FixedField.flag("gre.flags.routing", 1, "has routing entries");
    public static final FixedField FLAG_K = FixedField.flag("gre.flags.key", 2, "has a key");
    public static final FixedField FLAG_S = FixedField.flag("gre.flags.sequence_number", 3, "has a sequence number");
    public static final FixedField STRICT = FixedField.flag("gre.flags.strict_source_route", 4, "strict source route");
    public static final FixedField RECURSION =
            FixedField.decimal("gre.flags.recursion_control", 5, 3, "recursion control");
    /** In the header of PPTP. */
    public static final FixedField FLAG_A =
            FixedField.flag("gre.flags.ack", 8, "has an acknowledgment number").when(Gre::isPptp);

    public static final FixedField VERSION = FixedField.decimal("gre.flags.version", 13, 3, "version, 1 for PPTP");
    public static final FixedField PROTO = FixedField.hex("gre.proto", 16, 16, "EtherType of what follows");
    public static final FixedField CHECKSUM = FixedField.hex("gre.checksum", 32, 16, "checksum of header and payload")
            .when(h -> (flags(h) & (C | R)) != 0);
    public static final FixedField OFFSET =
            FixedField.decimal("gre.offset", 48, 16, "the active routing entry").when(h -> (flags(h) & (C | R)) != 0);
    private static final ComputedField KEY = word("gre.key", FieldType.HEX, "key", h -> isPptp(h) ? -1 : at(h, K), 32);
    private static final ComputedField PAYLOAD_LENGTH = word(
            "gre.key.payload_length", FieldType.DECIMAL, "payload bytes of PPTP", h -> isPptp(h) ? at(h, K) : -1, 16);
    private static final ComputedField CALL_ID =
            word("gre.key.call_id", FieldType.DECIMAL, "call of PPTP", h -> isPptp(h) ? after(at(h, K), 2) : -1, 16);
    private static final ComputedField SEQ =
            word("gre.sequence_number", FieldType.DECIMAL, "sequence number", h -> at(h, S), 32);
    private static final ComputedField ACK =
            word("gre.ack_number", FieldType.DECIMAL, "acknowledgment number of PPTP", h -> at(h, A), 32);
    public static final Protocol PROTOCOL = Protocol.of(
            "GRE",
            "gre",
            Gre::new,
            List.of(
                    FLAGS,
                    FLAG_C,
                    FLAG_R,
                    FLAG_K,
                    FLAG_S,
                    STRICT,
                    RECURSION,
                    FLAG_A,
                    VERSION,
                    PROTO,
                    CHECKSUM,
                    OFFSET,
                    KEY,
                    PAYLOAD_LENGTH,
                    CALL_ID,
                    SEQ,
                    ACK,
                    wccp("gre.wccp.service_id", 1, "service group of WCCP"),
                    wccp("gre.wccp.alternative_bucket", 2, "alternative bucket of WCCP"),
                    wccp("gre.wccp.primary_bucket", 3, "primary bucket of WCCP")),
            Gre::dissect,
            Selector.ipProtocol(47),
            Selector.udpPort(4754));

    /** A header of its own without optional fields, carrying IPv4. */
    public Gre() {
        super(LENGTH);
        protocolType(0x0800);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Gre wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Gre(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** The 13 flag bits and the version. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Sets flags. */
    public Gre flags(int value) {
        put(FLAGS, value);
        return this;
    }

    /** EtherType of what follows. */
    public int protocolType() {
        return getInt(PROTO);
    }

    /** Sets protocolType. */
    public Gre protocolType(int value) {
        put(PROTO, value);
        return this;
    }

    /** Version: 1 for PPTP, else 0. */
    public int version() {
        return getInt(VERSION);
    }

    /** Sets version. */
    public Gre version(int value) {
        put(VERSION, value);
        return this;
    }

    /**
     * Checksum of header and payload.
     *
     * @throws IllegalStateException if there is none
     */
    public int checksum() {
        return (int) get(CHECKSUM);
    }

    /** Sets checksum, and the flag that says that there is one. */
    public Gre checksum(int value) {
        with(C);
        put(CHECKSUM, value);
        return this;
    }

    /**
     * Key; in PPTP the payload's length and the call.
     *
     * @throws IllegalStateException if there is none
     */
    public long key() {
        return read(K, "key");
    }

    /** Sets key, and the flag that says that there is one. */
    public Gre key(long value) {
        return write(K, "key", value);
    }

    /**
     * Sequence number.
     *
     * @throws IllegalStateException if there is none
     */
    public long sequenceNumber() {
        return read(S, "sequence number");
    }

    /** Sets sequenceNumber, and the flag that says that there is one. */
    public Gre sequenceNumber(long value) {
        return write(S, "sequence number", value);
    }

    /**
     * Acknowledgment number of PPTP.
     *
     * @throws IllegalStateException if there is none
     */
    public long acknowledgmentNumber() {
        return read(A, "acknowledgment number");
    }

    /** Sets acknowledgmentNumber, and the flag that says that there is one; only a header of PPTP may have it. */
    public Gre acknowledgmentNumber(long value) {
        if (!isPptp(this)) {
            throw new IllegalStateException("only version 1 with protocol type 0x880b has an acknowledgment number");
        }
        return write(A, "acknowledgment number", value);
    }

    private long read(int bit, String name) {
        int at = at(this, bit);
        if (at < 0) {
            throw new IllegalStateException("this GRE header has no " + name);
        }
        return Bits.u32(buffer(), offset() + at);
    }

    private Gre write(int bit, String name, long value) {
        if (value < 0 || value > 0xffff_ffffL) {
            throw new IllegalArgumentException("a GRE " + name + " takes 0..4294967295, not " + value);
        }
        with(bit);
        Bits.put32(buffer(), offset() + at(this, bit), value);
        return this;
    }

    /** Makes room for the word that a flag announces. */
    private void with(int bit) {
        int flags = flags();
        if ((flags & bit) != 0) {
            return;
        }
        if (bit != C || (flags & R) == 0) {
            int at = place(flags, bit);
            byte[] rest = tail(at);
            byte[] more = new byte[WORD + rest.length];
            System.arraycopy(rest, 0, more, WORD, rest.length);
            tail(at, more);
        }
        flags(flags | bit);
    }

    private static int flags(Header h) {
        return Bits.u16(h.buffer(), h.offset());
    }

    private static boolean isPptp(Header h) {
        return h.headerLength() >= LENGTH && isPptp(flags(h), Bits.u16(h.buffer(), h.offset() + 2));
    }

    private static boolean isPptp(int flags, int type) {
        return type == PPP && (flags & 7) == 1;
    }

    /** Where the word of a flag is or would be. */
    private static int place(int flags, int bit) {
        return LENGTH
                + ((flags & (C | R)) != 0 && bit != C ? WORD : 0)
                + ((flags & K) != 0 && bit < K ? WORD : 0)
                + ((flags & S) != 0 && bit < S ? WORD : 0);
    }

    /** Where the word of a flag is, counted from the start of the header, or -1. */
    private static int at(Header h, int bit) {
        int flags = flags(h);
        boolean there = (flags & bit) != 0 && (bit != A || isPptp(h));
        int at = place(flags, bit);
        return there && at + WORD <= h.headerLength() ? at : -1;
    }

    private static int after(int at, int bytes) {
        return at < 0 ? -1 : at + bytes;
    }

    private static ComputedField word(
            String name, FieldType type, String label, ComputedField.NumberReader place, int bits) {
        return ComputedField.number(name, type, label, LENGTH, h -> {
                    int at = (int) place.of(h);
                    if (at < 0) {
                        return -1;
                    }
                    return bits == 16 ? Bits.u16(h.buffer(), h.offset() + at) : Bits.u32(h.buffer(), h.offset() + at);
                })
                .width(bits);
    }

    /** A byte of the redirect header, which is the last word. */
    private static ComputedField wccp(String name, int at, String label) {
        return ComputedField.number(name, FieldType.DECIMAL, label, LENGTH, h -> {
            int redirect = place(flags(h), 0);
            boolean there = h.get(PROTO) == WCCP && (flags(h) & R) == 0 && redirect + WORD == h.headerLength();
            return there ? Bits.u8(h.buffer(), h.offset() + redirect + at) : -1;
        });
    }

    static void dissect(PacketParser p, int offset, int end) {
        ByteBuffer b = p.buffer();
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int flags = Bits.u16(b, offset);
        int type = Bits.u16(b, offset + 2);
        int length = place(flags, 0) + ((flags & A) != 0 && isPptp(flags, type) ? WORD : 0);
        if ((flags & R) != 0) {
            int entry;
            do {
                if (available < length + WORD) {
                    p.truncated(PROTOCOL, offset, end, length + WORD);
                    return;
                }
                entry = Bits.u16(b, offset + length) | Bits.u8(b, offset + length + 3);
                length += WORD + Bits.u8(b, offset + length + 3);
            } while (entry != 0);
        }
        if (type == WCCP && available > length && Bits.u8(b, offset + length) >>> 4 != 4) {
            length += WORD;
        }
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
        } else if (p.add(PROTOCOL, offset, offset + length, end) && end > offset + length) {
            carried(p, flags, type, offset + length, end);
        }
    }

    private static void carried(PacketParser p, int flags, int type, int offset, int end) {
        switch (type) {
            case 0x0800, 0x86dd, 0x0806, 0x6558, 0x8847, 0x8848 -> p.etherType(type, offset, end);
            case 0x6400 -> Ethernet.dissect(p, offset, end);
            case WCCP -> Ipv4.dissect(p, offset, end);
            case PPP -> Ppp.dissect(p, offset, end);
            case Erspan.TYPE_II -> {
                if ((flags & S) != 0) {
                    Erspan.dissect(p, offset, end);
                } else {
                    Ethernet.dissect(p, offset, end); // type I has no header
                }
            }
            default -> p.next(PROTOCOL_TYPE, type, offset, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        boolean pptp = isPptp((int) assembly.get(FLAGS), (int) assembly.get(PROTO));
        if (assembly.lengths() && pptp && assembly.get(FLAG_K) != 0) {
            Bits.put16(
                    assembly.buffer(),
                    assembly.offset() + place((int) assembly.get(FLAGS), K),
                    assembly.end() - assembly.headerEnd());
        }
        if (assembly.checksums() && assembly.get(FLAG_C) != 0) {
            assembly.checksum(CHECKSUM, assembly.networkEnd());
        }
    }

    @Override
    public String summary() {
        return String.format("GRE, type 0x%04x, length %d", protocolType(), bodyLength());
    }
}
