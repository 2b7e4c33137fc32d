package dev.ringwire.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.testing.Fuzzer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a DNS message: every implementation finds the same names, from memory of every kind. */
@Tag("fuzz")
class NameFuzzTest {
    private static final NameDecompressor JAVA = new JavaNameDecompressor();

    private final List<NameDecompressor> all = new ArrayList<>(List.of(JAVA, Accelerators.names()));
    private final Memory memory = Memory.allocate(8192);

    NameFuzzTest() {
        if (NativeLibrary.isLoaded()) {
            all.add(new NativeNameDecompressor());
        }
    }

    @Test
    void messages() {
        byte[] message = NameDecompressorTest.everyType();
        byte[] roomy = new byte[1 + message.length];
        System.arraycopy(message, 0, roomy, 1, message.length);
        byte[] tight = roomy.clone();
        tight[0] = 0x75;
        Fuzzer.run(List.of(roomy, tight), this::decompress);
    }

    private void decompress(byte[] input) {
        int settings = input.length == 0 ? 0 : input[0];
        int from = Math.min(1, input.length);
        int length = input.length - from;
        boolean tight = (settings & 1) != 0;
        int maxNames = tight ? settings >> 1 & 0x1f : 256;
        int capacity = tight ? 200 + 40 * (settings & 0x7e) : 16 << 10;

        NameTable expected = new NameTable(maxNames, capacity);
        int count = JAVA.decompress(input, from, length, expected);
        assertEquals(count >= 0 ? count : expected.count(), expected.count());
        assertTrue(expected.where() >= 0 && expected.where() <= length, () -> "ended at " + expected.where());

        memory.bytes().put(3, input);
        ByteBuffer direct = ByteBuffer.allocateDirect(input.length + 3).put(3, input);
        for (NameDecompressor decompressor : all) {
            String who = decompressor.getClass().getSimpleName();
            NameTable names = new NameTable(maxNames, capacity);
            assertEquals(count, decompressor.decompress(input, from, length, names), who);
            assertTrue(names.sameAs(expected), who + ", array");
            assertEquals(count, decompressor.decompress(memory, 3 + from, length, names), who);
            assertTrue(names.sameAs(expected), who + ", memory");
            assertEquals(count, decompressor.decompress(direct, 3 + from, length, names), who);
            assertTrue(names.sameAs(expected), who + ", direct buffer");
        }
    }
}
