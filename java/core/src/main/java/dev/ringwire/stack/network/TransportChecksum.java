package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;

/** Transport checksums that a device would have finished. */
final class TransportChecksum {
    private static final int TCP = 6;
    private static final int UDP = 17;

    private TransportChecksum() {}

    /** Finishes the checksum of a packet of which the device was to do it. */
    static void finish(PacketBuffer packet) {
        int at = packet.transportOffset();
        int field = packet.protocol() == TCP ? 16 : packet.protocol() == UDP ? 6 : -1;
        if (!packet.isPartialChecksum() || field < 0 || at < 0) {
            return;
        }
        int sum = ~packet.sum(at, packet.end() - at, 0) & 0xffff;
        Bits.put16(packet.bytes(), at + field, sum == 0 && field == 6 ? 0xffff : sum);
        packet.partialChecksum(false);
    }
}
