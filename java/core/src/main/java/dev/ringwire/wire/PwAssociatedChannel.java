package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The associated channel header of a pseudowire or of a label stack, RFC 4385 section 5 and RFC 5586.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |0 0 0 1|Version|   Reserved    |         Channel Type          |
 * </pre>
 */
public final class PwAssociatedChannel extends Header {
    /** Bytes of the header. */
    public static final int LENGTH = 4;

    private static final int IPV4 = 0x0021;
    private static final int IPV6 = 0x0057;

    public static final FixedField VERSION = FixedField.decimal("pwach.ver", 4, 4, "version, 0");
    public static final FixedField RESERVED = FixedField.hex("pwach.res", 8, 8, "reserved, 0");
    public static final FixedField TYPE = FixedField.hex("pwach.channel_type", 16, 16, "channel type");
    public static final Protocol PROTOCOL = Protocol.of(
            "PW Associated Channel",
            "pwach",
            PwAssociatedChannel::new,
            List.of(VERSION, RESERVED, TYPE),
            PwAssociatedChannel::dissect);

    /** A header of its own with the protocol's defaults, carrying IPv4. */
    public PwAssociatedChannel() {
        super(LENGTH);
        Bits.put8(buffer(), 0, 0x10);
        channelType(IPV4);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static PwAssociatedChannel wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new PwAssociatedChannel(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Channel type. */
    public int channelType() {
        return getInt(TYPE);
    }

    /** Sets channelType. */
    public PwAssociatedChannel channelType(int value) {
        put(TYPE, value);
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
        switch (Bits.u16(p.buffer(), offset + 2)) {
            case IPV4 -> Ipv4.dissect(p, offset + LENGTH, end);
            case IPV6 -> Ipv6.dissect(p, offset + LENGTH, end);
            default -> p.next("pwach.channel_type", Bits.u16(p.buffer(), offset + 2), offset + LENGTH, end);
        }
    }

    @Override
    public String summary() {
        return String.format("associated channel 0x%04x", channelType());
    }
}
