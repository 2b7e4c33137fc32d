package dev.ringwire.bpf;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * Runs a {@link BpfProgram} in Java, to the same answers as Linux ({@code net/core/filter.c}): a load beyond the
 * captured bytes and a division by an X of 0 reject the frame, a shift by X takes its low five bits, all numbers are
 * unsigned. Used by one thread at a time; allocates nothing per frame.
 *
 * <p><b>VLAN.</b> Linux takes the outer VLAN tag out of a received frame and a filter in the kernel finds it in
 * metadata, while in files, and in the frames of all sources here, the tag stands in the bytes. A program that asks for
 * metadata ({@link BpfProgram#usesExtensions()}, compiled for a live interface) therefore sees the frame as the kernel
 * does: without the tag that {@link Frame#strippedVlanTag()} tells of, in bytes, length and offsets alike. Any other
 * program sees the bytes as they stand, as {@code tcpdump -r} would of the saved file. Both kinds are right on files and
 * on live frames.
 *
 * <p>Metadata answered: {@code vlan_tci}, {@code vlanp} and {@code vlan_tpid}, {@code type} from the direction and the
 * destination address ({@code PACKET_OTHERHOST} is not told from {@code PACKET_HOST}; an unknown direction counts as
 * received), {@code ifidx} as {@link Frame#interfaceId()}, {@code proto}, {@code hatype} (0 where it is not known),
 * {@code xor_x} and {@code random}. The others are known to the kernel alone, and a matcher for a program that loads
 * them is refused.
 */
public final class BpfMatcher implements Predicate<Frame> {
    // Codes of our own, beside those of Opcode.
    private static final int PROTOCOL = 0x100;
    private static final int PACKET_TYPE = 0x101;
    private static final int INTERFACE = 0x102;
    private static final int HARDWARE_TYPE = 0x103;
    private static final int ALU_XOR_X = 0x104;
    private static final int VLAN_TCI = 0x105;
    private static final int VLAN_PRESENT = 0x106;
    private static final int VLAN_TPID = 0x107;
    private static final int RANDOM = 0x108;

    private static final int STEP = 4;
    private static final int TWO_MAC_ADDRESSES = 12;
    private static final int TAG = 4;
    private static final int OUT_OF_RANGE = -1;

    /** Code, k, and the places of the next instruction if true and if false, for each instruction. */
    private final int[] program;

    private final int[] memory = new int[Opcode.MEMORY];
    private final boolean kernelView;
    private ByteBuffer untagged = ByteBuffer.allocate(0);

    BpfMatcher(long[] instructions) {
        program = new int[instructions.length * STEP];
        boolean extensions = false;
        for (int i = 0; i < instructions.length; i++) {
            int code = Opcode.code(instructions[i]);
            int k = Opcode.k(instructions[i]);
            boolean extension = Opcode.isExtension(code, k);
            extensions |= extension;
            boolean always = code == Opcode.JA;
            int at = i * STEP;
            program[at] = extension ? extension(i, k) : code;
            program[at + 1] = k;
            program[at + 2] = (i + 1 + (always ? k : Opcode.jt(instructions[i]))) * STEP;
            program[at + 3] = (i + 1 + Opcode.jf(instructions[i])) * STEP;
        }
        kernelView = extensions;
    }

    private static int extension(int index, int k) {
        String name = Opcode.extension(k);
        return switch (name) {
            case "proto" -> PROTOCOL;
            case "type" -> PACKET_TYPE;
            case "ifidx" -> INTERFACE;
            case "hatype" -> HARDWARE_TYPE;
            case "xor_x" -> ALU_XOR_X;
            case "vlan_tci" -> VLAN_TCI;
            case "vlanp" -> VLAN_PRESENT;
            case "vlan_tpid" -> VLAN_TPID;
            case "random" -> RANDOM;
            default ->
                throw new UnsupportedOperationException(
                        "instruction " + index + " loads [" + name + "], which only the kernel knows");
        };
    }

    /** Whether the program accepts the frame. */
    @Override
    public boolean test(Frame frame) {
        return run(frame) != 0;
    }

    /**
     * What the program returns for the frame.
     *
     * @return how many bytes to keep, unsigned, which may be more than there are; 0 to reject the frame
     */
    public int run(Frame frame) {
        ByteBuffer buffer = frame.buffer();
        int offset = frame.offset();
        int length = frame.length();
        int wireLength = frame.originalLength();
        if (kernelView && frame.strippedVlanTag() != 0 && length >= TWO_MAC_ADDRESSES + TAG) {
            return run(withoutTag(buffer, offset, length), 0, length - TAG, wireLength - TAG, frame);
        }
        return run(buffer, offset, length, wireLength, frame);
    }

    private ByteBuffer withoutTag(ByteBuffer buffer, int offset, int length) {
        if (untagged.capacity() < length - TAG) {
            untagged = ByteBuffer.allocate(Math.max(2 * (length - TAG), 2048));
        }
        int rest = TWO_MAC_ADDRESSES + TAG;
        untagged.put(0, buffer, offset, TWO_MAC_ADDRESSES);
        untagged.put(TWO_MAC_ADDRESSES, buffer, offset + rest, length - rest);
        return untagged;
    }

    private int run(ByteBuffer b, int start, int length, int wireLength, Frame frame) {
        int[] p = program;
        int a = 0;
        int x = 0;
        int pc = 0;
        while (true) {
            int k = p[pc + 1];
            int next = pc + STEP;
            switch (p[pc]) {
                case Opcode.LD_W_ABS -> {
                    int at = k >= 0 ? k : special(k, frame);
                    if (at < 0 || at > length - 4) {
                        return 0;
                    }
                    a = Bits.i32(b, start + at);
                }
                case Opcode.LD_H_ABS -> {
                    int at = k >= 0 ? k : special(k, frame);
                    if (at < 0 || at > length - 2) {
                        return 0;
                    }
                    a = Bits.u16(b, start + at);
                }
                case Opcode.LD_B_ABS -> {
                    int at = k >= 0 ? k : special(k, frame);
                    if (at < 0 || at >= length) {
                        return 0;
                    }
                    a = Bits.u8(b, start + at);
                }
                case Opcode.LD_W_IND -> {
                    int at = x + k >= 0 ? x + k : special(x + k, frame);
                    if (at < 0 || at > length - 4) {
                        return 0;
                    }
                    a = Bits.i32(b, start + at);
                }
                case Opcode.LD_H_IND -> {
                    int at = x + k >= 0 ? x + k : special(x + k, frame);
                    if (at < 0 || at > length - 2) {
                        return 0;
                    }
                    a = Bits.u16(b, start + at);
                }
                case Opcode.LD_B_IND -> {
                    int at = x + k >= 0 ? x + k : special(x + k, frame);
                    if (at < 0 || at >= length) {
                        return 0;
                    }
                    a = Bits.u8(b, start + at);
                }
                case Opcode.LDX_MSH -> {
                    int at = k >= 0 ? k : special(k, frame);
                    if (at < 0 || at >= length) {
                        return 0;
                    }
                    x = (b.get(start + at) & 0xf) << 2;
                }
                case Opcode.LD_IMM -> a = k;
                case Opcode.LDX_IMM -> x = k;
                case Opcode.LD_LEN -> a = wireLength;
                case Opcode.LDX_LEN -> x = wireLength;
                case Opcode.LD_MEM -> a = memory[k];
                case Opcode.LDX_MEM -> x = memory[k];
                case Opcode.ST -> memory[k] = a;
                case Opcode.STX -> memory[k] = x;
                case Opcode.ADD_K -> a += k;
                case Opcode.SUB_K -> a -= k;
                case Opcode.MUL_K -> a *= k;
                case Opcode.DIV_K -> a = Integer.divideUnsigned(a, k);
                case Opcode.MOD_K -> a = Integer.remainderUnsigned(a, k);
                case Opcode.AND_K -> a &= k;
                case Opcode.OR_K -> a |= k;
                case Opcode.XOR_K -> a ^= k;
                case Opcode.LSH_K -> a <<= k;
                case Opcode.RSH_K -> a >>>= k;
                case Opcode.NEG -> a = -a;
                case Opcode.ADD_X -> a += x;
                case Opcode.SUB_X -> a -= x;
                case Opcode.MUL_X -> a *= x;
                case Opcode.DIV_X -> {
                    if (x == 0) {
                        return 0;
                    }
                    a = Integer.divideUnsigned(a, x);
                }
                case Opcode.MOD_X -> {
                    if (x == 0) {
                        return 0;
                    }
                    a = Integer.remainderUnsigned(a, x);
                }
                case Opcode.AND_X -> a &= x;
                case Opcode.OR_X -> a |= x;
                case Opcode.XOR_X, ALU_XOR_X -> a ^= x;
                // Java, too, shifts by the low five bits.
                case Opcode.LSH_X -> a <<= x;
                case Opcode.RSH_X -> a >>>= x;
                case Opcode.TAX -> x = a;
                case Opcode.TXA -> a = x;
                case Opcode.JA -> next = p[pc + 2];
                case Opcode.JEQ_K -> next = a == k ? p[pc + 2] : p[pc + 3];
                case Opcode.JGT_K -> next = Integer.compareUnsigned(a, k) > 0 ? p[pc + 2] : p[pc + 3];
                case Opcode.JGE_K -> next = Integer.compareUnsigned(a, k) >= 0 ? p[pc + 2] : p[pc + 3];
                case Opcode.JSET_K -> next = (a & k) != 0 ? p[pc + 2] : p[pc + 3];
                case Opcode.JEQ_X -> next = a == x ? p[pc + 2] : p[pc + 3];
                case Opcode.JGT_X -> next = Integer.compareUnsigned(a, x) > 0 ? p[pc + 2] : p[pc + 3];
                case Opcode.JGE_X -> next = Integer.compareUnsigned(a, x) >= 0 ? p[pc + 2] : p[pc + 3];
                case Opcode.JSET_X -> next = (a & x) != 0 ? p[pc + 2] : p[pc + 3];
                case Opcode.RET_K -> {
                    return k;
                }
                case Opcode.RET_A -> {
                    return a;
                }
                default -> a = metadata(p[pc], b, start, length, frame);
            }
            pc = next;
        }
    }

    /** Where a negative offset of Linux points, from the first byte; negative if nowhere. */
    private static int special(int k, Frame frame) {
        if (k >= Opcode.SKF_NET_OFF) {
            int header = LinkHeader.length(frame.linkType());
            return header < 0 ? OUT_OF_RANGE : k - Opcode.SKF_NET_OFF + header;
        }
        return k >= Opcode.SKF_LL_OFF ? k - Opcode.SKF_LL_OFF : OUT_OF_RANGE;
    }

    private static int metadata(int what, ByteBuffer b, int start, int length, Frame frame) {
        return switch (what) {
            case PROTOCOL -> LinkHeader.protocol(frame.linkType(), b, start, length);
            case PACKET_TYPE ->
                frame.direction() == Direction.OUTBOUND
                        ? LinkHeader.PACKET_OUTGOING
                        : LinkHeader.destination(frame.linkType(), b, start, length);
            case INTERFACE -> frame.interfaceId();
            case HARDWARE_TYPE -> frame.linkType().equals(LinkType.ETHERNET) ? LinkHeader.ARPHRD_ETHER : 0;
            case VLAN_TCI -> frame.strippedVlanTag() & 0xffff;
            case VLAN_PRESENT -> frame.strippedVlanTag() != 0 ? 1 : 0;
            case VLAN_TPID -> frame.strippedVlanTag() >>> 16;
            case RANDOM -> ThreadLocalRandom.current().nextInt();
            default -> throw new IllegalStateException("not verified: code " + what);
        };
    }
}
