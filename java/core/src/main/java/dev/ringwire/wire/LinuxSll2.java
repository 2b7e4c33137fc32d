package dev.ringwire.wire;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Linux cooked capture, version 2.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |           protocol            |           reserved            |
 * |                        interface index                        |
 * |        ARPHRD_ type           |  packet type  |address length |
 * |                  link-layer address (8 bytes)                 |
 * </pre>
 */
public final class LinuxSll2 extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 20;

    public static final FixedField ETYPE = FixedField.hex("sll.etype", 0, 16, "EtherType")
            .when(h -> h.get(LinuxSll2.PROTOCOL_FIELD) >= Ethernet.MIN_TYPE);
    public static final FixedField IFINDEX = FixedField.decimal("sll.ifindex", 32, 32, "interface index");
    public static final FixedField HATYPE = FixedField.decimal("sll.hatype", 64, 16, "ARPHRD_ type of the device");
    public static final FixedField PKTTYPE =
            FixedField.decimal("sll.pkttype", 80, 8, "0 to us, 1 broadcast, 2 multicast, 3 overheard, 4 sent by us");
    public static final FixedField HALEN = FixedField.decimal("sll.halen", 88, 8, "bytes of the link-layer address");
    public static final FixedField SRC_ETH = FixedField.mac("sll.src.eth", 96, "link-layer address of the sender")
            .when(h -> h.get(LinuxSll2.HALEN) == 6);
    /** The protocol field where it is no EtherType but a number of Linux's own, such as 4 for LLC. */
    public static final FixedField LTYPE = FixedField.hex("sll.ltype", 0, 16, "protocol of Linux's own")
            .when(h -> h.get(LinuxSll2.PROTOCOL_FIELD) < Ethernet.MIN_TYPE);

    private static final FixedField PROTOCOL_FIELD = FixedField.hex("sll.protocol", 0, 16, "protocol");
    public static final Protocol PROTOCOL = Protocol.of(
            "Linux SLL2",
            "sll",
            LinuxSll2::new,
            List.of(ETYPE, LTYPE, IFINDEX, HATYPE, PKTTYPE, HALEN, SRC_ETH),
            LinuxSll2::dissect,
            Selector.linkType(276));

    /** A header of its own with the protocol's defaults. */
    public LinuxSll2() {
        super(LENGTH);
        hardwareType(1).addressLength(6).type(0x0800);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static LinuxSll2 wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new LinuxSll2(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** EtherType. */
    public int type() {
        return getInt(ETYPE);
    }

    /** Sets type. */
    public LinuxSll2 type(int value) {
        put(ETYPE, value);
        return this;
    }

    /** Interface index. */
    public long interfaceIndex() {
        return get(IFINDEX);
    }

    /** Sets interfaceIndex. */
    public LinuxSll2 interfaceIndex(long value) {
        put(IFINDEX, value);
        return this;
    }

    /** ARPHRD_ type of the device. */
    public int hardwareType() {
        return getInt(HATYPE);
    }

    /** Sets hardwareType. */
    public LinuxSll2 hardwareType(int value) {
        put(HATYPE, value);
        return this;
    }

    /** 0 to us, 1 broadcast, 2 multicast, 3 overheard, 4 sent by us. */
    public int packetType() {
        return getInt(PKTTYPE);
    }

    /** Sets packetType. */
    public LinuxSll2 packetType(int value) {
        put(PKTTYPE, value);
        return this;
    }

    /** Bytes of the link-layer address. */
    public int addressLength() {
        return getInt(HALEN);
    }

    /** Sets addressLength. */
    public LinuxSll2 addressLength(int value) {
        put(HALEN, value);
        return this;
    }

    /** Link-layer address of the sender. */
    public MacAddress src() {
        return getMac(SRC_ETH);
    }

    /** Sets src. */
    public LinuxSll2 src(MacAddress value) {
        put(SRC_ETH, value.bits());
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        if (p.add(PROTOCOL, offset, offset + LENGTH, end)) {
            LinuxSll.next(p, Bits.u16(p.buffer(), offset), offset + LENGTH, end);
        }
    }

    @Override
    public String summary() {
        return String.format("SLL2 packet type %d, protocol 0x%04x", packetType(), type());
    }
}
