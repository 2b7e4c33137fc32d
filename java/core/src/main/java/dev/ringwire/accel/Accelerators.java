package dev.ringwire.accel;

import dev.ringwire.natives.NativeLibrary;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for each accelerated operation between Java and C. Each native function is compared with its Java twin
 * before its first use; one that differs is turned off alone.
 */
public final class Accelerators {
    private static final Checksum JAVA_CHECKSUM = new JavaChecksum();
    private static final Choice<Checksum> CHECKSUM = chooseChecksum(NativeLibrary.status(), NativeChecksum::new);

    private Accelerators() {}

    /**
     * What answers for one operation.
     *
     * @param name the operation
     * @param implementation what computes it, for people
     * @param reason why that, for people
     */
    public record Status(String name, String implementation, String reason) {}

    record Choice<T>(T implementation, Status status) {}

    /**
     * The checksum to use for bytes of any origin.
     *
     * @throws IllegalStateException if native code is required but not loaded
     */
    public static Checksum checksum() {
        NativeLibrary.isLoaded();
        return CHECKSUM.implementation;
    }

    /** What answers for every operation, and why. Never throws. */
    public static List<Status> status() {
        return List.of(CHECKSUM.status);
    }

    static Choice<Checksum> chooseChecksum(NativeLibrary.Status library, Supplier<Checksum> nativeTwin) {
        if (!library.loaded()) {
            return new Choice<>(JAVA_CHECKSUM, new Status("checksum", "java", library.reason()));
        }
        Checksum c = nativeTwin.get();
        String difference = firstDifference(JAVA_CHECKSUM, c);
        if (difference != null) {
            return new Choice<>(
                    JAVA_CHECKSUM,
                    new Status("checksum", "java", "the native function is turned off, it is wrong: " + difference));
        }
        return new Choice<>(
                new SelectingChecksum(JAVA_CHECKSUM, c),
                new Status(
                        "checksum",
                        "native for heap arrays from " + SelectingChecksum.CROSSING + " bytes, java otherwise",
                        "agrees with java; below that length the call costs more than the sum"));
    }

    /** Some hundred comparisons, well below a millisecond once warm: every tail, alignment and carry of the loop in C. */
    private static @Nullable String firstDifference(Checksum java, Checksum c) {
        byte[] bytes = new byte[4096 + 16];
        int random = 1;
        for (int i = 0; i < bytes.length; i++) {
            random = random * 1103515245 + 12345;
            // A long run of 0xff carries as often as a sum can.
            bytes[i] = i < 2048 ? (byte) (random >> 16) : (byte) 0xff;
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        int[] lengths = new int[70];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = i < 66 ? i : 512 << (i - 66);
        }
        for (int length : lengths) {
            for (int offset = 0; offset < 8; offset++) {
                int initial = offset * 0x0fff_ffff;
                int wanted = java.sum(bytes, offset, length, initial);
                int fromArray = c.sum(bytes, offset, length, initial);
                int fromBuffer = c.sum(direct, offset, length, initial);
                if (fromArray != wanted || fromBuffer != wanted) {
                    return String.format(
                            "%d bytes at offset %d gave %04x and %04x, wanted %04x",
                            length, offset, fromArray, fromBuffer, wanted);
                }
            }
        }
        return null;
    }
}
