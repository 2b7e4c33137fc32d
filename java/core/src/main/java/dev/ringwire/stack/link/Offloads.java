package dev.ringwire.stack.link;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Offload;
import dev.ringwire.stack.PacketBuffer;

/** What is left to do for packets, each kind of work made an object once, since a connection asks for one or two. */
final class Offloads {
    private static final int TCP = 6;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int UDP_HEADER = 8;
    private static final int CWR = 0x80;

    /** Leaves the upper six bits of an int. */
    private static final int HASH_SHIFT = 26;

    private final Offload[] known = new Offload[64];

    /** For a packet that the device is to finish; its first byte is the frame's. */
    Offload of(PacketBuffer packet) {
        int transport = packet.transportOffset();
        int start = transport - packet.offset();
        boolean tcp = packet.protocol() == TCP;
        int header = tcp ? (packet.bytes().get(transport + 12) & 0xf0) >>> 2 : UDP_HEADER;
        int size = packet.gsoSize();
        if (size == 0 || packet.end() - transport - header <= size) {
            return find(start, tcp ? TCP_CHECKSUM : UDP_CHECKSUM, Offload.GSO_NONE, 0, 0);
        }
        int type = Offload.GSO_UDP_L4;
        if (tcp) {
            int ecn = (Bits.u8(packet.bytes(), transport + 13) & CWR) != 0 ? Offload.GSO_ECN : 0;
            type = ecn | (packet.isIpv6() ? Offload.GSO_TCPV6 : Offload.GSO_TCPV4);
        }
        return find(start, tcp ? TCP_CHECKSUM : UDP_CHECKSUM, type, size, start + header);
    }

    private Offload find(int start, int checksum, int type, int size, int header) {
        int at = (((start * 31 + header) * 31 + size) * 31 + type) * 0x9e3779b9 >>> HASH_SHIFT;
        Offload found = known[at];
        if (found == null
                || found.checksumStart() != start
                || found.checksumOffset() != checksum
                || found.gsoType() != type
                || found.gsoSize() != size
                || found.headerLength() != header) {
            found = new Offload(start, checksum, type, size, header);
            known[at] = found;
        }
        return found;
    }
}
