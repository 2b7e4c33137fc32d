package dev.ringwire.bpf;

import java.util.Locale;

/** Writes instructions as {@code tcpdump -d} does. */
final class Disassembler {
    private Disassembler() {}

    /** One line a program's instruction, each with a line feed. */
    static String text(long[] instructions) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < instructions.length; i++) {
            out.append(line(i, instructions[i])).append('\n');
        }
        return out.toString();
    }

    private static String line(int index, long instruction) {
        int code = Opcode.code(instruction);
        String name = name(code);
        String operand = operand(index, code, Opcode.k(instruction));
        if ((code & 7) == (Opcode.JA & 7) && code != Opcode.JA) {
            return String.format(
                    Locale.ROOT,
                    "(%03d) %-8s %-16s jt %d\tjf %d",
                    index,
                    name,
                    operand,
                    index + 1 + Opcode.jt(instruction),
                    index + 1 + Opcode.jf(instruction));
        }
        return String.format(Locale.ROOT, "(%03d) %-8s %s", index, name, operand);
    }

    private static String name(int code) {
        return switch (code) {
            case Opcode.LD_IMM, Opcode.LD_W_ABS, Opcode.LD_W_IND, Opcode.LD_MEM, Opcode.LD_LEN -> "ld";
            case Opcode.LD_H_ABS, Opcode.LD_H_IND -> "ldh";
            case Opcode.LD_B_ABS, Opcode.LD_B_IND -> "ldb";
            case Opcode.LDX_IMM, Opcode.LDX_MEM, Opcode.LDX_LEN -> "ldx";
            case Opcode.LDX_MSH -> "ldxb";
            case Opcode.ST -> "st";
            case Opcode.STX -> "stx";
            case Opcode.ADD_K, Opcode.ADD_X -> "add";
            case Opcode.SUB_K, Opcode.SUB_X -> "sub";
            case Opcode.MUL_K, Opcode.MUL_X -> "mul";
            case Opcode.DIV_K, Opcode.DIV_X -> "div";
            case Opcode.MOD_K, Opcode.MOD_X -> "mod";
            case Opcode.AND_K, Opcode.AND_X -> "and";
            case Opcode.OR_K, Opcode.OR_X -> "or";
            case Opcode.XOR_K, Opcode.XOR_X -> "xor";
            case Opcode.LSH_K, Opcode.LSH_X -> "lsh";
            case Opcode.RSH_K, Opcode.RSH_X -> "rsh";
            case Opcode.NEG -> "neg";
            case Opcode.JA -> "ja";
            case Opcode.JEQ_K, Opcode.JEQ_X -> "jeq";
            case Opcode.JGT_K, Opcode.JGT_X -> "jgt";
            case Opcode.JGE_K, Opcode.JGE_X -> "jge";
            case Opcode.JSET_K, Opcode.JSET_X -> "jset";
            case Opcode.RET_K, Opcode.RET_A -> "ret";
            case Opcode.TAX -> "tax";
            case Opcode.TXA -> "txa";
            default -> throw new IllegalStateException("not verified: code " + code);
        };
    }

    private static String operand(int index, int code, int k) {
        return switch (code) {
            case Opcode.LD_W_ABS, Opcode.LD_H_ABS, Opcode.LD_B_ABS ->
                "[" + (Opcode.isExtension(code, k) ? Opcode.extension(k) : k) + "]";
            case Opcode.LD_W_IND, Opcode.LD_H_IND, Opcode.LD_B_IND -> "[x + " + k + "]";
            case Opcode.LDX_MSH -> "4*([" + k + "]&0xf)";
            case Opcode.LD_LEN, Opcode.LDX_LEN -> "#pktlen";
            case Opcode.LD_MEM, Opcode.LDX_MEM, Opcode.ST, Opcode.STX -> "M[" + k + "]";
            case Opcode.JA -> Integer.toString(index + 1 + k);
            case Opcode.LD_IMM,
                    Opcode.LDX_IMM,
                    Opcode.AND_K,
                    Opcode.OR_K,
                    Opcode.XOR_K,
                    Opcode.JEQ_K,
                    Opcode.JGT_K,
                    Opcode.JGE_K,
                    Opcode.JSET_K -> "#0x" + Integer.toHexString(k);
            case Opcode.ADD_K,
                    Opcode.SUB_K,
                    Opcode.MUL_K,
                    Opcode.DIV_K,
                    Opcode.MOD_K,
                    Opcode.LSH_K,
                    Opcode.RSH_K,
                    Opcode.RET_K -> "#" + k;
            case Opcode.ADD_X,
                    Opcode.SUB_X,
                    Opcode.MUL_X,
                    Opcode.DIV_X,
                    Opcode.MOD_X,
                    Opcode.AND_X,
                    Opcode.OR_X,
                    Opcode.XOR_X,
                    Opcode.LSH_X,
                    Opcode.RSH_X,
                    Opcode.JEQ_X,
                    Opcode.JGT_X,
                    Opcode.JGE_X,
                    Opcode.JSET_X -> "x";
            default -> "";
        };
    }
}
