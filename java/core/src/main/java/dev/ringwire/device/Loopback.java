package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One end of a cable within this process: what one end sends, the other receives, at once and in order. Each end keeps
 * at most {@link Builder#capacity} frames that wait to be read; one more is dropped and counted. An end whose other end
 * is closed gives what is left and has then ended; what is sent to a closed end is counted as dropped there. Frames lie
 * in memory that is used again, so nothing is allocated per frame once the queue has filled.
 */
public final class Loopback implements Device {
    private final String name;
    private final LinkType linkType;
    private final int mtu;
    private final boolean offloads;
    private final LongSupplier clock;
    private final Optional<MacAddress> hardwareAddress;
    private @Nullable Loopback other;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Frames wait from {@code head} on; the one before is being read. */
    private final Slot[] slots;

    private int head;
    private int waiting;
    private long received;
    private long dropped;
    private boolean woken;
    private boolean otherClosed;
    private volatile boolean closed;
    private final Slot.View frame = new Slot.View();

    private Loopback(Builder builder, String name, @Nullable MacAddress hardwareAddress) {
        this.name = name;
        this.linkType = builder.linkType;
        this.mtu = builder.mtu;
        this.offloads = builder.offloads;
        this.clock = builder.clock;
        this.hardwareAddress = Optional.ofNullable(hardwareAddress);
        // One more than may wait, for the frame that is being read.
        this.slots = new Slot[builder.capacity + 1];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot();
        }
    }

    /**
     * Both ends of a cable.
     *
     * @param first one end, called {@code loop0}
     * @param second the other, called {@code loop1}
     */
    public record Pair(Loopback first, Loopback second) implements Closeable {
        /** Closes both. */
        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    /** A pair with the usual settings. */
    public static Pair pair(LinkType linkType) {
        return builder(linkType).pair();
    }

    /** A pair with settings other than the usual ones. */
    public static Builder builder(LinkType linkType) {
        return new Builder(linkType);
    }

    /** Settings of a pair. */
    public static final class Builder {
        private final LinkType linkType;
        private int capacity = 1024;
        private int mtu = 65_535;
        private boolean offloads;
        private LongSupplier clock = WallClock::nanos;

        private Builder(LinkType linkType) {
            this.linkType = Objects.requireNonNull(linkType);
        }

        /**
         * How many frames may wait at each end; 1024 unless set. The memory is that many times the longest frame sent.
         *
         * @throws IllegalArgumentException if not in 1..2<sup>20</sup>
         */
        public Builder capacity(int frames) {
            if (frames < 1 || frames > 1 << 20) {
                throw new IllegalArgumentException("capacity of " + frames + " frames is not in 1.." + (1 << 20));
            }
            capacity = frames;
            return this;
        }

        /**
         * The most bytes behind the Ethernet header, or of the whole frame for other link types; 65535 unless set.
         *
         * @throws IllegalArgumentException if not in 1..65535
         */
        public Builder mtu(int bytes) {
            if (bytes < 1 || bytes > 65_535) {
                throw new IllegalArgumentException("MTU " + bytes + " is not in 1..65535");
            }
            mtu = bytes;
            return this;
        }

        /**
         * Whether frames may be sent uncut and with unfinished checksums; they arrive as they are, and say so. False
         * unless set.
         */
        public Builder offloads(boolean on) {
            offloads = on;
            return this;
        }

        /**
         * What frames take their timestamps from, when they are sent; the time of day unless set.
         *
         * @param nanos since 1970-01-01T00:00Z; called by whichever thread sends
         */
        public Builder clock(LongSupplier nanos) {
            clock = Objects.requireNonNull(nanos);
            return this;
        }

        /** Both ends; on Ethernet they have the locally administered addresses 02:00:00:00:00:00 and :01. */
        public Pair pair() {
            boolean ethernet = linkType.equals(LinkType.ETHERNET);
            Loopback first = new Loopback(this, "loop0", ethernet ? new MacAddress(0x0200_0000_0000L) : null);
            Loopback second = new Loopback(this, "loop1", ethernet ? new MacAddress(0x0200_0000_0001L) : null);
            first.other = second;
            second.other = first;
            return new Pair(first, second);
        }
    }

    private Loopback other() {
        return Objects.requireNonNull(other);
    }

    @Override
    public Frame frame() {
        return frame;
    }

    /**
     * {@inheritDoc}
     *
     * @throws InterruptedIOException if the thread is interrupted where it would wait; its interrupt status stays set
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        lock.lock();
        try {
            frame.drop();
            long left = timeoutNanos;
            while (waiting == 0 && left > 0 && !closed && !otherClosed) {
                if (woken) {
                    woken = false;
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            if (waiting == 0 || closed) {
                return false;
            }
            frame.show(slots[head]);
            head = head + 1 == slots.length ? 0 : head + 1;
            waiting--;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a frame on " + name);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        send(bytes, offset, length, Offload.NONE);
    }

    @Override
    public boolean offloads() {
        return offloads;
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (!offloads && !offload.isNone()) {
            throw new IllegalStateException(name + " was made without offloads");
        }
        if (closed) {
            throw new IOException(name + " is closed");
        }
        boolean ethernet = linkType.equals(LinkType.ETHERNET);
        if (offload.gsoType() != Offload.GSO_NONE) {
            int segment = Math.min(length, offload.headerLength() + offload.gsoSize());
            if (segment > mtu + (ethernet ? FrameLimit.ETHERNET_HEADER : 0)) {
                throw new IOException(name + ": segments of " + segment + " bytes, where the MTU is " + mtu);
            }
        } else if (ethernet) {
            FrameLimit.check(bytes, offset, length, mtu, name);
        } else if (length > mtu) {
            throw new IOException(name + ": " + length + " bytes are more than the MTU of " + mtu);
        }
        other().deliver(bytes, offset, length, clock.getAsLong(), offload);
    }

    private void deliver(ByteBuffer bytes, int offset, int length, long nanos, Offload offload) {
        lock.lock();
        try {
            if (closed || waiting == slots.length - 1) {
                dropped++;
                return;
            }
            int at = head + waiting;
            Slot slot = slots[at >= slots.length ? at - slots.length : at];
            slot.take(bytes, offset, length, nanos, linkType, name, Direction.INBOUND);
            slot.leaveUndone(offload);
            waiting++;
            received++;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {}

    @Override
    public boolean ended() {
        lock.lock();
        try {
            return closed || otherClosed && waiting == 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public Optional<MacAddress> hardwareAddress() {
        return hardwareAddress;
    }

    /** {@inheritDoc} Dropped are frames that found the queue full, or this end closed. */
    @Override
    public CaptureStatistics statistics() {
        lock.lock();
        try {
            return new CaptureStatistics(received, dropped, 0);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes this end; what waits in it is lost, what it sent can still be read at the other. From any thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            frame.drop();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        other().otherEndClosed();
    }

    private void otherEndClosed() {
        lock.lock();
        try {
            otherClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
