package dev.ringwire.testing;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/** Ethernet frames with TCP or UDP in IPv4 or IPv6, written by hand, with checksums zero until asked for. */
public final class TcpFrames {
    private static final int TCP = 6;

    private TcpFrames() {}

    /** A TCP segment of that payload length, whose bytes count up; {@code tag} is a VLAN tag in front, or 0. */
    public static byte[] tcp(boolean ipv6, int tag, int payload) {
        int network = tag == 0 ? 14 : 18;
        int tcp = network + (ipv6 ? 40 : 20);
        byte[] bytes = new byte[tcp + 20 + payload];
        ByteBuffer b = ByteBuffer.wrap(bytes);
        Bits.put16(b, 0, 0xffff);
        Bits.put32(b, 2, -1);
        b.put(6, (byte) 2);
        if (tag != 0) {
            Bits.put32(b, 12, tag);
        }
        Bits.put16(b, network - 2, ipv6 ? 0x86dd : 0x0800);
        if (ipv6) {
            b.put(network, (byte) 0x60);
            Bits.put16(b, network + 4, 20 + payload);
            b.put(network + 6, (byte) TCP).put(network + 7, (byte) 64);
            Bits.put64(b, network + 8, 0xfd00_0000_0000_0001L);
            Bits.put64(b, network + 16, 0x1234_5678_9abc_def0L);
            Bits.put64(b, network + 24, 0xfd00_0000_0000_0002L);
            Bits.put64(b, network + 32, 2);
        } else {
            b.put(network, (byte) 0x45);
            Bits.put16(b, network + 2, 40 + payload);
            b.put(network + 8, (byte) 64).put(network + 9, (byte) TCP);
            Bits.put32(b, network + 12, 0xc633_6401);
            Bits.put32(b, network + 16, 0xc633_6402);
            Bits.put16(b, network + 10, ~sum(b, network, 20, 0));
        }
        Bits.put16(b, tcp, 4000);
        Bits.put16(b, tcp + 2, 5000);
        Bits.put32(b, tcp + 4, 1_000_000);
        b.put(tcp + 12, (byte) 0x50).put(tcp + 13, (byte) 0x18);
        for (int i = 0; i < payload; i++) {
            b.put(tcp + 20 + i, (byte) (i * 7 + i / 251));
        }
        return bytes;
    }

    /** Whether the checksum of TCP behind a header of that length, and that of IPv4, are right. */
    public static boolean checksumsRight(ByteBuffer b, int offset, int network, int length) {
        int ip = offset + network;
        boolean ipv6 = Bits.u8(b, ip) >>> 4 == 6;
        if (!ipv6 && sum(b, ip, 20, 0) != 0xffff) {
            return false;
        }
        int tcp = ip + (ipv6 ? 40 : 20);
        int tcpLength = offset + length - tcp;
        return sum(b, tcp, tcpLength, pseudo(b, ip, ipv6, tcpLength)) == 0xffff;
    }

    /** The folded sum over the pseudo-header. */
    public static int pseudo(ByteBuffer b, int ip, boolean ipv6, int tcpLength) {
        return ipv6 ? sum(b, ip + 8, 32, TCP + tcpLength) : sum(b, ip + 12, 8, TCP + tcpLength);
    }

    /** RFC 1071, one byte at a time. */
    public static int sum(ByteBuffer b, int offset, int length, int initial) {
        long sum = initial;
        for (int i = 0; i < length; i++) {
            sum += (long) Bits.u8(b, offset + i) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }
}
