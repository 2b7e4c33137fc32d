package dev.ringwire.file;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes pcapng 1.0 (draft-ietf-opsawg-pcapng): one section, an interface block when the first frame of a new
 * interface comes (told apart by number, name and link type), enhanced packet blocks with the direction where it is
 * known.
 * <p>A frame without a time is written with that of 1970-01-01T00:00Z.
 */
public final class PcapngWriter extends CaptureWriter {
    private static final byte[] APPLICATION = "Ringwire".getBytes(StandardCharsets.UTF_8);
    private static final int SHB_USERAPPL = 4;
    private static final int EPB_FLAGS = 2;
    private static final int FLAGS_OPTION = 12;
    private static final int PACKET_BLOCK = 32;
    private static final int MAXIMUM_INTERFACES = 65_536;
    private static final int LONGEST_NAME = 4096;

    private record Known(int id, String name, LinkType linkType) {}

    private final List<Known> interfaces = new ArrayList<>();
    /** Where the last frame's interface stands in the list; the next frame mostly has the same. */
    private int last = -1;

    private PcapngWriter(WritableByteChannel channel, String name, WriterOptions options) throws IOException {
        super(channel, name, options);
        int length = 28 + 4 + APPLICATION.length + 4;
        reserve(length);
        put32(PcapngReader.SECTION_HEADER);
        put32(length);
        put32(PcapngReader.BYTE_ORDER_MAGIC);
        put16(1);
        put16(0);
        // The section's length is not known beforehand.
        put32(-1);
        put32(-1);
        putOption(SHB_USERAPPL, APPLICATION);
        putOption(0, new byte[0]);
        put32(length);
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
    public static PcapngWriter create(WritableByteChannel channel, String name, WriterOptions options)
            throws IOException {
        return new PcapngWriter(channel, name, options);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException also if the frame's time is before 1970, which timestamps without sign cannot hold
     */
    @Override
    public void write(Frame frame) throws IOException {
        long nanos = frame.timestampNanos();
        if (nanos < 0) {
            throw new IOException(name + ": a pcapng file cannot hold the time " + frame.timestamp());
        }
        int captured = captured(frame);
        int index = indexOf(frame.interfaceId(), frame.interfaceName(), frame.linkType());
        Direction direction = frame.direction();
        int options = direction == Direction.UNKNOWN ? 0 : FLAGS_OPTION;
        int length = PACKET_BLOCK + (captured + 3 & ~3) + options;
        long units = nanos / this.options.resolution().unit;
        // Asked for all it has first: of a source that is closed meanwhile, it throws, and no half block is left.
        int original = frame.originalLength();
        ByteBuffer bytes = frame.buffer();
        int offset = frame.offset();
        reserve(PACKET_BLOCK);
        put32(PcapngReader.ENHANCED_PACKET);
        put32(length);
        put32(index);
        put32((int) (units >>> 32));
        put32((int) units);
        put32(captured);
        put32(original);
        putFrame(bytes, offset, captured);
        reserve(4 + FLAGS_OPTION + 4);
        putPadding(captured);
        if (options != 0) {
            put16(EPB_FLAGS);
            put16(4);
            put32(direction == Direction.INBOUND ? 1 : 2);
            put32(0);
        }
        put32(length);
    }

    private int indexOf(int id, String interfaceName, LinkType linkType) throws IOException {
        if (last >= 0 && matches(interfaces.get(last), id, interfaceName, linkType)) {
            return last;
        }
        for (int i = 0; i < interfaces.size(); i++) {
            if (matches(interfaces.get(i), id, interfaceName, linkType)) {
                last = i;
                return i;
            }
        }
        writeInterface(interfaceName, linkType);
        interfaces.add(new Known(id, interfaceName, linkType));
        last = interfaces.size() - 1;
        return last;
    }

    private static boolean matches(Known known, int id, String interfaceName, LinkType linkType) {
        return known.id == id && known.linkType.value() == linkType.value() && known.name.equals(interfaceName);
    }

    private void writeInterface(String interfaceName, LinkType linkType) throws IOException {
        if (interfaces.size() == MAXIMUM_INTERFACES) {
            throw new IOException(name + ": more than " + MAXIMUM_INTERFACES + " interfaces");
        }
        byte[] text = interfaceName.getBytes(StandardCharsets.UTF_8);
        if (text.length > LONGEST_NAME) {
            throw new IOException(name + ": an interface name of " + text.length + " bytes is over " + LONGEST_NAME);
        }
        int nameOption = text.length == 0 ? 0 : 4 + (text.length + 3 & ~3);
        int length = 20 + nameOption + 8 + 4;
        reserve(length);
        put32(PcapngReader.INTERFACE);
        put32(length);
        put16(linkType.value());
        put16(0);
        put32(options.snapLength());
        if (text.length != 0) {
            putOption(PcapngReader.IF_NAME, text);
        }
        putOption(PcapngReader.IF_TSRESOL, new byte[] {(byte) options.resolution().exponent});
        putOption(0, new byte[0]);
        put32(length);
    }

    private void putOption(int code, byte[] value) {
        put16(code);
        put16(value.length);
        putPadded(value);
    }
}
