package dev.ringwire.device;

import dev.ringwire.bytes.Bits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** How long an Ethernet frame may be: the kernel, too, counts a VLAN tag to the header and not to the MTU. */
final class FrameLimit {
    static final int ETHERNET_HEADER = 14;
    private static final int VLAN_TAG = 4;
    private static final int TPID = 0x8100;

    private FrameLimit() {}

    /** Throws if the frame is no whole header, or longer than the MTU allows. */
    static void check(ByteBuffer bytes, int offset, int length, int mtu, String name) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (length < ETHERNET_HEADER) {
            throw new IOException(name + ": a frame of " + length + " bytes is shorter than an Ethernet header");
        }
        if (length - ETHERNET_HEADER > mtu) {
            boolean tagged = Bits.u16(bytes, offset + 12) == TPID;
            int most = mtu + ETHERNET_HEADER + (tagged ? VLAN_TAG : 0);
            if (length > most) {
                throw new IOException(name + ": a frame of " + length + " bytes is longer than the " + most
                        + " that an MTU of " + mtu + " allows");
            }
        }
    }
}
