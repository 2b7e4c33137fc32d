package dev.ringwire.bench.worker;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.accel.Checksum;
import dev.ringwire.accel.JavaChecksum;
import dev.ringwire.accel.Memory;
import dev.ringwire.accel.NativeChecksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** Sums the same memory again and again: {@code ours LENGTH COUNT}, and {@code c} and {@code c-scalar} alike. */
public final class ChecksumWorker {
    private final Checksum checksum;
    private final Memory memory = Memory.allocate(1 << 16);

    private ChecksumWorker(Checksum checksum) {
        this.checksum = checksum;
        byte[] bytes = new byte[1 << 16];
        new Random(1).nextBytes(bytes);
        memory.bytes().put(0, bytes);
    }

    /** Takes "chosen", "java" or "jni": what "ours" stands for. */
    public static void main(String[] arguments) throws IOException {
        Checksum checksum = switch (arguments[0]) {
            case "java" -> new JavaChecksum();
            case "jni" -> new NativeChecksum();
            default -> Accelerators.checksum();
        };
        Conversation.serve(new ChecksumWorker(checksum)::answer);
    }

    private String answer(String[] words) {
        if (words[0].equals("load")) {
            System.load(words[1]);
            return "ok=1";
        }
        int length = Integer.parseInt(words[1]);
        int count = Integer.parseInt(words[2]);
        long start = Conversation.cpuNanos();
        int sum = switch (words[0]) {
            case "ours" -> sum(length, count);
            case "c" -> loop(memory.bytes(), length, count);
            case "c-scalar" -> loopScalar(memory.bytes(), length, count);
            default -> throw new IllegalArgumentException(words[0]);
        };
        return Conversation.packets(count, Conversation.cpuNanos() - start) + " sum=" + sum;
    }

    private int sum(int length, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum = checksum.sum(memory, 0, length, sum);
        }
        return sum;
    }

    private static native int loop(ByteBuffer bytes, int length, int count);

    private static native int loopScalar(ByteBuffer bytes, int length, int count);
}
