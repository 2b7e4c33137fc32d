package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that hold no packet and describe no interface (draft-ietf-opsawg-pcapng sections 4.5 to 4.7).
 *
 * <pre>
 *  name resolution  8 records: type, length (16 bits each), value, padding; the last of type 0   options
 *  statistics       8 interface   12 timestamp high, low   20 options
 *  secrets          8 type   12 length   16 data, padding, options
 * </pre>
 */
final class PcapngBlocks {
    private PcapngBlocks() {}

    /** A block from its body; what does not fit its type is given unread. */
    static CaptureBlock read(int type, ByteBuffer b, boolean big, int from, int end) {
        CaptureBlock known = switch (type) {
            case PcapngReader.NAME_RESOLUTION -> names(b, big, from, end);
            case PcapngReader.STATISTICS -> statistics(b, big, from, end);
            case PcapngReader.SECRETS -> secrets(b, big, from, end);
            default -> null;
        };
        if (known != null) {
            return known;
        }
        byte[] body = new byte[end - from];
        b.get(from, body);
        return new OtherBlock(type, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, body);
    }

    private static @Nullable CaptureBlock names(ByteBuffer b, boolean big, int from, int end) {
        // Records are laid out as options are; behind the one of type 0 stand options, if any.
        PcapngOptions walk = new PcapngOptions(b, big, from, end);
        walk.passAll();
        int behind = Math.min(end, walk.end() + 4);
        if (walk.damaged() || damaged(b, big, behind, end)) {
            return null;
        }
        return new NameResolution(BlockOptions.read(b, big, from, end), BlockOptions.read(b, big, behind, end));
    }

    private static @Nullable CaptureBlock statistics(ByteBuffer b, boolean big, int from, int end) {
        if (end - from < 12 || damaged(b, big, from + 12, end)) {
            return null;
        }
        long high = i32(b, big, from + 4);
        long low = i32(b, big, from + 8) & 0xffff_ffffL;
        return new InterfaceStatistics(i32(b, big, from), high << 32 | low, BlockOptions.read(b, big, from + 12, end));
    }

    private static @Nullable CaptureBlock secrets(ByteBuffer b, boolean big, int from, int end) {
        int length = end - from < 8 ? -1 : i32(b, big, from + 4);
        int options = from + 8 + (length + 3 & ~3);
        if (length < 0 || length > end - from - 8 || damaged(b, big, options, end)) {
            return null;
        }
        byte[] data = new byte[length];
        b.get(from + 8, data);
        return new DecryptionSecrets(i32(b, big, from), data, BlockOptions.read(b, big, options, end));
    }

    private static boolean damaged(ByteBuffer b, boolean big, int from, int end) {
        PcapngOptions walk = new PcapngOptions(b, big, from, end);
        walk.passAll();
        return walk.damaged();
    }

    private static int i32(ByteBuffer b, boolean big, int index) {
        return big ? Bits.i32(b, index) : Bits.i32Le(b, index);
    }
}
