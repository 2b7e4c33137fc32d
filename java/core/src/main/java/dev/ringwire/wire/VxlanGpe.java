package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * VXLAN Generic Protocol Extension, draft-ietf-nvo3-vxlan-gpe: VXLAN that says what follows. Found on UDP port 4790.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |R|R|Ver|I|P|B|O|       Reserved                | Next Protocol |
 * |                VXLAN Network Identifier       |   Reserved    |
 * </pre>
 */
public final class VxlanGpe extends Header {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    private static final int IPV4 = 1;
    private static final int IPV6 = 2;
    private static final int ETHERNET = 3;
    private static final int MPLS = 5;

    public static final FixedField FLAGS = FixedField.hex("vxlan.flags", 0, 8, "flags");
    public static final FixedField VERSION = FixedField.decimal("vxlan.ver", 2, 2, "version, 0");
    public static final FixedField FLAG_I = FixedField.decimal("vxlan.i_bit", 4, 1, "network identifier is valid");
    public static final FixedField FLAG_P = FixedField.decimal("vxlan.p_bit", 5, 1, "next protocol is valid");
    public static final FixedField FLAG_O = FixedField.decimal("vxlan.o_bit", 7, 1, "operations and management");
    public static final FixedField NEXT = FixedField.decimal("vxlan.next_proto", 24, 8, "what follows");
    public static final Protocol PROTOCOL = Protocol.of(
            "VXLAN-GPE",
            "vxlan_gpe",
            VxlanGpe::new,
            List.of(FLAGS, VERSION, FLAG_I, FLAG_P, FLAG_O, NEXT, Vxlan.VNI, Vxlan.RESERVED),
            VxlanGpe::dissect,
            Selector.udpPort(4790));

    /** A header of its own with a valid network identifier of 0, carrying Ethernet. */
    public VxlanGpe() {
        super(LENGTH);
        flags(0x0c).nextProtocol(ETHERNET);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static VxlanGpe wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new VxlanGpe(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** The 8 flag bits; 0x08 says that the network identifier is valid, 0x04 that the next protocol is. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Sets flags. */
    public VxlanGpe flags(int value) {
        put(FLAGS, value);
        return this;
    }

    /** What follows: 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH, 5 MPLS. */
    public int nextProtocol() {
        return getInt(NEXT);
    }

    /** Sets nextProtocol. */
    public VxlanGpe nextProtocol(int value) {
        put(NEXT, value);
        return this;
    }

    /** Network identifier. */
    public int vni() {
        return getInt(Vxlan.VNI);
    }

    /** Sets vni. */
    public VxlanGpe vni(int value) {
        put(Vxlan.VNI, value);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        if (!p.add(PROTOCOL, offset, offset + LENGTH, end)) {
            return;
        }
        int next = offset + LENGTH;
        int protocol = Bits.u8(p.buffer(), offset + 3);
        switch (protocol) {
            case IPV4 -> Ipv4.dissect(p, next, end);
            case IPV6 -> Ipv6.dissect(p, next, end);
            case ETHERNET -> Ethernet.dissect(p, next, end);
            case MPLS -> Mpls.dissect(p, next, end);
            default -> p.next("vxlan.next_proto", protocol, next, end);
        }
    }

    @Override
    public String summary() {
        return "VXLAN-GPE, vni " + vni();
    }
}
