package dev.ringwire.bench.worker;

import java.nio.ByteBuffer;

/** The frames of every ring topic: {@code packet_make} of {@code bench/c/packet.h}. */
public final class SentFrames {
    private static final int KINDS = 256;

    private SentFrames() {}

    /** UDP over IPv4 to a hardware address that is nobody's, so that the receiving kernel drops it at once. */
    public static byte[][] make(int length) {
        byte[][] frames = new byte[KINDS][];
        for (int i = 0; i < KINDS; i++) {
            frames[i] = ByteBuffer.allocate(length)
                    .putInt(0x02000000)
                    .putInt(0x00220200)
                    .putInt(0x00000011)
                    .putShort((short) 0x0800)
                    .putShort((short) 0x4500)
                    .putShort((short) (length - 14))
                    .putInt(0x4000)
                    .putInt(0x40110000)
                    .putInt(0x0a000000 | i)
                    .putInt(0x0a010000 | i * 7 & 0xff)
                    .putShort((short) (0x1000 | i))
                    .putShort((short) 53)
                    .putShort((short) (length - 34))
                    .array();
        }
        return frames;
    }
}
