package dev.ringwire.device.afpacket;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Offload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel can cut an Ethernet frame over the MTU: it must carry TCP (RFC 9293) right behind IPv4 (RFC 791) or
 * IPv6 (RFC 8200), perhaps behind VLAN tags. Reads just what that takes.
 *
 * @param offload what to ask for
 * @param length bytes of the frame without what follows the IP packet
 * @param addresses where the two IP addresses are in the frame
 */
record TcpSegmentation(Offload offload, int length, int addresses) {
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int ETHERTYPE_SERVICE_VLAN = 0x88a8;
    private static final int TCP = 6;
    private static final int TCP_CHECKSUM = 16;
    private static final int TCP_CWR = 0x80;

    /** Null if it is not such a frame, or the MTU leaves no room for payload. */
    static @Nullable TcpSegmentation of(ByteBuffer b, int offset, int length, boolean ethernet, int mtu) {
        int network = 0;
        int type;
        if (ethernet) {
            network = 14;
            type = Bits.u16(b, offset + 12);
            while ((type == ETHERTYPE_VLAN || type == ETHERTYPE_SERVICE_VLAN) && length >= network + 4) {
                type = Bits.u16(b, offset + network + 2);
                network += 4;
            }
        } else {
            type = Bits.u8(b, offset) >>> 4 == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
        }
        // The shorter of the two headers and one of TCP.
        if (length < network + 40) {
            return null;
        }
        int ip = offset + network;
        if (type == ETHERTYPE_IPV4 && Bits.u8(b, ip + 9) == TCP) {
            int header = (Bits.u8(b, ip) & 0xf) * 4;
            boolean fragment = (Bits.u16(b, ip + 6) & 0x3fff) != 0;
            return header < 20 || fragment
                    ? null
                    : of(b, offset, network, header, Bits.u16(b, ip + 2), length, mtu, Offload.GSO_TCPV4);
        }
        if (type == ETHERTYPE_IPV6 && Bits.u8(b, ip + 6) == TCP) {
            return of(b, offset, network, 40, 40 + Bits.u16(b, ip + 4), length, mtu, Offload.GSO_TCPV6);
        }
        return null;
    }

    private static @Nullable TcpSegmentation of(
            ByteBuffer b, int offset, int network, int ipHeader, int ipLength, int length, int mtu, int gsoType) {
        int tcp = network + ipHeader;
        if (network + ipLength > length || ipHeader + 20 > ipLength) {
            return null;
        }
        int payload = tcp + (Bits.u8(b, offset + tcp + 12) >>> 4) * 4;
        int segment = mtu - (payload - network);
        if (payload < tcp + 20 || payload > network + ipLength || segment <= 0) {
            return null;
        }
        int ecn = (Bits.u8(b, offset + tcp + 13) & TCP_CWR) != 0 ? Offload.GSO_ECN : 0;
        int addresses = network + (gsoType == Offload.GSO_TCPV4 ? 12 : 8);
        return new TcpSegmentation(Offload.tcp(gsoType | ecn, tcp, payload, segment), network + ipLength, addresses);
    }

    /** Puts the sum over the pseudo-header where the checksum was, as the kernel wants to find it. */
    void unfinishChecksum(ByteBuffer copy, int frame) {
        int tcp = frame + offload.checksumStart();
        int tcpLength = length - offload.checksumStart();
        int end = addresses + ((offload.gsoType() & Offload.GSO_TCPV4) != 0 ? 8 : 32);
        int sum = TCP + tcpLength;
        for (int i = addresses; i < end; i += 2) {
            sum += Bits.u16(copy, frame + i);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        Bits.put16(copy, tcp + TCP_CHECKSUM, sum);
    }
}
