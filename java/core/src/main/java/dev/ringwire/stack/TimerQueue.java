package dev.ringwire.stack;

import java.util.Arrays;

/**
 * All alarms of a stack, in a binary heap. Setting an alarm later than it was, and cancelling it, cost nothing: the heap
 * learns of it when the old time comes. Alarms of one time ring in the order of the heap, which is the same in every
 * run.
 */
public final class TimerQueue {
    /** What {@link #next()} says when no alarm is set. */
    public static final long NEVER = Long.MAX_VALUE;

    private Timer[] heap = new Timer[64];
    private int size;
    private long now;

    /** For a stack put together by hand. */
    public TimerQueue() {}

    /** A new alarm, not set. */
    public Timer timer(Runnable action) {
        return new Timer(this, action);
    }

    /** The time of the present {@link #run}. */
    public long now() {
        return now;
    }

    /** Goes on to that time; earlier ones than it knows are ignored. */
    void advance(long nanos) {
        now = Math.max(now, nanos);
    }

    /** When the next alarm rings, or {@link #NEVER}. */
    public long next() {
        while (size > 0) {
            Timer first = heap[0];
            if (first.set && first.deadline == first.queued) {
                return first.queued;
            }
            settle(first);
        }
        return NEVER;
    }

    /** Rings what is due, at most so many alarms. */
    void run(int most) {
        for (int i = 0; i < most && size > 0 && heap[0].queued <= now; i++) {
            Timer first = heap[0];
            if (first.set && first.deadline <= now) {
                remove(first);
                first.set = false;
                first.ring();
            } else {
                settle(first);
            }
        }
    }

    void set(Timer timer, long deadline) {
        timer.set = true;
        timer.deadline = deadline;
        if (timer.index == Timer.IDLE) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            timer.queued = deadline;
            up(timer, size++);
        } else if (deadline < timer.queued) {
            timer.queued = deadline;
            up(timer, timer.index);
        }
    }

    /** Puts the first of the heap where its alarm is now, or out. */
    private void settle(Timer first) {
        if (first.set) {
            first.queued = first.deadline;
            down(first, 0);
        } else {
            remove(first);
        }
    }

    private void remove(Timer timer) {
        int at = timer.index;
        timer.index = Timer.IDLE;
        Timer last = heap[--size];
        heap[size] = null;
        if (last != timer) {
            down(last, at);
            up(last, last.index);
        }
    }

    private void up(Timer timer, int from) {
        int at = from;
        while (at > 0) {
            int parent = at - 1 >>> 1;
            if (heap[parent].queued <= timer.queued) {
                break;
            }
            place(heap[parent], at);
            at = parent;
        }
        place(timer, at);
    }

    private void down(Timer timer, int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1].queued < heap[child].queued) {
                child++;
            }
            if (heap[child].queued >= timer.queued) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(timer, at);
    }

    private void place(Timer timer, int at) {
        heap[at] = timer;
        timer.index = at;
    }
}
