package dev.ringwire.bench.worker;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import java.nio.ByteBuffer;

/** What every receiver reads of a frame, in Java: {@code packet_parse} of {@code bench/c/packet.h}. */
final class Parse {
    private Parse() {}

    /**
     * Captured length, ethertype and header length, IPv4 protocol, both addresses, both ports, gathered so that no read
     * can be left out.
     */
    static long frame(Frame frame, long sum) {
        return bytes(frame.buffer(), frame.offset(), frame.length(), sum);
    }

    /** The same of bytes that have no frame. */
    static long bytes(ByteBuffer b, int at, int length, long sum) {
        long gathered = sum + length;
        if (length < 34) {
            return gathered;
        }
        int type = Bits.i32(b, at + 12);
        if (type >>> 16 != 0x0800) {
            return gathered;
        }
        gathered ^= Bits.i64(b, at + 26);
        int protocol = Bits.u8(b, at + 23);
        int ports = 14 + (type >>> 6 & 0x3c);
        if ((protocol == 6 || protocol == 17) && ports + 4 <= length) {
            gathered += Bits.u32(b, at + ports);
        }
        return gathered + protocol;
    }
}
