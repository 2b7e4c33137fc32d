package dev.ringwire.rewrite;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32c as SCTP has it (RFC 9260 appendix A). */
final class SctpCrc {
    private static final byte[] ZEROS = new byte[4096];

    private final CRC32C crc = new CRC32C();
    private final byte[] word = new byte[4];
    /** Another position and limit over the bytes of the last frame. */
    private ByteBuffer view = ByteBuffer.allocate(0);

    private ByteBuffer viewed = view;

    /** As it stands in the packet that these bytes are, where those of the checksum are 0. */
    @SuppressWarnings("ReferenceEquality") // is meant
    int of(ByteBuffer bytes, int from, int to) {
        if (viewed != bytes) {
            viewed = bytes;
            view = bytes.duplicate();
        }
        crc.reset();
        crc.update(view.limit(to).position(from));
        return Integer.reverseBytes((int) crc.getValue());
    }

    /** How a packet's checksum changes with these bits of its first four bytes: a CRC is linear. */
    int change(int bits, int length) {
        return Integer.reverseBytes(ofStart(bits, length) ^ ofStart(0, length));
    }

    private int ofStart(int first, int length) {
        for (int i = 0; i < word.length; i++) {
            word[i] = (byte) (first >>> 24 - 8 * i);
        }
        crc.reset();
        crc.update(word);
        for (int left = length - word.length; left > 0; left -= ZEROS.length) {
            crc.update(ZEROS, 0, Math.min(left, ZEROS.length));
        }
        return (int) crc.getValue();
    }
}
