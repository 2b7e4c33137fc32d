package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads pcapng (draft-ietf-opsawg-pcapng): blocks of {@code type, total length, body, total length}, padded to four
 * bytes, in the byte order of the section header block they follow.
 *
 * <pre>
 *  section header   8 byte-order magic   12 major, minor version   16 section length   24 options
 *  interface        8 link type   12 snap length   16 options
 *  enhanced packet  8 interface   12 timestamp high, low   20 captured   24 original length   28 bytes, options
 *  packet (old)     8 interface, drops (16 bits each)   then as enhanced packet
 *  simple packet    8 original length   12 bytes
 * </pre>
 */
final class PcapngReader extends CaptureReader {
    /** The same in both byte orders. */
    static final int SECTION_HEADER = 0x0a0d0d0a;

    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final int INTERFACE = 1;
    static final int OLD_PACKET = 2;
    static final int SIMPLE_PACKET = 3;
    static final int NAME_RESOLUTION = 4;
    static final int STATISTICS = 5;
    static final int ENHANCED_PACKET = 6;
    static final int SECRETS = 10;

    /** Of a block that is looked into; other tools take larger ones for damage, too. */
    static final int LARGEST_DESCRIPTION = 16 << 20;

    private static final int SMALLEST_BLOCK = 12;
    private static final int SMALLEST_SECTION_HEADER = 28;
    private static final int MAXIMUM_INTERFACES = 1 << 20;

    boolean big;
    private int sections;
    private final List<CaptureInterface> interfaces = new ArrayList<>();
    /** Index in the list of the current section's interface 0. */
    private int firstOfSection;

    /** Length of the block being passed over, or 0; it may take several calls to arrive. */
    private int skipLength;

    private long skipStart;

    private CaptureSection section = new CaptureSection(ByteOrder.BIG_ENDIAN, BlockOptions.NONE);

    /** The blocks before the first packet, while nobody has asked for them; null once that packet is come to. */
    private @Nullable List<CaptureBlock> early = new ArrayList<>();
    /** Whether a copy of the file may have packets of other lengths, at most {@link #growth} bytes longer. */
    private boolean loosened;

    private int growth;
    /** Whether a copy of the file has none of the blocks that give names or keys, and how many that were. */
    private boolean anonymous;

    private int leftOut;

    private final PcapngFrame frame = new PcapngFrame(this);

    private PcapngReader(Input input, CaptureFormat format) {
        super(input, format);
    }

    /** Reads the first section header, and on to the first interface so that the link type is known. */
    static PcapngReader start(Input input) throws IOException {
        int there = input.require(16);
        if (there < 16) {
            throw new CaptureFormatException(
                    input.name + ": truncated at byte 0 (packet 1): section header needs at least "
                            + SMALLEST_SECTION_HEADER + " bytes, " + there + " are left",
                    0,
                    1);
        }
        ByteBuffer b = input.buffer;
        int p = input.position;
        boolean big = Bits.i32(b, p + 8) == BYTE_ORDER_MAGIC;
        CaptureFormat format = new CaptureFormat(
                CaptureFormat.Container.PCAPNG,
                big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                big ? Bits.u16(b, p + 12) : Bits.u16Le(b, p + 12),
                big ? Bits.u16(b, p + 14) : Bits.u16Le(b, p + 14));
        PcapngReader reader = new PcapngReader(input, format);
        reader.readSectionHeader();
        try {
            boolean more = true;
            while (more && reader.interfaces.isEmpty()) {
                more = reader.readEarly();
            }
        } catch (Input.NotYet e) {
            // The section header is read: the rest comes with the first packet.
            return reader;
        }
        return reader;
    }

    // One block that holds no packet; false if there is none here, or one too large to be kept.
    private boolean readEarly() throws IOException {
        if (!haveBlockStart()) {
            return false;
        }
        int type = i32(input.buffer, input.position);
        int length = i32(input.buffer, input.position + 4);
        boolean described = type == SECTION_HEADER || type == INTERFACE;
        boolean keepable =
                length >= SMALLEST_BLOCK && (length & 3) == 0 && input.offset() + length <= LARGEST_DESCRIPTION;
        if (!described && (isPacket(type) || !keepable)) {
            return false;
        }
        readOther(type);
        return true;
    }

    static boolean isPacket(int type) {
        return type == ENHANCED_PACKET || type == SIMPLE_PACKET || type == OLD_PACKET;
    }

