package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bpf.FilteredSource;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is closed by another thread just when what stands on it looks at the frame: that is the end, no error. */
class CloseWhileReadingTest {
    private static final ByteBuffer FRAME = ByteBuffer.allocate(60);

    @TempDir
    Path directory;

    /** Lends a frame that is closed before it is looked at. */
    private static final class Closing extends DeviceWrapper {
        private final List<FrameSource> above = new ArrayList<>();

        Closing() throws IOException {
            super(Loopback.pair(LinkType.ETHERNET).first());
        }

        @Override
        public boolean next(long timeoutNanos) throws IOException {
            for (FrameSource source : above) {
                source.close();
            }
            return true;
        }
    }

    /** Has all but its bytes. */
    private static final class Gone extends Frame {
        @Override
        public int originalLength() {
            return 60;
        }

        @Override
        public long timestampNanos() {
            return 0;
        }

        @Override
        public LinkType linkType() {
            return LinkType.ETHERNET;
        }
    }

    private static void assertEnds(FrameSource source) {
        assertFalse(assertDoesNotThrow(() -> source.next(0)));
        assertTrue(source.ended());
    }

    @Test
    void wrappersEnd() throws IOException {
        for (int i = 0; i < 4; i++) {
            Closing device = new Closing();
            Predicate<Frame> looks = frame -> frame.get(0) == 0;
            FrameSource wrapper = switch (i) {
                case 0 -> new FilteredSource(device, looks);
                case 1 -> new Tracer(device, Frame::toString, text -> {});
                case 2 -> new PcapTap(device, PcapngWriter.create(directory.resolve("tap.pcapng")));
                default -> FaultInjector.builder(device).build();
            };
            device.above.add(wrapper);
            assertEnds(wrapper);
        }
    }

    @Test
    void aReplayClosedBeforeItsFrameIsDueEnds() throws IOException {
        Path file = directory.resolve("two.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            writer.write(Frame.of(FRAME.array(), LinkType.ETHERNET, 0));
            writer.write(Frame.of(FRAME.array(), LinkType.ETHERNET, 1000));
        }
        long[] now = {0};
        Replay replay = Replay.of(CaptureReader.open(file), Pace.original().clock(() -> now[0]));
        assertTrue(replay.next(0));
        assertFalse(replay.next(0));
        replay.close();
        now[0] = 1000;
        assertEnds(replay);
    }

    @Test
    void aFrameTakenAwayLeavesNoHalfBlockInTheFile() throws IOException {
        Path file = directory.resolve("whole.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            Frame whole = Frame.of(FRAME.array(), LinkType.ETHERNET, 0);
            writer.write(whole);
            Frame gone = new Gone();
            assertThrows(IllegalStateException.class, () -> writer.write(gone));
            writer.write(whole);
        }
        try (CaptureReader reader = CaptureReader.open(file)) {
            assertTrue(reader.next());
            assertTrue(reader.next());
            assertFalse(reader.next());
        }
    }
}
