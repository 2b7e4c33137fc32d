package dev.ringwire.stack.transport;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/** What the header of the next segment to be sent says; one of each layer, filled again for each segment. */
final class SegmentHeader {
    private static final int MOST_SACK_BLOCKS = 4;

    int sourcePort;
    int destinationPort;
    int seq;
    int ack;
    int flags;
    int window;
    int urgentPointer;
    /** 0 for none. */
    int mss;
    /** -1 for none. */
    int windowScale;

    boolean sackPermitted;
    boolean timestamps;
    int tsValue;
    int tsEcho;
    final int[] sack = new int[2 * MOST_SACK_BLOCKS];
    int sackCount;

    /** A segment without options. */
    void clear(int from, int to) {
        sourcePort = from;
        destinationPort = to;
        seq = 0;
        ack = 0;
        flags = 0;
        window = 0;
        urgentPointer = 0;
        mss = 0;
        windowScale = -1;
        sackPermitted = false;
        timestamps = false;
        sackCount = 0;
    }

    /** Bytes with options. */
    int length() {
        return TcpSegment.HEADER
                + (mss > 0 ? 4 : 0)
                + (windowScale >= 0 ? 4 : 0)
                + (timestamps ? 12 : sackPermitted ? 4 : 0)
                + (sackCount > 0 ? 4 + 8 * sackCount : 0);
    }

    /** Writes it, with a checksum of zero. */
    void write(ByteBuffer b, int at, int length) {
        Bits.put32(b, at, sourcePort << 16 | destinationPort);
        Bits.put32(b, at + 4, seq);
        Bits.put32(b, at + 8, ack);
        Bits.put16(b, at + 12, length << 10 | flags);
        Bits.put16(b, at + 14, window);
        Bits.put32(b, at + 16, urgentPointer);
        int to = at + TcpSegment.HEADER;
        if (mss > 0) {
            to = TcpOptionWriter.mss(b, to, mss);
        }
        if (timestamps) {
            to = sackPermitted ? TcpOptionWriter.sackPermitted(b, to) : TcpOptionWriter.nops(b, to, 2);
            to = TcpOptionWriter.timestamps(b, to, tsValue, tsEcho);
        } else if (sackPermitted) {
            to = TcpOptionWriter.sackPermitted(b, TcpOptionWriter.nops(b, to, 2));
        }
        if (windowScale >= 0) {
            to = TcpOptionWriter.windowScale(b, to, windowScale);
        }
        if (sackCount > 0) {
            TcpOptionWriter.sack(b, to, sack, sackCount);
        }
    }
}
