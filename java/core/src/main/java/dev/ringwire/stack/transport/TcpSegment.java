package dev.ringwire.stack.transport;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import java.nio.ByteBuffer;

/**
 * What one received segment says (RFC 9293 section 3.1, options of RFC 7323 and RFC 2018). One object is filled again
 * and again; all but the payload is copied out of the packet.
 */
final class TcpSegment {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;
    static final int URG = 0x20;
    static final int ECE = 0x40;
    static final int CWR = 0x80;

    /** Bytes of a header without options. */
    static final int HEADER = 20;

    /** The largest shift of a window (RFC 7323 section 2.3). */
    static final int MAX_WINDOW_SCALE = 14;

    private static final int MAX_SACK_BLOCKS = 4;
    private static final int NOP_NOP_TIMESTAMPS = 0x0101_080a;

    private final int[] sack = new int[2 * MAX_SACK_BLOCKS];
    private int ports;
    private int seq;
    private int ack;
    private int flags;
    private int window;
    private int urgentPointer;
    private int payloadOffset;
    private int payloadLength;
    private int mss;
    private int windowScale;
    private boolean sackPermitted;
    private boolean timestamps;
    private int tsValue;
    private int tsEcho;
    private int sackCount;

    /**
     * Reads the segment from {@link PacketBuffer#offset()} to the end of the packet, which stay as they are. Options that
     * are cut off or have an impossible length end the options, not the segment.
     *
     * @return false if the header does not fit in; then nothing else here means anything
     */
    boolean parse(PacketBuffer packet) {
        int at = packet.offset();
        int length = packet.length();
        if (length < HEADER) {
            return false;
        }
        ByteBuffer b = packet.bytes();
        int header = (Bits.u8(b, at + 12) & 0xf0) >>> 2;
        if (header < HEADER || header > length) {
            return false;
        }
        ports = Bits.i32(b, at);
        seq = Bits.i32(b, at + 4);
        ack = Bits.i32(b, at + 8);
        flags = Bits.u8(b, at + 13);
        window = Bits.u16(b, at + 14);
        urgentPointer = Bits.u16(b, at + 18);
        payloadOffset = at + header;
        payloadLength = length - header;
        mss = 0;
        windowScale = -1;
        sackPermitted = false;
        timestamps = false;
        sackCount = 0;
        if (header > HEADER) {
            options(b, at + HEADER, at + header);
        }
        return true;
    }

    private void options(ByteBuffer b, int from, int end) {
        int at = from;
        if (end - at >= 12 && Bits.i32(b, at) == NOP_NOP_TIMESTAMPS) {
            timestamps(b, at + 4);
            at += 12;
        }
        while (at < end) {
            int kind = Bits.u8(b, at);
            if (kind == TcpOptionWriter.NOP) {
                at++;
                continue;
            }
            if (kind == TcpOptionWriter.END || at + 1 == end) {
                return;
            }
            int length = Bits.u8(b, at + 1);
            if (length < 2 || length > end - at) {
                return;
            }
            option(b, at, kind, length);
            at += length;
        }
    }

    /** One option; one with another length than it must have is passed over. */
    private void option(ByteBuffer b, int at, int kind, int length) {
        if (kind == TcpOptionWriter.MSS && length == 4) {
            mss = Bits.u16(b, at + 2);
        } else if (kind == TcpOptionWriter.WINDOW_SCALE && length == 3) {
            windowScale = Math.min(Bits.u8(b, at + 2), MAX_WINDOW_SCALE);
        } else if (kind == TcpOptionWriter.SACK_PERMITTED && length == 2) {
            sackPermitted = true;
        } else if (kind == TcpOptionWriter.SACK && (length & 7) == 2) {
            sackCount = Math.min(length >>> 3, MAX_SACK_BLOCKS);
            for (int i = 0; i < 2 * sackCount; i++) {
                sack[i] = Bits.i32(b, at + 2 + 4 * i);
            }
        } else if (kind == TcpOptionWriter.TIMESTAMPS && length == 10) {
            timestamps(b, at + 2);
        }
    }

    private void timestamps(ByteBuffer b, int at) {
        timestamps = true;
        tsValue = Bits.i32(b, at);
        tsEcho = Bits.i32(b, at + 4);
    }

    int sourcePort() {
        return ports >>> 16;
    }

    int destinationPort() {
        return ports & 0xffff;
    }

    int seq() {
        return seq;
    }

    int ack() {
        return ack;
    }

    /** The flags from {@link #FIN} to {@link #CWR}. */
    int flags() {
        return flags;
    }

    /** Whether any of these flags is set. */
    boolean has(int any) {
        return (flags & any) != 0;
    }

    /** The window as it stands in the header, not scaled. */
    int window() {
        return window;
    }

    int urgentPointer() {
        return urgentPointer;
    }

    /** Where the payload is in the packet. */
    int payloadOffset() {
        return payloadOffset;
    }

    int payloadLength() {
        return payloadLength;
    }

    /** Sequence numbers it takes: payload, SYN and FIN. */
    int length() {
        return payloadLength + (flags >>> 1 & 1) + (flags & 1);
    }

    /** The sequence number behind it. */
    int end() {
        return seq + length();
    }

    /** The maximum segment size the peer can receive, 0 if it does not say. */
    int mss() {
        return mss;
    }

    /** The shift of the peer's window, at most {@link #MAX_WINDOW_SCALE}; -1 if it does not say. */
    int windowScale() {
        return windowScale;
    }

    boolean sackPermitted() {
        return sackPermitted;
    }

    boolean hasTimestamps() {
        return timestamps;
    }

    /** Means nothing unless {@link #hasTimestamps()}. */
    int tsValue() {
        return tsValue;
    }

    /** Means nothing unless {@link #hasTimestamps()}. */
    int tsEcho() {
        return tsEcho;
    }

    /** SACK blocks, at most 4. */
    int sackCount() {
        return sackCount;
    }

    /** Whether the first SACK block tells of bytes that came twice (RFC 2883): something we have sent again made this. */
    boolean reportsDuplicate() {
        return sackCount > 0 && Sequence.lt(sack[0], ack);
    }

    /** First sequence number of a SACK block. */
    int sackStart(int index) {
        return sack[2 * index];
    }

    /** The sequence number behind a SACK block. */
    int sackEnd(int index) {
        return sack[2 * index + 1];
    }
}
