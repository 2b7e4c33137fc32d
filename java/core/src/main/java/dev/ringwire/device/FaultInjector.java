package dev.ringwire.device;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bad link: loses, delays, duplicates, reorders, corrupts and cuts frames of another device, by other measures in
 * each direction. The same seed, the same frames and the same clock give the same bytes.
 *
 * <p>Every frame is copied and held until it is due. At most {@link Builder#capacity} frames are held in each
 * direction; one more is dropped and counted. A frame that was held has its timestamp moved by as long. What is sent
 * late goes out during a later {@link #next}, {@link #send} or {@link #flush}: somebody must call one. An error of
 * sending it comes from there, too. Once the other device has ended, what it gave comes at once.
 */
public final class FaultInjector extends DeviceWrapper {
    private final LongSupplier clock;
    private final int capacity;
    private final FaultyQueue in;
    private final FaultyQueue out;
    private final SentFrame sent;
    private final Slot.View frame = new Slot.View();
    private final AtomicBoolean woken = new AtomicBoolean();
    /** Over both queues and the sending side of the other device: one thread may receive while another sends. */
    private final ReentrantLock lock = new ReentrantLock();

    private FaultyQueue.@Nullable Held reading;

    private FaultInjector(Builder builder) {
        super(builder.inner);
        clock = builder.clock;
        capacity = builder.capacity;
        in = new FaultyQueue(builder.in, capacity, builder.seed);
        out = new FaultyQueue(builder.out, capacity, ~builder.seed);
        sent = new SentFrame(inner, clock);
    }

    /** A perfect link until faults are set. */
    public static Builder builder(Device inner) {
        return new Builder(inner);
    }

    /** Settings of a bad link. */
    public static final class Builder {
        private final Device inner;
        private Faults in = Faults.NONE;
        private Faults out = Faults.NONE;
        private long seed;
        private int capacity = 1024;
        private LongSupplier clock = WallClock::nanos;

        private Builder(Device inner) {
            this.inner = Objects.requireNonNull(inner);
        }

        /** What happens to frames that are received. */
        public Builder in(Faults faults) {
            in = Objects.requireNonNull(faults);
            return this;
        }

        /** What happens to frames that are sent. */
        public Builder out(Faults faults) {
            out = Objects.requireNonNull(faults);
            return this;
        }

        /** Where chance begins; 0 unless set. Each direction has a sequence of its own. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * How many frames may be held in each direction; 1024 unless set.
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
         * What delays are measured by; the time of day unless set.
         *
         * @param nanos since 1970-01-01T00:00Z; called by whichever thread receives or sends
         */
        public Builder clock(LongSupplier nanos) {
            clock = Objects.requireNonNull(nanos);
            return this;
        }

        /** The bad link; closing it closes the device. */
        public FaultInjector build() {
            return new FaultInjector(this);
        }
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public boolean next(long timeoutNanos) throws IOException {
        giveBack();
        long start = System.nanoTime();
        long left = timeoutNanos;
        boolean came = true;
        // After the time is over, what is ready is still looked through for a frame to give, but not for ever.
        for (int late = 0; late <= capacity && !closed; ) {
            boolean innerEnded = inner.ended();
            long wait = Math.min(left, step(innerEnded));
            if (reading != null) {
                frame.show(reading.slot);
                return true;
            }
            if (innerEnded || left <= 0 && !came) {
                return false;
            }
            came = inner.next(Math.max(wait, 0));
            if (came) {
                takeIn();
            } else if (woken.getAndSet(false)) {
                return false;
            }
            left = Readiness.left(timeoutNanos, start);
            late += left <= 0 ? 1 : 0;
        }
        return false;
    }

    /** Sends what is due and finds what is due to be read; returns how long it is until there is more. */
    private long step(boolean innerEnded) throws IOException {
        lock.lock();
        try {
            long now = clock.getAsLong();
            if (!innerEnded && sendDue(now)) {
                inner.flush();
            }
            reading = in.take(now, innerEnded);
            long due = Math.min(in.due(), out.due());
            return due == Long.MAX_VALUE ? due : due - now;
        } finally {
            lock.unlock();
        }
    }

    private void takeIn() {
        lock.lock();
        try {
            in.put(inner.frame(), clock.getAsLong());
        } catch (IllegalStateException e) {
            if (!closed) {
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveBack() {
        frame.drop();
        FaultyQueue.Held read = reading;
        if (read != null) {
            lock.lock();
            try {
                in.done(read);
                reading = null;
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean sendDue(long now) throws IOException {
        boolean any = false;
        for (var due = out.take(now, false); due != null; due = out.take(now, false)) {
            any = true;
            try {
                inner.send(due.slot.bytes(), 0, due.slot.length);
            } finally {
                out.done(due);
            }
        }
        return any;
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (linkType().equals(LinkType.ETHERNET)) {
            // Now, and not when it is due.
            FrameLimit.check(bytes, offset, length, mtu(), name());
        }
        boolean sooner;
        lock.lock();
        try {
            long before = out.due();
            long now = clock.getAsLong();
            sent.show(bytes, offset, length);
            out.put(sent, now);
            sendDue(now);
            sooner = out.due() < before;
        } finally {
            sent.drop();
            lock.unlock();
        }
        if (sooner) {
            // Whoever waits in next() waits too long now.
            inner.wake();
        }
    }

    /** False: faults happen to frames as they are on the wire, with their checksums. */
    @Override
    public boolean offloads() {
        return false;
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        if (!offload.isNone()) {
            throw new IllegalStateException(this + " takes no offloads");
        }
        send(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            sendDue(clock.getAsLong());
            inner.flush();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean ended() {
        lock.lock();
        try {
            return closed || inner.ended() && in.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** What was done to the frames received. */
    public FaultStatistics received() {
        lock.lock();
        try {
            return in.statistics();
        } finally {
            lock.unlock();
        }
    }

    /** What was done to the frames sent. */
    public FaultStatistics sent() {
        lock.lock();
        try {
            return out.statistics();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        woken.set(true);
        inner.wake();
    }

    /** Closes the other device, too; what is held is lost. */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            inner.close();
        } finally {
            frame.drop();
        }
    }

    @Override
    public String toString() {
        return "FaultInjector[" + inner.name() + "]";
    }
}
