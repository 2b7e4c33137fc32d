package dev.ringwire.file;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Reads a capture and copies it byte for byte, headers, blocks and options of every kind included, while its packets may
 * be changed on the way; {@link CaptureWriter#copyFrom} and {@link CaptureWriter#mergeFrom} are for writing a capture
 * anew, or several into one:
 *
 * <pre>{@code
 * try (CaptureReader reader = CaptureReader.open(in);
 *         CaptureCopy copy = CaptureCopy.of(reader, FileChannel.open(out, WRITE, CREATE, TRUNCATE_EXISTING), "out")) {
 *     while (copy.next()) {
 *         copy.frame().buffer().put(copy.frame().offset(), (byte) 0);
 *     }
 * }
 * }</pre>
 *
 * <p>The bytes of {@link #frame()} may be written to until the next call; {@link #replace} gives it others, of another
 * length. The copy is written by a thread of its own. It ends with a whole packet also where the
 * original is damaged, or where reading ends early. One thread uses this; the reader may be closed from
 * another.
 */
public final class CaptureCopy implements FrameSource {
    private final CaptureReader reader;
    private final Frame frame;
    private final WriteBehind out;
    private boolean lent;
    private boolean closed;

    private CaptureCopy(CaptureReader reader, WritableByteChannel out, String name, int growth, boolean anonymous)
            throws IOException {
        this.reader = reader;
        this.frame = reader.frame();
        this.out = new WriteBehind(out, name);
        byte[] opening = reader.copyTo(this.out::write);
        if (growth >= 0) {
            opening = reader.loosen(opening, growth, anonymous);
        }
        this.out.write(ByteBuffer.wrap(opening), 0, opening.length);
    }

    /**
     * Copies packets of the lengths they have.
     *
     * @param reader not read from yet; stays the caller's to close, after this
     * @param out in blocking mode; closed by {@link #close()}
     * @param name of the copy, for messages
     * @throws IllegalStateException if the reader has been read from
     */
    public static CaptureCopy of(CaptureReader reader, WritableByteChannel out, String name) throws IOException {
        return new CaptureCopy(reader, out, name, -1, false);
    }

    /**
     * Copies packets that may get other lengths by {@link #replace}: a pcapng section with a stated length gets none, and
     * limits of captured bytes become larger.
     *
     * @param growth the most bytes that a packet becomes longer by; 0 if packets become shorter only
     */
    public static CaptureCopy resizing(CaptureReader reader, WritableByteChannel out, String name, int growth)
            throws IOException {
        return new CaptureCopy(reader, out, name, checked(growth), false);
    }

    /**
     * As {@link #resizing}, without the blocks of a pcapng file that give names of addresses, and those with secrets to
     * decrypt payloads with.
     */
    public static CaptureCopy anonymous(CaptureReader reader, WritableByteChannel out, String name, int growth)
            throws IOException {
        return new CaptureCopy(reader, out, name, checked(growth), true);
    }

    private static int checked(int growth) {
        if (growth < 0) {
            throw new IllegalArgumentException("packets become longer by 0 bytes or more, not " + growth);
        }
        return growth;
    }

    /** Blocks left out so far. */
    public int leftOut() {
        return reader.leftOut();
    }

    /** {@inheritDoc} Its bytes may be written to. */
    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public boolean next(long timeoutNanos) throws IOException {
        lent = false;
        lent = reader.next(timeoutNanos);
        return lent;
    }

    /**
     * Gives the packet other bytes, once. Captured and original length change by the same number; all else that the file
     * says of the packet stays.
     */
    public void replace(ByteBuffer bytes, int offset, int length) throws IOException {
        reader.putRecord(out::write, bytes, offset, length);
        lent = false;
    }

    /** Has written soon what was copied so far, such as before waiting for a pipe. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public boolean ended() {
        return reader.ended();
    }

    @Override
    public LinkType linkType() {
        return reader.linkType();
    }

    @Override
    public long position() {
        return reader.position();
    }

    @Override
    public long size() {
        return reader.size();
    }

    /**
     * Closes the copy when all is written that was read; but a packet whose turn {@link #next} has not ended yet is left
     * out, since it may not be what it is to become. May be called more than once.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            if (lent) {
                reader.takeBack();
            }
            reader.input.drain();
        }
    }
}
