package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Point-to-Point Protocol, RFC 1661: what PPPoE, PPTP and L2TP carry. Address and control (RFC 1662) stand before the
 * protocol in some tunnels, and the protocol takes one byte where that was negotiated and its value is odd.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |[Address 0xff] | [Control 0x03]|   Protocol (8 or 16)          |
 * </pre>
 */
public final class Ppp extends Header {
    /** Bytes of a header without address and control. */
    public static final int LENGTH = 2;

    /** The table of protocol numbers. */
    public static final String NUMBER = "ppp.protocol";

    private static final int IPV4 = 0x0021;
    private static final int IPV6 = 0x0057;

    /** Reserved as a protocol number, so that it can be told from one. */
    private static final int ALL_STATIONS = 0xff;

    public static final FixedField ADDRESS =
            FixedField.hex("ppp.address", 0, 8, "all stations").when(Ppp::hasAddress);
    public static final FixedField CONTROL =
            FixedField.hex("ppp.control", 8, 8, "unnumbered information").when(Ppp::hasAddress);
    private static final ComputedField NUMBER_FIELD = ComputedField.number(
                    NUMBER, FieldType.HEX, "protocol of what follows", 1, Ppp::number)
            .width(16);
    public static final Protocol PROTOCOL =
            Protocol.of("PPP", "ppp", Ppp::new, List.of(ADDRESS, CONTROL, NUMBER_FIELD), Ppp::dissect);

    /** A header of its own without address and control, carrying IPv4. */
    public Ppp() {
        super(LENGTH);
        protocolNumber(IPV4);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Ppp wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Ppp(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Whether address and control stand before the protocol. */
    public boolean hasAddressAndControl() {
        return hasAddress(this);
    }

    /** Protocol of what follows. */
    public int protocolNumber() {
        return (int) number(this);
    }

    /** Sets protocolNumber, in two bytes; address and control stay. */
    public Ppp protocolNumber(int value) {
        if (value < 0 || value > 0xffff) {
            throw new IllegalArgumentException(NUMBER + " takes 0..65535, not " + value);
        }
        tail(hasAddress(this) ? 2 : 0, new byte[] {(byte) (value >> 8), (byte) value});
        return this;
    }

    /**
     * Sets protocolNumber in one byte, as protocol field compression does.
     *
     * @throws IllegalArgumentException if it is not an odd number below 256
     */
    public Ppp compressedProtocolNumber(int value) {
        if ((value & ~0xff) != 0 || (value & 1) == 0) {
            throw new IllegalArgumentException("a compressed " + NUMBER + " is odd and below 256, not " + value);
        }
        tail(hasAddress(this) ? 2 : 0, new byte[] {(byte) value});
        return this;
    }

    /** Puts address and control before the protocol, or takes them away. */
    public Ppp addressAndControl(boolean present) {
        byte[] number = tail(hasAddress(this) ? 2 : 0);
        byte[] all = new byte[number.length + (present ? 2 : 0)];
        System.arraycopy(number, 0, all, all.length - number.length, number.length);
        if (present) {
            all[0] = (byte) 0xff;
            all[1] = 3;
        }
        tail(0, all);
        return this;
    }

    private static boolean hasAddress(Header h) {
        return h.headerLength() > 0 && Bits.u8(h.buffer(), h.offset()) == ALL_STATIONS;
    }

    private static long number(Header h) {
        int from = hasAddress(h) ? 2 : 0;
        int left = h.headerLength() - from;
        int first = left > 0 ? Bits.u8(h.buffer(), h.offset() + from) : 0;
        if ((first & 1) != 0) {
            return first;
        }
        return left < 2 ? -1 : Bits.u16(h.buffer(), h.offset() + from);
    }

    static void dissect(PacketParser p, int offset, int end) {
        ByteBuffer b = p.buffer();
        int available = p.available(offset, end);
        int at = available > 0 && Bits.u8(b, offset) == ALL_STATIONS ? 2 : 0;
        int length = at + (available > at && (Bits.u8(b, offset + at) & 1) != 0 ? 1 : 2);
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
            return;
        }
        if (!p.add(PROTOCOL, offset, offset + length, end)) {
            return;
        }
        int number = length - at == 1 ? Bits.u8(b, offset + at) : Bits.u16(b, offset + at);
        switch (number) {
            case IPV4 -> Ipv4.dissect(p, offset + length, end);
            case IPV6 -> Ipv6.dissect(p, offset + length, end);
            default -> p.next(NUMBER, number, offset + length, end);
        }
    }

    @Override
    public String summary() {
        return String.format("PPP, protocol 0x%04x", protocolNumber());
    }
}
