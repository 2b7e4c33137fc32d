package dev.ringwire.file;

import java.nio.ByteOrder;

/** A block that is not looked into: a custom block, one of another type, or one whose content is damaged. */
public final class OtherBlock implements CaptureBlock {
    /** Custom block that may be copied by a program that does not know it; starts with the enterprise number. */
    public static final int CUSTOM = 0x0bad;
    /** Custom block that may not be copied to another file. */
    public static final int CUSTOM_NOT_COPIED = 0x4000_0bad;

    private final int type;
    private final ByteOrder order;
    private final byte[] body;

    /**
     * A block of any type but those of packets, sections and interfaces.
     *
     * @param order of the numbers in it; it can only be written to a section of the same, unless it is custom
     * @param body what stands between the two lengths, a multiple of four bytes
     */
    public OtherBlock(int type, ByteOrder order, byte[] body) {
        if ((body.length & 3) != 0 || body.length > PcapngReader.LARGEST_DESCRIPTION) {
            throw new IllegalArgumentException("a block's body is a multiple of 4 bytes, at most "
                    + PcapngReader.LARGEST_DESCRIPTION + ", not " + body.length);
        }
        if (PcapngReader.isPacket(type) || type == PcapngReader.SECTION_HEADER || type == PcapngReader.INTERFACE) {
            throw new IllegalArgumentException("block type " + type + " has a class or method of its own");
        }
        this.type = type;
        this.order = order;
        this.body = body.clone();
    }

    @Override
    public int type() {
        return type;
    }

    /** Byte order of the section it is from. */
    public ByteOrder order() {
        return order;
    }

    /** What stands between the two lengths. */
    public byte[] body() {
        return body.clone();
    }

    boolean custom() {
        return (type == CUSTOM || type == CUSTOM_NOT_COPIED) && body.length >= 4;
    }
}
