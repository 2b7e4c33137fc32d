package dev.ringwire.bpf;

import java.util.ArrayList;
import java.util.List;

/**
 * A program of the classic Berkeley packet filter, which says of a frame how many of its bytes to keep, 0 for none
 * (McCanne and Jacobson, "The BSD Packet Filter", 1993; {@code Documentation/networking/filter.rst}). Immutable.
 *
 * <p>An instruction is a long: its code in bits 48 to 63, {@code jt} in 40 to 47, {@code jf} in 32 to 39 and
 * {@code k} in 0 to 31, which is {@code struct sock_filter} read as one big-endian number.
 */
public final class BpfProgram {
    /** The most instructions that Linux takes (BPF_MAXINSNS). */
    public static final int LONGEST = 4096;

    private final long[] instructions;

    private BpfProgram(long[] instructions) {
        this.instructions = instructions;
    }

    /**
     * A program of these instructions.
     *
     * @throws IllegalArgumentException if there are none, or more than {@link #LONGEST}
     */
    public static BpfProgram of(long... instructions) {
        if (instructions.length == 0 || instructions.length > LONGEST) {
            throw new IllegalArgumentException(
                    "a program has 1 to " + LONGEST + " instructions, not " + instructions.length);
        }
        return new BpfProgram(instructions.clone());
    }

    /**
     * A program as {@code tcpdump -ddd} prints it: the number of instructions, then one a line as four decimal
     * numbers.
     *
     * @throws IllegalArgumentException if the text is something else; the message names the line
     */
    public static BpfProgram parse(String text) {
        List<String> lines = text.strip().lines().toList();
        List<Long> instructions = new ArrayList<>();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] numbers = line.strip().split("\\s+");
            if (numbers.length != 4) {
                throw new IllegalArgumentException(
                        "line " + (instructions.size() + 2) + " is not four numbers: " + line);
            }
            instructions.add(Long.parseLong(numbers[0]) << 48
                    | Long.parseLong(numbers[1]) << 40
                    | Long.parseLong(numbers[2]) << 32
                    | Long.parseLong(numbers[3]));
        }
        return of(instructions.stream().mapToLong(Long::longValue).toArray());
    }

    /** A copy of the instructions. */
    public long[] instructions() {
        return instructions.clone();
    }
}
