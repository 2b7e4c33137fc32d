package dev.ringwire.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.natives.NativeLibrary;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AcceleratorsTest {
    private static final NativeLibrary.Status LOADED =
            new NativeLibrary.Status(true, false, "loaded", "linux-x86_64", "lib.so", "gcc");
    private static final NativeLibrary.Status MISSING =
            new NativeLibrary.Status(false, false, "no library in the jar", "linux-x86_64", null, null);

    /** A twin in Java that counts its calls and can be wrong for one length. */
    private static final class Twin implements Checksum {
        private final Checksum right = new JavaChecksum();
        private final int wrongLength;
        private int calls;

        Twin(int wrongLength) {
            this.wrongLength = wrongLength;
        }

        @Override
        public int sum(byte[] bytes, int offset, int length, int initial) {
            calls++;
            return right.sum(bytes, offset, length, initial) ^ (length == wrongLength ? 1 : 0);
        }

        @Override
        public int sum(ByteBuffer bytes, int offset, int length, int initial) {
            calls++;
            return right.sum(bytes, offset, length, initial);
        }

        @Override
        public int sum(Memory memory, int offset, int length, int initial) {
            calls++;
            return right.sum(memory, offset, length, initial);
        }

        @Override
        public String toString() {
            return "native (twin)";
        }
    }

    @Test
    void withoutTheLibraryJavaAnswersAndTheReasonIsPassedOn() {
        var choice = Accelerators.chooseChecksum(MISSING, () -> {
            throw new AssertionError("native code must not be touched");
        });
        assertInstanceOf(JavaChecksum.class, choice.implementation());
        assertEquals(new Accelerators.Status("checksum", "java", "no library in the jar"), choice.status());
    }

    @Test
    void aFunctionThatDiffersIsTurnedOff() {
        var choice = Accelerators.chooseChecksum(LOADED, () -> new Twin(37));
        assertInstanceOf(JavaChecksum.class, choice.implementation());
        assertTrue(choice.status().reason().contains("37 bytes at offset 9"), choice.status()::reason);
    }

    @Test
    void onlyLongArraysAndOwnMemoryReachNativeCode() {
        Twin twin = new Twin(-1);
        Checksum checksum = Accelerators.chooseChecksum(LOADED, () -> twin).implementation();
        byte[] bytes = new byte[SelectingChecksum.ARRAY_CROSSING];
        Memory memory = Memory.allocate(bytes.length);
        twin.calls = 0;

        checksum.sum(bytes, 0, bytes.length - 1, 0);
        checksum.sum(ByteBuffer.wrap(bytes), 0, bytes.length - 1, 0);
        checksum.sum(ByteBuffer.allocateDirect(bytes.length), 0, bytes.length, 0);
        checksum.sum(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), 0, bytes.length, 0);
        checksum.sum(memory, 0, SelectingChecksum.MEMORY_CROSSING - 1, 0);
        assertEquals(0, twin.calls);

        checksum.sum(bytes, 0, bytes.length, 0);
        checksum.sum(ByteBuffer.wrap(bytes), 0, bytes.length, 0);
        checksum.sum(memory, 0, SelectingChecksum.MEMORY_CROSSING, 0);
        checksum.sums(memory, new int[2], new int[2], new int[2], 2);
        assertEquals(5, twin.calls);
    }

    @Test
    void statusAgreesWithTheLoader() {
        String implementation = Accelerators.status().get(0).implementation();
        assertEquals(NativeLibrary.status().loaded(), implementation.startsWith("native"), implementation);
    }
}
