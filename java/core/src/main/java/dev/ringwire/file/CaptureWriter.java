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
    /** Byte order of what is put next. */
    boolean big;

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

    @Override
    public final void write(Frame frame) throws IOException {
        // Asked for all it has first: of a source that is closed meanwhile, it throws, and no half record is left.
        int original = frame.originalLength();
        ByteBuffer bytes = frame.buffer();
        write(frame, bytes, frame.offset(), frame.length(), original);
    }

    /**
     * Writes other bytes as if they were those of a frame: with its time, interface, direction and, in pcapng, comments
     * and other options (but not a hash if the bytes are not its own).
     *
     * @param frame what the bytes are made of
     * @param bytes the memory; its position and limit are not used but must enclose the range
     * @param offset absolute index of the first byte
     * @param length how many there are
     * @param originalLength how many there would be, were the frame captured whole
     * @throws IOException as {@link #write(Frame)}
     */
    public abstract void write(Frame frame, ByteBuffer bytes, int offset, int length, int originalLength)
            throws IOException;

    /**
     * From now on copies what a file has besides its packets, as far as this format holds it: what the reader passes
     * between its packets is written here at once, so that each keeps its place if each packet is written before the
     * next is read. To be called before the first {@code next} of the reader; takes its {@link CaptureReader#onBlock}.
     *
     * <p>In pcapng, each section of the file begins a section here, in its byte order, with all it says of itself and
     * its interfaces under their numbers; packets keep comments, flags, other options and the exact time, and are not
     * cut. Not copied are custom blocks and options that say they must not be. A pcap file holds nothing of this.
     */
    public void copyFrom(CaptureReader reader) throws IOException {}

    /**
     * As {@link #copyFrom}, but all sections of several files become one, whose header is written already or the first
     * that comes: interfaces are numbered anew, one that another file has exactly so becomes one with that. What later
     * sections say of themselves is not kept.
     */
    public void mergeFrom(CaptureReader reader) throws IOException {}

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

    /** Puts what a file must have even without a frame. */
    void finish() throws IOException {}

    @Override
    public final void flush() throws IOException {
        if (!closed) {
            finish();
            drain();
        }
    }

    /** Writes what is buffered and closes the file or channel. May be called more than once. */
    @Override
    public final void close() throws IOException {
        if (closed) {
            return;
        }
        try (channel) {
            if (!failed) {
                finish();
                drain();
            }
        } finally {
            closed = true;
        }
    }
}
