package dev.ringwire.file;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** A regular file by memory map, one window at a time; old windows go with the garbage collector. */
final class MappedInput extends Input {
    /** Window for ordinary use: few remaps, and well inside what an int can index. */
    static final int WINDOW = 1 << 30;

    // After that many bytes the file's length is looked at again.
    private static final int STEP = 1 << 20;

    private final FileChannel channel;
    private final int window;
    private volatile long size;

    /** Maps the first window, so that a file that cannot be mapped is known at once. */
    MappedInput(FileChannel channel, String name, int window) throws IOException {
        super(name);
        this.channel = channel;
        this.window = window;
        this.size = channel.size();
        buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, window));
    }

    @Override
    int require(int count) throws IOException {
        long at = start + position;
        ByteBuffer b = buffer();
        verify();
        long left = size - at;
        if (position + Math.min(count, left) > b.capacity()) {
            b = channel.map(FileChannel.MapMode.READ_ONLY, at, Math.min(left, Math.max(window, count)));
            start = at;
            position = 0;
            // Published last and only while open: close() may have dropped the old one meanwhile.
            limit = 0;
            buffer = b;
            if (!channel.isOpen()) {
                buffer = null;
            }
        }
        limit = (int) Math.min(b.capacity(), (long) position + Math.max(count, STEP));
        return limit - position;
    }

    @Override
    void verify() throws IOException {
        InternalError fault = pendingFault();
        if (fault != null) {
            throw explain(fault);
        }
        long now = channel.size();
        if (now < size) {
            throw shrank(now, null);
        }
        size = now;
    }

    /**
     * Takes delivery of a fault the JVM has noted for this thread but not thrown yet; it would come out of some later
     * innocent call, even half-way through FileChannel.size(). It is delivered on the way back from the JVM, and making
     * an array of arrays always goes there.
     */
    private static @Nullable InternalError pendingFault() {
        int[][] made = null;
        try {
            made = new int[8][1];
            return null;
        } catch (InternalError e) {
            return e;
        } finally {
            // So that no compiler leaves the array out.
            Reference.reachabilityFence(made);
        }
    }

    @Override
    IOException explain(InternalError error) {
        pendingFault();
        try {
            long now = channel.size();
            if (now < size) {
                return shrank(now, error);
            }
        } catch (IOException e) {
            return new IOException(name + ": cannot be read near byte " + offset(), error);
        }
        // The JDK names a fault in mapped memory so; anything else is not ours to explain.
        String message = error.getMessage();
        if (message == null || !message.contains("memory access")) {
            throw error;
        }
        return new IOException(name + ": the device failed to deliver bytes near " + offset(), error);
    }

    private IOException shrank(long now, @Nullable InternalError cause) {
        return new IOException(name + " shrank while it was read: it had " + size + " bytes, now " + now, cause);
    }

    @Override
    long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        InternalError fault = pendingFault();
        IOException explained = fault == null ? null : explain(fault);
        channel.close();
        buffer = null;
        if (explained != null) {
            throw explained;
        }
    }
}
