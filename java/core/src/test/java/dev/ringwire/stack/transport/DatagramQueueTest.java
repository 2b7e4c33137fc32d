package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.stack.PacketBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class DatagramQueueTest {
    /** A datagram with a payload of that length, all else following from the number. */
    private static Datagram datagram(int number, int length) {
        byte[] bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        PacketBuffer packet = new PacketBuffer();
        packet.aim(ByteBuffer.wrap(bytes), 0, length);
        packet.source(number * 3L, number * 5L);
        packet.destination(number * 7L, -number);
        packet.ttl(number & 0xff);
        packet.trafficClass(number >> 3 & 0xff);
        packet.timestampNanos(number * 1_000_000_007L);
        Datagram datagram = new Datagram(0);
        datagram.aim(packet, number & 0xffff);
        return datagram;
    }

    private static void assertSame(Datagram expected, Datagram actual) {
        assertArrayEquals(expected.toBytes(), actual.toBytes());
        assertEquals(expected.sourceHigh(), actual.sourceHigh());
        assertEquals(expected.sourceLow(), actual.sourceLow());
        assertEquals(expected.sourcePort(), actual.sourcePort());
        assertEquals(expected.destinationHigh(), actual.destinationHigh());
        assertEquals(expected.destinationLow(), actual.destinationLow());
        assertEquals(expected.ttl(), actual.ttl());
        assertEquals(expected.trafficClass(), actual.trafficClass());
        assertEquals(expected.timestampNanos(), actual.timestampNanos());
        assertEquals(expected.wholeLength(), actual.wholeLength());
    }

    @Test
    void givesBackInOrderWhatWasPutWhileItGrows() {
        var queue = new DatagramQueue(300_000);
        var into = new Datagram(65_535);
        var random = new Random(7);
        int put = 0;
        int taken = 0;
        int[] lengths = new int[5000];
        while (taken < lengths.length) {
            while (put < lengths.length && random.nextInt(8) != 0) {
                lengths[put] = random.nextInt(random.nextInt(20) == 0 ? 65_536 : 200);
                if (!queue.put(datagram(put, lengths[put]))) {
                    break;
                }
                put++;
            }
            assertTrue(queue.size() <= 300_000);
            while (taken < put && random.nextInt(8) != 0) {
                assertTrue(queue.take(into));
                assertSame(datagram(taken, lengths[taken]), into);
                taken++;
            }
        }
        assertTrue(queue.isEmpty());
        assertFalse(queue.take(into));
    }

    @Test
    void takesNoMoreThanItsLimit() {
        var queue = new DatagramQueue(10 * (DatagramQueue.OVERHEAD + 104));
        int put = 0;
        while (queue.put(datagram(put, 100))) {
            put++;
        }
        assertEquals(10, put);
        assertEquals(10 * (DatagramQueue.OVERHEAD + 104), queue.size());
        assertFalse(queue.put(datagram(0, 0)));
        assertTrue(queue.take(new Datagram(100)));
        assertTrue(queue.put(datagram(0, 0)));
    }

    @Test
    void cutsWhatIsLongerThanTheRoom() {
        var queue = new DatagramQueue(4096);
        queue.put(datagram(1, 100));
        queue.put(datagram(2, 10));
        byte[] array = new byte[40];
        var into = new Datagram(ByteBuffer.wrap(array, 5, 30));
        assertTrue(queue.take(into));
        assertTrue(into.isTruncated());
        assertEquals(30, into.length());
        assertEquals(100, into.wholeLength());
        assertArrayEquals(Arrays.copyOf(datagram(1, 100).toBytes(), 30), Arrays.copyOfRange(array, 5, 35));
        assertEquals(0, array[35]);
        assertTrue(queue.take(into));
        assertSame(datagram(2, 10), into);
    }

    @Test
    void refusesALimitThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new DatagramQueue(0));
    }

    @Test
    void anotherThreadTakes() throws InterruptedException {
        var queue = new DatagramQueue(40_000);
        int count = 100_000;
        Throwable[] failure = new Throwable[1];
        Thread reader = new Thread(() -> {
            var into = new Datagram(2000);
            for (int i = 0; i < count; i++) {
                while (!queue.take(into)) {
                    LockSupport.parkNanos(1000);
                }
                if (into.timestampNanos() != i * 1_000_000_007L || into.length() != i % 1500) {
                    throw new AssertionError("datagram " + i + " came as " + into);
                }
            }
        });
        reader.setUncaughtExceptionHandler((thread, error) -> failure[0] = error);
        reader.start();
        var packet = new PacketBuffer();
        ByteBuffer bytes = ByteBuffer.allocate(1500);
        var datagram = new Datagram(0);
        for (int i = 0; i < count; i++) {
            packet.aim(bytes, 0, i % 1500);
            packet.timestampNanos(i * 1_000_000_007L);
            datagram.aim(packet, 1);
            while (!queue.put(datagram) && failure[0] == null) {
                LockSupport.parkNanos(1000);
            }
        }
        reader.join();
        assertEquals(null, failure[0]);
    }
}
