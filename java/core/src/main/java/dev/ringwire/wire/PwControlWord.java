package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The control word of an Ethernet pseudowire, RFC 4448 section 4.6; an Ethernet frame follows.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |0 0 0 0|   Reserved            |       Sequence Number         |
 * </pre>
 */
public final class PwControlWord extends Header {
    /** Bytes of the header. */
    public static final int LENGTH = 4;

    public static final FixedField SEQ =
            FixedField.decimal("pweth.cw.sequence_number", 16, 16, "sequence number, 0 for none");
    public static final Protocol PROTOCOL = Protocol.of(
            "PW Ethernet control word", "pwethcw", PwControlWord::new, List.of(SEQ), PwControlWord::dissect);

    /** A header of its own with the protocol's defaults. */
    public PwControlWord() {
        super(LENGTH);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static PwControlWord wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new PwControlWord(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Sequence number, 0 for none. */
    public int sequenceNumber() {
        return getInt(SEQ);
    }

    /** Sets sequenceNumber. */
    public PwControlWord sequenceNumber(int value) {
        put(SEQ, value);
        return this;
    }

    /**
     * The control word is optional, and a MAC address may start like one. It is taken for an address only if an EtherType
     * of IP or a tag stands where it then would, and none where it stands behind a control word.
     */
    static void dissectOrEthernet(PacketParser p, int offset, int end) {
        boolean plain = isType(p, offset + 12, end) && !isType(p, offset + LENGTH + 12, end);
        if (plain) {
            Ethernet.dissect(p, offset, end);
        } else {
            dissect(p, offset, end);
        }
    }

    private static boolean isType(PacketParser p, int at, int end) {
        if (p.available(at, end) < 2) {
            return false;
        }
        int type = Bits.u16(p.buffer(), at);
        return type == 0x0800 || type == 0x86dd || type == 0x0806 || type == 0x8100 || type == 0x88a8;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
        } else if (p.add(PROTOCOL, offset, offset + LENGTH, end)) {
            Ethernet.dissect(p, offset + LENGTH, end);
        }
    }

    @Override
    public String summary() {
        return "pseudowire, seq " + sequenceNumber();
    }
}
