package dev.ringwire.stack.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Buffers to show a payload in, one for each memory that packets come in, so that none is made for each packet. */
final class PayloadViews {
    private static final int SLOTS = 256;

    private final @Nullable ByteBuffer[] memories = new @Nullable ByteBuffer[SLOTS];
    private final @Nullable ByteBuffer[] views = new @Nullable ByteBuffer[SLOTS];

    @SuppressWarnings("ReferenceEquality") // another buffer of the same bytes is other memory
    ByteBuffer view(ByteBuffer memory, int from, int length) {
        int at = System.identityHashCode(memory) & SLOTS - 1;
        ByteBuffer view = views[at];
        if (view == null || memories[at] != memory) {
            view = memory.duplicate();
            memories[at] = memory;
            views[at] = view;
        }
        view.limit(from + length).position(from);
        return view;
    }
}
