package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where one thread at a time waits for what the stack's thread does. Nobody holds a lock meanwhile, so a virtual thread
 * leaves its carrier. Who wakes pays only if somebody waits.
 *
 * <p>As with the platform's sockets, an interrupt ends the waiting of a virtual thread and not that of a platform
 * thread, whose interrupt status is set again afterwards.
 */
final class Waiter {
    /** A deadline that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    /** A stack whose device has failed may wake nobody, so it is looked at that often whether it still runs. */
    private static final long LONGEST = 1_000_000_000L;

    private static final VarHandle THREAD;
    private static final @Nullable MethodHandle IS_VIRTUAL;

    static {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            THREAD = lookup.findVarHandle(Waiter.class, "thread", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        MethodHandle isVirtual;
        try {
            isVirtual = lookup.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            isVirtual = null; // before Java 21 there are none
        }
        IS_VIRTUAL = isVirtual;
    }

    private volatile @Nullable Thread thread;

    /** Of the thread that waits. */
    private boolean interrupted;

    /** What is waited for. */
    @FunctionalInterface
    interface Condition {
        /**
         * Whether it has come.
         *
         * @throws IOException if it will not come any more
         */
        boolean holds() throws IOException;
    }

    /** The deadline after so many milliseconds; 0 for {@link #NEVER}. */
    static long deadline(int millis) {
        return millis == 0 ? NEVER : System.nanoTime() + millis * 1_000_000L;
    }

    static boolean isVirtual(Thread thread) {
        MethodHandle isVirtual = IS_VIRTUAL;
        if (isVirtual == null) {
            return false;
        }
        try {
            return (boolean) isVirtual.invokeExact(thread);
        } catch (Throwable e) {
            throw new AssertionError(e); // it throws nothing
        }
    }

    /**
     * Waits until the condition holds, which is looked at again after each {@link #wake}.
     *
     * @param deadline of {@link System#nanoTime()}, or {@link #NEVER}
     * @return false if the deadline has come before
     * @throws InterruptedIOException if this is a virtual thread and it is interrupted; its interrupt status stays set
     * @throws SocketException if the stack's loop has ended
     * @throws IllegalStateException if it would wait on the stack's own thread
     */
    boolean await(StackLoop loop, Condition condition, long deadline) throws IOException {
        try {
            while (true) {
                thread = Thread.currentThread();
                // What is done after this is seen, or the thread is, by who wakes.
                VarHandle.fullFence();
                if (condition.holds()) {
                    return true;
                }
                long left = deadline == NEVER ? LONGEST : deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                if (loop.ended()) {
                    throw new SocketException(loop + " has ended");
                }
                if (loop.isStackThread()) {
                    throw new IllegalStateException(
                            "the stack's own thread cannot wait for the stack: sessions and applications are made for it");
                }
                LockSupport.parkNanos(this, Math.min(left, LONGEST));
                if (Thread.interrupted()) {
                    interrupted = true;
                    if (isVirtual(Thread.currentThread())) {
                        throw new InterruptedIOException("interrupted");
                    }
                }
            }
        } finally {
            thread = null;
            if (interrupted) {
                interrupted = false;
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #await}, for what takes no longer than the stack's thread needs to come to it. */
    void awaitSoon(StackLoop loop, Condition condition) throws IOException {
        boolean again = false;
        try {
            while (true) {
                try {
                    await(loop, condition, NEVER);
                    return;
                } catch (InterruptedIOException e) {
                    again |= Thread.interrupted();
                }
            }
        } finally {
            if (again) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether a thread waits. To be asked after a full fence behind what it may wait for. */
    boolean isWaiting() {
        return thread != null;
    }

    /** Has the thread that waits look again, if there is one. */
    void wake() {
        Thread t = thread;
        if (t != null && THREAD.compareAndSet(this, t, null)) {
            LockSupport.unpark(t);
        }
    }
}
