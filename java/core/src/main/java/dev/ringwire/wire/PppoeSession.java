package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * PPP over Ethernet, session stage, RFC 2516 section 6; {@link Ppp} follows.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  VER  | TYPE  |      CODE     |          SESSION_ID           |
 * |            LENGTH             |
 * </pre>
 */
public final class PppoeSession extends Header {
    /** Bytes of the header. */
    public static final int LENGTH = 6;

    public static final FixedField VERSION = FixedField.decimal("pppoe.version", 0, 4, "version, 1");
    public static final FixedField TYPE = FixedField.decimal("pppoe.type", 4, 4, "type, 1");
    public static final FixedField CODE = FixedField.hex("pppoe.code", 8, 8, "code, 0 in a session");
    public static final FixedField SESSION = FixedField.hex("pppoe.session_id", 16, 16, "session");
    public static final FixedField LEN = FixedField.decimal("pppoe.payload_length", 32, 16, "bytes behind the header");
    public static final Protocol PROTOCOL = Protocol.of(
            "PPPoE Session",
            "pppoes",
            PppoeSession::new,
            "pppoe.payload_length",
            List.of(VERSION, TYPE, CODE, SESSION, LEN),
            PppoeSession::dissect,
            Selector.etherType(0x8864));

    /** A header of its own with the protocol's defaults. */
    public PppoeSession() {
        super(LENGTH);
        version(1).type(1);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static PppoeSession wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new PppoeSession(), bytes, offset, length);
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
    public PppoeSession version(int value) {
        put(VERSION, value);
        return this;
    }

    /** Type, 1. */
    public int type() {
        return getInt(TYPE);
    }

    /** Sets type. */
    public PppoeSession type(int value) {
        put(TYPE, value);
        return this;
    }

    /** Code, 0. */
    public int code() {
        return getInt(CODE);
    }

    /** Sets code. */
    public PppoeSession code(int value) {
        put(CODE, value);
        return this;
    }

    /** Session; 0 until there is one. */
    public int sessionId() {
        return getInt(SESSION);
    }

    /** Sets sessionId. */
    public PppoeSession sessionId(int value) {
        put(SESSION, value);
        return this;
    }

    /** Bytes of what follows. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public PppoeSession length(int value) {
        put(LEN, value);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int carried = Math.min(end, offset + LENGTH + Bits.u16(p.buffer(), offset + 4));
        if (p.add(PROTOCOL, offset, offset + LENGTH, carried)) {
            Ppp.dissect(p, offset + LENGTH, carried);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(LEN, assembly.end() - assembly.headerEnd());
        }
    }

    @Override
    public String summary() {
        return String.format("PPPoE session 0x%04x", sessionId());
    }
}
