package dev.ringwire.accel;

import dev.ringwire.natives.Natives;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;

/** {@link NameDecompressor} in C, but in Java for arrays: to copy one for C costs more than C saves. */
public final class NativeNameDecompressor implements NameDecompressor {
    private static final NameDecompressor ARRAYS = new JavaNameDecompressor();

    @Override
    public int decompress(byte[] message, int offset, int length, NameTable names) {
        return ARRAYS.decompress(message, offset, length, names);
    }

    @Override
    public int decompress(ByteBuffer message, int offset, int length, NameTable names) {
        Objects.checkFromIndexSize(offset, length, message.limit());
        if (message.hasArray()) {
            return ARRAYS.decompress(message, offset, length, names);
        }
        Memory copy = names.staging(JavaNameDecompressor.checkLength(length));
        copy.bytes().put(0, message, offset, length);
        return decompress(copy, 0, length, names);
    }

    @Override
    public int decompress(Memory message, int offset, int length, NameTable names) {
        Objects.checkFromIndexSize(offset, length, message.size());
        JavaNameDecompressor.checkLength(length);
        Memory table = names.memory();
        try {
            int found = Natives.dnsNames(
                    message.address() + offset, length, table.address(), names.maxNames(), names.capacity());
            names.filledMemory();
            return found;
        } finally {
            Reference.reachabilityFence(message);
            Reference.reachabilityFence(table);
        }
    }

    @Override
    public String toString() {
        return "native";
    }
}
