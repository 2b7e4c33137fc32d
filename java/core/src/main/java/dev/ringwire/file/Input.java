package dev.ringwire.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file through a window that slides forward. The next unread byte is {@code buffer} at
 * {@code position}; bytes before {@code limit} may be read without asking. Readers test
 * {@code limit - position} themselves and call {@link #require} only when that falls short.
 */
abstract class Input implements Closeable {
    /** For messages. */
    final String name;

    /** Null once closed. */
    @Nullable
    ByteBuffer buffer;
    /** File offset of index 0 of the buffer. */
    long start;

    int position;
    int limit;

    Input(String name) {
        this.name = name;
    }

    /**
     * Makes the next {@code count} bytes stand together in the buffer; buffer, start, position and limit change.
     *
     * @return how many stand there: at least {@code count} unless the end comes before
     */
    abstract int require(int count) throws IOException;

    /** Throws if the file is known to have lost bytes since it was opened. */
    abstract void verify() throws IOException;

    /** The exception that an error raised by touching the window stands for; rethrows what is not of its making. */
    abstract IOException explain(InternalError error);

    /** Bytes in all, or -1 if not known. */
    abstract long size();

    /** The buffer, for a reader that may be closed meanwhile. */
    final ByteBuffer buffer() throws ClosedChannelException {
        ByteBuffer b = buffer;
        if (b == null) {
            throw new ClosedChannelException();
        }
        return b;
    }

    /** File offset of the next unread byte. */
    final long offset() {
        return start + position;
    }

    /** Passes over bytes that need not stand together; returns how many there were. */
    final long skip(long count) throws IOException {
        long left = count;
        while (left > limit - position) {
            left -= limit - position;
            position = limit;
            if (require(1) == 0) {
                return count - left;
            }
        }
        position += (int) left;
        return count;
    }
}
