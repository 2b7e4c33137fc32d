package dev.ringwire.stack;

/**
 * One alarm of a {@link TimerQueue}, made once and set again and again; nothing is allocated when it is. Belongs to the
 * stack's thread.
 */
public final class Timer {
    /** Not in the queue. */
    static final int IDLE = -1;

    private final TimerQueue queue;
    private final Runnable action;

    /** Where it is in the queue's heap. */
    int index = IDLE;

    /** When the alarm is due; in the heap it may be earlier, as postponing leaves the heap alone. */
    long deadline;

    /** Whether the alarm is on; one that was cancelled leaves the heap when its turn comes. */
    boolean set;

    Timer(TimerQueue queue, Runnable action) {
        this.queue = queue;
        this.action = action;
    }

    /** Rings at that time of the stack's clock, instead of whenever it was set to before. */
    public void at(long nanos) {
        queue.set(this, nanos);
    }

    /** Rings so many nanoseconds from now. */
    public void after(long nanos) {
        queue.set(this, queue.now() + nanos);
    }

    /** Does not ring. */
    public void cancel() {
        set = false;
    }

    /** Whether it is going to ring. */
    public boolean isSet() {
        return set;
    }

    /** When it is going to ring; means nothing unless {@link #isSet()}. */
    public long deadline() {
        return deadline;
    }

    void ring() {
        action.run();
    }
}
