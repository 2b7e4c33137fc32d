package dev.ringwire.stack.transport;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.stack.PacketBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One TCP segment over IPv4 or IPv6, to be sent by a test or decoded from what a stack has sent. */
final class Segment {
    int sourcePort;
    int destinationPort;
    int seq;
    int ack;
    int flags;
    int window = 65_535;
    int urgent;
    int mss;
    int windowScale = -1;
    boolean sackPermitted;
    boolean timestamps;
    int tsValue;
    int tsEcho;
    int[] sack = {};
    byte[] options;
    byte[] payload = {};
    boolean badChecksum;
    int trafficClass;
    int ttl = 64;
    boolean dontFragment;

    static Segment of(int flags) {
        Segment s = new Segment();
        s.flags = flags;
        return s;
    }

    Segment seq(int value) {
        seq = value;
        return this;
    }

    Segment ack(int value) {
        ack = value;
        return this;
    }

    Segment window(int value) {
        window = value;
        return this;
    }

    Segment mss(int value) {
        mss = value;
        return this;
    }

    Segment windowScale(int value) {
        windowScale = value;
        return this;
    }

    Segment sackPermitted() {
        sackPermitted = true;
        return this;
    }

    Segment timestamps(int value, int echo) {
        timestamps = true;
        tsValue = value;
        tsEcho = echo;
        return this;
    }

    /** First sequence number and the one behind the last, of each block in turn. */
    Segment sack(int... blocks) {
        sack = blocks;
        return this;
    }

    /** These bytes instead of options; filled up to a multiple of four. */
    Segment options(int... bytes) {
        options = new byte[bytes.length + 3 & ~3];
        for (int i = 0; i < bytes.length; i++) {
            options[i] = (byte) bytes[i];
        }
        return this;
    }

    Segment data(byte[] bytes) {
        payload = bytes;
        return this;
    }

    Segment data(String text) {
        return data(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Segment badChecksum() {
        badChecksum = true;
        return this;
    }

    boolean has(int any) {
        return (flags & any) != 0;
    }

    String text() {
        return new String(payload, StandardCharsets.ISO_8859_1);
    }

    /** The IP packet. */
    ByteBuffer toPacket(TcpEndpoint from, TcpEndpoint to) {
        boolean v4 = from.high() == 0;
        ByteBuffer b = ByteBuffer.allocate(200 + payload.length);
        int tcp = v4 ? 20 : 40;
        int at = tcp + 20;
        if (mss > 0) {
            at = TcpOptionWriter.mss(b, at, mss);
        }
        if (windowScale >= 0) {
            at = TcpOptionWriter.windowScale(b, at, windowScale);
        }
        if (sackPermitted) {
            at = TcpOptionWriter.sackPermitted(b, TcpOptionWriter.nops(b, at, 2));
        }
        if (timestamps) {
            at = TcpOptionWriter.timestamps(b, TcpOptionWriter.nops(b, at, 2), tsValue, tsEcho);
        }
        if (sack.length > 0) {
            at = TcpOptionWriter.sack(b, at, sack, sack.length / 2);
        }
        if (options != null) {
            b.put(at, options);
            at += options.length;
        }
        int header = at - tcp;
        b.put(at, payload);
        int length = header + payload.length;
        Bits.put16(b, tcp, from.port());
        Bits.put16(b, tcp + 2, to.port());
        Bits.put32(b, tcp + 4, seq);
        Bits.put32(b, tcp + 8, ack);
        Bits.put16(b, tcp + 12, header << 10 | flags);
        Bits.put16(b, tcp + 14, window);
        Bits.put16(b, tcp + 18, urgent);
        if (v4) {
            Bits.put16(b, 0, 0x4500);
            Bits.put16(b, 2, 20 + length);
            Bits.put16(b, 8, ttl << 8 | 6);
            Bits.put32(b, 12, from.low());
            Bits.put32(b, 16, to.low());
            Bits.put16(b, 10, ~Accelerators.checksum().sum(b, 0, 20, 0));
        } else {
            Bits.put32(b, 0, 0x6000_0000L);
            Bits.put16(b, 4, length);
            Bits.put16(b, 6, 6 << 8 | ttl);
            Bits.put64(b, 8, from.high());
            Bits.put64(b, 16, from.low());
            Bits.put64(b, 24, to.high());
            Bits.put64(b, 32, to.low());
        }
        int sum = Accelerators.checksum().sum(b, tcp, length, pseudo(b, v4, length));
        Bits.put16(b, tcp + 16, badChecksum ? ~sum ^ 0x0100 : ~sum);
        return b.limit(tcp + length);
    }

    private static int pseudo(ByteBuffer b, boolean v4, int length) {
        return Accelerators.checksum().sum(b, v4 ? 12 : 8, v4 ? 8 : 32, 6 + length);
    }

    /** Decodes what a stack has sent; a wrong checksum is an error. */
    static Segment of(Frame frame) {
        ByteBuffer all = frame.buffer();
        ByteBuffer b = ByteBuffer.allocate(frame.length());
        b.put(0, all, frame.offset(), frame.length());
        boolean v4 = Bits.u8(b, 0) >>> 4 == 4;
        int tcp = v4 ? 20 : 40;
        int length = frame.length() - tcp;
        if (Accelerators.checksum().sum(b, tcp, length, pseudo(b, v4, length)) != 0xffff) {
            throw new AssertionError("wrong TCP checksum");
        }
        PacketBuffer packet = new PacketBuffer();
        packet.aim(b, tcp, length);
        TcpSegment parsed = new TcpSegment();
        if (!parsed.parse(packet)) {
            throw new AssertionError("a header that does not fit");
        }
        Segment s = new Segment();
        s.sourcePort = parsed.sourcePort();
        s.destinationPort = parsed.destinationPort();
        s.seq = parsed.seq();
        s.ack = parsed.ack();
        s.flags = parsed.flags();
        s.window = parsed.window();
        s.urgent = parsed.urgentPointer();
        s.mss = parsed.mss();
        s.windowScale = parsed.windowScale();
        s.sackPermitted = parsed.sackPermitted();
        s.timestamps = parsed.hasTimestamps();
        s.tsValue = parsed.hasTimestamps() ? parsed.tsValue() : 0;
        s.tsEcho = parsed.hasTimestamps() ? parsed.tsEcho() : 0;
        s.sack = new int[2 * parsed.sackCount()];
        for (int i = 0; i < parsed.sackCount(); i++) {
            s.sack[2 * i] = parsed.sackStart(i);
            s.sack[2 * i + 1] = parsed.sackEnd(i);
        }
        s.payload = new byte[parsed.payloadLength()];
        b.get(parsed.payloadOffset(), s.payload);
        s.trafficClass = v4 ? Bits.u8(b, 1) : Bits.u16(b, 0) >>> 4 & 0xff;
        s.ttl = Bits.u8(b, v4 ? 8 : 7);
        s.dontFragment = v4 && (b.get(6) & 0x40) != 0;
        return s;
    }

    int end() {
        return seq + payload.length + (has(TcpSegment.SYN) ? 1 : 0) + (has(TcpSegment.FIN) ? 1 : 0);
    }

    @Override
    public String toString() {
        String[] names = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < names.length; i++) {
            if ((flags >>> i & 1) != 0) {
                text.append(names[i]).append(' ');
            }
        }
        return text + "seq " + Integer.toUnsignedString(seq) + " ack " + Integer.toUnsignedString(ack) + " window "
                + window + " length " + payload.length
                + (sack.length > 0 ? " sack " + Arrays.toString(sack) : "");
    }
}
