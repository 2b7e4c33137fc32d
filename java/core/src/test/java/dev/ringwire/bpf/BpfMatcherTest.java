package dev.ringwire.bpf;

import static dev.ringwire.bpf.BpfProgramTest.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every instruction, and random programs against the kernel and libpcap. */
@Timeout(120)
class BpfMatcherTest {
    private static final byte[] BYTES = HexFormat.of().parseHex("f10203048586878809");
    private static final long RET_A = at(Opcode.RET_A, 0, 0, 0);

    private static int run(Frame frame, long... instructions) {
        return BpfProgram.of(instructions).matcher().run(frame);
    }

    /** A after these, over {@link #BYTES}. */
    private static int a(long... instructions) {
        long[] program = new long[instructions.length + 1];
        System.arraycopy(instructions, 0, program, 0, instructions.length);
        program[instructions.length] = RET_A;
        return run(Frame.of(BYTES, LinkType.ETHERNET, 0), program);
    }

    /** A after an operation on a and x, in its two forms. */
    private static void alu(int expected, int a, int codeK, int codeX, int x) {
        assertEquals(expected, a(at(Opcode.LD_IMM, 0, 0, a), at(codeK, 0, 0, x)));
        assertEquals(expected, a(at(Opcode.LD_IMM, 0, 0, a), at(Opcode.LDX_IMM, 0, 0, x), at(codeX, 0, 0, 0)));
    }

    @Test
    void loads() {
        assertEquals(0xf1020304, a(at(Opcode.LD_W_ABS, 0, 0, 0)));
        assertEquals(0x86878809, a(at(Opcode.LD_W_ABS, 0, 0, 5)));
        assertEquals(0xf102, a(at(Opcode.LD_H_ABS, 0, 0, 0)));
        assertEquals(0xf1, a(at(Opcode.LD_B_ABS, 0, 0, 0)));
        long x = at(Opcode.LDX_IMM, 0, 0, 3);
        assertEquals(0x85868788, a(x, at(Opcode.LD_W_IND, 0, 0, 1)));
        assertEquals(0x0485, a(x, at(Opcode.LD_H_IND, 0, 0, 0)));
        assertEquals(0x03, a(x, at(Opcode.LD_B_IND, 0, 0, -1)));
        assertEquals(9, a(at(Opcode.LD_LEN, 0, 0, 0)));
        assertEquals(9, a(at(Opcode.LDX_LEN, 0, 0, 0), at(Opcode.TXA, 0, 0, 0)));
        assertEquals(4, a(at(Opcode.LDX_MSH, 0, 0, 0), at(Opcode.TXA, 0, 0, 0)));
        assertEquals(-5, a(at(Opcode.LD_IMM, 0, 0, -5)));
        assertEquals(
                7,
                a(
                        at(Opcode.LD_IMM, 0, 0, 7),
                        at(Opcode.ST, 0, 0, 15),
                        at(Opcode.LD_IMM, 0, 0, 1),
                        at(Opcode.LD_MEM, 0, 0, 15)));
        assertEquals(
                8,
                a(
                        at(Opcode.LDX_IMM, 0, 0, 8),
                        at(Opcode.STX, 0, 0, 0),
                        at(Opcode.LDX_IMM, 0, 0, 1),
                        at(Opcode.LDX_MEM, 0, 0, 0),
                        at(Opcode.TXA, 0, 0, 0)));
        assertEquals(
                9,
                a(
                        at(Opcode.LD_IMM, 0, 0, 9),
                        at(Opcode.TAX, 0, 0, 0),
                        at(Opcode.LD_IMM, 0, 0, 1),
                        at(Opcode.TXA, 0, 0, 0)));
        Frame cut = Frames.cut(BYTES, 4);
        assertEquals(9, run(cut, at(Opcode.LD_LEN, 0, 0, 0), RET_A));
        assertEquals(0, run(cut, at(Opcode.LD_B_ABS, 0, 0, 4), at(Opcode.RET_K, 0, 0, 1)));
    }

