package dev.ringwire.stack;

import dev.ringwire.accel.Memory;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;

/**
 * The memory behind each of the buffers that frames come in, such as the blocks of a ring: its address is asked for
 * once.
 */
final class MemoryCache {
    /** More than there are blocks in a usual ring; then it begins anew. */
    private static final int MOST = 1024;

    private final IdentityHashMap<ByteBuffer, Memory> known = new IdentityHashMap<>();

    Memory of(ByteBuffer buffer) {
        Memory memory = known.get(buffer);
        if (memory == null) {
            if (known.size() == MOST) {
                known.clear();
            }
            memory = Memory.of(buffer);
            known.put(buffer, memory);
        }
        return memory;
    }
}
