package dev.ringwire.bench.worker;

import dev.ringwire.bytes.Bits;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.nio.file.Path;

/** Our reader of files as a worker: {@code run FILE}. */
public final class ReadWorker {
    private ReadWorker() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(words -> read(Path.of(words[1])));
    }

    private static String read(Path file) throws IOException {
        long start = Conversation.cpuNanos();
        long packets = 0;
        long sum = 0;
        try (CaptureReader reader = CaptureReader.open(file)) {
            Frame frame = reader.frame();
            while (reader.next()) {
                packets++;
                sum ^= Bits.i64(frame.buffer(), frame.offset());
                sum += frame.timestampNanos() + frame.length() + frame.originalLength();
            }
        }
        return Conversation.packets(packets, Conversation.cpuNanos() - start) + " sum=" + Long.toHexString(sum);
    }
}