    private boolean haveBlockStart() throws IOException {
        Input in = input;
        if (skipLength != 0) {
            skipOn();
        }
        if (in.limit - in.position < SMALLEST_BLOCK) {
            int there = in.require(SMALLEST_BLOCK);
            if (there > 0 && there < SMALLEST_BLOCK) {
                throw truncated(in.offset(), "block", SMALLEST_BLOCK, there);
            }
            return there != 0;
        }
        return true;
    }

    @Override
    boolean advance() throws IOException {
        if (early != null) {
            giveEarly();
        }
        while (haveBlockStart()) {
            int type = i32(input.buffer, input.position);
            if (isPacket(type)) {
                readPacket(type);
                return true;
            }
            readOther(type);
        }
        return false;
    }

    private void giveEarly() throws IOException {
        List<CaptureBlock> blocks = early == null ? List.of() : early;
        early = null;
        for (CaptureBlock block : blocks) {
            give(block);
        }
    }

    private void give(CaptureBlock block) throws IOException {
        if (early != null) {
            early.add(block);
        } else if (handler != null) {
            handler.onBlock(block);
        }
    }

    private void readPacket(int type) throws IOException {
        int length = i32(input.buffer, input.position + 4);
        int head = type == SIMPLE_PACKET ? 12 : 28;
        checkLength(length, head + 4, MAXIMUM_RECORD);
        need(length);
        ByteBuffer b = input.buffer;
        int p = input.position;
        checkTrailer(length, i32(b, p + length - 4));
        int room = length - head - 4;
        int id = 0;
        int captured;
        if (type == SIMPLE_PACKET) {
            captured = simpleLength(i32(b, p + 8), room);
        } else {
            id = type == OLD_PACKET ? u16(b, p + 8) : i32(b, p + 8);
            if (Integer.compareUnsigned(id, interfaces.size() - firstOfSection) >= 0) {
                throw unknownInterface(id);
            }
            captured = i32(b, p + 20);
            if (Integer.compareUnsigned(captured, room) > 0) {
                throw damaged(
                        input.offset(),
                        "captured length " + Integer.toUnsignedString(captured) + " exceeds the block's " + room
                                + " bytes");
            }
        }
        frame.point(b, p + head, captured, type, id, p + length);
        input.position = p + length;
    }

    // The captured length of a simple packet is not stored: whatever of the three limits is least.
    private int simpleLength(int original, int room) throws IOException {
        if (interfaces.size() == firstOfSection) {
            throw unknownInterface(0);
        }
        int snapLength = current(0).snapLength();
        int limit = snapLength == 0 ? room : Math.min(snapLength, room);
        return Integer.compareUnsigned(original, limit) < 0 ? original : limit;
    }

    private CaptureFormatException unknownInterface(int id) {
        return damaged(
                input.offset(),
                "packet of interface " + Integer.toUnsignedString(id) + ", but the section has "
                        + (interfaces.size() - firstOfSection));
    }

    private void readOther(int type) throws IOException {
        boolean out = isLeftOut(type);
        if (out) {
            input.mute(true);
        }
        readOpen(type);
        if (out) {
            input.mute(false);
            leftOut++;
        }
    }

    private boolean isLeftOut(int type) {
        return anonymous && (type == NAME_RESOLUTION || type == SECRETS);
    }

    private void readOpen(int type) throws IOException {
        if (type == SECTION_HEADER) {
            readSectionHeader();
        } else if (type == INTERFACE) {
            readInterface();
        } else if (early != null || handler != null) {
            readBlock(type);
        } else {
            skipBlock();
        }
    }

    private void readBlock(int type) throws IOException {
        int length = i32(input.buffer, input.position + 4);
        checkLength(length, SMALLEST_BLOCK, LARGEST_DESCRIPTION);
        need(length);
        ByteBuffer b = input.buffer;
        int p = input.position;
        checkTrailer(length, i32(b, p + length - 4));
        CaptureBlock block = PcapngBlocks.read(type, b, big, p + 8, p + length - 4);
        input.position = p + length;
        give(block);
    }

    private void skipBlock() throws IOException {
        int length = i32(input.buffer, input.position + 4);
        checkLength(length, SMALLEST_BLOCK, Integer.MAX_VALUE);
        skipStart = input.offset();
        skipLength = length;
        skipOn();
    }

