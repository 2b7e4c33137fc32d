package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The link header of BSD loopback: the address family of the system that captured, in that system's byte order (link
 * type NULL) or big-endian (LOOP).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |                        address family                         |
 * </pre>
 */
public final class NullLoopback extends Header {
    /** Bytes of the header. */
    public static final int LENGTH = 4;

    /** AF_INET everywhere. */
    public static final int AF_INET = 2;

    private static final FixedField BITS = FixedField.decimal("null.family", 0, 32, "address family");
    static final ComputedField FAMILY =
            ComputedField.number("null.family", FieldType.DECIMAL, "address family", LENGTH, h -> {
                long family = family(h.buffer(), h.offset());
                return family < Ethernet.MIN_TYPE ? family : -1;
            });

    /** Some systems write an EtherType. */
    static final ComputedField TYPE = ComputedField.number(
                    "null.type", FieldType.HEX, "EtherType in place of a family", LENGTH, h -> {
                        long family = family(h.buffer(), h.offset());
                        return family < Ethernet.MIN_TYPE ? -1 : family;
                    })
            .width(16);

    public static final Protocol PROTOCOL = Protocol.of(
            "Null/Loopback",
            "null",
            NullLoopback::new,
            List.of(FAMILY, TYPE),
            NullLoopback::dissect,
            Selector.linkType(0),
            Selector.linkType(108));

    /** A header for IPv4 as LOOP has it, big-endian, which readers of NULL recognise too. */
    public NullLoopback() {
        super(LENGTH);
        family(AF_INET);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static NullLoopback wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new NullLoopback(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Address family, in whichever byte order makes it small. */
    public long family() {
        return family(buffer(), offset());
    }

    /** Sets the family, big-endian. */
    public NullLoopback family(long value) {
        put(BITS, value);
        return this;
    }

    private static long family(ByteBuffer b, int offset) {
        long family = Bits.u32(b, offset);
        return family >>> 16 == 0 ? family : Bits.u32Le(b, offset);
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int next = offset + LENGTH;
        if (!p.add(PROTOCOL, offset, next, end)) {
            return;
        }
        int family = (int) family(p.buffer(), offset);
        switch (family) {
            case AF_INET -> p.etherType(0x0800, next, end);
            // AF_INET6 of Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
            case 10, 23, 24, 28, 30 -> p.etherType(0x86dd, next, end);
            default -> {
                if (family >= Ethernet.MIN_TYPE && family <= 0xffff) {
                    p.etherType(family, next, end);
                }
            }
        }
    }

    @Override
    public String summary() {
        return "family " + family();
    }
}
