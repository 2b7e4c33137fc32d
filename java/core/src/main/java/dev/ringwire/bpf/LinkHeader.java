package dev.ringwire.bpf;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/** What Linux reads off a link header before a filter runs ({@code eth_type_trans} in {@code net/ethernet/eth.c}). */
final class LinkHeader {
    static final int ARPHRD_ETHER = 1;
    static final int PACKET_OUTGOING = 4;

    private static final int PACKET_HOST = 0;
    private static final int PACKET_BROADCAST = 1;
    private static final int PACKET_MULTICAST = 2;

    private static final int ETHERNET_LENGTH = 14;
    private static final int ETHERTYPE = 12;
    private static final int LOWEST_ETHERTYPE = 0x600;
    private static final int ETH_P_802_3 = 1;
    private static final int ETH_P_802_2 = 4;
    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_IPV6 = 0x86dd;

    private LinkHeader() {}

    /** Bytes before the network header, without VLAN tags; -1 if not known. */
    static int length(LinkType type) {
        return switch (type.value()) {
            // NULL and LOOP
            case 0, 108 -> 4;
            case 1 -> ETHERNET_LENGTH;
            // The two kinds of RAW, IPV4 and IPV6
            case 12, 101, 228, 229 -> 0;
            // LINUX_SLL and LINUX_SLL2
            case 113 -> 16;
            case 276 -> 20;
            default -> -1;
        };
    }

    /** The ethertype of the network header, or Linux's number for what has none; 0 if not known. */
    static int protocol(LinkType type, ByteBuffer b, int start, int length) {
        int header = length(type);
        if (header == ETHERNET_LENGTH && length >= ETHERNET_LENGTH) {
            int ethertype = Bits.u16(b, start + ETHERTYPE);
            if (ethertype >= LOWEST_ETHERTYPE) {
                return ethertype;
            }
            boolean rawIpx = length >= ETHERNET_LENGTH + 2 && Bits.u16(b, start + ETHERNET_LENGTH) == 0xffff;
            return rawIpx ? ETH_P_802_3 : ETH_P_802_2;
        }
        if (header == 0 && length > 0) {
            int version = Bits.u8(b, start) >>> 4;
            return version == 4 ? ETH_P_IP : version == 6 ? ETH_P_IPV6 : 0;
        }
        if (type.equals(LinkType.LINUX_SLL) && length >= header) {
            return Bits.u16(b, start + 14);
        }
        return type.equals(LinkType.LINUX_SLL2) && length >= header ? Bits.u16(b, start) : 0;
    }

    /** PACKET_HOST, PACKET_BROADCAST or PACKET_MULTICAST, as the destination address says. */
    static int destination(LinkType type, ByteBuffer b, int start, int length) {
        if (!type.equals(LinkType.ETHERNET) || length < 6 || (b.get(start) & 1) == 0) {
            return PACKET_HOST;
        }
        return Bits.u48(b, start) == 0xffff_ffff_ffffL ? PACKET_BROADCAST : PACKET_MULTICAST;
    }
}
