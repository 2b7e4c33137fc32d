package dev.ringwire.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Programs that pass verification, of all instructions that mean the same to Linux and libpcap. */
final class RandomProgram {
    private static final int[] LOADS = {
        Opcode.LD_W_ABS,
        Opcode.LD_H_ABS,
        Opcode.LD_B_ABS,
        Opcode.LD_W_IND,
        Opcode.LD_H_IND,
        Opcode.LD_B_IND,
        Opcode.LDX_MSH,
        Opcode.LD_IMM,
        Opcode.LDX_IMM,
        Opcode.LD_LEN,
        Opcode.LDX_LEN
    };
    private static final int[] BY_NUMBER = {
        Opcode.ADD_K, Opcode.SUB_K, Opcode.MUL_K, Opcode.DIV_K, Opcode.MOD_K, Opcode.AND_K, Opcode.OR_K, Opcode.XOR_K
    };
    private static final int[] PLAIN = {
        Opcode.NEG,
        Opcode.TAX,
        Opcode.TXA,
        Opcode.ADD_X,
        Opcode.SUB_X,
        Opcode.MUL_X,
        Opcode.DIV_X,
        Opcode.MOD_X,
        Opcode.AND_X,
        Opcode.OR_X,
        Opcode.XOR_X
    };
    private static final int[] JUMPS = {
        Opcode.JEQ_K, Opcode.JGT_K, Opcode.JGE_K, Opcode.JSET_K, Opcode.JEQ_X, Opcode.JGT_X, Opcode.JGE_X, Opcode.JSET_X
    };

    private RandomProgram() {}

    static BpfProgram make(Random random) {
        int length = 3 + random.nextInt(30);
        List<Long> code = new ArrayList<>();
        // Every slot is stored, so that each may be loaded.
        for (int slot = 0; slot < Opcode.MEMORY; slot++) {
            code.add(BpfProgramTest.at(slot % 2 == 0 ? Opcode.ST : Opcode.STX, 0, 0, slot));
        }
        for (int left = length; left > 0; left--) {
            code.add(instruction(random, left));
        }
        code.add(BpfProgramTest.at(random.nextBoolean() ? Opcode.RET_A : Opcode.RET_K, 0, 0, random.nextInt(200)));
        return BpfProgram.of(code.stream().mapToLong(Long::longValue).toArray());
    }

    private static long instruction(Random random, int left) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> BpfProgramTest.at(pick(random, LOADS), 0, 0, offset(random));
            case 3, 4 -> BpfProgramTest.at(pick(random, BY_NUMBER), 0, 0, number(random));
            case 5, 6 -> BpfProgramTest.at(pick(random, PLAIN), 0, 0, 0);
            case 7 ->
                BpfProgramTest.at(
                        pick(random, Opcode.LD_MEM, Opcode.LDX_MEM, Opcode.ST, Opcode.STX), 0, 0, random.nextInt(16));
            case 8 -> BpfProgramTest.at(pick(random, Opcode.LSH_K, Opcode.RSH_K), 0, 0, random.nextInt(32));
            case 9 -> BpfProgramTest.at(Opcode.JA, 0, 0, random.nextInt(left));
            case 10 ->
                BpfProgramTest.at(pick(random, JUMPS), random.nextInt(left), random.nextInt(left), number(random));
            // An X that is small again: else most later loads reject the frame.
            default -> BpfProgramTest.at(Opcode.LDX_IMM, 0, 0, random.nextInt(30));
        };
    }

    private static long offset(Random random) {
        return random.nextInt(30) == 0 ? random.nextInt() & 0x7fff_ffff : random.nextInt(40);
    }

    private static long number(Random random) {
        long number = random.nextBoolean() ? 1 + random.nextInt(300) : random.nextInt();
        return number == 0 ? 1 : number;
    }

    private static int pick(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }
}
