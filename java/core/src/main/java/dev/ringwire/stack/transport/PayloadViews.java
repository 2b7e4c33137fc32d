package dev.ringwire.stack.transport;

import java.nio.ByteBuffer;
import java.util.IdentityHashMap;

/** Buffers to show a payload in, one for each memory that packets come in, so that none is made for each packet. */
final class PayloadViews {
    /** More than a usual device has; then it begins anew. */
    private static final int MOST = 1024;

    private final IdentityHashMap<ByteBuffer, ByteBuffer> views = new IdentityHashMap<>();

    ByteBuffer view(ByteBuffer memory, int from, int length) {
        ByteBuffer view = views.get(memory);
        if (view == null) {
            if (views.size() == MOST) {
                views.clear();
            }
            view = memory.duplicate();
            views.put(memory, view);
        }
        view.limit(from + length).position(from);
        return view;
    }
}
