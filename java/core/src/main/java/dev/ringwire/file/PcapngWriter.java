package dev.ringwire.file;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes pcapng 1.0 (draft-ietf-opsawg-pcapng): a section header before all else, an interface block when the first
 * frame of a new interface comes (told apart by number, link type and, where a frame has one, name), enhanced packet
 * blocks with the direction where it is known, and with all options of a packet that comes from a pcapng file.
 *
 * <p>Other blocks are written where {@link #write(CaptureBlock)} is called: a {@link CaptureSection} begins a section, a
 * {@link CaptureInterface} describes an interface before its first frame. {@link #copyFrom} and {@link #mergeFrom} do
 * that for all that stands in a file.
 *
 * <p>A frame without a time is written as a simple packet block, or, where that cannot hold it, with the time its
 * interface counts from: 1970-01-01T00:00Z unless that has an if_tsoffset.
 */
public final class PcapngWriter extends PcapngBlockWriter {
    private static final BlockOptions OURS = BlockOptions.NONE.with(CaptureSection.SHB_USERAPPL, "Ringwire");
    private static final int PACKET_BLOCK = 32;
    private static final int SIMPLE_BLOCK = 16;
    private static final int FLAGS_OPTION = 8;
    private static final int MAXIMUM_INTERFACES = 65_536;
    private static final int LONGEST_NAME = 4096;

    /** An interface of the section; frames cut to {@code limit}. */
    private record Known(CaptureInterface captured, int limit) {
        boolean matches(int id, String interfaceName, LinkType linkType) {
            return captured.id() == id
                    && captured.linkType().value() == linkType.value()
                    && (interfaceName.isEmpty() || captured.name().equals(interfaceName));
        }
    }

    private final List<Known> interfaces = new ArrayList<>();
    /** Where the last frame's interface stands in the list; the next frame mostly has the same. */
    private int last = -1;
    /** Sections begun. */
    private int sections;
    /** Merged interfaces of the section. */
    private final Map<CaptureInterface, List<Integer>> alike = new HashMap<>();

    private long notKept;

    private PcapngWriter(WritableByteChannel channel, String name, WriterOptions options) {
        super(channel, name, options);
    }

    /** Creates or replaces a file with {@link WriterOptions#DEFAULT}. */
    public static PcapngWriter create(Path path) throws IOException {
        return create(path, WriterOptions.DEFAULT);
    }

    /** Creates or replaces a file. */
    public static PcapngWriter create(Path path, WriterOptions options) throws IOException {
        return create(openFile(path), path.toString(), options);
    }

    /**
     * Writes to a channel in blocking mode, such as a pipe; {@link #close()} closes it.
     *
     * @param name for messages
     */
    public static PcapngWriter create(WritableByteChannel channel, String name, WriterOptions options) {
        return new PcapngWriter(channel, name, options);
    }

    @Override
    public void copyFrom(CaptureReader reader) {
        reader.onBlock(new BlockCopier(this, reader, true));
    }

    @Override
    public void mergeFrom(CaptureReader reader) {
        reader.onBlock(new BlockCopier(this, reader, false));
    }

    /** Blocks and packet options that {@link #mergeFrom} came upon and could not bring into this section. */
    public long blocksNotKept() {
        return notKept;
    }

    void notKept() {
        notKept++;
    }

    /** Sections begun so far. */
    int sections() {
        return sections;
    }

    /**
     * Writes a block in this place. A {@link CaptureSection} begins a section: frames are of its interfaces from
     * then on.
     *
     * @throws IOException if it cannot be written, or not in this byte order
     * @throws IllegalArgumentException if an interface counts time otherwise than in decimal units of a nanosecond or more
     */
    public void write(CaptureBlock block) throws IOException {
        if (block instanceof CaptureSection section) {
            begin(section);
            return;
        }
        if (block instanceof CaptureInterface captured) {
            if (!Timestamps.holdsNanos(captured.resolution())) {
                throw new IllegalArgumentException("an interface with if_tsresol " + captured.resolution()
                        + " can be copied from a file, but not written to");
            }
            add(captured);
            return;
        }
        // Every other block stands in a section.
        begin();
        put(block);
    }

    // A section of our own, unless one has begun.
    private void begin() throws IOException {
        if (sections == 0) {
            begin(new CaptureSection(options.byteOrder(), OURS));
        }
    }

    private void begin(CaptureSection section) throws IOException {
        interfaces.clear();
        alike.clear();
        last = -1;
        sections++;
        putSection(section);
    }

    /** Describes an interface that another file may have brought: the {@code nth} exactly like it, the first being 1. */
    int merge(CaptureInterface captured, int nth) throws IOException {
        begin();
        List<Integer> there = alike.computeIfAbsent(captured.anywhere(), unused -> new ArrayList<>());
        if (there.size() >= nth) {
            return there.get(nth - 1);
        }
        int index = add(captured);
        there.add(index);
        return index;
    }

    /** Describes an interface whose frames are not cut; its number in the section. */
    int add(CaptureInterface captured) throws IOException {
        return add(captured, Integer.MAX_VALUE);
    }

    private int add(CaptureInterface captured, int limit) throws IOException {
        begin();
        if (interfaces.size() == MAXIMUM_INTERFACES) {
            throw new IOException(name + ": more than " + MAXIMUM_INTERFACES + " interfaces");
        }
        putInterface(captured);
        interfaces.add(new Known(captured, limit));
        return interfaces.size() - 1;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException also if the frame's time is before 1970, or what the interface counts from, which timestamps
     *     without sign cannot hold
     */
    @Override
    public void write(Frame frame, ByteBuffer bytes, int offset, int length, int originalLength) throws IOException {
        write(frame, null, bytes, offset, length, originalLength);
    }

    /**
     * Writes a frame with these options in place of its own, and its direction unless they have flags.
     *
     * @throws IOException as {@link #write(Frame)}
     */
    public void write(Frame frame, BlockOptions said) throws IOException {
        int original = frame.originalLength();
        ByteBuffer bytes = frame.buffer();
        write(frame, said, bytes, frame.offset(), frame.length(), original);
    }

    @SuppressWarnings("ReferenceEquality") // is meant
    private void write(
            Frame frame, @Nullable BlockOptions said, ByteBuffer bytes, int offset, int length, int originalLength)
            throws IOException {
        PcapngFrame pcapng = frame instanceof PcapngFrame it ? it : null;
        BlockCopier copy = copyOf(frame);
        int index = copy != null
                ? copy.indexOf(frame)
                : indexOf(frame.interfaceId(), frame.interfaceName(), frame.linkType());
        Known known = interfaces.get(index);
        int captured = Math.min(length, known.limit);
        boolean copiedTime = copy != null && pcapng != null;
        long units = 0;
        if (copiedTime) {
            units = pcapng.units();
        } else if (frame.hasTimestamp()) {
            units = Timestamps.fromNanos(
                    frame.timestampNanos(), known.captured.resolution(), known.captured.offsetSeconds());
        }
        if (units < 0 && !copiedTime) {
            throw new IOException(name + ": a pcapng file cannot hold the time " + frame.timestamp());
        }
        boolean copied = said == null && pcapng != null;
        boolean otherBytes = copied && (bytes != pcapng.buffer() || offset != pcapng.offset());
        int optionsSize = 0;
        if (aim(pcapng, said)) {
            optionsSize = keptSize(copied, otherBytes);
            aim(pcapng, said);
        }
        int flags = copied ? 0 : flags(frame, said);
        if (optionsSize + flags == 0 && !frame.hasTimestamp() && isSimple(index, captured, originalLength)) {
            putSimple(bytes, offset, captured, originalLength);
            return;
        }
        int flagsSize = flags == 0 ? 0 : optionsSize == 0 ? FLAGS_OPTION + 4 : FLAGS_OPTION;
        int blockLength = PACKET_BLOCK + (captured + 3 & ~3) + flagsSize + optionsSize;
        reserve(PACKET_BLOCK);
        put32(PcapngReader.ENHANCED_PACKET);
        put32(blockLength);
        put32(index);
        put32((int) (units >>> 32));
        put32((int) units);
        put32(captured);
        put32(originalLength);
        putFrame(bytes, offset, captured);
        reserve(4 + FLAGS_OPTION + 4 + 4);
        putPadding(captured);
        if (flags != 0) {
            put16(BlockOptions.EPB_FLAGS);
            put16(4);
            put32(flags);
            if (optionsSize == 0) {
                put32(0);
            }
        }
        if (optionsSize != 0) {
            putOptions(PcapngOptions.Block.PACKET, copied, otherBytes);
            reserve(4);
        }
        put32(blockLength);
    }

    // The copying that this frame's reader is in, if it is to here.
    private @Nullable BlockCopier copyOf(Frame frame) {
        BlockHandler handler = frame instanceof PcapngFrame pcapng
                ? pcapng.reader.handler
                : frame instanceof PcapFrame pcap ? pcap.reader.handler : null;
        return handler instanceof BlockCopier copy && copy.writesTo(this) ? copy : null;
    }

    // Aims the walk at the options given or, without, at those of the frame; false if it can have none.
    private boolean aim(@Nullable PcapngFrame pcapng, @Nullable BlockOptions said) {
        if (said != null) {
            said.walk(walk);
        } else if (pcapng != null) {
            pcapng.walk(walk);
        }
        return said != null || pcapng != null;
    }

    // The direction, where no option tells it.
    private static int flags(Frame frame, @Nullable BlockOptions said) {
        if (said != null && said.value(BlockOptions.EPB_FLAGS) != null) {
            return 0;
        }
        return switch (frame.direction()) {
            case UNKNOWN -> 0;
            case INBOUND -> 1;
            case OUTBOUND -> 2;
        };
    }

    // Its captured length is not stored: it must be what a reader concludes.
    private boolean isSimple(int index, int captured, int originalLength) {
        int limit = interfaces.get(0).captured.snapLength();
        return index == 0 && captured == (limit == 0 ? originalLength : Math.min(originalLength, limit));
    }

    private void putSimple(ByteBuffer bytes, int offset, int captured, int originalLength) throws IOException {
        int length = SIMPLE_BLOCK + (captured + 3 & ~3);
        reserve(12);
        put32(PcapngReader.SIMPLE_PACKET);
        put32(length);
        put32(originalLength);
        putBytes(bytes, offset, captured);
        reserve(4);
        put32(length);
    }

    private int indexOf(int id, String interfaceName, LinkType linkType) throws IOException {
        if (last >= 0 && interfaces.get(last).matches(id, interfaceName, linkType)) {
            return last;
        }
        for (int i = 0; i < interfaces.size(); i++) {
            Known known = interfaces.get(i);
            if (known.matches(id, interfaceName, linkType) && Timestamps.holdsNanos(known.captured.resolution())) {
                last = i;
                return i;
            }
        }
        byte[] text = interfaceName.getBytes(StandardCharsets.UTF_8);
        if (text.length > LONGEST_NAME) {
            throw new IOException(name + ": an interface name of " + text.length + " bytes is over " + LONGEST_NAME);
        }
        BlockOptions said =
                text.length == 0 ? BlockOptions.NONE : BlockOptions.NONE.with(CaptureInterface.IF_NAME, text);
        int exponent = options.resolution().exponent;
        last = add(
                new CaptureInterface(
                        0,
                        id,
                        interfaceName,
                        "",
                        linkType,
                        options.snapLength(),
                        exponent,
                        0,
                        said.with(CaptureInterface.IF_TSRESOL, new byte[] {(byte) exponent})),
                options.snapLength());
        return last;
    }

    @Override
    void finish() throws IOException {
        begin();
    }
}
