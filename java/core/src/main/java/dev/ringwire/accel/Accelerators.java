package dev.ringwire.accel;

import dev.ringwire.natives.NativeLibrary;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for each accelerated operation between Java and C. Each native function is compared with its Java twin
 * before its first use; one that differs is turned off alone.
 */
public final class Accelerators {
    private static final String NAMES_OPERATION = "DNS names";
    private static final String WRONG = "the native function is turned off, it is wrong: ";

    private static final Checksum JAVA_CHECKSUM = new JavaChecksum();
    private static final Choice<Checksum> CHECKSUM = chooseChecksum(NativeLibrary.status(), NativeChecksum::new);

    private static final NameDecompressor JAVA_NAMES = new JavaNameDecompressor();
    private static final Choice<NameDecompressor> NAMES =
            chooseNames(NativeLibrary.status(), NativeNameDecompressor::new);

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
        return List.of(CHECKSUM.status, NAMES.status);
    }

    /**
     * The reader of DNS names to use.
     *
     * @throws IllegalStateException if native code is required but not loaded
     */
    public static NameDecompressor names() {
        NativeLibrary.isLoaded();
        return NAMES.implementation;
    }

    static Choice<Checksum> chooseChecksum(NativeLibrary.Status library, Supplier<Checksum> nativeTwin) {
        if (!library.loaded()) {
            return new Choice<>(JAVA_CHECKSUM, new Status("checksum", "java", library.reason()));
        }
        Checksum c = nativeTwin.get();
        String difference = firstDifference(JAVA_CHECKSUM, c);
        if (difference != null) {
            return new Choice<>(JAVA_CHECKSUM, new Status("checksum", "java", WRONG + difference));
        }
        return new Choice<>(
                new SelectingChecksum(JAVA_CHECKSUM, c),
                new Status(
                        "checksum",
                        c + " from " + SelectingChecksum.MEMORY_CROSSING + " bytes of own memory and from "
                                + SelectingChecksum.ARRAY_CROSSING + " of a heap array, java otherwise",
                        "agrees with java; below that length the call costs more than the sum"));
    }

    static Choice<NameDecompressor> chooseNames(NativeLibrary.Status library, Supplier<NameDecompressor> nativeTwin) {
        if (!library.loaded()) {
            return new Choice<>(JAVA_NAMES, new Status(NAMES_OPERATION, "java", library.reason()));
        }
        NameDecompressor c = nativeTwin.get();
        String difference = firstDifference(c);
        if (difference != null) {
            return new Choice<>(JAVA_NAMES, new Status(NAMES_OPERATION, "java", WRONG + difference));
        }
        return new Choice<>(c, new Status(NAMES_OPERATION, c.toString(), "agrees with java"));
    }

    private static @Nullable String firstDifference(NameDecompressor c) {
        // A question and its answer by pointer, then a mail exchange with one label before a pointer, then nonsense.
        byte[] message = HexFormat.of()
                .parseHex("000080000001000200000000" + "0161076578616d706c6503636f6d0000010001"
                        + "c00c000500010000000000040162c00e" + "c00e000f000100000000000700000c0162c018");
        NameTable wanted = new NameTable(8, 1024);
        NameTable got = new NameTable(8, 1024);
        for (int length = 0; length <= message.length; length++) {
            int expected = JAVA_NAMES.decompress(message, 0, length, wanted);
            int count = c.decompress(message, 0, length, got);
            if (count != expected || !got.sameAs(wanted)) {
                return length + " bytes gave " + count + " at " + got.where() + ", wanted " + expected + " at "
                        + wanted.where();
            }
        }
        return null;
    }

    /**
     * Every tail of the loop in C at changing alignments, and carries. Few, because the JVM is cold when this runs: a
     * millisecond here is a millisecond of every short command.
     */
    private static @Nullable String firstDifference(Checksum java, Checksum c) {
        byte[] bytes = new byte[2048];
        int random = 1;
        for (int i = 0; i < bytes.length; i++) {
            random = random * 1103515245 + 12345;
            // A long run of 0xff carries as often as a sum can.
            bytes[i] = i < 1024 ? (byte) (random >> 16) : (byte) 0xff;
        }
        Memory memory = Memory.allocate(bytes.length);
        memory.bytes().put(0, bytes);
        for (int length = 0; length <= 72; length++) {
            String difference = difference(java, c, bytes, memory, length * 5 % 16, length);
            if (difference != null) {
                return difference;
            }
        }
        return difference(java, c, bytes, memory, 1, bytes.length - 1);
    }

    private static @Nullable String difference(
            Checksum java, Checksum c, byte[] bytes, Memory memory, int offset, int length) {
        int initial = offset * 0x07ff_ffff;
        int wanted = java.sum(bytes, offset, length, initial);
        int fromArray = c.sum(bytes, offset, length, initial);
        int fromBuffer = c.sum(memory.bytes(), offset, length, initial);
        int fromMemory = c.sum(memory, offset, length, initial);
        int[] inBatch = {initial};
        c.sums(memory, new int[] {offset}, new int[] {length}, inBatch, 1);
        if (fromArray == wanted && fromBuffer == wanted && fromMemory == wanted && inBatch[0] == wanted) {
            return null;
        }
        return length + " bytes at offset " + offset + " gave " + Integer.toHexString(fromArray) + ", "
                + Integer.toHexString(fromBuffer) + ", " + Integer.toHexString(fromMemory) + " and "
                + Integer.toHexString(inBatch[0]) + ", wanted " + Integer.toHexString(wanted);
    }
}
