package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A walk over the options of a pcapng block: code and length (16 bits each, in the section's byte order), then the
 * value, padded to four bytes. Never reads outside the given range.
 */
final class PcapngOptions {
    /** Blocks by which numbers their options hold. */
    enum Block {
        SECTION,
        INTERFACE,
        PACKET,
        STATISTICS,
        OTHER;

        /** Length of the numbers an option consists of, or 0 where it is bytes or text. */
        int width(int code) {
            return switch (this) {
                case INTERFACE ->
                    switch (code) {
                        // if_speed, if_tsoffset, if_txspeed, if_rxspeed
                        case 8, 14, 16, 17 -> 8;
                        // if_tzone
                        case 10 -> 4;
                        default -> 0;
                    };
                case PACKET ->
                    switch (code) {
                        // epb_flags, epb_queue, epb_processid_threadid
                        case 2, 6, 8 -> 4;
                        // epb_dropcount, epb_packetid
                        case 4, 5 -> 8;
                        default -> 0;
                    };
                case STATISTICS ->
                    switch (code) {
                        // isb_starttime, isb_endtime: two numbers each
                        case 2, 3 -> 4;
                        case 4, 5, 6, 7, 8 -> 8;
                        default -> 0;
                    };
                default -> 0;
            };
        }
    }

    private static final int CUSTOM_TEXT = 2988;
    private static final int CUSTOM_BYTES = 2989;
    /** Custom options that may not be copied to another file. */
    static final int CUSTOM_TEXT_NOT_COPIED = 19372;

    static final int CUSTOM_BYTES_NOT_COPIED = 19373;

    ByteBuffer buffer;
    boolean big;
    private int end;
    private int at;

    int code;
    int value;
    int length;

    PcapngOptions(ByteBuffer buffer, boolean big, int from, int end) {
        this.buffer = buffer;
        this.big = big;
        this.at = from;
        this.end = end;
    }

    /** Begins anew somewhere else. */
    void aim(ByteBuffer b, boolean bigEndian, int from, int to) {
        buffer = b;
        big = bigEndian;
        at = from;
        end = to;
    }

    /** Goes on to the next option; false at opt_endofopt, at the end of the block, or {@link #damaged}. */
    boolean next() {
        if (end - at < 4) {
            return false;
        }
        code = big ? Bits.u16(buffer, at) : Bits.u16Le(buffer, at);
        length = big ? Bits.u16(buffer, at + 2) : Bits.u16Le(buffer, at + 2);
        value = at + 4;
        if (code == 0 || length > end - value) {
            return false;
        }
        at = Math.min(end, value + (length + 3 & ~3));
        return true;
    }

    /** Where the option ends, its padding included. */
    int end() {
        return at;
    }

    /** Length of the number at that place of the value, or 0 where what is left of it is none. */
    int numberWidth(Block block, int place) {
        int width = switch (code) {
            // The enterprise number.
            case CUSTOM_TEXT, CUSTOM_BYTES, CUSTOM_TEXT_NOT_COPIED, CUSTOM_BYTES_NOT_COPIED -> place == value ? 4 : 0;
            default -> block.width(code);
        };
        return value + length - place < width ? 0 : width;
    }

    /** Goes on as far as it can be gone. */
    void passAll() {
        boolean more = true;
        while (more) {
            more = next();
        }
    }

    /** Whether the walk ended at an option that reaches over the end of the block. */
    boolean damaged() {
        return end - at >= 4 && code != 0 && length > end - value;
    }

    /** The value in an array of its own. */
    byte[] bytes() {
        byte[] bytes = new byte[length];
        buffer.get(value, bytes);
        return bytes;
    }

    /** The value as UTF-8 text, without the zeros some writers append. */
    String text() {
        byte[] bytes = bytes();
        int used = length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return new String(bytes, 0, used, StandardCharsets.UTF_8);
    }

    int u32() {
        return i32(value);
    }

    int i32(int index) {
        return big ? Bits.i32(buffer, index) : Bits.i32Le(buffer, index);
    }

    long u64() {
        return big ? Bits.i64(buffer, value) : Bits.i64Le(buffer, value);
    }
}
