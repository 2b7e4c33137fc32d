package dev.ringwire.device.afpacket;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.testing.UdpSender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Finds the datagrams of {@link UdpSender} among whatever else crosses an interface. */
final class Captured {
    private static final byte[] MARK = UdpSender.MARK.getBytes(StandardCharsets.US_ASCII);
    /** Ethernet, up to two VLAN tags, IPv4 or IPv6, UDP. */
    private static final int DEEPEST = 14 + 8 + 40 + 8;

    private Captured() {}

    /** The number of the datagram in a frame, or -1 if it is none of ours. */
    static int number(ByteBuffer bytes, int offset, int length) {
        for (int at = offset + 14 + 20 + 8;
                at <= offset + DEEPEST && at + UdpSender.SHORTEST <= offset + length;
                at++) {
            int i = 0;
            while (i < MARK.length && bytes.get(at + i) == MARK[i]) {
                i++;
            }
            if (i == MARK.length) {
                return Bits.i32(bytes, at + i);
            }
        }
        return -1;
    }

    static int number(Frame frame) {
        return number(frame.buffer(), frame.offset(), frame.length());
    }

    /** Copies our datagrams until there are so many, or nothing came for three seconds. */
    static List<Frame> read(PacketRing ring, int count) throws IOException {
        List<Frame> kept = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (kept.size() < count && System.nanoTime() < deadline && ring.next(TimeUnit.SECONDS.toNanos(3))) {
            if (number(ring.frame()) >= 0) {
                kept.add(ring.frame().copy());
            }
        }
        return kept;
    }
}
