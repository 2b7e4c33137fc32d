package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopbackTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private static ByteBuffer numbered(int n) {
        return ByteBuffer.allocate(60).putInt(14, n);
    }

    @Test
    void whatOneEndSendsTheOtherReceives() throws IOException {
        var clock = new AtomicLong(7);
        var pair =
                Loopback.builder(LinkType.ETHERNET).clock(clock::get).mtu(1500).pair();
        Loopback a = pair.first();
        Loopback b = pair.second();
        Frame frame = b.frame();
        a.send(numbered(1), 0, 60);
        clock.set(8);
        a.write(Frame.of(numbered(2).array(), LinkType.ETHERNET, 0));
        assertTrue(b.next(0));
        assertArrayEquals(numbered(1).array(), frame.bytes());
        assertEquals(7, frame.timestampNanos());
        assertEquals(Direction.INBOUND, frame.direction());
        assertEquals("loop1", frame.interfaceName());
        assertTrue(b.next(0));
        assertEquals(8, frame.timestampNanos());
        assertFalse(b.next(0));
        assertThrows(IllegalStateException.class, frame::buffer);
        assertThrows(IOException.class, () -> a.send(ByteBuffer.allocate(2000), 0, 1515));
        assertThrows(IndexOutOfBoundsException.class, () -> a.send(numbered(0), 30, 60));
        a.send(numbered(3), 0, 60);
        a.close();
        assertFalse(b.ended());
        assertTrue(b.next());
        assertFalse(b.next());
        assertTrue(b.ended());
        b.send(numbered(4), 0, 60);
        assertEquals(1, a.statistics().dropped());
        assertThrows(IOException.class, () -> a.send(numbered(4), 0, 60));
    }

    @Test
    void theQueueIsBoundedAndCounts() throws IOException {
        var pair = Loopback.builder(LinkType.RAW).capacity(3).pair();
        Loopback b = pair.second();
        int given = 0;
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 5; i++) {
                pair.first().send(numbered(10 * round + i), 0, 60);
            }
            for (int i = 0; b.next(0); i++) {
                assertEquals(10 * round + i, b.frame().buffer().getInt(14));
                given++;
            }
        }
        assertEquals(15, given);
        assertEquals(new CaptureStatistics(15, 10, 0), b.statistics());
    }

    @Test
    void twoThreads() throws Exception {
        int count = 200_000;
        try (var pair = Loopback.pair(LinkType.ETHERNET)) {
            Loopback b = pair.second();
            var sender = CompletableFuture.runAsync(() -> {
                ByteBuffer bytes = numbered(0);
                try {
                    for (int i = 0; i < count; i++) {
                        pair.first().send(bytes.putInt(14, i), 0, 60);
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                pair.first().close();
            });
            int last = -1;
            long given = 0;
            while (b.next()) {
                int n = b.frame().buffer().getInt(b.frame().offset() + 14);
                assertTrue(n > last, "in order");
                last = n;
                given++;
            }
            sender.get();
            assertEquals(count, given + b.statistics().dropped());
            assertEquals(given, b.statistics().received());
        }
    }

    @Test
    void wakeInterruptAndCloseEndAWait() throws Exception {
        var pair = Loopback.pair(LinkType.ETHERNET);
        Loopback b = pair.second();
        b.wake();
        assertFalse(b.next(LONG));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> b.next(LONG));
        assertTrue(Thread.interrupted());
        assertFalse(b.ended());
        var closer = CompletableFuture.runAsync(() -> {
            try {
                Thread.sleep(30);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            b.close();
        });
        assertFalse(b.next());
        assertTrue(b.ended());
        closer.get();
    }
}
