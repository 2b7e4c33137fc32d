package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** Ways to read a whole file in a test. */
final class Readers {
    private Readers() {}

    static ReadableByteChannel channel(byte[] file) {
        return Channels.newChannel(new ByteArrayInputStream(file));
    }

    static CaptureReader stream(byte[] file) throws IOException {
        return CaptureReader.open(channel(file), "test");
    }

    /** Every frame to a clean end. */
    static List<Frame> all(CaptureReader reader) throws IOException {
        List<Frame> frames = new ArrayList<>();
        try (reader) {
            while (reader.next()) {
                frames.add(reader.frame().copy());
            }
            assertTrue(reader.ended());
        }
        return frames;
    }

    /** Every frame before the error, which comes exactly once. */
    static CaptureFormatException untilError(CaptureReader reader, List<Frame> frames) throws IOException {
        try (reader) {
            CaptureFormatException error = assertThrows(CaptureFormatException.class, () -> {
                while (reader.next()) {
                    frames.add(reader.frame().copy());
                }
            });
            assertFalse(reader.next());
            assertTrue(reader.ended());
            assertThrows(IllegalStateException.class, () -> reader.frame().buffer());
            return error;
        }
    }
}
