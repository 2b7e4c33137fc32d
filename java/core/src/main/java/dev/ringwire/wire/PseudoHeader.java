package dev.ringwire.wire;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.nio.ByteBuffer;

/**
 * What checksums of TCP, UDP and ICMPv6 cover before their own bytes: RFC 9293 section 3.1 for IPv4, RFC 8200 section
 * 8.1 for IPv6. {@link Packet#toBytes(Fix...)} does this by itself; here it is by hand:
 *
 * <pre>{@code
 * udp.checksum(0);
 * int checksum = PseudoHeader.of(ip.src(), ip.dst(), 17, segment.length).checksum(segment);
 * }</pre>
 */
public final class PseudoHeader {
    private static final int MAX_PROTOCOL = 0xff;
    private static final int MAX_LENGTH = 0xffff;

    private final byte[] bytes;

    private PseudoHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Over IPv4.
     *
     * @param protocol IP protocol number
     * @param length bytes of the segment, its header included, 0 to 65535
     */
    public static PseudoHeader of(Ipv4Address src, Ipv4Address dst, int protocol, int length) {
        check(protocol, length, MAX_LENGTH);
        return new PseudoHeader(ByteBuffer.allocate(12)
                .putInt(src.bits())
                .putInt(dst.bits())
                .putShort((short) protocol)
                .putShort((short) length)
                .array());
    }

    /**
     * Over IPv6.
     *
     * @param nextHeader protocol number of the segment
     * @param length bytes of the segment, its header included
     */
    public static PseudoHeader of(Ipv6Address src, Ipv6Address dst, int nextHeader, int length) {
        check(nextHeader, length, Integer.MAX_VALUE);
        return new PseudoHeader(ByteBuffer.allocate(40)
                .put(src.toBytes())
                .put(dst.toBytes())
                .putInt(length)
                .putInt(nextHeader)
                .array());
    }

    private static void check(int protocol, int length, int maxLength) {
        if (protocol < 0 || protocol > MAX_PROTOCOL) {
            throw new IllegalArgumentException("a protocol number is 0.." + MAX_PROTOCOL + ", not " + protocol);
        }
        if (length < 0 || length > maxLength) {
            throw new IllegalArgumentException("a segment has 0.." + maxLength + " bytes, not " + length);
        }
    }

    /** The bytes that the checksum begins with: 12 of them over IPv4, 40 over IPv6. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * The {@linkplain InternetChecksum Internet checksum} of this and the segment as it stands. UDP writes 0xffff where
     * this is 0, as 0 says there that there is none.
     */
    public int checksum(byte[] segment) {
        var checksum = Accelerators.checksum();
        return ~checksum.sum(segment, 0, segment.length, checksum.sum(bytes, 0, bytes.length, 0)) & 0xffff;
    }
}
