package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads pcap (draft-ietf-opsawg-pcap): a 24-byte header, then records, all in the byte order of the writer.
 *
 * <pre>
 *  record:  0 seconds   4 micro- or nanoseconds   8 captured length   12 original length   16 bytes
 *  modified pcap goes on: 16 interface index   20 protocol   22 packet type   23 padding   24 bytes
 * </pre>
 */
final class PcapReader extends CaptureReader {
    static final int MICROS = 0xa1b2c3d4;
    static final int NANOS = 0xa1b23c4d;
    static final int MODIFIED = 0xa1b2cd34;
    static final int FILE_HEADER = 24;
    static final int RECORD_HEADER = 16;
    static final int MODIFIED_RECORD_HEADER = 24;
    /** What tools take for the largest packet of most link types, whatever the file's limit. */
    static final int USUAL_SNAP_LENGTH = 262_144;

    private static final int LARGE_SNAP_LENGTH = 128 << 20;
    /** Files before version 2.3 hold the original length first. Those of 2.3 hold either order. */
    private static final int SWAPPED_BEFORE_MINOR = 3;

    final boolean big;
    final int header;
    /** Nanoseconds in a unit of the second field. */
    final int unit;

    final CaptureInterface captured;

    private final boolean lengthsMayBeSwapped;
    private final boolean lengthsSwapped;
    private final int maximum;
    private boolean first = true;
    private final PcapFrame frame = new PcapFrame(this);

    private PcapReader(Input input, CaptureFormat format, int unit, CaptureInterface captured) {
        super(input, format);
        this.big = format.byteOrder() == ByteOrder.BIG_ENDIAN;
        boolean modified = format.container() == CaptureFormat.Container.PCAP_MODIFIED;
        this.header = modified ? MODIFIED_RECORD_HEADER : RECORD_HEADER;
        this.unit = unit;
        this.captured = captured;
        boolean old = format.majorVersion() == 2;
        this.lengthsSwapped = old && format.minorVersion() < SWAPPED_BEFORE_MINOR;
        this.lengthsMayBeSwapped = old && format.minorVersion() <= SWAPPED_BEFORE_MINOR;
        this.maximum = maximumRecord(captured);
    }

    static boolean isMagic(int magic) {
        int swapped = Integer.reverseBytes(magic);
        return isBigMagic(magic) || isBigMagic(swapped);
    }

    private static boolean isBigMagic(int magic) {
        return magic == MICROS || magic == NANOS || magic == MODIFIED;
    }

    /** Reads the file header. */
    static PcapReader start(Input input, int magicBigEndian) throws IOException {
        int there = input.require(FILE_HEADER);
        if (there < FILE_HEADER) {
            throw new CaptureFormatException(
                    input.name + ": truncated at byte 0 (packet 1): the file header needs " + FILE_HEADER + " bytes, "
                            + there + " are left",
                    0,
                    1);
        }
        ByteBuffer b = input.buffer;
        int p = input.position;
        boolean big = isBigMagic(magicBigEndian);
        int magic = big ? magicBigEndian : Integer.reverseBytes(magicBigEndian);
        int major = big ? Bits.u16(b, p + 4) : Bits.u16Le(b, p + 4);
        int minor = big ? Bits.u16(b, p + 6) : Bits.u16Le(b, p + 6);
        long snapLength = big ? Bits.u32(b, p + 16) : Bits.u32Le(b, p + 16);
        int link = big ? Bits.i32(b, p + 20) : Bits.i32Le(b, p + 20);
        // AIX wrote 543.0 for what is 2.4.
        if (major != 2 && !(major == 543 && minor == 0)) {
            throw new CaptureFormatException(
                    input.name + ": pcap version " + major + "." + minor + " is not known (2.x is)", 4, 1);
        }
        // The upper bits tell of frame check sequences, but these must be zero.
        if ((link & 0x03ff_0000) != 0) {
            throw new CaptureFormatException(
                    String.format("%s: damaged at byte 20: reserved bits are set in link type %08x", input.name, link),
                    20,
                    1);
        }
        input.position = p + FILE_HEADER;
        CaptureInterface captured = new CaptureInterface(
                0,
                0,
                "",
                "",
                LinkType.of(link & 0xffff),
                (int) Math.min(snapLength, Integer.MAX_VALUE),
                magic == NANOS ? 9 : 6,
                0,
                BlockOptions.NONE);
        CaptureFormat format = new CaptureFormat(
                magic == MODIFIED ? CaptureFormat.Container.PCAP_MODIFIED : CaptureFormat.Container.PCAP,
                big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                major,
                minor);
        return new PcapReader(input, format, magic == NANOS ? 1 : 1000, captured);
    }

