package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A walk over the options of a pcapng block: code and length (16 bits each, in the section's byte order), then the
 * value, padded to four bytes. Never reads outside the given range.
 */
final class PcapngOptions {
    private final ByteBuffer buffer;
    private final boolean big;
    private final int end;
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

    /** The value as UTF-8 text, without the zeros some writers append. */
    String text() {
        byte[] bytes = new byte[length];
        buffer.get(value, bytes);
        int used = length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return new String(bytes, 0, used, StandardCharsets.UTF_8);
    }

    int u32() {
        return big ? Bits.i32(buffer, value) : Bits.i32Le(buffer, value);
    }

    long u64() {
        return big ? Bits.i64(buffer, value) : Bits.i64Le(buffer, value);
    }
}