    private void skipOn() throws IOException {
        Input in = input;
        int length = skipLength;
        // All but the last eight bytes, which must stand together.
        long last = skipStart + length - 8;
        in.skip(last - in.offset());
        int there = in.offset() < last ? 0 : in.require(8);
        if (there < 8) {
            throw truncated(skipStart, "block", length, in.offset() - skipStart + there);
        }
        int trailer = i32(in.buffer, in.position + 4);
        if (trailer != length) {
            throw unequalLengths(skipStart, length, trailer);
        }
        in.position += 8;
        skipLength = 0;
    }

    private void readSectionHeader() throws IOException {
        need(SMALLEST_SECTION_HEADER);
        ByteBuffer b = input.buffer;
        int p = input.position;
        int magic = Bits.i32(b, p + 8);
        if (magic != BYTE_ORDER_MAGIC && Integer.reverseBytes(magic) != BYTE_ORDER_MAGIC) {
            throw damaged(input.offset(), String.format("%08x is no byte-order magic", magic));
        }
        big = magic == BYTE_ORDER_MAGIC;
        int length = i32(b, p + 4);
        checkLength(length, SMALLEST_SECTION_HEADER, LARGEST_DESCRIPTION);
        need(length);
        b = input.buffer;
        p = input.position;
        checkTrailer(length, i32(b, p + length - 4));
        int major = u16(b, p + 12);
        int minor = u16(b, p + 14);
        // 1.2 differs in nothing from 1.0, and was written by mistake.
        if (major != 1 || minor != 0 && minor != 2) {
            throw damaged(input.offset(), "pcapng version " + major + "." + minor + " is not known (1.0 is)");
        }
        PcapngOptions options = new PcapngOptions(b, big, p + 24, p + length - 4);
        options.passAll();
        checkOptions(options);
        section = new CaptureSection(
                big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                BlockOptions.read(b, big, p + 24, p + length - 4));
        sections++;
        firstOfSection = interfaces.size();
        if (loosened) {
            loosen(b, p, SECTION_HEADER);
        }
        input.position = p + length;
        give(section);
    }

    private void readInterface() throws IOException {
        int length = i32(input.buffer, input.position + 4);
        checkLength(length, 20, LARGEST_DESCRIPTION);
        need(length);
        ByteBuffer b = input.buffer;
        int p = input.position;
        checkTrailer(length, i32(b, p + length - 4));
        if (interfaces.size() == MAXIMUM_INTERFACES) {
            throw damaged(input.offset(), "more than " + MAXIMUM_INTERFACES + " interfaces");
        }
        String name = "";
        String description = "";
        int resolution = 6;
        long offsetSeconds = 0;
        PcapngOptions options = new PcapngOptions(b, big, p + 16, p + length - 4);
        while (options.next()) {
            switch (options.code) {
                case CaptureInterface.IF_NAME -> name = options.text();
                case CaptureInterface.IF_DESCRIPTION -> description = options.text();
                case CaptureInterface.IF_TSRESOL -> {
                    checkOptionLength(options, 1);
                    resolution = Bits.u8(b, options.value);
                }
                case CaptureInterface.IF_TSOFFSET -> {
                    checkOptionLength(options, 8);
                    offsetSeconds = options.u64();
                }
                default -> {}
            }
        }
        checkOptions(options);
        int snapLength = i32(b, p + 12);
        CaptureInterface captured = new CaptureInterface(
                sections - 1,
                interfaces.size() - firstOfSection,
                name,
                description,
                LinkType.of(u16(b, p + 8)),
                snapLength < 0 ? Integer.MAX_VALUE : snapLength,
                resolution,
                offsetSeconds,
                BlockOptions.read(b, big, p + 16, p + length - 4));
        interfaces.add(captured);
        if (loosened) {
            loosen(b, p, INTERFACE);
        }
        input.position = p + length;
        give(captured);
    }

    private void checkOptionLength(PcapngOptions options, int length) throws IOException {
        if (options.length != length) {
            throw damaged(
                    input.offset(),
                    "interface option " + options.code + " has " + options.length + " bytes instead of " + length);
        }
    }

    private void checkOptions(PcapngOptions options) throws IOException {
        if (options.damaged()) {
            throw damaged(
                    input.offset(),
                    "option " + options.code + " of " + options.length + " bytes reaches over the end of its block");
        }
    }

