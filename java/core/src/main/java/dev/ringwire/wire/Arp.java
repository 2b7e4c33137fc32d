package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Address Resolution Protocol, RFC 826. The four addresses have names where they are IPv4 over Ethernet
 * ({@link #isIpv4OverEthernet}); {@link #addresses} gives them in any case.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |         hardware type         |         protocol type         |
 * | hardware size | protocol size |            opcode             |
 * | sender hardware, sender protocol, target hardware, target protocol address |
 * </pre>
 */
public final class Arp extends Header {
    /** Bytes with the addresses of IPv4 over Ethernet. */
    public static final int LENGTH = 28;

    private static final int FIXED = 8;

    public static final FixedField HW_TYPE = FixedField.decimal("arp.hw.type", 0, 16, "hardware type");
    public static final FixedField PROTO_TYPE = FixedField.hex("arp.proto.type", 16, 16, "protocol type");
    public static final FixedField HW_SIZE = FixedField.decimal("arp.hw.size", 32, 8, "bytes of a hardware address");
    public static final FixedField PROTO_SIZE =
            FixedField.decimal("arp.proto.size", 40, 8, "bytes of a protocol address");
    public static final FixedField OPCODE = FixedField.decimal("arp.opcode", 48, 16, "operation: 1 request, 2 reply");
    public static final FixedField SRC_HW_MAC =
            FixedField.mac("arp.src.hw_mac", 64, "sender MAC address").when(Arp::isMac);
    public static final FixedField SRC_PROTO_IPV4 =
            FixedField.ipv4("arp.src.proto_ipv4", 112, "sender IPv4 address").when(Arp::isIpv4);
    public static final FixedField DST_HW_MAC =
            FixedField.mac("arp.dst.hw_mac", 144, "target MAC address").when(Arp::isMac);
    public static final FixedField DST_PROTO_IPV4 =
            FixedField.ipv4("arp.dst.proto_ipv4", 192, "target IPv4 address").when(Arp::isIpv4);
    public static final Protocol PROTOCOL = Protocol.of(
            "ARP",
            "arp",
            Arp::new,
            List.of(
                    HW_TYPE,
                    PROTO_TYPE,
                    HW_SIZE,
                    PROTO_SIZE,
                    OPCODE,
                    SRC_HW_MAC,
                    SRC_PROTO_IPV4,
                    DST_HW_MAC,
                    DST_PROTO_IPV4),
            Arp::dissect,
            Selector.etherType(0x0806));

    /** A header of its own with the protocol's defaults. */
    public Arp() {
        super(LENGTH);
        hardwareType(1).protocolType(0x0800).hardwareSize(6).protocolSize(4).opcode(1);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Arp wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Arp(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Hardware type. */
    public int hardwareType() {
        return getInt(HW_TYPE);
    }

    /** Sets hardwareType. */
    public Arp hardwareType(int value) {
        put(HW_TYPE, value);
        return this;
    }

    /** Protocol type. */
    public int protocolType() {
        return getInt(PROTO_TYPE);
    }

    /** Sets protocolType. */
    public Arp protocolType(int value) {
        put(PROTO_TYPE, value);
        return this;
    }

    /** Bytes of a hardware address. */
    public int hardwareSize() {
        return getInt(HW_SIZE);
    }

    /** Sets hardwareSize. */
    public Arp hardwareSize(int value) {
        put(HW_SIZE, value);
        return this;
    }

    /** Bytes of a protocol address. */
    public int protocolSize() {
        return getInt(PROTO_SIZE);
    }

    /** Sets protocolSize. */
    public Arp protocolSize(int value) {
        put(PROTO_SIZE, value);
        return this;
    }

    /** Operation: 1 request, 2 reply. */
    public int opcode() {
        return getInt(OPCODE);
    }

    /** Sets opcode. */
    public Arp opcode(int value) {
        put(OPCODE, value);
        return this;
    }

    /**
     * Sender MAC address.
     *
     * @throws IllegalStateException if the addresses are shorter than those of IPv4 over Ethernet
     */
    public MacAddress senderMac() {
        return new MacAddress(get(SRC_HW_MAC));
    }

    /** Sets senderMac. */
    public Arp senderMac(MacAddress value) {
        put(SRC_HW_MAC, value.bits());
        return this;
    }

    /**
     * Sender IPv4 address.
     *
     * @throws IllegalStateException if the addresses are shorter than those of IPv4 over Ethernet
     */
    public Ipv4Address senderIp() {
        return new Ipv4Address((int) get(SRC_PROTO_IPV4));
    }

    /** Sets senderIp. */
    public Arp senderIp(Ipv4Address value) {
        put(SRC_PROTO_IPV4, value.bits() & 0xffff_ffffL);
        return this;
    }

    /**
     * Target MAC address.
     *
     * @throws IllegalStateException if the addresses are shorter than those of IPv4 over Ethernet
     */
    public MacAddress targetMac() {
        return new MacAddress(get(DST_HW_MAC));
    }

    /** Sets targetMac. */
    public Arp targetMac(MacAddress value) {
        put(DST_HW_MAC, value.bits());
        return this;
    }

    /**
     * Target IPv4 address.
     *
     * @throws IllegalStateException if the addresses are shorter than those of IPv4 over Ethernet
     */
    public Ipv4Address targetIp() {
        return new Ipv4Address((int) get(DST_PROTO_IPV4));
    }

    /** Sets targetIp. */
    public Arp targetIp(Ipv4Address value) {
        put(DST_PROTO_IPV4, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Whether sizes and types are those of IPv4 over Ethernet, so that the address accessors mean what they say. */
    public boolean isIpv4OverEthernet() {
        return isIpv4(this) && headerLength() >= DST_PROTO_IPV4.byteEnd();
    }

    /** The bytes of the four addresses, in the order of the drawing; their lengths are the two sizes. */
    public byte[] addresses() {
        return tail(FIXED);
    }

    /** Replaces the bytes of the four addresses. The sizes stay as they are. */
    public Arp addresses(byte[] addresses) {
        tail(FIXED, addresses);
        return this;
    }

    private static boolean isMac(Header h) {
        return h.get(HW_SIZE) == 6 && h.get(PROTO_SIZE) == 4;
    }

    private static boolean isIpv4(Header h) {
        return isMac(h) && h.get(PROTO_TYPE) == 0x0800;
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < FIXED) {
            p.truncated(PROTOCOL, offset, end, FIXED);
            return;
        }
        int length = FIXED + 2 * (Bits.u8(p.buffer(), offset + 4) + Bits.u8(p.buffer(), offset + 5));
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
            return;
        }
        p.add(PROTOCOL, offset, offset + length, offset + length);
    }

    @Override
    public String summary() {
        if (!isIpv4OverEthernet()) {
            return "ARP, opcode " + opcode() + ", hardware type " + hardwareType();
        }
        return switch (opcode()) {
            case 1 -> "ARP, Request who-has " + targetIp() + " tell " + senderIp();
            case 2 -> "ARP, Reply " + senderIp() + " is-at " + senderMac();
            default -> "ARP, opcode " + opcode();
        };
    }
}
