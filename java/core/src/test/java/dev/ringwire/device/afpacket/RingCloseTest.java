package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.FrameSource;
import dev.ringwire.testing.UdpSender;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing a ring from anywhere, at any time, and what is left of it. */
@RingTest
@Timeout(120)
class RingCloseTest {
    private static final InetSocketAddress TARGET = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4712);

    private static PacketRing small() throws IOException {
        return PacketRing.builder("lo")
                .blockSize(1 << 16)
                .blockCount(16)
                .blockTimeout(Duration.ofMillis(1))
                .open();
    }

    @Test
    void closedWhileAnotherThreadReads() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Thread traffic = new Thread(() -> {
            while (!stop.get()) {
                try {
                    UdpSender.send(TARGET, 200, 18, 1400, 0);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        traffic.start();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicLong read = new AtomicLong();
        AtomicLong sum = new AtomicLong();
        try {
            for (int round = 0; round < 200; round++) {
                PacketRing ring = small();
                Thread reader = new Thread(() -> {
                    try {
                        while (ring.next()) {
                            RingFrame frame = ring.frame();
                            try {
                                for (int i = 0; i < frame.length(); i++) {
                                    sum.addAndGet(frame.buffer().get(frame.offset() + i));
                                }
                                sum.addAndGet(frame.timestampNanos() + frame.strippedVlanTag());
                                read.incrementAndGet();
                            } catch (IllegalStateException closedUnderIt) {
                                assertTrue(ring.ended());
                            }
                        }
                        assertTrue(ring.ended());
                        assertThrows(
                                IllegalStateException.class, () -> ring.frame().buffer());
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                });
                reader.start();
                Thread.sleep(round % 5);
                ring.close();
                reader.join(TimeUnit.SECONDS.toMillis(10));
                assertFalse(reader.isAlive(), "the reader hangs in round " + round);
                assertNull(failure.get(), () -> "in a reader: " + failure.get());
            }
        } finally {
            stop.set(true);
            traffic.join();
        }
        assertTrue(read.get() > 1000, "no traffic: " + read);
    }

    @Test
    void closeWakesAWaitingReaderAndManyClosersAreAsGoodAsOne() throws Exception {
        PacketRing ring =
                PacketRing.builder("lo").blockTimeout(Duration.ofMillis(1)).open();
        AtomicReference<Object> result = new AtomicReference<>();
        CountDownLatch reading = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            try {
                reading.countDown();
                while (ring.next(FrameSource.FOREVER)) {
                    // Whatever crosses loopback meanwhile.
                }
                result.set(false);
            } catch (Throwable e) {
                result.set(e);
            }
        });
        reader.start();
        reading.await();
        Thread.sleep(50);
        Thread[] closers = new Thread[4];
        for (int i = 0; i < closers.length; i++) {
            closers[i] = new Thread(() -> {
                try {
                    ring.close();
                } catch (IOException e) {
                    result.set(e);
                }
            });
            closers[i].start();
        }
        for (Thread closer : closers) {
            closer.join();
        }
        reader.join(TimeUnit.SECONDS.toMillis(5));
        assertEquals(false, result.get());
    }

    @Test
    void aClosedRingSaysSo() throws IOException {
        PacketRing ring = small();
        RingFrame frame = ring.frame();
        assertThrows(IllegalStateException.class, frame::timestampNanos);
        UdpSender.send(TARGET, 3, 18, 18, 0);
        assertTrue(ring.next(TimeUnit.SECONDS.toNanos(2)));
        ByteBuffer slice = frame.slice();
        int generation = frame.generation();
        ring.close();
        ring.close();
        assertTrue(ring.ended());
        assertFalse(ring.next(0));
        assertFalse(ring.next());
        assertThrows(IllegalStateException.class, frame::buffer);
        assertThrows(IllegalStateException.class, frame::bytes);
        assertThrows(IllegalStateException.class, frame::timestampNanos);
        assertThrows(IllegalStateException.class, frame::originalLength);
        assertThrows(IllegalStateException.class, frame::direction);
        assertThrows(IllegalStateException.class, frame::interfaceId);
        assertThrows(IllegalStateException.class, frame::strippedVlanTag);
        assertThrows(IllegalStateException.class, frame::checksumStatus);
        assertTrue(frame.generation() != generation, "a header made earlier would still read");
        // Memory that was borrowed directly reads as zeros.
        for (int i = 0; i < slice.limit(); i++) {
            assertEquals(0, slice.get(i));
        }
        assertTrue(ring.statistics().received() >= 3);
        assertEquals("PacketRing[lo, closed]", ring.toString());
    }

    @Test
    void aFrameEndsWithItsBlock() throws IOException {
        try (PacketRing ring = small()) {
            UdpSender.send(TARGET, 1, 18, 18, 0);
            assertTrue(ring.next(TimeUnit.SECONDS.toNanos(2)));
            while (ring.next(TimeUnit.MILLISECONDS.toNanos(50))) {
                // ICMP errors and the like.
            }
            assertThrows(IllegalStateException.class, () -> ring.frame().buffer());
        }
    }

    @Test
    void anInterruptEndsTheWaitAndNothingElse() throws Exception {
        try (PacketRing ring = small()) {
            AtomicReference<Object> result = new AtomicReference<>();
            Thread reader = new Thread(() -> {
                try {
                    while (ring.next()) {
                        // Whatever crosses loopback meanwhile.
                    }
                } catch (InterruptedIOException e) {
                    result.set(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                    result.set(e);
                }
            });
            reader.start();
            Thread.sleep(30);
            reader.interrupt();
            reader.join(TimeUnit.SECONDS.toMillis(5));
            assertEquals(true, result.get());
            UdpSender.send(TARGET, 1, 18, 18, 0);
            assertTrue(ring.next(TimeUnit.SECONDS.toNanos(2)));
        }
    }

    @Test
    void keepsToItsTimeout() throws IOException {
        try (PacketRing ring = PacketRing.builder("lo").promiscuous(false).open()) {
            for (long millis : new long[] {0, 1, 30, 250}) {
                long start = System.nanoTime();
                while (ring.next(TimeUnit.MILLISECONDS.toNanos(millis))) {
                    start = System.nanoTime();
                }
                long took = (System.nanoTime() - start) / 1_000_000;
                assertTrue(took >= millis && took < millis + 200, millis + " ms took " + took);
            }
        }
    }

    @Test
    void aThousandRingsLeaveNothingBehind() throws Exception {
        PacketRing.open("lo").close();
        long descriptors = descriptors();
        long virtualMemory = virtualMemoryKib();
        for (int i = 0; i < 1000; i++) {
            try (PacketRing ring = PacketRing.builder("lo").blockCount(4).open()) {
                assertTrue(ring.next(0) || !ring.ended());
            }
        }
        assertEquals(descriptors, descriptors());
        // They had 4 GiB in all.
        eventually(
                () -> virtualMemoryKib() < virtualMemory + (512 << 10),
                () -> virtualMemory + " KiB before, now " + virtualMemoryKib());
    }

    @Test
    void aRingThatWasForgottenIsClosedByTheCollector() throws Exception {
        long descriptors = descriptors();
        long address = forget();
        eventually(
                () -> descriptors() == descriptors && !isMapped(address),
                () -> descriptors() + " descriptors, before " + descriptors);
    }

    private static long forget() throws IOException {
        PacketRing ring = small();
        assertFalse(ring.ended());
        assertTrue(isMapped(ring.address()));
        return ring.address();
    }

    @Test
    void aSliceKeepsItsAddressRange() throws Exception {
        AtomicLong address = new AtomicLong();
        ByteBuffer slice = sliceOfClosedRing(address);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(20);
            assertTrue(isMapped(address.get()));
            assertEquals(0, slice.get(0));
        }
        slice = null;
        eventually(() -> !isMapped(address.get()), () -> "the range stays");
    }

    private static ByteBuffer sliceOfClosedRing(AtomicLong address) throws IOException {
        try (PacketRing ring = small()) {
            address.set(ring.address());
            UdpSender.send(TARGET, 1, 18, 18, 0);
            assertTrue(ring.next(TimeUnit.SECONDS.toNanos(2)));
            return ring.frame().slice().slice(4, 8);
        }
    }

    private static void eventually(BooleanSupplier condition, java.util.function.Supplier<String> otherwise)
            throws InterruptedException {
        for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertTrue(condition.getAsBoolean(), otherwise);
    }

    private static long descriptors() {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            // Those of a ring only: the JVM opens files of its own at any time.
            return links.map(RingCloseTest::target)
                    .filter(t -> t.startsWith("socket:") || t.contains("eventfd"))
                    .count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** Whether an address lies in any mapping; lines of maps start as in "7f00-7f01 rw-p". */
    private static boolean isMapped(long address) {
        try {
            return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .map(line -> line.split(" ")[0].split("-"))
                    .anyMatch(range -> Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                            && Long.compareUnsigned(Long.parseUnsignedLong(range[1], 16), address) > 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long virtualMemoryKib() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmSize:"))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                    .sum();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
