package dev.ringwire.stack.transport;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all rings of one stack hold together, with a limit. From any thread. */
final class TcpMemory {
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

    /** How often a ring could not grow. */
    long refused() {
        return refused.get();
    }

    boolean reserve(long bytes) {
        if (used.addAndGet(bytes) > limit) {
            used.addAndGet(-bytes);
            refused.incrementAndGet();
            return false;
        }
        return true;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
