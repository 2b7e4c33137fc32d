package dev.ringwire.bpf;

import java.util.Arrays;

/**
 * Decides whether a program may run: the rules of Linux ({@code bpf_check_classic} in {@code net/core/filter.c}), so
 * that what passes here is not refused there, and ends after at most one step for each instruction.
 */
final class Verifier {
    private final long[] instructions;

    private Verifier(long[] instructions) {
        this.instructions = instructions;
    }

    /** Throws IllegalArgumentException with the index of the first instruction at fault. */
    static void verify(long[] instructions) {
        if (instructions.length == 0 || instructions.length > BpfProgram.LONGEST) {
            throw new IllegalArgumentException(
                    "a program has 1 to " + BpfProgram.LONGEST + " instructions, not " + instructions.length);
        }
        Verifier verifier = new Verifier(instructions);
        for (int i = 0; i < instructions.length; i++) {
            verifier.checkInstruction(i);
        }
        int last = instructions.length - 1;
        int code = Opcode.code(instructions[last]);
        if (code != Opcode.RET_K && code != Opcode.RET_A) {
            throw fault(last, "is the last one and no return");
        }
        verifier.checkLoadsOfMemory();
    }

    private void checkInstruction(int index) {
        int code = Opcode.code(instructions[index]);
        int k = Opcode.k(instructions[index]);
        switch (code) {
            case Opcode.LD_W_ABS, Opcode.LD_H_ABS, Opcode.LD_B_ABS -> {
                if (Opcode.isExtension(code, k) && Opcode.extension(k).isEmpty()) {
                    throw fault(index, "loads from " + k + ", where Linux has no extension");
                }
            }
            case Opcode.LD_MEM, Opcode.LDX_MEM, Opcode.ST, Opcode.STX -> {
                if (k < 0 || k >= Opcode.MEMORY) {
                    throw fault(index, "uses M[" + Integer.toUnsignedString(k) + "]; there are M[0] to M[15]");
                }
            }
            case Opcode.DIV_K, Opcode.MOD_K -> {
                if (k == 0) {
                    throw fault(index, "divides by the constant 0");
                }
            }
            case Opcode.LSH_K, Opcode.RSH_K -> {
                if (k < 0 || k > 31) {
                    throw fault(index, "shifts by " + Integer.toUnsignedString(k) + "; 0 to 31 are possible");
                }
            }
            case Opcode.JA -> {
                if (k < 0) {
                    throw fault(
                            index,
                            "jumps back to instruction " + (index + 1 + k)
                                    + ": Linux takes no loops, which libpcap makes for protochain");
                }
                checkJump(index, k);
            }
            case Opcode.JEQ_K,
                    Opcode.JGT_K,
                    Opcode.JGE_K,
                    Opcode.JSET_K,
                    Opcode.JEQ_X,
                    Opcode.JGT_X,
                    Opcode.JGE_X,
                    Opcode.JSET_X -> {
                checkJump(index, Opcode.jt(instructions[index]));
                checkJump(index, Opcode.jf(instructions[index]));
            }
            case Opcode.LD_IMM,
                    Opcode.LD_W_IND,
                    Opcode.LD_H_IND,
                    Opcode.LD_B_IND,
                    Opcode.LD_LEN,
                    Opcode.LDX_IMM,
                    Opcode.LDX_LEN,
                    Opcode.LDX_MSH,
                    Opcode.ADD_K,
                    Opcode.SUB_K,
                    Opcode.MUL_K,
                    Opcode.OR_K,
                    Opcode.AND_K,
                    Opcode.XOR_K,
                    Opcode.NEG,
                    Opcode.ADD_X,
                    Opcode.SUB_X,
                    Opcode.MUL_X,
                    Opcode.DIV_X,
                    Opcode.MOD_X,
                    Opcode.OR_X,
                    Opcode.AND_X,
                    Opcode.XOR_X,
                    Opcode.LSH_X,
                    Opcode.RSH_X,
                    Opcode.RET_K,
                    Opcode.RET_A,
                    Opcode.TAX,
                    Opcode.TXA -> {}
            default -> throw fault(index, "has the unknown code 0x" + Integer.toHexString(code));
        }
    }

    private void checkJump(int index, long distance) {
        if (index + 1 + distance >= instructions.length) {
            throw fault(
                    index,
                    "jumps to instruction " + (index + 1 + distance) + ", behind the last one, "
                            + (instructions.length - 1));
        }
    }

    /** Follows every path at once: jumps go forward, so one walk sees each instruction after all that lead to it. */
    private void checkLoadsOfMemory() {
        int[] stored = new int[instructions.length];
        Arrays.fill(stored, -1);
        int now = 0;
        for (int i = 0; i < instructions.length; i++) {
            now &= stored[i];
            long instruction = instructions[i];
            int code = Opcode.code(instruction);
            int k = Opcode.k(instruction);
            if (code == Opcode.ST || code == Opcode.STX) {
                now |= 1 << k;
            } else if ((code == Opcode.LD_MEM || code == Opcode.LDX_MEM) && (now >>> k & 1) == 0) {
                throw fault(i, "loads M[" + k + "], which is not stored before on every path");
            } else if (code == Opcode.JA) {
                stored[i + 1 + k] &= now;
                now = -1;
            } else if ((code & 7) == (Opcode.JA & 7)) {
                stored[i + 1 + Opcode.jt(instruction)] &= now;
                stored[i + 1 + Opcode.jf(instruction)] &= now;
                now = -1;
            }
        }
    }

    private static IllegalArgumentException fault(int index, String what) {
        return new IllegalArgumentException("instruction " + index + " " + what);
    }
}
