package dev.ringwire.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Vectors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a program, as its text and as a frame: refused as documented, or it ends, with the same answer again. */
@Tag("fuzz")
class BpfFuzzTest {
    private static final LinkType[] LINK_TYPES = {
        LinkType.ETHERNET, LinkType.RAW, LinkType.NULL, LinkType.LINUX_SLL, LinkType.LINUX_SLL2, LinkType.of(147)
    };

    @Test
    void programs() {
        Random random = new Random(5);
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] frame : Vectors.all().values()) {
            seeds.add(input(RandomProgram.make(random), frame));
        }
        long[] extensions = new long[20];
        for (int i = 0; i < extensions.length; i++) {
            extensions[i] = BpfProgramTest.at(Opcode.LD_W_ABS, 0, 0, Opcode.SKF_AD_OFF + 4L * (i % 16));
        }
        extensions[19] = BpfProgramTest.at(Opcode.RET_A, 0, 0, 0);
        seeds.add(input(BpfProgram.of(extensions), new byte[60]));
        seeds.add(BpfProgram.of(extensions).toDdd().getBytes(StandardCharsets.US_ASCII));
        seeds.add(RandomProgram.make(random).toDdd().getBytes(StandardCharsets.US_ASCII));
        Fuzzer.run(seeds, BpfFuzzTest::run);
    }

    /** The number of instructions, the instructions, and the frame. */
    private static byte[] input(BpfProgram program, byte[] frame) {
        long[] instructions = program.instructions();
        ByteBuffer b = ByteBuffer.allocate(2 + 8 * instructions.length + frame.length);
        b.put((byte) 0).put((byte) instructions.length);
        for (long instruction : instructions) {
            b.putLong(instruction);
        }
        return b.put(frame).array();
    }

    private static void run(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        try {
            check(BpfProgram.parse(text), input, 0);
        } catch (IllegalArgumentException refused) {
            assertTrue(
                    refused.getMessage().contains("line")
                            || refused.getMessage().contains("instruction")
                            || refused.getMessage().startsWith("the program is empty"),
                    refused::getMessage);
        }
        if (input.length < 2) {
            return;
        }
        ByteBuffer b = ByteBuffer.wrap(input);
        int settings = b.get();
        long[] instructions = new long[Math.min(b.get() & 0xff, b.remaining() / 8)];
        b.asLongBuffer().get(instructions);
        byte[] frame = new byte[b.remaining() - 8 * instructions.length];
        b.get(b.position() + 8 * instructions.length, frame);
        BpfProgram program;
        try {
            program = BpfProgram.of(instructions);
        } catch (IllegalArgumentException refused) {
            assertTrue(refused.getMessage().contains("instruction"), refused::getMessage);
            return;
        }
        check(program, frame, settings);
    }

    private static void check(BpfProgram program, byte[] bytes, int settings) {
        assertEquals(program, BpfProgram.parse(program.toDdd()));
        assertEquals(program.instructions().length, program.toString().lines().count());
        BpfMatcher matcher = matcher(program);
        if (matcher == null) {
            return;
        }
        Frame frame = new TaggedFrame(bytes, settings);
        int answer = matcher.run(frame);
        for (long instruction : program.instructions()) {
            if (Opcode.isExtension(Opcode.code(instruction), Opcode.k(instruction))
                    && Opcode.extension(Opcode.k(instruction)).equals("random")) {
                return;
            }
        }
        assertEquals(answer, matcher.run(frame), "another answer the second time");
        assertEquals(answer, matcher(program).run(frame), "another answer of another matcher");
    }

    private static @Nullable BpfMatcher matcher(BpfProgram program) {
        try {
            return program.matcher();
        } catch (UnsupportedOperationException onlyTheKernelKnows) {
            assertTrue(program.usesExtensions());
            return null;
        }
    }

    /** Amid other bytes, perhaps with a tag. */
    private static final class TaggedFrame extends Frame {
        private static final int AHEAD = 5;

        private final int settings;
        private final int originalLength;

        TaggedFrame(byte[] bytes, int settings) {
            this.settings = settings;
            originalLength = bytes.length + (settings & 7);
            aim(ByteBuffer.allocate(bytes.length + 2 * AHEAD).put(AHEAD, bytes), AHEAD, bytes.length);
        }

        @Override
        public int originalLength() {
            return originalLength;
        }

        @Override
        public long timestampNanos() {
            return 0;
        }

        @Override
        public LinkType linkType() {
            return LINK_TYPES[(settings >> 3 & 0xf) % LINK_TYPES.length];
        }

        @Override
        public Direction direction() {
            return (settings & 1) == 0 ? Direction.INBOUND : Direction.OUTBOUND;
        }

        @Override
        public int strippedVlanTag() {
            return settings < 0 ? 0x8100_0123 : 0;
        }
    }
}
