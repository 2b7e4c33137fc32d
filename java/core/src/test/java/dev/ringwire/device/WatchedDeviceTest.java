package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that tell what goes through them. */
class WatchedDeviceTest {
    @TempDir
    Path directory;

    private static ByteBuffer numbered(int n) {
        return ByteBuffer.allocate(60 + n).putInt(14, n);
    }

    @Test
    void aTracerTellsOfBothDirections() throws IOException {
        List<String> told = new ArrayList<>();
        try (var pair = Loopback.pair(LinkType.ETHERNET);
                var tracer = new Tracer(
                        pair.second(), f -> f.direction() + " " + f.interfaceName() + " " + f.length(), told::add)) {
            tracer.send(numbered(1), 0, 61);
            pair.first().send(numbered(2), 0, 62);
            assertTrue(tracer.next(0));
            assertEquals(62, tracer.frame().length());
            assertFalse(tracer.next(0));
            assertTrue(pair.first().next(0));
            assertEquals(61, pair.first().frame().length());
        }
        assertEquals(List.of("OUTBOUND loop1 61", "INBOUND loop1 62"), told);
    }

    @Test
    void aTapWritesBothDirections() throws IOException {
        Path file = directory.resolve("tap.pcapng");
        try (var pair = Loopback.pair(LinkType.ETHERNET)) {
            try (var tap = new PcapTap(pair.second(), PcapngWriter.create(file))) {
                for (int i = 0; i < 10; i += 2) {
                    tap.send(numbered(i), 0, 60 + i);
                    pair.first().send(numbered(i + 1), 0, 61 + i);
                    assertTrue(tap.next(0));
                    assertFalse(tap.next(0));
                    // On disk at once: whoever crashes next leaves a whole file.
                    try (CaptureReader reader = CaptureReader.open(file)) {
                        for (int j = 0; j < i + 2; j++) {
                            assertTrue(reader.next());
                            assertArrayEquals(
                                    numbered(j).array(), reader.frame().bytes());
                            assertEquals(
                                    j % 2 == 0 ? Direction.OUTBOUND : Direction.INBOUND,
                                    reader.frame().direction());
                            assertEquals("loop1", reader.frame().interfaceName());
                            assertTrue(reader.frame().timestampNanos() > 0);
                        }
                        assertEquals(1, reader.interfaces().size());
                    }
                }
            }
        }
    }
}