    @Test
    void aLoadBeyondTheFrameRejectsIt() {
        long accept = at(Opcode.RET_K, 0, 0, 1);
        for (long load : new long[] {
            at(Opcode.LD_W_ABS, 0, 0, 6),
            at(Opcode.LD_H_ABS, 0, 0, 8),
            at(Opcode.LD_B_ABS, 0, 0, 9),
            at(Opcode.LD_W_ABS, 0, 0, 0x7fff_ffff),
            at(Opcode.LD_B_ABS, 0, 0, 0x8000_0000L),
            at(Opcode.LDX_MSH, 0, 0, 9),
            at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_LL_OFF + 9),
            at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_NET_OFF)
        }) {
            assertEquals(0, run(Frame.of(BYTES, LinkType.ETHERNET, 0), load, accept), Long.toHexString(load));
        }
        for (int x : new int[] {8, Integer.MAX_VALUE, -3}) {
            assertEquals(0, a(at(Opcode.LDX_IMM, 0, 0, x), at(Opcode.LD_W_IND, 0, 0, 1), at(Opcode.LD_IMM, 0, 0, 1)));
        }
    }

    @Test
    void calculatesUnsigned() {
        alu(2, -1, Opcode.ADD_K, Opcode.ADD_X, 3);
        alu(-2, 1, Opcode.SUB_K, Opcode.SUB_X, 3);
        alu(-6, 2, Opcode.MUL_K, Opcode.MUL_X, -3);
        alu(0x7fff_ffff, -1, Opcode.DIV_K, Opcode.DIV_X, 2);
        alu(5, -1, Opcode.MOD_K, Opcode.MOD_X, 10);
        alu(0x0f, 0xff, Opcode.AND_K, Opcode.AND_X, 0x0f);
        alu(0xff, 0xf0, Opcode.OR_K, Opcode.OR_X, 0x0f);
        alu(0xf0, 0xff, Opcode.XOR_K, Opcode.XOR_X, 0x0f);
        alu(0x8000_0000, 1, Opcode.LSH_K, Opcode.LSH_X, 31);
        alu(1, -1, Opcode.RSH_K, Opcode.RSH_X, 31);
        assertEquals(-7, a(at(Opcode.LD_IMM, 0, 0, 7), at(Opcode.NEG, 0, 0, 0)));
        // As Linux: by the low five bits.
        assertEquals(2, a(at(Opcode.LD_IMM, 0, 0, 1), at(Opcode.LDX_IMM, 0, 0, 33), at(Opcode.LSH_X, 0, 0, 0)));
        for (int divide : new int[] {Opcode.DIV_X, Opcode.MOD_X}) {
            assertEquals(0, a(at(Opcode.LDX_IMM, 0, 0, 0), at(divide, 0, 0, 0), at(Opcode.LD_IMM, 0, 0, 1)));
        }
    }

    private static boolean jumps(int code, int a, int operand) {
        boolean register = (code & 8) != 0;
        int result = a(
                at(Opcode.LD_IMM, 0, 0, a),
                at(Opcode.LDX_IMM, 0, 0, register ? operand : 77),
                at(code, 1, 0, register ? 0 : operand),
                at(Opcode.RET_K, 0, 0, 10),
                at(Opcode.RET_K, 0, 0, 11));
        return result == 11;
    }

    @Test
    void jumpsOnUnsignedComparisons() {
        for (int x : new int[] {0, 8}) {
            assertTrue(jumps(Opcode.JEQ_K | x, 5, 5) && !jumps(Opcode.JEQ_K | x, 5, 6));
            assertTrue(jumps(Opcode.JGT_K | x, -1, 5) && !jumps(Opcode.JGT_K | x, 5, 5));
            assertTrue(jumps(Opcode.JGE_K | x, 5, 5) && !jumps(Opcode.JGE_K | x, 5, -1));
            assertTrue(jumps(Opcode.JSET_K | x, 6, 2) && !jumps(Opcode.JSET_K | x, 6, 1));
        }
        assertEquals(3, a(at(Opcode.JA, 0, 0, 1), at(Opcode.RET_K, 0, 0, 1), at(Opcode.RET_K, 0, 0, 3)));
    }

    /** Tagged on the wire, the tag taken out by the kernel and put back by the ring, sent by this host. */
    private static final class Restored extends Frame {
        Restored(byte[] bytes) {
            aim(ByteBuffer.wrap(bytes), 0, bytes.length);
        }

        @Override
        public int originalLength() {
            return length() + 10;
        }

        @Override
        public long timestampNanos() {
            return 0;
        }

        @Override
        public LinkType linkType() {
            return LinkType.ETHERNET;
        }

        @Override
        public int interfaceId() {
            return 42;
        }

        @Override
        public Direction direction() {
            return Direction.OUTBOUND;
        }

        @Override
        public int strippedVlanTag() {
            return 0x88a8_2005;
        }
    }

    private static final byte[] TAGGED =
            HexFormat.of().parseHex("ffffffffffff02000000000188a820050800450000140000000040060000");

    private static int extension(int number) {
        return run(new Restored(TAGGED), at(Opcode.LD_W_ABS, 0, 0, Opcode.SKF_AD_OFF + number), RET_A);
    }

    @Test
    void answersForTheKernel() {
        assertEquals(0x0800, extension(0));
        assertEquals(4, extension(4));
        assertEquals(42, extension(8));
        assertEquals(1, extension(28));
        assertEquals(0x2005, extension(44));
        assertEquals(1, extension(48));
        assertEquals(0x88a8, extension(60));
        Frame plain = Frame.of(TAGGED, LinkType.ETHERNET, 0);
        long present = at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF + 48);
        assertEquals(0, run(plain, present, RET_A));
        // A broadcast, and its tag in the bytes counts as its type.
        assertEquals(1, run(plain, at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF + 4), RET_A));
        assertEquals(0x88a8, run(plain, at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF), RET_A));
        assertEquals(
                0xf0f0 ^ 0x0f,
                a(
                        at(Opcode.LD_IMM, 0, 0, 0xf0f0),
                        at(Opcode.LDX_IMM, 0, 0, 0x0f),
                        at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF + 40)));
        for (int unknown : new int[] {12, 16, 20, 24, 32, 36, 52}) {
            BpfProgram program = BpfProgram.of(at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF + unknown), RET_A);
            assertThrows(UnsupportedOperationException.class, program::matcher);
        }
    }

    @Test
    void seesWithTheKernelsEyesOnlyWhereAskedForMetadata() {
        Frame frame = new Restored(TAGGED);
        long metadata = at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_AD_OFF + 48);
        assertEquals(0x88a8, run(frame, at(Opcode.LD_H_ABS, 0, 0, 12), RET_A));
        assertEquals(0x0800, run(frame, metadata, at(Opcode.LD_H_ABS, 0, 0, 12), RET_A));
        // Across the gap
        assertEquals(0x0001_0800, run(frame, metadata, at(Opcode.LD_W_ABS, 0, 0, 10), RET_A));
        assertEquals(TAGGED.length + 10, run(frame, at(Opcode.LD_LEN, 0, 0, 0), RET_A));
        assertEquals(TAGGED.length + 6, run(frame, metadata, at(Opcode.LD_LEN, 0, 0, 0), RET_A));
        int last = TAGGED.length - 1;
        assertEquals(1, run(frame, at(Opcode.LD_B_ABS, 0, 0, last), at(Opcode.RET_K, 0, 0, 1)));
        assertEquals(0, run(frame, metadata, at(Opcode.LD_B_ABS, 0, 0, last), at(Opcode.RET_K, 0, 0, 1)));
        assertEquals(0x45, run(frame, metadata, at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_NET_OFF), RET_A));
        assertEquals(0xff, run(frame, metadata, at(Opcode.LD_B_ABS, 0, 0, Opcode.SKF_LL_OFF), RET_A));
    }

    @Test
    void agreesWithTheKernelAndLibpcapOnRandomPrograms() throws IOException {
        Random random = new Random(11);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[1 + random.nextInt(80)];
            random.nextBytes(bytes);
            frames.add(Frame.of(bytes, LinkType.ETHERNET, 0));
        }
        int accepted = 0;
        int checked = 0;
        try (RunFilter others = new RunFilter(frames)) {
            for (int n = 0; n < 4000; n++) {
                BpfProgram program = RandomProgram.make(random);
                RunFilter.Answers answers = others.ask(program);
                BpfMatcher matcher = program.matcher();
                for (int i = 0; i < frames.size(); i++) {
                    int ours = matcher.run(frames.get(i));
                    int bytes = (int)
                            Math.min(Integer.toUnsignedLong(ours), frames.get(i).length());
                    assertEquals(answers.kernel().get(i), bytes, () -> "kernel: " + program);
                    if (answers.libpcap().get(i) != RunFilter.REFUSED || ours == -1) {
                        assertEquals(answers.libpcap().get(i), ours, () -> "libpcap: " + program);
                        checked++;
                    }
                    accepted += ours != 0 ? 1 : 0;
                }
            }
        }
        assertTrue(accepted > 4000, "accepted only " + accepted);
        assertTrue(checked == 0 || checked > 60_000, "libpcap answered only " + checked);
    }
}
