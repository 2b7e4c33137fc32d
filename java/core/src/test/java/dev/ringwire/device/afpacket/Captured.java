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

    private Captured() {}

    /** The number of the datagram in an Ethernet frame, or -1 if it is none of ours (an ICMP error quotes ours, too). */
    static int number(ByteBuffer bytes, int offset, int length) {
        int at = offset + 12;
        int end = offset + length;
        while (at + 4 <= end && (Bits.u16(bytes, at) == 0x8100 || Bits.u16(bytes, at) == 0x88a8)) {
            at += 4;
        }
        if (at + 2 + 20 + 8 + UdpSender.SHORTEST > end) {
            return -1;
        }
        int type = Bits.u16(bytes, at);
        at += 2;
        if (type == 0x0800 && bytes.get(at + 9) == 17) {
            at += 20 + 8;
        } else if (type == 0x86dd && bytes.get(at + 6) == 17) {
            at += 40 + 8;
        } else {
            return -1;
        }
        if (at + UdpSender.SHORTEST > end) {
            return -1;
        }
        for (int i = 0; i < MARK.length; i++) {
            if (bytes.get(at + i) != MARK[i]) {
                return -1;
            }
        }
        return Bits.i32(bytes, at + MARK.length);
    }

    static int number(Frame frame) {
        return number(frame.buffer(), frame.offset(), frame.length());
    }

    /** Copies our datagrams until there are so many, or nothing came for three seconds. */
    static List<Frame> read(PacketRing ring, int count) throws IOException {
        return read(ring, count, 3000);
    }

    /** Copies our datagrams until there are so many, or nothing came for so long. */
    static List<Frame> read(PacketRing ring, int count, int quietMillis) throws IOException {
        List<Frame> kept = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (kept.size() < count
                && System.nanoTime() < deadline
                && ring.next(TimeUnit.MILLISECONDS.toNanos(quietMillis))) {
            if (number(ring.frame()) >= 0) {
                kept.add(ring.frame().copy());
            }
        }
        return kept;
    }
}
