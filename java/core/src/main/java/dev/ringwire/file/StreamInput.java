package dev.ringwire.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * A pipe or anything else that is only read forward, through one direct buffer. Takes what is there and waits for no
 * more than was asked for, so that a live packet is not held back.
 */
final class StreamInput extends Input {
    /** Buffer for ordinary use; one larger record makes it grow. */
    static final int CAPACITY = 256 * 1024;

    private final ReadableByteChannel channel;
    // The same memory with a position and limit of its own, for the channel.
    private ByteBuffer filling;

    StreamInput(ReadableByteChannel channel, String name, int capacity) {
        super(name);
        this.channel = channel;
        use(ByteBuffer.allocateDirect(capacity));
    }

    private void use(ByteBuffer b) {
        filling = b.duplicate();
        buffer = b;
    }

    @Override
    int require(int count) throws IOException {
        ByteBuffer b = buffer();
        if (position == limit || b.capacity() - position < count) {
            compact(b);
        }
        while (limit - position < count) {
            if (limit == filling.capacity()) {
                grow(count);
            }
            filling.limit(filling.capacity()).position(limit);
            int got = channel.read(filling);
            if (got < 0) {
                break;
            }
            limit += got;
        }
        return limit - position;
    }

    private void compact(ByteBuffer b) {
        b.put(0, filling.clear(), position, limit - position);
        start += position;
        limit -= position;
        position = 0;
    }

    // Doubles at most: a length that lies costs memory only as bytes really come.
    private void grow(int count) throws IOException {
        ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.min(count, 2L * filling.capacity()));
        larger.put(0, buffer(), 0, limit);
        use(larger);
    }

    @Override
    void verify() {}

    @Override
    IOException explain(InternalError error) {
        throw error;
    }

    @Override
    long size() {
        return -1;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        buffer = null;
    }
}