    // A header may promise no limit, or one that its packets exceed: tools take the usual one in any case.
    private static int maximumRecord(CaptureInterface captured) {
        int snapLength = captured.snapLength();
        if (snapLength == 0 || snapLength > MAXIMUM_RECORD) {
            return MAXIMUM_RECORD;
        }
        int usual = switch (captured.linkType().value()) {
            // USB, D-Bus and EBHSCR messages are larger than packets.
            case 189, 220, 231, 249, 279 -> LARGE_SNAP_LENGTH;
            default -> USUAL_SNAP_LENGTH;
        };
        return Math.max(snapLength, usual);
    }

    @Override
    boolean advance() throws IOException {
        if (first) {
            first = false;
            if (handler != null) {
                handler.onBlock(captured);
            }
        }
        Input in = input;
        if (in.limit - in.position < header && in.require(header) < header) {
            return cleanEnd();
        }
        ByteBuffer b = in.buffer;
        int p = in.position;
        int length = i32(b, p + 8);
        if (lengthsMayBeSwapped) {
            length = lengthOfOldFile(length, i32(b, p + 12));
        }
        if (length < 0 || length > maximum) {
            throw tooLong(length);
        }
        int whole = header + length;
        if (in.limit - p < whole) {
            int there = in.require(whole);
            if (there < whole) {
                throw truncated(in.offset(), "record", whole, there);
            }
            b = in.buffer;
            p = in.position;
        }
        frame.point(b, p + header, length);
        in.position = p + whole;
        return true;
    }

    private boolean cleanEnd() throws IOException {
        int there = input.limit - input.position;
        if (there != 0) {
            throw truncated(input.offset(), "record header", header, there);
        }
        return false;
    }

    private CaptureFormatException tooLong(int length) {
        return damaged(
                input.offset(),
                "captured length " + Integer.toUnsignedString(length) + " exceeds the limit " + maximum);
    }

    private int lengthOfOldFile(int first, int second) {
        boolean swapped = lengthsSwapped || Integer.compareUnsigned(first, second) > 0;
        return swapped ? second : first;
    }

    /** Original length of the record whose header starts at {@code p}, unsigned. */
    int originalLength(ByteBuffer b, int p) {
        int second = i32(b, p + 12);
        if (lengthsMayBeSwapped) {
            int first = i32(b, p + 8);
            return lengthOfOldFile(first, second) == first ? second : first;
        }
        return second;
    }

    int i32(ByteBuffer b, int index) {
        return big ? Bits.i32(b, index) : Bits.i32Le(b, index);
    }

    @Override
    byte[] loosen(byte[] opening, int most, boolean anonymous) {
        ByteBuffer header = ByteBuffer.wrap(opening);
        put32(header, 16, looser(i32(header, 16), most));
        return opening;
    }

    @Override
    int recordStart() {
        return frame.offset() - header;
    }

    @Override
    void putRecord(Input.Tap tap, ByteBuffer bytes, int offset, int length) throws IOException {
        ByteBuffer b = input.buffer;
        int p = recordStart();
        int more = length - frame.length();
        input.drainTo(p);
        ByteBuffer head = ByteBuffer.allocate(header).put(0, b, p, header);
        put32(head, 8, i32(b, p + 8) + more);
        put32(head, 12, i32(b, p + 12) + more);
        tap.take(head, 0, header);
        tap.take(bytes, offset, offset + length);
        input.withhold();
    }

    private void put32(ByteBuffer b, int index, int value) {
        if (big) {
            Bits.put32(b, index, value);
        } else {
            Bits.put32Le(b, index, value);
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
        return List.of(captured);
    }

    @Override
    public int sections() {
        return 1;
    }

    @Override
    public CaptureSection section() {
        return new CaptureSection(format().byteOrder(), BlockOptions.NONE);
    }

    @Override
    public BlockOptions packetOptions() {
        return BlockOptions.NONE;
    }
}
