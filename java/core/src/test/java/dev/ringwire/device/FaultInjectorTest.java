package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.LinkType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultInjectorTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);
    private static final Faults ALL = Faults.NONE
            .withLoss(0.1)
            .withDuplication(0.1)
            .withReordering(0.1)
            .withCorruption(0.1)
            .withTruncation(0.1)
            .withDelay(Duration.ofMillis(5), Duration.ofMillis(3));

    private final AtomicLong clock = new AtomicLong();

    private static ByteBuffer numbered(int n) {
        return ByteBuffer.allocate(60 + n % 40).putInt(14, n);
    }

    private Loopback.Pair pair() {
        return Loopback.builder(LinkType.ETHERNET).clock(clock::get).pair();
    }

    /** What becomes of so many frames in the injector's receiving direction, a millisecond apart. */
    private List<Integer> received(Faults faults, int count) throws IOException {
        var pair = pair();
        List<Integer> numbers = new ArrayList<>();
        try (var bad = FaultInjector.builder(pair.second())
                .in(faults)
                .seed(1)
                .clock(clock::get)
                .build()) {
            for (int i = 0; i < count; i++) {
                pair.first().send(numbered(i), 0, 60);
                clock.addAndGet(1_000_000);
                while (bad.next(0)) {
                    numbers.add(bad.frame().buffer().getInt(14));
                }
            }
            pair.first().close();
            while (bad.next()) {
                numbers.add(bad.frame().buffer().getInt(14));
            }
            FaultStatistics did = bad.received();
            assertEquals(count, did.seen());
            assertEquals(numbers.size(), did.seen() - did.lost() + did.duplicated());
        }
        return numbers;
    }

    private static List<Integer> upTo(int count) {
        return java.util.stream.IntStream.range(0, count).boxed().toList();
    }

    @Test
    void eachFaultDoesWhatItSays() throws IOException {
        assertEquals(upTo(500), received(Faults.NONE, 500));
        assertEquals(List.of(), received(Faults.NONE.withLoss(1), 500));
        assertEquals(1000, received(Faults.NONE.withDuplication(1), 500).size());
        int left = received(Faults.NONE.withLoss(0.3), 10_000).size();
        assertTrue(left > 6500 && left < 7500, left + " of 10000 with a loss of 0.3");
        assertEquals(upTo(500), received(Faults.NONE.withDelay(Duration.ofMillis(9), Duration.ZERO), 500));

        List<Integer> reordered = received(Faults.NONE.withReordering(0.2), 500);
        assertNotEquals(upTo(500), reordered);
        assertEquals(upTo(500), reordered.stream().sorted().toList());
        for (int i = 0; i < 500; i++) {
            assertTrue(Math.abs(reordered.get(i) - i) < 20, "far away: " + reordered.get(i) + " at " + i);
        }
        List<Integer> jitter = received(Faults.NONE.withDelay(Duration.ZERO, Duration.ofMillis(5)), 500);
        assertNotEquals(upTo(500), jitter);
        assertEquals(upTo(500), jitter.stream().sorted().toList());
    }

    @Test
    void aBitIsTurnedOverOrTheEndCutOff() throws IOException {
        var pair = pair();
        try (var bad = FaultInjector.builder(pair.second())
                        .in(Faults.NONE.withCorruption(1))
                        .out(Faults.NONE.withTruncation(1))
                        .clock(clock::get)
                        .build();
                pair) {
            for (int i = 0; i < 200; i++) {
                byte[] sent = numbered(i).array();
                pair.first().send(ByteBuffer.wrap(sent), 0, sent.length);
                assertTrue(bad.next(0));
                byte[] got = bad.frame().bytes();
                for (int j = 0; j < got.length; j++) {
                    got[j] ^= sent[j];
                }
                assertEquals(1, BitSet.valueOf(got).cardinality());
                bad.send(ByteBuffer.wrap(sent), 0, sent.length);
                assertTrue(pair.first().next(0));
                int length = pair.first().frame().length();
                assertTrue(length >= 14 && length < sent.length, "length " + length);
            }
            assertEquals(200, bad.received().corrupted());
            assertEquals(200, bad.sent().truncated());
        }
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        byte[] once = run(3);
        assertArrayEquals(once, run(3));
        assertNotEquals(ByteBuffer.wrap(once), ByteBuffer.wrap(run(4)));
    }

    private byte[] run(long seed) throws IOException {
        clock.set(0);
        var out = new ByteArrayOutputStream();
        var data = new DataOutputStream(out);
        var pair = pair();
        try (var bad = FaultInjector.builder(pair.second())
                        .in(ALL)
                        .out(ALL)
                        .seed(seed)
                        .clock(clock::get)
                        .build();
                pair) {
            for (int i = 0; i < 3000; i++) {
                ByteBuffer frame = numbered(i);
                pair.first().send(frame, 0, frame.capacity());
                bad.send(frame, 0, frame.capacity());
                bad.flush();
                clock.addAndGet(300_000);
                for (Device end : List.of(bad, pair.first())) {
                    while (end.next(0)) {
                        data.writeLong(end.frame().timestampNanos());
                        data.write(end.frame().bytes());
                    }
                }
            }
            FaultStatistics did = bad.sent();
            assertTrue(did.lost() > 0 && did.duplicated() > 0 && did.reordered() > 0 && did.corrupted() > 0);
            assertTrue(did.truncated() > 0 && did.overflowed() == 0, did::toString);
        }
        return out.toByteArray();
    }

    @Test
    void whatIsHeldIsBounded() throws IOException {
        var pair = pair();
        try (var bad = FaultInjector.builder(pair.second())
                        .out(Faults.NONE.withDelay(Duration.ofSeconds(1), Duration.ZERO))
                        .capacity(10)
                        .clock(clock::get)
                        .build();
                pair) {
            for (int i = 0; i < 15; i++) {
                bad.send(numbered(i), 0, 60);
            }
            assertEquals(5, bad.sent().overflowed());
            assertFalse(pair.first().next(0));
            clock.addAndGet(1_000_000_000);
            bad.flush();
            for (int i = 0; i < 10; i++) {
                assertTrue(pair.first().next(0));
                assertEquals(i, pair.first().frame().buffer().getInt(14));
            }
            assertThrows(IOException.class, () -> bad.send(ByteBuffer.allocate(70_000), 0, 70_000));
        }
    }

    @Test
    @SuppressWarnings("try") // closes before the end on purpose
    void aDelayedFrameWakesTheReaderInTime() throws Exception {
        var pair = Loopback.pair(LinkType.ETHERNET);
        Faults late = Faults.NONE.withDelay(Duration.ofMillis(40), Duration.ZERO);
        try (var bad = FaultInjector.builder(pair.second()).in(late).out(late).build();
                pair) {
            long start = System.nanoTime();
            pair.first().send(numbered(1), 0, 60);
            assertFalse(bad.next(0));
            assertTrue(bad.next(LONG), "the frame is due long before the timeout");
            assertTrue(System.nanoTime() - start >= 39_000_000, "no earlier than it is due");
            // Held by a sender in another thread, while the reader already waits for ever.
            var reader = CompletableFuture.supplyAsync(() -> {
                try {
                    return bad.next();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(30);
            bad.send(numbered(2), 0, 60);
            assertTrue(pair.first().next(LONG), "sent by the thread that reads");
            bad.wake();
            bad.close();
            assertFalse(reader.get(20, TimeUnit.SECONDS));
            assertTrue(bad.ended());
        }
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Faults.NONE.withLoss(1.1));
        assertThrows(IllegalArgumentException.class, () -> Faults.NONE.withCorruption(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Faults.NONE.withDelay(Duration.ofMillis(-1), Duration.ZERO));
    }
}
