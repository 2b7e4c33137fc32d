package dev.ringwire.accel;

import dev.ringwire.natives.Natives;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;

/** {@link NameDecompressor} in C. What is not our own memory is copied there first. */
public final class NativeNameDecompressor implements NameDecompressor {
    @Override
    public int decompress(byte[] message, int offset, int length, NameTable names) {
        Objects.checkFromIndexSize(offset, length, message.length);
        Memory copy = names.staging(JavaNameDecompressor.checkLength(length));
        copy.bytes().put(0, message, offset, length);
        return decompress(copy, 0, length, names);
    }

    @Override
    public int decompress(ByteBuffer message, int offset, int length, NameTable names) {
        Objects.checkFromIndexSize(offset, length, message.limit());
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
            return Natives.dnsNames(
                    message.address() + offset, length, table.address(), names.maxNames(), names.capacity());
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
