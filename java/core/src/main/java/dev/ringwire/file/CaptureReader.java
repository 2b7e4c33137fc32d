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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pcap or pcapng file, or one compressed with gzip, in place: {@code next} points {@link #frame()} at the next packet and copies nothing.
 *
 * <p>Everything is read into one buffer outside the heap by ordinary read calls, and frames lie in that buffer. Files
 * are not mapped into memory: reading them so is slower, and a mapped file that shrinks can end the whole JVM. From a
 * pipe or device, each packet comes as soon as its bytes are there. A file that grows while it is read is followed to
 * the end it has then.
 *
 * <p>Damage: {@code next} gives every packet before it, then throws one {@link CaptureFormatException} with the offset,
 * and returns false from then on. A file that loses bytes before they are read is an {@link IOException} in the same
 * way.
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

    @Nullable
    BlockHandler handler;

    private final CaptureFormat format;
    private boolean ended;
    private volatile boolean closed;
    private boolean copied;

    CaptureReader(Input input, CaptureFormat format) {
        this.input = input;
        this.format = format;
    }

    /**
     * Opens a file, pipe or device.
     *
     * @throws CaptureFormatException if it is not a capture file, or damaged before its first packet
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(Path path) throws IOException {
        return open(path, Input.CAPACITY);
    }

    static CaptureReader open(Path path, int capacity) throws IOException {
        return open(FileChannel.open(path, StandardOpenOption.READ), path.toString(), capacity);
    }

    /**
     * Reads a channel from where it stands, such as a pipe from {@code tcpdump -w -}.
     *
     * @param channel in blocking mode; closed by {@link #close()}
     * @param name for messages
     * @throws CaptureFormatException if it is not a capture file, or damaged before its first packet
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(ReadableByteChannel channel, String name) throws IOException {
        return open(channel, name, Input.CAPACITY);
    }

    static CaptureReader open(ReadableByteChannel channel, String name, int capacity) throws IOException {
        if (channel instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        try {
            return sniff(unpack(new Input(channel, name, capacity), capacity));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The content of what is compressed with gzip, or the input itself. May be tried again after {@link Input.NotYet}. */
    static Input unpack(Input input, int capacity) throws IOException {
        boolean gzip = input.require(2) >= 2 && Bits.u16(input.buffer, input.position) == GzipChannel.MAGIC;
        return gzip ? new Input(new GzipChannel(input), input.name, capacity) : input;
    }

    /** May be tried again after {@link Input.NotYet}. */
    static CaptureReader sniff(Input input) throws IOException {
        try {
            return start(input);
        } catch (GzipChannel.Damage e) {
            throw damaged(input, e, 1);
        }
    }

    private static CaptureReader start(Input input) throws IOException {
        int there = input.require(4);
        if (there < 4) {
            String what = there == 0 ? "the file is empty" : "only " + there + " bytes";
            throw new CaptureFormatException(input.name + ": not a capture file: " + what, 0, 1);
        }
        ByteBuffer b = input.buffer;
        int magic = Bits.i32(b, input.position);
        if (magic == PcapngReader.SECTION_HEADER) {
            return PcapngReader.start(input);
        }
        if (PcapReader.isMagic(magic)) {
            return PcapReader.start(input, magic);
        }
        String tool = decompressor(magic);
        throw new CaptureFormatException(
                tool != null
                        ? input.name + ": " + tool + "-compressed: decompress it first, with \"" + tool
                                + " -dc\" into a pipe"
                        : String.format("%s: not a capture file: it starts with %08x", input.name, magic),
                0,
                1);
    }

    private static @Nullable String decompressor(int magic) {
        if (magic >>> 16 == GzipChannel.MAGIC) {
            return "gzip";
        }
        return switch (magic) {
            case 0x28b52ffd -> "zstd";
            case 0x04224d18 -> "lz4";
            case 0xfd377a58 -> "xz";
            default -> magic >>> 8 == 0x425a68 ? "bzip2" : null;
        };
    }

    private static CaptureFormatException damaged(Input input, GzipChannel.Damage e, long packet) {
        return new CaptureFormatException(
                input.name + ": " + e.getMessage() + " at byte " + e.offset + " (packet " + packet + ")",
                e.offset,
                packet);
    }

    /**
     * Gives every byte of the file that is read past to {@code tap}; to be called before the first packet.
     *
     * @return the bytes that were read to open it
     */
    byte[] copyTo(Input.Tap tap) throws IOException {
        byte[] opening = input.tap(tap);
        copied = true;
        return opening;
    }

    /**
     * Lets the descriptions of the file hold that packets become longer or shorter, in the opening bytes and in what is
     * read from now on.
     *
     * @param most bytes that a packet becomes longer by
     * @param anonymous whether blocks with names or keys are left out
     * @return the opening bytes of the copy
     */
    abstract byte[] loosen(byte[] opening, int most, boolean anonymous);

    /** Blocks left out so far. */
    int leftOut() {
        return 0;
    }

    /** A larger limit, where there is one. */
    static int looser(int snapLength, int most) {
        return snapLength > 0 && snapLength <= MAXIMUM_RECORD ? snapLength + most : snapLength;
    }

    /** Index where the packet's record starts in the buffer. */
    abstract int recordStart();

    /** Goes back before the packet, so that it is no part of a copy. */
    final void takeBack() {
        input.position = recordStart();
    }

    /** Gives the tap, in place of the packet's own record, one with other bytes. */
    abstract void putRecord(Input.Tap tap, ByteBuffer bytes, int offset, int length) throws IOException;

    /** Points the frame at the next packet; false at a clean end. */
    abstract boolean advance() throws IOException;

    /** Takes the bytes away from the frame. */
    abstract void releaseFrame();

    @Override
    public abstract Frame frame();

    /**
     * {@inheritDoc} The timeout plays no part: a pipe is waited for as long as its writer takes. Only a reader made by
     * {@link ArrivingCapture} gives false while the next packet has not arrived.
     */
    @Override
    public final boolean next(long timeoutNanos) throws IOException {
        if (ended) {
            return false;
        }
        if (packets == 0 && !copied) {
            input.untap();
        }
        try {
            if (advance()) {
                // close() may have come in between: its release must be the last word.
                if (closed) {
                    takeBack();
                    return end();
                }
                packets++;
                return true;
            }
            return end();
        } catch (Input.NotYet e) {
            // The bytes of the frame before may have moved.
            releaseFrame();
            return false;
        } catch (IOException e) {
            end();
            if (closed) {
                return false;
            }
            throw e instanceof GzipChannel.Damage gzip ? damaged(input, gzip, packets + 1) : e;
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

    /** Whether the file is compressed with gzip; offsets in its capture are then those of the decompressed bytes. */
    public final boolean gzip() {
        return input.gzip();
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

    /** What the current section says of itself; before the first packet, the first one. */
    public abstract CaptureSection section();

    /** The options of the packet at hand, comments among them; none in a pcap file. Made when asked for. */
    public abstract BlockOptions packetOptions();

    /**
     * From now on hands every block that holds no packet to {@code handler}, in its place between the packets: during
     * the {@code next} that passes it. Told before the first {@code next}, that is all of them; those at the end come
     * with the {@code next} that gives false. A pcap file has one, its interface. A block of more than 16 MiB is then an
     * error; it is passed over otherwise.
     *
     * @param handler in place of the former one; null for none
     */
    public final void onBlock(@Nullable BlockHandler handler) {
        this.handler = handler;
    }

    /** {@inheritDoc} Here that of the first interface, or NULL while there is none. */
    @Override
    public LinkType linkType() {
        return interfaces().isEmpty() ? LinkType.NULL : interfaces().get(0).linkType();
    }

    /** {@inheritDoc} Here bytes, exact in the reading thread. */
    @Override
    public final long position() {
        return input.passed();
    }

    /** {@inheritDoc} Here bytes, as far as the file is known to reach; -1 for a pipe or stream. */
    @Override
    public final long size() {
        return input.size();
    }

    /** Ends the reading; the frame and its copies-in-place may not be read any more. May be called more than once. */
    @Override
    public final void close() throws IOException {
        closed = true;
        input.close();
        releaseFrame();
    }

    private String place(long offset) {
        return (input.gzip() ? "decompressed byte " : "byte ") + offset;
    }

    /** The error for a file that ends inside a header or record. */
    final CaptureFormatException truncated(long offset, String what, long needed, long left) {
        return new CaptureFormatException(
                input.name + ": truncated at " + place(offset) + " (packet " + (packets + 1) + "): " + what + " needs "
                        + needed + " bytes, " + left + " are left",
                offset,
                packets + 1);
    }

    /** The error for bytes that cannot be meant so. */
    final CaptureFormatException damaged(long offset, String why) {
        return new CaptureFormatException(
                input.name + ": damaged at " + place(offset) + " (packet " + (packets + 1) + "): " + why,
                offset,
                packets + 1);
    }
}