    private void checkLength(int length, int smallest, int largest) throws IOException {
        if (length < smallest || length > largest || (length & 3) != 0) {
            throw damaged(
                    input.offset(),
                    "block length " + Integer.toUnsignedString(length) + " is not a multiple of 4 in " + smallest + ".."
                            + largest);
        }
    }

    private void need(int length) throws IOException {
        Input in = input;
        if (in.limit - in.position < length) {
            int there = in.require(length);
            if (there < length) {
                throw truncated(in.offset(), "block", length, there);
            }
        }
    }

    private void checkTrailer(int length, int trailer) throws IOException {
        if (trailer != length) {
            throw unequalLengths(input.offset(), length, trailer);
        }
    }

    private CaptureFormatException unequalLengths(long at, int length, int trailer) {
        return damaged(
                at, "the block starts with length " + length + " and ends with " + Integer.toUnsignedString(trailer));
    }

    /** Number of that interface of the current section among those of all. */
    int indexOf(int id) {
        return firstOfSection + id;
    }

    /** The interface of that number in the current section. */
    CaptureInterface current(int id) {
        return interfaces.get(firstOfSection + id);
    }

    int i32(ByteBuffer b, int index) {
        return big ? Bits.i32(b, index) : Bits.i32Le(b, index);
    }

    int u16(ByteBuffer b, int index) {
        return big ? Bits.u16(b, index) : Bits.u16Le(b, index);
    }

    @Override
    int recordStart() {
        return frame.offset() - frame.headLength();
    }

    @Override
    void putRecord(Input.Tap tap, ByteBuffer bytes, int offset, int length) throws IOException {
        ByteBuffer b = input.buffer;
        int head = frame.headLength();
        int p = recordStart();
        int more = length - frame.length();
        int options = frame.offset() + padded(frame.length());
        int end = input.position;
        int blockLength = end - p + padded(length) - padded(frame.length());
        input.drainTo(p);
        ByteBuffer copy = ByteBuffer.allocate(head + 12).put(0, b, p, head);
        put32(copy, 4, blockLength);
        put32(copy, head - 4, i32(b, p + head - 4) + more);
        if (head > 12) {
            put32(copy, head - 8, length);
        }
        tap.take(copy, 0, head);
        tap.take(bytes, offset, offset + length);
        put32(copy, head, 0);
        tap.take(copy, head, head + padded(length) - length);
        tap.take(b, options, end - 4);
        put32(copy, head, blockLength);
        tap.take(copy, head, head + 4);
        input.withhold();
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }

    private void put32(ByteBuffer b, int index, int value) {
        if (big) {
            Bits.put32(b, index, value);
        } else {
            Bits.put32Le(b, index, value);
        }
    }

    @Override
    byte[] loosen(byte[] opening, int most, boolean leaveOut) {
        loosened = true;
        growth = most;
        anonymous = leaveOut;
        ByteBuffer all = ByteBuffer.wrap(opening);
        ByteBuffer copy = ByteBuffer.allocate(opening.length);
        int length;
        for (int p = 0; p < opening.length; p += length) {
            if (Bits.i32(all, p) == SECTION_HEADER) {
                big = Bits.i32(all, p + 8) == BYTE_ORDER_MAGIC;
            }
            int type = i32(all, p);
            length = i32(all, p + 4);
            loosen(all, p, type);
            if (isLeftOut(type)) {
                leftOut++;
            } else {
                copy.put(opening, p, length);
            }
        }
        return Arrays.copyOf(copy.array(), copy.position());
    }

    @Override
    int leftOut() {
        return leftOut;
    }

    /** A section has no known length any more, and an interface a larger limit. */
    private void loosen(ByteBuffer b, int p, int type) {
        if (type == SECTION_HEADER) {
            put32(b, p + 16, -1);
            put32(b, p + 20, -1);
        } else if (type == INTERFACE) {
            put32(b, p + 12, looser(i32(b, p + 12), growth));
        }
    }

    @Override
    void releaseFrame() {
        frame.drop();
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public List<CaptureInterface> interfaces() {
        return List.copyOf(interfaces);
    }

    @Override
    public int sections() {
        return sections;
    }

    @Override
    public CaptureSection section() {
        return section;
    }

    @Override
    public BlockOptions packetOptions() {
        return frame.options();
    }
}
