package dev.ringwire.accel;

import java.nio.ByteBuffer;
import java.util.Objects;

/** {@link NameDecompressor} in Java alone. What is not in an array is copied there first. */
public final class JavaNameDecompressor implements NameDecompressor {
    @Override
    public int decompress(byte[] message, int offset, int length, NameTable names) {
        Objects.checkFromIndexSize(offset, length, message.length);
        checkLength(length);
        NameReader reader = names.reader();
        int error = reader.read(message, offset, length);
        names.filledArrays(reader.count(), reader.where());
        return error < 0 ? error : reader.count();
    }

    @Override
    public int decompress(Memory message, int offset, int length, NameTable names) {
        return decompress(message.bytes(), offset, length, names);
    }

    @Override
    public int decompress(ByteBuffer message, int offset, int length, NameTable names) {
        Objects.checkFromIndexSize(offset, length, message.limit());
        checkLength(length);
        if (message.hasArray()) {
            return decompress(message.array(), message.arrayOffset() + offset, length, names);
        }
        byte[] copy = names.array(length);
        message.get(offset, copy, 0, length);
        return decompress(copy, 0, length, names);
    }

    static int checkLength(int length) {
        if (length > MAX_MESSAGE) {
            throw new IllegalArgumentException("DNS message of " + length + " bytes, at most " + MAX_MESSAGE);
        }
        return length;
    }
}
