package dev.ringwire.wire;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Linux cooked capture, version 1: what libpcap writes for the {@code any} device.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |          packet type          |        ARPHRD_ type           |
 * |        address length         |                               |
 * |                  link-layer address (8 bytes)                 |
 * |                               |           protocol            |
 * </pre>
 */
public final class LinuxSll extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 16;

    public static final FixedField PKTTYPE =
            FixedField.decimal("sll.pkttype", 0, 16, "0 to us, 1 broadcast, 2 multicast, 3 overheard, 4 sent by us");
    public static final FixedField HATYPE = FixedField.decimal("sll.hatype", 16, 16, "ARPHRD_ type of the device");
    public static final FixedField HALEN = FixedField.decimal("sll.halen", 32, 16, "bytes of the link-layer address");
    public static final FixedField SRC_ETH = FixedField.mac("sll.src.eth", 48, "link-layer address of the sender")
            .when(h -> h.get(LinuxSll.HALEN) == 6);
    public static final FixedField ETYPE = FixedField.hex("sll.etype", 112, 16, "EtherType")
            .when(h -> h.get(LinuxSll.PROTOCOL_FIELD) >= Ethernet.MIN_TYPE);
    /** The protocol field where it is no EtherType but a number of Linux's own, such as 4 for LLC. */
    public static final FixedField LTYPE = FixedField.hex("sll.ltype", 112, 16, "protocol of Linux's own")
            .when(h -> h.get(LinuxSll.PROTOCOL_FIELD) < Ethernet.MIN_TYPE);

    private static final FixedField PROTOCOL_FIELD = FixedField.hex("sll.protocol", 112, 16, "protocol");
    public static final Protocol PROTOCOL = Protocol.of(
            "Linux SLL",
            "sll",
            LinuxSll::new,
            List.of(PKTTYPE, HATYPE, HALEN, SRC_ETH, ETYPE, LTYPE),
            LinuxSll::dissect,
            Selector.linkType(113));

    /** A header of its own with the protocol's defaults. */
    public LinuxSll() {
        super(LENGTH);
        hardwareType(1).addressLength(6).type(0x0800);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static LinuxSll wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new LinuxSll(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** 0 to us, 1 broadcast, 2 multicast, 3 overheard, 4 sent by us. */
    public int packetType() {
        return getInt(PKTTYPE);
    }

    /** Sets packetType. */
    public LinuxSll packetType(int value) {
        put(PKTTYPE, value);
        return this;
    }

    /** ARPHRD_ type of the device. */
    public int hardwareType() {
        return getInt(HATYPE);
    }

    /** Sets hardwareType. */
    public LinuxSll hardwareType(int value) {
        put(HATYPE, value);
        return this;
    }

    /** Bytes of the link-layer address. */
    public int addressLength() {
        return getInt(HALEN);
    }

    /** Sets addressLength. */
    public LinuxSll addressLength(int value) {
        put(HALEN, value);
        return this;
    }

    /** Link-layer address of the sender. */
    public MacAddress src() {
        return getMac(SRC_ETH);
    }

    /** Sets src. */
    public LinuxSll src(MacAddress value) {
        put(SRC_ETH, value.bits());
        return this;
    }

    /** EtherType. */
    public int type() {
        return getInt(ETYPE);
    }

    /** Sets type. */
    public LinuxSll type(int value) {
        put(ETYPE, value);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        if (p.add(PROTOCOL, offset, offset + LENGTH, end)) {
            next(p, Bits.u16(p.buffer(), offset + 14), offset + LENGTH, end);
        }
    }

    /** Numbers below 1536 are Linux's own: 4 is LLC. */
    static void next(PacketParser p, int type, int offset, int end) {
        if (type >= Ethernet.MIN_TYPE) {
            p.etherType(type, offset, end);
        } else if (type == 4) {
            Llc.dissect(p, offset, end);
        }
    }

    @Override
    public String summary() {
        return String.format("SLL packet type %d, protocol 0x%04x", packetType(), type());
    }
}
