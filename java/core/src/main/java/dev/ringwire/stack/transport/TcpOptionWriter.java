package dev.ringwire.stack.transport;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/**
 * Writes TCP options (RFC 9293 section 3.2, RFC 7323, RFC 2018), each at an index, and gives the index behind it. The
 * sum must be a multiple of four: {@link #windowScale} and {@link #sack} are by themselves, {@link #sackPermitted} and
 * {@link #timestamps} together, {@link #timestamps} alone behind two {@link #nops}, the layout that receivers expect.
 */
final class TcpOptionWriter {
    static final int END = 0;
    static final int NOP = 1;
    static final int MSS = 2;
    static final int WINDOW_SCALE = 3;
    static final int SACK_PERMITTED = 4;
    static final int SACK = 5;
    static final int TIMESTAMPS = 8;

    /** Most bytes of options in a segment. */
    static final int ROOM = 40;

    private TcpOptionWriter() {}

    /** Options that say nothing, for alignment: one byte each. */
    static int nops(ByteBuffer b, int at, int count) {
        for (int i = 0; i < count; i++) {
            Bits.put8(b, at + i, NOP);
        }
        return at + count;
    }

    /** Maximum segment size: 4 bytes. */
    static int mss(ByteBuffer b, int at, int mss) {
        Bits.put32(b, at, MSS << 24 | 4 << 16 | mss & 0xffff);
        return at + 4;
    }

    /** Window scale with a NOP in front: 4 bytes. */
    static int windowScale(ByteBuffer b, int at, int shift) {
        Bits.put32(b, at, NOP << 24 | WINDOW_SCALE << 16 | 3 << 8 | shift);
        return at + 4;
    }

    /** SACK permitted: 2 bytes. */
    static int sackPermitted(ByteBuffer b, int at) {
        Bits.put16(b, at, SACK_PERMITTED << 8 | 2);
        return at + 2;
    }

    /** Timestamps: 10 bytes. */
    static int timestamps(ByteBuffer b, int at, int value, int echo) {
        Bits.put16(b, at, TIMESTAMPS << 8 | 10);
        Bits.put32(b, at + 2, value);
        Bits.put32(b, at + 6, echo);
        return at + 10;
    }

    /**
     * SACK blocks with two NOPs in front: 4 bytes and 8 for each.
     *
     * @param blocks first sequence number and the one behind the last, of each block in turn
     */
    static int sack(ByteBuffer b, int at, int[] blocks, int count) {
        Bits.put32(b, at, NOP << 24 | NOP << 16 | SACK << 8 | 2 + 8 * count);
        for (int i = 0; i < 2 * count; i++) {
            Bits.put32(b, at + 4 + 4 * i, blocks[i]);
        }
        return at + 4 + 8 * count;
    }

    /** How many SACK blocks fit behind so many bytes of other options. */
    static int sackBlocksThatFit(int used) {
        return Math.max(0, ROOM - used - 4) / 8;
    }
}
