package dev.ringwire.testkit;

import java.nio.ByteBuffer;

/** A frame on its way over a {@link Lane}, then in the inbox of a {@link SimDevice}; used again and again. */
final class Transit extends Event {
    private static final int USUAL_FRAME = 2048;

    private ByteBuffer bytes = ByteBuffer.allocate(USUAL_FRAME);
    private Lane lane;
    int length;

    /** How many later frames must pass it before it comes. */
    int toPass;

    Transit(Lane lane) {
        this.lane = lane;
    }

    void take(Lane way, ByteBuffer from, int offset, int count) {
        if (bytes.capacity() < count) {
            bytes = ByteBuffer.allocate(count);
        }
        bytes.put(0, from, offset, count);
        length = count;
        lane = way;
        toPass = 0;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    @Override
    void happen() {
        lane.arrive(this);
    }
}
