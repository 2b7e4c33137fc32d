package dev.ringwire.bench.worker;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import java.nio.ByteBuffer;

/** What every receiver reads of a frame, in Java: {@code packet_parse} of {@code bench/c/packet.h}. */
final class Parse {
    private Parse() {}

    /** Captured length, ethertype, IPv4 protocol, addresses and ports, gathered so that no read can be left out. */
    static long frame(Frame frame, long sum) {
        return bytes(frame.buffer(), frame.offset(), frame.length(), sum);
    }

    /** The same of bytes that have no frame. */
    static long bytes(ByteBuffer b, int at, int length, long sum) {
        long gathered = sum + length;
        if (length < 34 || Bits.u16(b, at + 12) != 0x0800) {
            return gathered;
        }
        gathered ^= (Bits.i32(b, at + 26) ^ Bits.i32(b, at + 30)) & 0xffffffffL;
        int protocol = Bits.u8(b, at + 23);
        int ports = 14 + (Bits.u8(b, at + 14) & 15) * 4;
        if ((protocol == 6 || protocol == 17) && ports + 4 <= length) {
            gathered += Bits.u16(b, at + ports) ^ Bits.u16(b, at + ports + 2);
        }
        return gathered + protocol;
    }
}
