package dev.ringwire.file;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/** The packet a pcapng reader stands at; its block is read in place. */
final class PcapngFrame extends Frame {
    private static final int HEAD = 28;
    private static final int SIMPLE_HEAD = 12;

    final PcapngReader reader;
    // What next() had to look at anyway.
    private int type;
    private int interfaceId;
    private int optionsEnd;

    PcapngFrame(PcapngReader reader) {
        this.reader = reader;
    }

    void point(ByteBuffer b, int offset, int length, int blockType, int id, int blockEnd) {
        type = blockType;
        interfaceId = id;
        optionsEnd = blockEnd - 4;
        aim(b, offset, length);
    }

    void drop() {
        release();
    }

    /** Bytes of the block before those of the packet. */
    int headLength() {
        return simple() ? SIMPLE_HEAD : HEAD;
    }

    boolean simple() {
        return type == PcapngReader.SIMPLE_PACKET;
    }

    private CaptureInterface captured() {
        buffer();
        return reader.current(interfaceId);
    }

    @Override
    public int originalLength() {
        int length = reader.i32(buffer(), offset() - 4);
        return length < 0 ? Integer.MAX_VALUE : length;
    }

    @Override
    public boolean hasTimestamp() {
        buffer();
        return !simple();
    }

    @Override
    public long timestampNanos() {
        ByteBuffer b = buffer();
        if (simple()) {
            return 0;
        }
        CaptureInterface captured = captured();
        return Timestamps.toNanos(units(b, offset() - HEAD), captured.resolution(), captured.offsetSeconds());
    }

    /** The timestamp as it stands there, 0 for a simple packet. */
    long units() {
        return simple() ? 0 : units(buffer(), offset() - HEAD);
    }

    private long units(ByteBuffer b, int p) {
        return (long) reader.i32(b, p + 12) << 32 | reader.i32(b, p + 16) & 0xffff_ffffL;
    }

    @Override
    public LinkType linkType() {
        return captured().linkType();
    }

    @Override
    public int interfaceId() {
        buffer();
        return interfaceId;
    }

    @Override
    public String interfaceName() {
        return captured().name();
    }

    /** {@inheritDoc} From bits 0 and 1 of the option epb_flags (which the old packet block calls pack_flags). */
    @Override
    public Direction direction() {
        ByteBuffer b = buffer();
        if (simple()) {
            return Direction.UNKNOWN;
        }
        PcapngOptions options = new PcapngOptions(b, reader.big, optionsStart(), optionsEnd);
        while (options.next()) {
            if (options.code == BlockOptions.EPB_FLAGS && options.length == 4) {
                return switch (options.u32() & 3) {
                    case 1 -> Direction.INBOUND;
                    case 2 -> Direction.OUTBOUND;
                    default -> Direction.UNKNOWN;
                };
            }
        }
        return Direction.UNKNOWN;
    }

    private int optionsStart() {
        return simple() ? optionsEnd : offset() + (length() + 3 & ~3);
    }

    /** Aims a walk at the options. */
    void walk(PcapngOptions walk) {
        walk.aim(buffer(), reader.big, optionsStart(), optionsEnd);
    }

    BlockOptions options() {
        return BlockOptions.read(buffer(), reader.big, optionsStart(), optionsEnd);
    }
}
