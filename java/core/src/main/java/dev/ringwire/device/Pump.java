package dev.ringwire.device;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Carries the bytes of a channel that can only be waited for in a read, such as standard input or a named pipe, into
 * one that can be waited for otherwise: in a thread of its own, through a pipe of the system. No more than 64 KiB and
 * what the pipe holds are on their way.
 */
final class Pump implements Closeable {
    private static final int CAPACITY = 64 * 1024;

    private final ReadableByteChannel from;
    private final Pipe pipe = Pipe.open();
    private volatile @Nullable IOException failure;

    Pump(ReadableByteChannel from, String name) throws IOException {
        this.from = from;
        Thread thread = new Thread(this::run, "ringwire-pump " + name);
        thread.setDaemon(true);
        thread.start();
    }

    Pipe.SourceChannel output() {
        return pipe.source();
    }

    /** Why the output ended, if that was no proper end. */
    @Nullable
    IOException failure() {
        return failure;
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);
        try (Pipe.SinkChannel sink = pipe.sink()) {
            try {
                while (from.read(buffer.clear()) >= 0) {
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        sink.write(buffer);
                    }
                }
            } catch (ClosedChannelException closed) {
                // By close().
            } catch (IOException e) {
                // Before the sink closes, so that whoever sees the end sees the reason.
                failure = e;
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    @Override
    public void close() throws IOException {
        try (from) {
            pipe.source().close();
        }
    }
}
