package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pcap or pcapng file in place: {@code next} points {@link #frame()} at the next packet and copies nothing.
 *
 * <p>A regular file is mapped into memory; a pipe or device is read as a stream, each packet as soon as its bytes are
 * there. A file that grows while it is read is followed to the end it has then.
 *
 * <p>Damage: {@code next} gives every packet before it, then throws one {@link CaptureFormatException} with the offset,
 * and returns false from then on. A file that another program <em>shortens</em> meanwhile is an {@link IOException}
 * from {@code next}. The JVM reports a touch of bytes that are gone as an {@link InternalError}, though, and reports
 * it where they were touched, or even a little later: a loop that reads frames itself and must survive this does
 *
 * <pre>{@code
 * try {
 *     while (reader.next()) { ... }
 * } catch (InternalError e) {
 *     throw reader.shrunk(e);
 * }
 * }</pre>
 *
 * <p>One thread reads; {@link #close()} may come from another and ends the reading. Sources: draft-ietf-opsawg-pcap and
 * draft-ietf-opsawg-pcapng.
 */
public abstract class CaptureReader implements FrameSource {
    /** A record or block with packet data larger than that is damage, whatever the file's own limit is. */
    static final int MAXIMUM_RECORD = 256 << 20;

    final Input input;
    /** Packets given so far. */
    long packets;

    private final CaptureFormat format;
    private boolean ended;
    private volatile boolean closed;

    CaptureReader(Input input, CaptureFormat format) {
        this.input = input;
        this.format = format;
    }

    /**
     * Opens a file by memory map, or as a stream if it is a pipe or device.
     *
     * @throws CaptureFormatException if it is not a capture file, or damaged before its first packet
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(Path path) throws IOException {
        return open(path, MappedInput.WINDOW);
    }

    static CaptureReader open(Path path, int window) throws IOException {
        String name = path.toString();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        return start(channel, mapOrStream(channel, name, Files.isRegularFile(path), window));
    }

    /**
     * Reads a stream from where it stands, such as a pipe from {@code tcpdump -w -}.
     *
     * @param channel in blocking mode; closed by {@link #close()}
     * @param name for messages
     * @throws CaptureFormatException if it is not a capture file, or damaged before its first packet
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(ReadableByteChannel channel, String name) throws IOException {
        return open(channel, name, StreamInput.CAPACITY);
    }

    static CaptureReader open(ReadableByteChannel channel, String name, int capacity) throws IOException {
        if (channel instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        return start(channel, new StreamInput(channel, name, capacity));
    }

    private static Input mapOrStream(FileChannel channel, String name, boolean regular, int window) {
        if (regular) {
            try {
                // Files of /proc are regular and say they are empty, though they are not.
                if (channel.size() > 0) {
                    return new MappedInput(channel, name, window);
                }
            } catch (IOException e) {
                // Some file systems cannot be mapped; if reading fails too, that says why.
                System.getLogger(CaptureReader.class.getName())
                        .log(System.Logger.Level.DEBUG, () -> name + " is read as a stream, not mapped: " + e);
            }
        }
        return new StreamInput(channel, name, StreamInput.CAPACITY);
    }

    private static CaptureReader start(ReadableByteChannel channel, Input input) throws IOException {
        try {
            return sniff(input);
        } catch (InternalError e) {
            IOException explained = input.explain(e);
            channel.close();
            throw explained;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static CaptureReader sniff(Input input) throws IOException {
        int there = input.require(4);
        if (there < 4) {
            String what = there == 0 ? "the file is empty" : "only " + there + " bytes";
            throw new CaptureFormatException(input.name + ": not a capture file: " + what, 0, 1);
        }
        ByteBuffer b = input.buffer();
        int magic = Bits.i32(b, input.position);
        if (magic == PcapngReader.SECTION_HEADER) {
            return PcapngReader.start(input);
        }
        if (PcapReader.isMagic(magic)) {
            return PcapReader.start(input, magic);
        }
        String packed = compression(magic);
        throw new CaptureFormatException(
                packed != null
                        ? input.name + ": " + packed + "-compressed: decompress it first"
                        : String.format("%s: not a capture file: it starts with %08x", input.name, magic),
                0,
                1);
    }

    private static @Nullable String compression(int magic) {
        if (magic >>> 16 == 0x1f8b) {
            return "gzip";
        }
        return switch (magic) {
            case 0x28b52ffd -> "zstd";
            case 0x04224d18 -> "lz4";
            case 0xfd377a58 -> "xz";
            default -> null;
        };
    }

    /** Points the frame at the next packet; false at a clean end. */
    abstract boolean advance() throws IOException;

    /** Takes the bytes away from the frame. */
    abstract void releaseFrame();

    @Override
    public abstract Frame frame();

    /** {@inheritDoc} The timeout plays no part: a pipe is waited for as long as its writer takes. */
    @Override
    public final boolean next(long timeoutNanos) throws IOException {
        if (ended) {
            return false;
        }
        try {
            if (advance()) {
                // close() may have come in between: its release must be the last word.
                if (closed) {
                    return end();
                }
                packets++;
                return true;
            }
            return end();
        } catch (InternalError e) {
            end();
            throw input.explain(e);
        } catch (IOException e) {
            end();
            if (closed) {
                return false;
            }
            if (e instanceof CaptureFormatException) {
                // Bytes that went away read as zeros, and look like damage.
                input.verify();
            }
            throw e;
        }
    }

    private boolean end() {
        ended = true;
        releaseFrame();
        return false;
    }

    @Override
    public final boolean ended() {
        return ended || closed;
    }

    /** Name of the file, for messages. */
    public final String name() {
        return input.name;
    }

    /** How the file is written. */
    public final CaptureFormat format() {
        return format;
    }

    /**
     * The interfaces met so far, those of earlier sections first; a pcap file has exactly one. An unmodifiable
     * snapshot.
     */
    public abstract List<CaptureInterface> interfaces();

    /** Sections begun so far; a pcap file is one. */
    public abstract int sections();

    /** {@inheritDoc} Here that of the first interface, or NULL while there is none. */
    @Override
    public LinkType linkType() {
        return interfaces().isEmpty() ? LinkType.NULL : interfaces().get(0).linkType();
    }

    /** {@inheritDoc} Here bytes, exact in the reading thread. */
    @Override
    public final long position() {
        return input.offset();
    }

    /** {@inheritDoc} Here bytes, as far as the file was known to reach; -1 for a stream. */
    @Override
    public final long size() {
        return input.size();
    }

    /**
     * What an {@link InternalError} thrown while frames of this reader were touched stands for: the file lost bytes
     * under the memory map, or its device failed. Ends the reading; for the thread that reads.
     *
     * @throws InternalError the given one, if it has nothing to do with a mapped file
     */
    public final IOException shrunk(InternalError error) {
        IOException explained = input.explain(error);
        end();
        return explained;
    }

    /** Ends the reading; the frame and its copies-in-place may not be read any more. May be called more than once. */
    @Override
    public final void close() throws IOException {
        closed = true;
        input.close();
        releaseFrame();
    }

    /** The error for a file that ends inside a header or record. */
    final CaptureFormatException truncated(long offset, String what, long needed, long left) {
        return new CaptureFormatException(
                input.name + ": truncated at byte " + offset + " (packet " + (packets + 1) + "): " + what + " needs "
                        + needed + " bytes, " + left + " are left",
                offset,
                packets + 1);
    }

    /** The error for bytes that cannot be meant so. */
    final CaptureFormatException damaged(long offset, String why) {
        return new CaptureFormatException(
                input.name + ": damaged at byte " + offset + " (packet " + (packets + 1) + "): " + why,
                offset,
                packets + 1);
    }
}
