package dev.ringwire.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Bytes for a channel, gathered into large pieces that a thread of its own writes while more are gathered. Used by one
 * thread. An error of the channel comes with a later call, and then with each one.
 */
final class WriteBehind implements Closeable {
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 4;

    private final WritableByteChannel channel;
    private final String name;
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(PIECES);
    private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(PIECES + 1);
    /** Handed over at the end. */
    private final ByteBuffer last = ByteBuffer.allocate(0);

    private final Thread thread;
    private ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private int made = 1;
    private boolean closed;
    private volatile @Nullable IOException failure;

    /**
     * Closes the channel at the end.
     *
     * @param name for messages
     */
    WriteBehind(WritableByteChannel channel, String name) {
        this.channel = channel;
        this.name = name;
        thread = new Thread(this::writeAll, "ringwire-write");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes the bytes from one absolute index to another. */
    void write(ByteBuffer bytes, int from, int to) throws IOException {
        check();
        int at = from;
        while (at < to) {
            if (!piece.hasRemaining()) {
                handOver();
            }
            int count = Math.min(piece.remaining(), to - at);
            piece.put(piece.position(), bytes, at, count).position(piece.position() + count);
            at += count;
        }
    }

    /** Has what is gathered written soon; does not wait for it. */
    void flush() throws IOException {
        check();
        if (piece.position() > 0) {
            handOver();
        }
    }

    private void check() throws IOException {
        if (failure != null) {
            throw failed(failure);
        }
    }

    private IOException failed(IOException e) {
        String why = e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
        return new IOException(name + ": cannot be written: " + why, e);
    }

    private void handOver() throws IOException {
        try {
            full.put(piece.flip());
            if (made < PIECES && free.isEmpty()) {
                piece = ByteBuffer.allocateDirect(PIECE);
                made++;
            } else {
                piece = free.take();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        check();
    }

    private IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException(name + ": interrupted while it was written");
    }

    /** The thread goes on after an error, so that nobody waits for it in vain. */
    @SuppressWarnings("ReferenceEquality") // is meant
    private void writeAll() {
        try (channel) {
            for (ByteBuffer next = full.take(); next != last; next = full.take()) {
                try {
                    while (failure == null && next.hasRemaining()) {
                        channel.write(next);
                    }
                } catch (IOException e) {
                    failure = e;
                }
                free.put(next.clear());
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is left, waits until all is written, and closes the channel. May be called more than once. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            full.put(piece.flip());
            full.put(last);
            thread.join();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        check();
    }
}
