package dev.ringwire.bench.worker;

import dev.ringwire.file.CaptureReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Frames of a file for workers that decode in memory. */
final class TraceReader {
    private TraceReader() {}

    static List<byte[]> frames(Path file) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(file)) {
            while (reader.next()) {
                frames.add(reader.frame().bytes());
            }
        }
        return frames;
    }
}
