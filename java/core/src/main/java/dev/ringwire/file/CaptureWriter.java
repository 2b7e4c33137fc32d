package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Writes frames to a pcap or pcapng file through one buffer; nothing is allocated per frame. The file is complete after
 * {@link #flush()} or {@link #close()}. An error names the file; what was written before it stays.
 */
public abstract class CaptureWriter implements FrameSink {
    private static final int CAPACITY = 256 * 1024;
    private static final byte[] PADDING = new byte[4];

    /** For messages. */
    final String name;

    final WriterOptions options;
    private final boolean big;
    private final WritableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);
    private boolean closed;
    /** After a failed write the file may end inside a record: nothing may follow. */
    private boolean failed;

    CaptureWriter(WritableByteChannel channel, String name, WriterOptions options) {
        if (channel instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        this.channel = channel;
        this.name = name;
        this.options = options;
        this.big = options.byteOrder() == ByteOrder.BIG_ENDIAN;
    }

    /**
     * Creates or replaces a file: pcap if its name ends with .pcap or .cap, otherwise pcapng.
     *
     * @param linkType what all frames of a pcap file start with; pcapng takes it from each frame
     * @throws IOException if the file cannot be created
     */
    public static CaptureWriter create(Path path, LinkType linkType) throws IOException {
        String lower = path.toString().toLowerCase(Locale.ROOT);
        return lower.endsWith(".pcap") || lower.endsWith(".cap")
                ? PcapWriter.create(path, linkType)
                : PcapngWriter.create(path);
    }

    static FileChannel openFile(Path path) throws IOException {
        return FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** How many bytes of a frame are kept. */
    final int captured(Frame frame) {
        return Math.min(frame.length(), options.snapLength());
    }

    /** Makes room for a header of that many bytes; throws if the writer is closed. */
    final void reserve(int length) throws IOException {
        if (closed) {
            throw new IOException(name + " is closed");
        }
        if (failed) {
            throw new IOException(name + ": an earlier write failed");
        }
        if (buffer.remaining() < length) {
            drain();
        }
    }

    final void put16(int value) {
        int p = advance(2);
        if (big) {
            Bits.put16(buffer, p, value);
        } else {
            Bits.put16Le(buffer, p, value);
        }
    }

    final void put32(int value) {
        int p = advance(4);
        if (big) {
            Bits.put32(buffer, p, value);
        } else {
            Bits.put32Le(buffer, p, value);
        }
    }

    private int advance(int count) {
        int p = buffer.position();
        buffer.position(p + count);
        return p;
    }

    /** Bytes of a header, for which room is {@link #reserve reserved}; padded with zeros to four bytes. */
    final void putPadded(byte[] bytes) {
        buffer.put(bytes);
        putPadding(bytes.length);
    }

    final void putPadding(int length) {
        buffer.put(PADDING, 0, -length & 3);
    }

    /** The bytes of a frame that are kept: into the buffer, or straight to the file if they are more than it holds. */
    final void putFrame(ByteBuffer bytes, int offset, int length) throws IOException {
        if (buffer.remaining() < length) {
            drain();
        }
        if (length > buffer.capacity()) {
            writeAll(bytes.slice(offset, length));
            return;
        }
        buffer.put(buffer.position(), bytes, offset, length);
        advance(length);
    }

    private void drain() throws IOException {
        buffer.flip();
        try {
            writeAll(buffer);
        } finally {
            buffer.compact();
        }
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            failed = true;
            String why = e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
            throw new IOException(name + ": cannot be written: " + why, e);
        }
    }

    @Override
    public final void flush() throws IOException {
        if (!closed) {
            drain();
        }
    }

    /** Writes what is buffered and closes the file or channel. May be called more than once. */
    @Override
    public final void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (channel) {
            if (!failed) {
                drain();
            }
        }
    }
}
