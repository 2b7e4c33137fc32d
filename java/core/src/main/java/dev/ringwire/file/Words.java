package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/**
 * 32-bit words of a header in mapped memory, read by 64-bit loads. An int that is loaded and then widened becomes one
 * x86 instruction (MOVSXD) which HotSpot's signal handler cannot step over: if the file was shortened, the JVM dies
 * there (seen on 17 and 25) instead of throwing an InternalError. A long that is loaded and shifted does not.
 */
final class Words {
    private Words() {}

    /** The word at {@code index}, which at least four more readable bytes follow. */
    static int first(ByteBuffer b, int index, boolean big) {
        return big ? (int) (Bits.i64(b, index) >>> 32) : (int) Bits.i64Le(b, index);
    }

    /** The word at {@code index}, which at least four readable bytes precede. */
    static int later(ByteBuffer b, int index, boolean big) {
        return big ? (int) Bits.i64(b, index - 4) : (int) (Bits.i64Le(b, index - 4) >>> 32);
    }
}
