package dev.ringwire.bpf;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program of the classic Berkeley packet filter, which says of a frame how many of its bytes to keep, 0 for none
 * (McCanne and Jacobson, "The BSD Packet Filter", 1993; {@code Documentation/networking/filter.rst}). Immutable, and
 * verified by the rules of Linux: it ends on every frame and the kernel takes it.
 *
 * <p>An instruction is a long: its code in bits 48 to 63, {@code jt} in 40 to 47, {@code jf} in 32 to 39 and
 * {@code k} in 0 to 31, which is {@code struct sock_filter} read as one big-endian number.
 */
public final class BpfProgram {
    /** The most instructions that Linux takes (BPF_MAXINSNS). */
    public static final int LONGEST = 4096;

    private final long[] instructions;

    private BpfProgram(long[] instructions) {
        Verifier.verify(instructions);
        this.instructions = instructions;
    }

    /**
     * A program of these instructions.
     *
     * @throws IllegalArgumentException if there are none, or more than {@link #LONGEST}, or Linux would refuse them: an
     *     unknown code, a jump behind the end, scratch memory outside 0 to 15 or loaded before it is stored, division by
     *     the constant 0, a shift by 32 or more, an end without return; the message names the instruction, from 0
     */
    public static BpfProgram of(long... instructions) {
        return new BpfProgram(instructions.clone());
    }

    /**
     * The program that keeps so many bytes of every frame.
     *
     * @throws IllegalArgumentException if that is below 1
     */
    public static BpfProgram acceptAll(int snaplen) {
        if (snaplen < 1) {
            throw new IllegalArgumentException("snaplen " + snaplen + " is below 1");
        }
        return of((long) Opcode.RET_K << 48 | snaplen);
    }

    /**
     * A program as {@code tcpdump -ddd} prints it: the number of instructions, then one a line as four decimal
     * numbers.
     *
     * @throws IllegalArgumentException if the text is something else, with the line in the message, or the program is
     *     one that {@link #of} refuses
     */
    public static BpfProgram parse(String text) {
        List<String> lines = text.stripTrailing().lines().toList();
        long count = lines.isEmpty() ? 0 : number(lines.get(0).strip(), LONGEST, 1, "the number of instructions");
        if (count != lines.size() - 1) {
            throw new IllegalArgumentException(
                    lines.isEmpty()
                            ? "the program is empty: give what tcpdump -ddd prints"
                            : "line 1 announces " + count + " instructions, and " + (lines.size() - 1) + " follow");
        }
        long[] instructions = new long[(int) count];
        for (int i = 0; i < instructions.length; i++) {
            instructions[i] = instruction(lines.get(i + 1).strip(), i + 2);
        }
        return new BpfProgram(instructions);
    }

    private static long instruction(String line, int lineNumber) {
        String[] numbers = line.split("\\s+");
        if (numbers.length != 4) {
            throw new IllegalArgumentException(
                    "line " + lineNumber + " is not four numbers, code jt jf k: \"" + line + "\"");
        }
        return number(numbers[0], 0xffff, lineNumber, "the code") << 48
                | number(numbers[1], 0xff, lineNumber, "jt") << 40
                | number(numbers[2], 0xff, lineNumber, "jf") << 32
                | number(numbers[3], 0xffff_ffffL, lineNumber, "k");
    }

    private static long number(String text, long max, int lineNumber, String what) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException notEvenANumber) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "line " + lineNumber + ": " + what + " is a number from 0 to " + max + ", not \"" + text + "\"");
    }

    /** A copy of the instructions. */
    public long[] instructions() {
        return instructions.clone();
    }

    /** What runs this program, for one thread; make one for each. */
    public BpfMatcher matcher() {
        return new BpfMatcher(instructions);
    }

    /**
     * Whether it asks for what Linux knows of a frame beside its bytes, as programs compiled for a live interface do
     * for {@code vlan}; see {@link BpfMatcher}.
     */
    public boolean usesExtensions() {
        return Arrays.stream(instructions).anyMatch(i -> Opcode.isExtension(Opcode.code(i), Opcode.k(i)));
    }

    /** As {@code tcpdump -ddd} prints it, for {@link #parse}. */
    public String toDdd() {
        StringBuilder out = new StringBuilder().append(instructions.length).append('\n');
        for (long i : instructions) {
            out.append(Opcode.code(i)).append(' ');
            out.append(Opcode.jt(i)).append(' ');
            out.append(Opcode.jf(i)).append(' ');
            out.append(Integer.toUnsignedString(Opcode.k(i))).append('\n');
        }
        return out.toString();
    }

    /** The instructions as {@code tcpdump -d} prints them, a line each. */
    @Override
    public String toString() {
        return Disassembler.text(instructions);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof BpfProgram other && Arrays.equals(instructions, other.instructions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(instructions);
    }
}
