package dev.ringwire.stack.transport;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams between two threads, without a lock: one thread puts, one takes. They lie as bytes in a ring that starts
 * small and doubles up to the limit; nothing is allocated per datagram.
 */
public final class DatagramQueue {
    /** What a datagram takes besides its payload, in bytes. */
    public static final int OVERHEAD = 48;

    private static final int SMALLEST = 4096;
    private static final int LARGEST_LIMIT = 1 << 30;

    // Both count bytes for ever, each is written by one thread.
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private volatile int limit;
    private Ring writing = new Ring(SMALLEST, 0);
    private Ring reading = writing;

    /** Records from {@link #start} on; when it grows too small the writer goes on in {@link #next}. */
    private static final class Ring {
        final byte[] bytes;
        final ByteBuffer buffer;
        final int mask;
        final long start;

        /** Where the records go on in the next ring. The reader may see it late, but not when a record is there. */
        long end = Long.MAX_VALUE;

        @Nullable
        Ring next;

        Ring(int capacity, long start) {
            bytes = new byte[capacity];
            buffer = ByteBuffer.wrap(bytes);
            mask = capacity - 1;
            this.start = start;
        }

        /** Records are multiples of eight bytes, so that no number of theirs lies across the end. */
        int at(long position) {
            return (int) (position - start) & mask;
        }

        boolean fits(int bytes, long written, long taken) {
            return bytes <= mask + 1 - (written - Math.max(taken, start));
        }
    }

    /**
     * Empty.
     *
     * @param limit see {@link #limit(int)}
     */
    public DatagramQueue(int limit) {
        limit(limit);
    }

    /**
     * The most bytes that wait, {@link #OVERHEAD} of each datagram included; a datagram above is not taken. From any
     * thread.
     *
     * @throws IllegalArgumentException if not in 1..2<sup>30</sup>
     */
    public void limit(int bytes) {
        if (bytes < 1 || bytes > LARGEST_LIMIT) {
            throw new IllegalArgumentException("a limit of " + bytes + " bytes is not in 1.." + LARGEST_LIMIT);
        }
        limit = bytes;
    }

    /** Bytes that wait, {@link #OVERHEAD} of each datagram included. From any thread. */
    public int size() {
        long from = taken.get();
        return (int) (written.get() - from);
    }

    /** Whether nothing waits. From any thread. */
    public boolean isEmpty() {
        return taken.get() == written.get();
    }

    /** Puts one with payload and all that is known of it; false if there is no room. */
    public boolean put(Datagram datagram) {
        int length = datagram.length();
        int need = OVERHEAD + (length + 7 & ~7);
        long at = written.getPlain();
        long from = taken.getAcquire();
        if (at - from + need > limit) {
            return false;
        }
        Ring ring = writing;
        if (!ring.fits(need, at, from)) {
            ring = grow(need, at);
        }
        ByteBuffer to = ring.buffer;
        Bits.put64(
                to,
                ring.at(at),
                (long) length << 32 | (long) datagram.sourcePort << 16 | datagram.ttl << 8 | datagram.trafficClass);
        Bits.put64(to, ring.at(at + 8), datagram.sourceHigh);
        Bits.put64(to, ring.at(at + 16), datagram.sourceLow);
        Bits.put64(to, ring.at(at + 24), datagram.destinationHigh);
        Bits.put64(to, ring.at(at + 32), datagram.destinationLow);
        Bits.put64(to, ring.at(at + 40), datagram.timestampNanos);
        int payload = ring.at(at + OVERHEAD);
        int first = Math.min(length, ring.bytes.length - payload);
        datagram.bytes().get(datagram.offset(), ring.bytes, payload, first);
        datagram.bytes().get(datagram.offset() + first, ring.bytes, 0, length - first);
        written.setRelease(at + need);
        return true;
    }

    /** A ring of twice the size at least; one that is as large as the limit never grows. */
    private Ring grow(int need, long at) {
        int size = Math.max(2 * writing.bytes.length, Integer.highestOneBit(need - 1) << 1);
        Ring larger = new Ring(size, at);
        writing.end = at;
        writing.next = larger;
        writing = larger;
        return larger;
    }

    /** Takes the next one into that datagram; false if there is none. */
    public boolean take(Datagram into) {
        long at = taken.getPlain();
        if (at == written.getAcquire()) {
            return false;
        }
        Ring ring = reading;
        while (at == ring.end && ring.next != null) {
            ring = ring.next;
            reading = ring;
        }
        ByteBuffer from = ring.buffer;
        long first = Bits.i64(from, ring.at(at));
        int length = (int) (first >>> 32);
        into.sourcePort = (int) (first >>> 16) & 0xffff;
        into.ttl = (int) (first >>> 8) & 0xff;
        into.trafficClass = (int) first & 0xff;
        into.sourceHigh = Bits.i64(from, ring.at(at + 8));
        into.sourceLow = Bits.i64(from, ring.at(at + 16));
        into.destinationHigh = Bits.i64(from, ring.at(at + 24));
        into.destinationLow = Bits.i64(from, ring.at(at + 32));
        into.timestampNanos = Bits.i64(from, ring.at(at + 40));
        int count = into.fit(length);
        int start = into.offset();
        int payload = ring.at(at + OVERHEAD);
        int beforeEnd = Math.min(count, ring.bytes.length - payload);
        into.bytes().put(start, ring.bytes, payload, beforeEnd);
        into.bytes().put(start + beforeEnd, ring.bytes, 0, count - beforeEnd);
        taken.setRelease(at + OVERHEAD + (length + 7 & ~7));
        return true;
    }
}
