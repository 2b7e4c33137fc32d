package dev.ringwire.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.Loopback;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StackLoopTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Loopback.Pair pair = Loopback.pair(LinkType.RAW);
    private final NetStack stack =
            NetStack.builder(pair.first()).address("192.0.2.1/24").build();
    private final StackLoop loop = new StackLoop(stack);

    @AfterEach
    void close() throws IOException {
        loop.close();
        pair.close();
    }

    @Test
    void framesCommandsAndAlarmsAllWakeIt() throws Exception {
        var done = new CountDownLatch(3);
        Thread[] threads = new Thread[2];
        stack.context()
                .timers()
                .timer(() -> {
                    threads[0] = Thread.currentThread();
                    done.countDown();
                })
                .at(System.nanoTime() + 20_000_000);
        stack.deviceLayer().addIncomingHook(packet -> {
            done.countDown();
            return Verdict.DROP;
        });
        loop.start();
        loop.execute(() -> {
            threads[1] = Thread.currentThread();
            done.countDown();
        });
        pair.second().send(ByteBuffer.allocate(60), 0, 60);
        assertTrue(done.await(20, TimeUnit.SECONDS));
        assertSame(threads[0], threads[1]);
        assertEquals("ringwire-loop0", threads[0].getName());
        assertTrue(threads[0].isDaemon());
        assertThrows(IllegalStateException.class, loop::run);
        assertTrue(loop.stop(LONG));
        assertTrue(loop.ended());
        assertTrue(loop.failure().isEmpty());
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
        assertFalse(pair.first().ended());
    }

    @Test
    void manyCommandsOfManyThreadsAreAllDone() throws Exception {
        loop.spin(Duration.ofNanos(50_000)).start();
        var count = new AtomicInteger();
        int each = 20_000;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    loop.execute(count::incrementAndGet);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        var last = new CompletableFuture<Integer>();
        loop.execute(() -> last.complete(count.get()));
        assertEquals(3 * each, last.get(20, TimeUnit.SECONDS));
    }

    @Test
    void aCommandThatThrowsEndsNothing() throws Exception {
        loop.start();
        loop.execute(() -> {
            throw new IllegalStateException("the test's own");
        });
        var after = new CompletableFuture<Long>();
        loop.execute(() -> after.complete(stack.context().counters().applicationErrors));
        assertEquals(1, after.get(20, TimeUnit.SECONDS));
    }

    /** Ends when told to, or never. */
    private static final class Connections implements Stopper {
        volatile boolean aborted;
        volatile boolean stopped;
        final CountDownLatch asked = new CountDownLatch(1);

        @Override
        public void stop() {
            asked.countDown();
        }

        @Override
        public boolean isStopped() {
            return stopped;
        }

        @Override
        public void abort() {
            aborted = true;
            stopped = true;
        }
    }

    @Test
    void connectionsEndFirst() throws Exception {
        var connections = new Connections();
        stack.onStop(connections);
        loop.ownsDevice(true).start();
        var stopped = CompletableFuture.supplyAsync(() -> {
            try {
                return loop.stop(LONG);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(connections.asked.await(20, TimeUnit.SECONDS));
        assertFalse(loop.ended());
        assertFalse(pair.first().ended());
        loop.execute(() -> connections.stopped = true);
        assertTrue(stopped.get(20, TimeUnit.SECONDS));
        assertFalse(connections.aborted);
        assertTrue(pair.first().ended());
    }

    @Test
    void connectionsThatDoNotEndAreAborted() throws Exception {
        var connections = new Connections();
        stack.onStop(connections);
        loop.start();
        assertTrue(loop.stop(Duration.ofMillis(30)));
        assertTrue(connections.aborted);
        assertTrue(loop.failure().isEmpty());
    }

    @Test
    void aLoopThatNeverRanStopsToo() throws Exception {
        var connections = new Connections();
        stack.onStop(connections);
        loop.ownsDevice(true);
        assertTrue(loop.stop(LONG));
        assertTrue(connections.aborted);
        assertTrue(pair.first().ended());
        assertThrows(IllegalStateException.class, loop::start);
    }

    @Test
    void anApplicationMayStopTheLoopItRunsIn() throws Exception {
        var ended = new CompletableFuture<StackLoop>();
        var answer = new CompletableFuture<Boolean>();
        loop.onEnd(ended::complete).start();
        loop.execute(() -> {
            try {
                answer.complete(loop.stop(LONG));
            } catch (InterruptedException e) {
                answer.completeExceptionally(e);
            }
        });
        assertFalse(answer.get(20, TimeUnit.SECONDS));
        assertSame(loop, ended.get(20, TimeUnit.SECONDS));
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        var connections = new Connections();
        stack.onStop(connections);
        var status = new CompletableFuture<Boolean>();
        Thread caller = new Thread(() -> {
            try {
                loop.run();
                status.complete(Thread.currentThread().isInterrupted());
            } catch (IOException | RuntimeException e) {
                status.completeExceptionally(e);
            }
        });
        caller.start();
        var runs = new CountDownLatch(1);
        loop.execute(runs::countDown);
        assertTrue(runs.await(20, TimeUnit.SECONDS));
        caller.interrupt();
        assertTrue(status.get(20, TimeUnit.SECONDS));
        assertTrue(connections.aborted);
        assertTrue(loop.failure().isEmpty());
    }

    @Test
    void aDeviceThatEndsIsAFailure() throws Exception {
        var ended = new CompletableFuture<StackLoop>();
        var connections = new Connections();
        stack.onStop(connections);
        loop.onEnd(ended::complete).start();
        pair.second().close();
        ended.get(20, TimeUnit.SECONDS);
        Throwable failure = loop.failure().orElseThrow();
        assertInstanceOf(IOException.class, failure);
        assertTrue(String.valueOf(failure.getMessage()).startsWith("loop0 has ended"), failure::getMessage);
        assertTrue(connections.aborted);
        var e = assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
        assertTrue(String.valueOf(e.getMessage()).contains("loop0 has ended"), e::getMessage);
    }

    @Test
    void aTraceHasBothDirections(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("trace.pcapng");
        NetStack traced = NetStack.builder(pair.second())
                .address("192.0.2.2/24")
                .trace(PcapngWriter.create(file))
                .build();
        try (StackLoop other = new StackLoop(traced).ownsDevice(true).start()) {
            pair.first().send(ByteBuffer.allocate(60), 0, 60);
            var done = new CountDownLatch(1);
            other.execute(() -> {
                PacketBuffer packet = traced.context().take();
                packet.append(30);
                traced.deviceLayer().send(packet);
                traced.context().give(packet);
                done.countDown();
            });
            assertTrue(done.await(20, TimeUnit.SECONDS));
            assertTrue(pair.first().next(LONG.toNanos()));
        }
        List<String> seen = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(file)) {
            while (reader.next()) {
                seen.add(reader.frame().direction() + " " + reader.frame().length());
            }
        }
        seen.sort(null);
        assertEquals(List.of(Direction.INBOUND + " 60", Direction.OUTBOUND + " 30"), seen);
    }

    @Test
    void nobodyOpensAnInterfaceWhoseStackIsStillEnding() throws Exception {
        var slow = new Connections();
        SharedStacks.Opener opener =
                name -> NetStack.builder(Loopback.pair(LinkType.RAW).first()).build();
        SharedStacks.Share first = SharedStacks.of("shared3", opener);
        first.stack().onStop(slow);
        var closed = CompletableFuture.supplyAsync(() -> close(first));
        slow.asked.await();
        var again = CompletableFuture.supplyAsync(() -> {
            try (SharedStacks.Share share = SharedStacks.of("shared3", name -> {
                assertTrue(first.loop().ended());
                return opener.open(name);
            })) {
                return share.stack();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThrows(TimeoutException.class, () -> again.get(100, TimeUnit.MILLISECONDS));
        slow.stopped = true;
        first.stack().execute(() -> {});
        assertNotSame(first.stack(), again.get(20, TimeUnit.SECONDS));
        assertTrue(closed.get(20, TimeUnit.SECONDS));
    }

    private static boolean close(SharedStacks.Share share) {
        try {
            share.close();
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void oneStackIsSharedByAllAndClosedByTheLast() throws Exception {
        var opened = new AtomicInteger();
        SharedStacks.Opener opener = name -> {
            opened.incrementAndGet();
            return NetStack.builder(Loopback.pair(LinkType.RAW).first())
                    .address("192.0.2.9")
                    .build();
        };
        SharedStacks.Share first = SharedStacks.of("shared0", opener);
        SharedStacks.Share second = SharedStacks.of("shared0", opener);
        SharedStacks.Share other = SharedStacks.of("shared1", opener);
        assertSame(first.stack(), second.stack());
        assertEquals(2, opened.get());
        first.close();
        first.close();
        assertFalse(second.loop().ended());
        second.close();
        assertTrue(second.loop().ended());
        assertTrue(second.stack().deviceLayer().device().ended());
        assertFalse(other.loop().ended());
        SharedStacks.Share anew = SharedStacks.of("shared0", opener);
        assertEquals(3, opened.get());
        anew.close();
        other.close();
        assertThrows(
                IOException.class,
                () -> SharedStacks.of("shared2", name -> {
                    throw new IOException("no device");
                }));
    }
}
