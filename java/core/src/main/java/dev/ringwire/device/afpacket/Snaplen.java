package dev.ringwire.device.afpacket;

import dev.ringwire.bpf.BpfProgram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts frames where the kernel copies them into the ring: by what a filter program returns, which is the number of
 * bytes to keep.
 */
final class Snaplen {
    /** Keeps frames whole. */
    static final int ALL = Integer.MAX_VALUE;

    // Codes of linux/bpf_common.h.
    private static final int RET_K = 0x06;
    private static final int RET_A = 0x16;
    private static final int JMP_JA = 0x05;
    private static final int JMP_JGT_K = 0x25;

    private Snaplen() {}

    /** The instructions to attach; null where none are needed. */
    static long @Nullable [] limit(@Nullable BpfProgram filter, int snaplen) {
        if (filter == null) {
            return snaplen == ALL ? null : new long[] {instruction(RET_K, 0, 0, snaplen)};
        }
        long[] program = filter.instructions();
        return snaplen == ALL ? program : limit(program, snaplen);
    }

    private static long[] limit(long[] program, int snaplen) {
        int length = program.length;
        boolean returnsA = false;
        for (int i = 0; i < length; i++) {
            int code = (int) (program[i] >>> 48);
            if (code == RET_K) {
                long kept = Math.min(program[i] & 0xffff_ffffL, snaplen);
                program[i] = instruction(RET_K, 0, 0, (int) kept);
            } else if (code == RET_A) {
                // Goes to the end, where A is compared; nothing before moves, so no jump changes.
                program[i] = instruction(JMP_JA, 0, 0, length - i - 1);
                returnsA = true;
            }
        }
        if (!returnsA) {
            return program;
        }
        if (length + 3 > BpfProgram.LONGEST) {
            throw new IllegalArgumentException("a filter of " + length + " instructions leaves no room for a snaplen");
        }
        program = Arrays.copyOf(program, length + 3);
        program[length] = instruction(JMP_JGT_K, 0, 1, snaplen);
        program[length + 1] = instruction(RET_K, 0, 0, snaplen);
        program[length + 2] = instruction(RET_A, 0, 0, 0);
        return program;
    }

    private static long instruction(int code, int jt, int jf, int k) {
        return (long) code << 48 | (long) jt << 40 | (long) jf << 32 | k & 0xffff_ffffL;
    }
}
