package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * IEEE 802.2 Logical Link Control, with the SNAP extension where both service access points are 0xaa.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     DSAP      |     SSAP      |    Control (8 or 16 bits)     |
 * |        SNAP: organization (24 bits), protocol (16 bits)       |
 * </pre>
 */
public final class Llc extends Header {
    /** Bytes of the shortest form, an unnumbered frame. */
    public static final int LENGTH = 3;

    /** Bytes with the SNAP extension. */
    public static final int SNAP_LENGTH = 8;

    public static final FixedField DSAP = FixedField.hex("llc.dsap", 0, 8, "destination service access point");
    public static final FixedField SSAP = FixedField.hex("llc.ssap", 8, 8, "source service access point");
    public static final FixedField OUI =
            FixedField.decimal("llc.oui", 24, 24, "SNAP organization code").when(Llc::isSnap);
    public static final FixedField TYPE = FixedField.hex("llc.type", 48, 16, "SNAP EtherType")
            .when(h -> isSnap(h) && isEtherType((int) h.get(Llc.OUI)));
    public static final FixedField PID = FixedField.hex("llc.pid", 48, 16, "SNAP protocol of the organization")
            .when(h -> isSnap(h) && !isEtherType((int) h.get(Llc.OUI)));

    private static final FixedField CONTROL8 = FixedField.hex("llc.control", 16, 8, "control");

    /** 16 bits, little-endian, in information and supervisory frames, whose last two bits are not both set. */
    static final ComputedField CONTROL = ComputedField.number("llc.control", FieldType.HEX, "control", LENGTH, h -> {
                int first = (int) h.get(CONTROL8);
                return (first & 3) == 3 || h.headerLength() < 4 ? first : Bits.u16Le(h.buffer(), h.offset() + 2);
            })
            .width(16);

    public static final Protocol PROTOCOL =
            Protocol.of("LLC", "llc", Llc::new, List.of(DSAP, SSAP, CONTROL, OUI, TYPE, PID), Llc::dissect);

    /** An unnumbered information frame with all access points zero. */
    public Llc() {
        super(LENGTH);
        put(CONTROL8, 3);
    }

    /** A SNAP header for an EtherType, RFC 1042. */
    public static Llc snap(int etherType) {
        var llc = new Llc();
        llc.tail(0, new byte[] {(byte) 0xaa, (byte) 0xaa, 3, 0, 0, 0, (byte) (etherType >>> 8), (byte) etherType});
        return llc;
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Llc wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Llc(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Destination service access point. */
    public int dsap() {
        return getInt(DSAP);
    }

    /** Sets dsap. */
    public Llc dsap(int value) {
        put(DSAP, value);
        return this;
    }

    /** Source service access point. */
    public int ssap() {
        return getInt(SSAP);
    }

    /** Sets ssap. */
    public Llc ssap(int value) {
        put(SSAP, value);
        return this;
    }

    /** First byte of the control field. */
    public int control() {
        return getInt(CONTROL8);
    }

    /** Sets the first byte of the control field. */
    public Llc control(int value) {
        put(CONTROL8, value);
        return this;
    }

    /**
     * SNAP organization code.
     *
     * @throws IllegalStateException if the header has no SNAP extension
     */
    public int oui() {
        return (int) get(OUI);
    }

    /** Sets oui; a header without a SNAP extension gets one. Its access points and control stay as they are. */
    public Llc oui(int value) {
        extend();
        put(OUI, value);
        return this;
    }

    /**
     * SNAP protocol, which is an EtherType for some organizations.
     *
     * @throws IllegalStateException if the header has no SNAP extension
     */
    public int pid() {
        return (int) get(PID);
    }

    /** Sets pid, as {@link #oui(int)} does. */
    public Llc pid(int value) {
        extend();
        put(PID, value);
        return this;
    }

    private void extend() {
        if (headerLength() < SNAP_LENGTH) {
            tail(LENGTH, new byte[SNAP_LENGTH - LENGTH]);
        }
    }

    private static boolean isSnap(Header h) {
        return h.headerLength() == SNAP_LENGTH;
    }

    /** The organizations whose protocol numbers are EtherTypes: encapsulated Ethernet and bridge-tunnel. */
    private static boolean isEtherType(int oui) {
        return oui == 0 || oui == 0xf8;
    }

    static void dissect(PacketParser p, int offset, int end) {
        ByteBuffer b = p.buffer();
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int saps = Bits.u16(b, offset);
        int control = Bits.u8(b, offset + 2);
        boolean snap = saps == 0xaaaa && control == 3;
        int length = snap ? SNAP_LENGTH : (control & 3) == 3 ? LENGTH : 4;
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
            return;
        }
        int next = offset + length;
        if (!p.add(PROTOCOL, offset, next, end)) {
            return;
        }
        if (snap && isEtherType(Bits.u24(b, offset + 3))) {
            p.etherType(Bits.u16(b, offset + 6), next, end);
        } else if (saps == 0x0606) {
            p.etherType(0x0800, next, end);
        }
    }

    @Override
    public String summary() {
        return String.format("LLC dsap 0x%02x, ssap 0x%02x, control 0x%02x", dsap(), ssap(), control());
    }
}
