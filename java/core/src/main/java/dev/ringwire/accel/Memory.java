package dev.ringwire.accel;

import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.natives.Natives;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory of Ringwire's own, which C may read: a direct buffer with its address, asked for once, because a buffer that
 * is passed to C costs several times as much as its address. Never a file mapping: a file that shrinks under it kills
 * the process inside C, and is only an error inside Java.
 *
 * <p>The bytes stay valid as long as this object is reachable.
 */
public final class Memory {
    private final ByteBuffer bytes;
    private final long address;

    private Memory(ByteBuffer bytes, long address) {
        this.bytes = bytes.duplicate().clear().order(ByteOrder.nativeOrder());
        this.address = address;
    }

    /** New memory filled with zeros. */
    public static Memory allocate(int size) {
        return of(ByteBuffer.allocateDirect(size));
    }

    /**
     * Memory over index 0 to the capacity of a buffer. The caller vouches that it is no file mapping, and stays mapped
     * as long as it is reachable.
     *
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public static Memory of(ByteBuffer ours) {
        if (!ours.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer: " + ours);
        }
        return new Memory(ours, NativeLibrary.status().loaded() ? Natives.directAddress(ours) : 0);
    }

    /** The bytes, in native order, to be read and written by absolute index: do not move position, limit or order. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Size in bytes. */
    public int size() {
        return bytes.capacity();
    }

    /** Where the first byte is; 0 without native code. */
    long address() {
        return address;
    }
}
