package dev.ringwire.stack;

import dev.ringwire.device.Device;
import dev.ringwire.frame.FrameSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a stack: in the caller's thread by {@link #run()}, or in one of its own by {@link #start()}. It waits for frames
 * and for commands together, until the next alarm.
 *
 * <p>It ends by {@link #stop}, when its thread is interrupted, and when the device fails or has ended, which is a
 * {@link #failure()}. In any case connections are ended first: in good order by {@code stop}, else at once. All methods
 * but {@link #run()} may be called from any thread.
 */
public final class StackLoop implements Closeable {
    /** Most frames of one poll. */
    private static final int BUDGET = 256;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How much longer than told {@link #stop} waits for a thread that an application holds up. */
    private static final long GRACE_NANOS = 1_000_000_000;

    private final NetStack stack;
    private final NanoClock clock;
    private final Device device;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Consumer<? super StackLoop>> listeners = new CopyOnWriteArrayList<>();

    private volatile long spinNanos;
    private volatile boolean ownsDevice;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Throwable failure;

    // Of the loop's thread.
    private boolean stopping;
    private long patienceUntil;

    /** By the computer's clock. */
    public StackLoop(NetStack stack) {
        this(stack, NanoClock.SYSTEM);
    }

    /**
     * By another clock, which is to run as fast as the computer's: waiting is in real time. Who sets such a clock by hand
     * gives a command then, so that it is looked at.
     */
    public StackLoop(NetStack stack, NanoClock clock) {
        this.stack = Objects.requireNonNull(stack);
        this.clock = Objects.requireNonNull(clock);
        this.device = stack.deviceLayer().device();
    }

    /**
     * Looks for frames that long, busily, before it sleeps; 0 unless set. Waking up costs some 30 µs, and a busy
     * processor.
     *
     * @throws IllegalArgumentException if negative
     */
    public StackLoop spin(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("spins for " + time);
        }
        spinNanos = time.toNanos();
        return this;
    }

    /** Whether the device is closed when it ends; false unless set. */
    public StackLoop ownsDevice(boolean owns) {
        ownsDevice = owns;
        return this;
    }

    /** Calls it when it has ended, on its thread; {@link #failure()} is known then. */
    public StackLoop onEnd(Consumer<? super StackLoop> listener) {
        listeners.add(Objects.requireNonNull(listener));
        return this;
    }

    /** The stack. */
    public NetStack stack() {
        return stack;
    }

    /** Why it ended, if not because it was told to. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether it has ended. */
    public boolean ended() {
        return end.getCount() == 0;
    }

    /** Whether this is called on the stack's thread, which must not wait for what only it can do. */
    public boolean isStackThread() {
        return Thread.currentThread().equals(thread);
    }

    /**
     * Has this done on the stack's thread, soon.
     *
     * @throws RejectedExecutionException if the loop has ended
     */
    public void execute(Runnable command) {
        if (ended()) {
            throw new RejectedExecutionException(this + " has ended" + because());
        }
        stack.execute(command);
    }

    private String because() {
        Throwable why = failure;
        return why == null ? "" : ": " + why.getMessage();
    }

    /**
     * Runs until it ends, in this thread, which is the stack's until then. An interrupt ends it; the interrupt status
     * stays set.
     *
     * @throws IOException if the device fails
     * @throws IllegalStateException if it ran before
     */
    public void run() throws IOException {
        begin();
        loop();
        Throwable why = failure;
        if (why instanceof IOException e) {
            throw e;
        } else if (why instanceof RuntimeException e) {
            throw e;
        } else if (why instanceof Error e) {
            throw e;
        }
    }

    /**
     * Runs until it ends, in a thread of its own: a daemon thread with the name of the device.
     *
     * @return this
     * @throws IllegalStateException if it ran before
     */
    public StackLoop start() {
        begin();
        Thread own = new Thread(this::loop, "ringwire-" + device.name());
        own.setDaemon(true);
        thread = own;
        try {
            own.start();
        } catch (OutOfMemoryError e) {
            // No more threads: what is owned is closed, and who asks is told.
            failure = e;
            finish();
            throw e;
        }
        return this;
    }

    private void begin() {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException(this + (ended() ? " has ended" + because() : " runs already"));
        }
    }

    private void loop() {
        thread = Thread.currentThread();
        try {
            poll();
        } catch (InterruptedIOException e) {
            // Told to end; the interrupt status says so.
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        finish();
    }

    private void poll() throws IOException {
        while (!Thread.currentThread().isInterrupted()) {
            long now = clock.nanos();
            long next = stack.poll(now, BUDGET);
            if (stopping) {
                if (stack.isStopped() || now >= patienceUntil) {
                    return;
                }
                next = Math.min(next, patienceUntil);
            }
            if (device.ended()) {
                throw new IOException(device.name() + " has ended: it is closed, or its interface is gone");
            }
            if (next > now && !spin()) {
                stack.await(next == TimerQueue.NEVER ? FrameSource.FOREVER : next - now);
            }
        }
    }

    private boolean spin() throws IOException {
        long spin = spinNanos;
        if (spin == 0) {
            return false;
        }
        long start = System.nanoTime();
        do {
            if (stack.await(0)) {
                return true;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() - start < spin);
        return false;
    }

    /** Ends what is left of connections, so that everybody learns of it, and what is owned. */
    private void finish() {
        attempt(() -> {
            if (!stack.isStopped()) {
                stack.abort();
                // Sends what that made.
                stack.poll(clock.nanos(), BUDGET);
            }
        });
        if (ownsDevice) {
            attempt(device::close);
        }
        end.countDown();
        for (Consumer<? super StackLoop> listener : listeners) {
            attempt(() -> listener.accept(this));
        }
    }

    private interface Step {
        void take() throws IOException;
    }

    private void attempt(Step step) {
        try {
            step.take();
        } catch (IOException | RuntimeException e) {
            Throwable before = failure;
            if (before != null && before != e) {
                before.addSuppressed(e);
            } else {
                failure = e;
            }
        }
    }

    /**
     * Ends connections in good order, then the loop. Called by the loop's own thread, it only begins to.
     *
     * @param timeout after that long, what is left is ended at once
     * @return whether the loop has ended; false if an application on its thread holds it up for longer than that and a
     *     second
     * @throws InterruptedException if this thread is interrupted while it waits; the loop ends all the same
     */
    public boolean stop(Duration timeout) throws InterruptedException {
        long nanos = Math.max(timeout.toNanos(), 0);
        if (begun.compareAndSet(false, true)) {
            finish();
            return true;
        }
        stack.execute(() -> beginToStop(nanos));
        if (isStackThread()) {
            return false;
        }
        return end.await(Math.addExact(nanos, GRACE_NANOS), TimeUnit.NANOSECONDS);
    }

    private void beginToStop(long patience) {
        long until = stack.context().now() + patience;
        patienceUntil = stopping ? Math.min(patienceUntil, until) : until;
        if (!stopping) {
            stopping = true;
            stack.stop();
        }
    }

    /**
     * Stops, with five seconds for connections to end in good order.
     *
     * @throws InterruptedIOException if this thread is interrupted while it waits; its interrupt status stays set
     */
    @Override
    public void close() throws IOException {
        try {
            stop(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + this + " stops");
        }
    }

    @Override
    public String toString() {
        return "StackLoop[" + device.name() + "]";
    }
}
