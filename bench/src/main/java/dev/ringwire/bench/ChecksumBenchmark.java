package dev.ringwire.bench;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.accel.Checksum;
import dev.ringwire.accel.JavaChecksum;
import dev.ringwire.accel.Memory;
import dev.ringwire.accel.NativeChecksum;
import dev.ringwire.natives.NativeLibrary;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Where C overtakes Java for the RFC 1071 sum: the source of the crossing length in the accelerator. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ChecksumBenchmark {
    private static final int BATCH = 64;

    @Param({"20", "40", "64", "128", "256", "576", "1500", "9000", "65536"})
    int size;

    @Param({"java", "native", "selected"})
    String implementation;

    private Checksum checksum;
    private byte[] array;
    private ByteBuffer direct;
    private Memory memory;
    private int[] offsets;
    private int[] lengths;
    private int[] sums;

    /** Fills both kinds of memory with the same bytes. */
    @Setup
    public void setUp() {
        checksum = switch (implementation) {
            case "java" -> new JavaChecksum();
            case "native" -> {
                if (!NativeLibrary.isLoaded()) {
                    throw new IllegalStateException(NativeLibrary.status().reason());
                }
                yield new NativeChecksum();
            }
            default -> Accelerators.checksum();
        };
        array = new byte[size];
        new Random(1).nextBytes(array);
        direct = ByteBuffer.allocateDirect(size).put(0, array);
        memory = Memory.of(direct);
        offsets = new int[BATCH];
        lengths = new int[BATCH];
        sums = new int[BATCH];
        Arrays.fill(lengths, size);
    }

    /** A heap array. */
    @Benchmark
    public int array() {
        return checksum.sum(array, 0, size, 0);
    }

    /** A direct buffer. */
    @Benchmark
    public int direct() {
        return checksum.sum(direct, 0, size, 0);
    }

    /** Memory of our own. */
    @Benchmark
    public int memory() {
        return checksum.sum(memory, 0, size, 0);
    }

    /** 64 packets in one call; the time is that of one packet. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int[] batch() {
        checksum.sums(memory, offsets, lengths, sums, BATCH);
        return sums;
    }
}
