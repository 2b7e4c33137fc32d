package dev.ringwire.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Virtual eXtensible Local Area Network, RFC 7348, with the group policy bits of draft-smith-vxlan-group-policy; an
 * Ethernet frame follows. Found on UDP port 4789, and on 8472 where Linux sends it by default.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |G|R|R|R|I|R|R|R|R|D|R|R|A|R|R|R|       Group Policy ID         |
 * |                VXLAN Network Identifier       |   Reserved    |
 * </pre>
 */
public final class Vxlan extends Header {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    /** The assigned UDP port. */
    public static final int PORT = 4789;

    public static final FixedField FLAGS = FixedField.hex("vxlan.flags", 0, 16, "flags");
    public static final FixedField FLAG_G = FixedField.flag("vxlan.flag_g", 0, "group policy is valid");
    public static final FixedField FLAG_I = FixedField.flag("vxlan.flag_i", 4, "network identifier is valid");
    public static final FixedField FLAG_D = FixedField.flag("vxlan.flag_d", 9, "do not learn the source");
    public static final FixedField FLAG_A = FixedField.flag("vxlan.flag_a", 12, "group policy was applied");
    public static final FixedField GBP = FixedField.decimal("vxlan.gbp", 16, 16, "group policy identifier");
    public static final FixedField VNI = FixedField.decimal("vxlan.vni", 32, 24, "VXLAN network identifier");
    public static final FixedField RESERVED = FixedField.decimal("vxlan.reserved8", 56, 8, "reserved, 0");
    public static final Protocol PROTOCOL = Protocol.of(
            "VXLAN",
            "vxlan",
            Vxlan::new,
            List.of(FLAGS, FLAG_G, FLAG_I, FLAG_D, FLAG_A, GBP, VNI, RESERVED),
            Vxlan::dissect,
            Selector.udpPort(PORT),
            Selector.udpPort(8472));

    /** A header of its own with a valid network identifier of 0. */
    public Vxlan() {
        super(LENGTH);
        flags(0x0800);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Vxlan wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Vxlan(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** The 16 flag bits; 0x0800 says that the network identifier is valid. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Sets flags. */
    public Vxlan flags(int value) {
        put(FLAGS, value);
        return this;
    }

    /** Group policy identifier. */
    public int groupPolicy() {
        return getInt(GBP);
    }

    /** Sets groupPolicy; {@link #flags} 0x8000 makes it valid. */
    public Vxlan groupPolicy(int value) {
        put(GBP, value);
        return this;
    }

    /** Network identifier. */
    public int vni() {
        return getInt(VNI);
    }

    /** Sets vni. */
    public Vxlan vni(int value) {
        put(VNI, value);
        return this;
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
        return "VXLAN, vni " + vni();
    }
}
