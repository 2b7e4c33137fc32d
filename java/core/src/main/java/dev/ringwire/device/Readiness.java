package dev.ringwire.device;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits until channels in non-blocking mode have something. A thread interrupted here keeps its channels, while one
 * that is interrupted in a blocking read has them closed.
 */
final class Readiness implements Closeable {
    private final Selector selector = Selector.open();
    private final AtomicBoolean woken = new AtomicBoolean();

    Readiness() throws IOException {}

    /** Puts the channel into non-blocking mode and waits for it, too, from now on. */
    SelectionKey watch(SelectableChannel channel, int operations) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations);
    }

    /**
     * Waits for any of the channels; the selector counts in milliseconds, rounded up.
     *
     * @return false if the time ran out, or at {@link #wake()} and {@link #close()}
     * @throws InterruptedIOException if the thread is interrupted; its status stays set
     */
    boolean await(long timeoutNanos, String name) throws IOException {
        long start = System.nanoTime();
        long left = timeoutNanos;
        try {
            while (left > 0 && selector.isOpen()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for a frame on " + name);
                }
                if (woken.getAndSet(false)) {
                    return false;
                }
                long millis = TimeUnit.NANOSECONDS.toMillis(left);
                int ready = selector.select(left == Long.MAX_VALUE ? 0 : millis + 1);
                selector.selectedKeys().clear();
                if (ready > 0) {
                    return true;
                }
                left = left(timeoutNanos, start);
            }
        } catch (ClosedSelectorException e) {
            return false;
        }
        return false;
    }

    /** What is left of a wait that began at that {@link System#nanoTime()}; for ever stays for ever. */
    static long left(long timeoutNanos, long start) {
        return timeoutNanos == Long.MAX_VALUE ? timeoutNanos : timeoutNanos - (System.nanoTime() - start);
    }

    /** Ends the present or the next wait. */
    void wake() {
        woken.set(true);
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
