package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Frames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames that come when they are due. */
@Timeout(60)
class ReplayTest {
    private static final byte[] A = {1};
    private static final byte[] B = {2, 2};
    private static final byte[] C = {3, 3, 3};

    private static final class Log implements FrameSink {
        final List<String> events = new ArrayList<>();

        @Override
        public void write(Frame frame) {
            events.add("write " + frame.length());
        }

        @Override
        public void flush() {
            events.add("flush");
        }

        @Override
        public void close() {
            events.add("close");
        }
    }

    @Test
    void framesComeWhenTheClockSaysSo() throws IOException {
        AtomicLong clock = new AtomicLong();
        // One second apart, twice as fast.
        try (Replay replay = Replay.of(Frames.source(A, B, C), Pace.times(2).clock(clock::get))) {
            Frame frame = replay.frame();
            assertEquals(LinkType.ETHERNET, replay.linkType());
            assertThrows(IllegalStateException.class, frame::buffer);
            assertTrue(replay.next(0));
            assertArrayEquals(A, frame.bytes());
            assertFalse(replay.next(0));
            assertThrows(IllegalStateException.class, frame::buffer);
            clock.set(499_999_999);
            assertFalse(replay.next(0));
            assertFalse(replay.ended());
            clock.set(500_000_000);
            assertTrue(replay.next(0));
            assertArrayEquals(B, frame.bytes());
            assertEquals(1_000_000_000, frame.timestampNanos());
            assertFalse(replay.next(0));
            clock.set(1_000_000_000);
            assertTrue(replay.next(0));
            assertArrayEquals(C, frame.bytes());
            assertSame(frame, replay.frame());
            assertFalse(replay.next(0));
            assertTrue(replay.ended());
        }
    }

    @Test
    void flushesBeforeItWaitsAndNotBetweenFramesThatAreDue() throws IOException {
        Log log = new Log();
        try (Replay replay = Replay.of(Frames.source(A, B, C), Pace.unlimited())) {
            assertEquals(3, replay.to(log));
        }
        assertEquals(List.of("write 1", "write 2", "write 3", "flush"), log.events);

        log.events.clear();
        try (Replay replay = Replay.of(Frames.source(A, B), Pace.times(50))) {
            assertEquals(2, replay.to(log));
        }
        assertEquals(List.of("write 1", "flush", "write 2", "flush"), log.events);
    }

    @Test
    void loops() throws IOException {
        AtomicLong clock = new AtomicLong();
        List<Integer> lengths = new ArrayList<>();
        try (Replay replay = Replay.loop(
                () -> Frames.source(A, B), 3, Pace.original().clock(clock::get))) {
            while (!replay.ended()) {
                if (replay.next(0)) {
                    lengths.add(replay.frame().length());
                } else {
                    clock.addAndGet(500_000_000);
                }
            }
        }
        assertEquals(List.of(1, 2, 1, 2, 1, 2), lengths);
        assertEquals(3_000_000_000L, clock.get(), "three gaps of a second, none between the passes");

        try (Replay empty = Replay.loop(Frames::source, Long.MAX_VALUE, Pace.unlimited())) {
            assertFalse(empty.next());
        }
        assertThrows(IllegalArgumentException.class, () -> Replay.loop(Frames::source, 0, Pace.unlimited()));
    }

    @Test
    void restamps() throws IOException {
        long before = System.currentTimeMillis();
        try (Replay replay =
                Replay.of(Frames.source(A), Pace.unlimited()).restamp(true)) {
            assertTrue(replay.next(0));
            assertTrue(replay.frame().timestampNanos() / 1_000_000 >= before);
            assertEquals(1, replay.frame().copy().length());
        }
    }

    @Test
    void closeWakesWhoWaits() throws Exception {
        Replay replay = Replay.of(Frames.source(A, B), Pace.times(1e-6));
        var first = new CountDownLatch(1);
        var result = new AtomicReference<Object>();
        Thread reader = new Thread(() -> {
            try {
                if (replay.next()) {
                    first.countDown();
                    result.set(replay.next());
                }
            } catch (IOException e) {
                result.set(e);
            }
        });
        reader.start();
        first.await();
        while (reader.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        replay.close();
        reader.join();
        assertEquals(false, result.get());
        assertTrue(replay.ended());
        replay.close();
    }
}
