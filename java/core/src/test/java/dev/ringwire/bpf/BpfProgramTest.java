package dev.ringwire.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.LinkType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a program may be, and how it is written. */
class BpfProgramTest {
    private static final long RET = at(Opcode.RET_K, 0, 0, 1);

    static long at(int code, int jt, int jf, long k) {
        return (long) code << 48 | (long) jt << 40 | (long) jf << 32 | k & 0xffff_ffffL;
    }

    private static String refusal(long... instructions) {
        return assertThrows(IllegalArgumentException.class, () -> BpfProgram.of(instructions))
                .getMessage();
    }

    @Test
    void refusesWhatLinuxRefuses() {
        assertEquals("a program has 1 to 4096 instructions, not 0", refusal());
        assertEquals("a program has 1 to 4096 instructions, not 4097", refusal(new long[4097]));
        assertEquals("instruction 1 has the unknown code 0xb4", refusal(RET, at(0xb4, 0, 0, 0), RET));
        assertEquals("instruction 0 has the unknown code 0x8006", refusal(at(0x8006, 0, 0, 0)));
        assertEquals("instruction 0 divides by the constant 0", refusal(at(Opcode.DIV_K, 0, 0, 0), RET));
        assertEquals("instruction 0 divides by the constant 0", refusal(at(Opcode.MOD_K, 0, 0, 0), RET));
        assertEquals("instruction 0 shifts by 32; 0 to 31 are possible", refusal(at(Opcode.LSH_K, 0, 0, 32), RET));
        assertEquals(
                "instruction 0 shifts by 4294967295; 0 to 31 are possible", refusal(at(Opcode.RSH_K, 0, 0, -1), RET));
        assertEquals("instruction 0 uses M[16]; there are M[0] to M[15]", refusal(at(Opcode.ST, 0, 0, 16), RET));
        assertEquals(
                "instruction 0 loads M[3], which is not stored before on every path",
                refusal(at(Opcode.LD_MEM, 0, 0, 3), RET));
        assertEquals(
                "instruction 2 loads M[0], which is not stored before on every path",
                refusal(at(Opcode.JEQ_K, 0, 1, 0), at(Opcode.STX, 0, 0, 0), at(Opcode.LDX_MEM, 0, 0, 0), RET));
        assertEquals(
                "instruction 0 jumps to instruction 2, behind the last one, 1",
                refusal(at(Opcode.JEQ_K, 0, 1, 0), RET));
        assertEquals(
                "instruction 1 jumps back to instruction 0: Linux takes no loops, which libpcap makes for protochain",
                refusal(RET, at(Opcode.JA, 0, 0, -2), RET));
        assertEquals("instruction 0 is the last one and no return", refusal(at(Opcode.LD_IMM, 0, 0, 0)));
        assertEquals(
                "instruction 0 loads from -4095, where Linux has no extension",
                refusal(at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF + 1), RET));
    }

    @Test
    void takesWhatIsStoredOnEveryPath() {
        BpfProgram.of(
                at(Opcode.JEQ_K, 0, 2, 0),
                at(Opcode.ST, 0, 0, 1),
                at(Opcode.JA, 0, 0, 1),
                at(Opcode.STX, 0, 0, 1),
                at(Opcode.LD_MEM, 0, 0, 1),
                at(Opcode.RET_A, 0, 0, 0));
    }

    @Test
    void namesTheLineAtFault() {
        List<String> texts =
                List.of("", "x", "0", "2\n6 0 0 1", "1\n6 0 0", "1\n6 0 256 1", "1\n6 0 0 4294967296", "1\n6 0 0 z");
        List<String> said = new ArrayList<>();
        for (String text : texts) {
            said.add(assertThrows(IllegalArgumentException.class, () -> BpfProgram.parse(text))
                    .getMessage());
        }
        assertEquals(
                List.of(
                        "the program is empty: give what tcpdump -ddd prints",
                        "line 1: the number of instructions is a number from 0 to 4096, not \"x\"",
                        "a program has 1 to 4096 instructions, not 0",
                        "line 1 announces 2 instructions, and 1 follow",
                        "line 2 is not four numbers, code jt jf k: \"6 0 0\"",
                        "line 2: jf is a number from 0 to 255, not \"256\"",
                        "line 2: k is a number from 0 to 4294967295, not \"4294967296\"",
                        "line 2: k is a number from 0 to 4294967295, not \"z\""),
                said);
    }

    @Test
    void printsAndReadsItself() {
        BpfProgram program = BpfProgram.of(at(Opcode.LD_IMM, 0, 0, -1), at(Opcode.JEQ_K, 0, 0, 5), RET);
        assertEquals("3\n0 0 0 4294967295\n21 0 0 5\n6 0 0 1\n", program.toDdd());
        assertEquals(program, BpfProgram.parse(program.toDdd()));
        assertEquals(program.hashCode(), BpfProgram.parse(program.toDdd()).hashCode());
        assertNotEquals(program, BpfProgram.acceptAll(1));
        assertEquals(BpfProgram.of(RET), BpfProgram.acceptAll(1));
        assertThrows(IllegalArgumentException.class, () -> BpfProgram.acceptAll(0));
        assertFalse(program.usesExtensions());
        assertTrue(BpfProgram.of(at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF + 44), RET)
                .usesExtensions());
    }

    @Test
    void disassemblesAsTcpdumpDoes() {
        Tcpdump.assumeThere();
        for (String expression : List.of(
                "udp port 53",
                "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0 and len > 100",
                "ip[8] % 3 * 2 - 5 / ip[9] ^ 7 | 8 < 5 << ip[0] >> 2",
                "(-ip[3:2]) < ip[4:4]")) {
            BpfProgram program = BpfProgram.parse(Tcpdump.dump("-ddd", LinkType.ETHERNET, expression));
            assertEquals(Tcpdump.dump("-d", LinkType.ETHERNET, expression), program.toString());
            assertEquals(Tcpdump.dump("-ddd", LinkType.ETHERNET, expression), program.toDdd());
        }
    }
}
