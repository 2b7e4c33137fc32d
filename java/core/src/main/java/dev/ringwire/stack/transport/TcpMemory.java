package dev.ringwire.stack.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all rings of one stack hold together, with a limit. A ring gets no more at a time than a
 * {@value #SHARE}th of what is left, so that a few greedy ones leave something to all others, and what is offered to
 * other sides shrinks before there is nothing left. From any thread.
 */
final class TcpMemory {
    private static final int SHARE = 4;

    private final AtomicLong used = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile long limit;

    TcpMemory(long limit) {
        this.limit = limit;
    }

    void limit(long bytes) {
        limit = bytes;
    }

    long limit() {
        return limit;
    }

    long used() {
        return used.get();
    }

    /** How often a ring did not get what it needed. */
    long refused() {
        return refused.get();
    }

    void countRefusal() {
        refused.incrementAndGet();
    }

    /** Whether more than half is used: what can be done without is given back then. */
    boolean isShort() {
        return used.get() > limit / 2;
    }

    /** Most bytes that a ring would get now. */
    long share() {
        return Math.max(0, limit - used.get()) / SHARE;
    }

    boolean reserve(long bytes) {
        if (bytes > Math.max(0, limit - (used.addAndGet(bytes) - bytes)) / SHARE) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** The little that each ring gets, so that every connection goes on, however slowly. */
    void reserveLeast(long bytes) {
        used.addAndGet(bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
