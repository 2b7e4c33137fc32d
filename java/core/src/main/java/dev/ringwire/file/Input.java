package dev.ringwire.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a channel through one direct buffer, which slides forward. The next unread byte is {@code buffer} at
 * {@code position}; bytes before {@code limit} may be read without asking. Readers test {@code limit - position}
 * themselves and call {@link #require} only when that falls short.
 *
 * <p>Takes what is there and waits for no more than was asked for, so that a live packet is not held back. A channel that
 * gives no byte at all has none now: that is {@link NotYet}, after which the same may be asked again.
 */
final class Input implements Closeable {
    /** Buffer for ordinary use; one larger record makes it grow. From 64 KiB to 1 MiB all are equally fast. */
    static final int CAPACITY = 256 * 1024;

    private static final int MAXIMUM_HEAD = 64 << 20;

    /** For messages. */
    final String name;

    /** The channel has not got all that was asked for yet; what it has given so far stays. */
    static final class NotYet extends IOException {
        private static final long serialVersionUID = 1L;

        /** Nobody sees it, and it is thrown each time a stream pauses. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Takes the bytes that were read past, before they leave the buffer. */
    interface Tap {
        void take(ByteBuffer bytes, int from, int to) throws IOException;
    }

    ByteBuffer buffer;
    /** Offset of index 0 of the buffer, from where the channel stood first. */
    long start;

    int position;
    int limit;

    private final ReadableByteChannel channel;
    // The same memory with a position and limit of its own, for the channel.
    private ByteBuffer filling;
    // Where a file's channel stood first.
    private final long origin;
    // From there to the furthest end the file is known to have had, or -1.
    private long size;

    private @Nullable Tap tap = this::keep;
    /** Index of the first byte that the tap has not been given. */
    private int tapped;
    /** Whether the tap is not given what is read past just now. */
    private boolean muted;
    /** What left the buffer before anyone could have asked for it. */
    private byte[] head = new byte[0];

    Input(ReadableByteChannel channel, String name, int capacity) {
        this.channel = channel;
        this.name = name;
        buffer = ByteBuffer.allocateDirect(capacity);
        filling = buffer.duplicate();
        long stands = 0;
        long left = -1;
        if (channel instanceof FileChannel file) {
            try {
                // A pipe has no position. Files of /proc say they are empty, though they are not.
                stands = file.position();
                left = file.size() > stands ? file.size() - stands : -1;
            } catch (IOException e) {
                // No file with an end, then; or closed, which the first read tells.
                left = -1;
            }
        }
        origin = stands;
        size = left;
    }

    /**
     * Makes the next {@code count} bytes stand together in the buffer; buffer, start, position and limit change.
     *
     * @return how many stand there: at least {@code count} unless the end comes before
     * @throws NotYet if they have not arrived, and the channel does not wait for them
     * @throws IOException also if a file ends before the end it had
     */
    int require(int count) throws IOException {
        if (position == limit || buffer.capacity() - position < count) {
            compact();
        }
        while (limit - position < count) {
            if (limit == buffer.capacity()) {
                grow(count);
            }
            int got = read();
            if (got < 0) {
                checkEnd();
                break;
            }
            if (got == 0) {
                throw new NotYet();
            }
            limit += got;
            if (size >= 0) {
                size = Math.max(size, start + limit);
            }
        }
        return limit - position;
    }

    private void compact() throws IOException {
        drain();
        tapped = 0;
        buffer.put(0, filling.clear(), position, limit - position);
        start += position;
        limit -= position;
        position = 0;
    }

    private void keep(ByteBuffer bytes, int from, int to) throws IOException {
        if (head.length + (long) (to - from) > MAXIMUM_HEAD) {
            throw new IOException(name + ": more than " + MAXIMUM_HEAD + " bytes before what packets are captured on");
        }
        int kept = head.length;
        head = Arrays.copyOf(head, kept + to - from);
        bytes.get(from, head, kept, to - from);
    }

    /** Reading has begun: from now on, bytes that nobody taps are gone. */
    void untap() {
        tap = null;
        head = new byte[0];
    }

    /**
     * From now on, {@code newTap} is given every byte, those before it too.
     *
     * @return all bytes before {@link #position}, which it is not given
     * @throws IllegalStateException after {@link #untap}
     */
    byte[] tap(Tap newTap) throws IOException {
        if (tap == null) {
            throw new IllegalStateException(name + ": reading has begun");
        }
        drain();
        byte[] before = head;
        tap = newTap;
        head = new byte[0];
        return before;
    }

    /** Gives the tap all bytes before {@link #position}. */
    void drain() throws IOException {
        drainTo(position);
    }

    /** Gives the tap the bytes before an index. */
    void drainTo(int index) throws IOException {
        int from = tapped;
        tapped = index;
        if (tap != null && !muted && from < index) {
            tap.take(buffer, from, index);
        }
    }

    /** Keeps the bytes before {@link #position} from the tap. */
    void withhold() {
        tapped = position;
    }

    /** From here on the tap gets nothing, until it is to get everything again. */
    void mute(boolean on) throws IOException {
        drain();
        muted = on;
    }

    // Doubles at most: a length that lies costs memory only as bytes really come.
    private void grow(int count) {
        ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.min(count, 2L * buffer.capacity()));
        larger.put(0, buffer, 0, limit);
        filling = larger.duplicate();
        buffer = larger;
    }

    private int read() throws IOException {
        try {
            return channel.read(filling.limit(filling.capacity()).position(limit));
        } catch (ClosedChannelException | GzipChannel.Damage e) {
            throw e;
        } catch (IOException e) {
            if (channel instanceof GzipChannel) {
                throw e;
            }
            throw new IOException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private void checkEnd() throws IOException {
        if (start + limit < size && channel instanceof FileChannel file) {
            throw new IOException(
                    name + " shrank while it was read: it had " + (origin + size) + " bytes, now " + file.size());
        }
    }

    /** Bytes of the file in all as far as known, or -1 for what is no file. */
    long size() {
        return channel instanceof GzipChannel gzip ? gzip.size() : size;
    }

    /** How many of them are read: {@link #offset()}, or what that was decompressed from. */
    long passed() {
        return channel instanceof GzipChannel gzip ? gzip.position() : offset();
    }

    /** Whether the bytes are decompressed from those of the file. */
    boolean gzip() {
        return channel instanceof GzipChannel;
    }

    /** Offset of the next unread byte. */
    long offset() {
        return start + position;
    }

    /** Passes over bytes that need not stand together; returns how many there were. {@link #offset()} goes along. */
    long skip(long count) throws IOException {
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

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
