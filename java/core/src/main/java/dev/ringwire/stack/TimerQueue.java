package dev.ringwire.stack;

import java.util.Arrays;

/**
 * All alarms of a stack, in a heap. Setting an alarm later than it was, and cancelling it, cost nothing: the heap learns
 * of it when the old time comes. Alarms of one time ring in the order of the heap, which is the same in every run.
 */
public final class TimerQueue {
    /** What {@link #next()} says when no alarm is set. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Children of a node: half as deep as a binary heap, and their times are next to each other in memory. */
    private static final int CHILDREN = 4;

    private Timer[] heap = new Timer[64];

    /** When each is due in the heap, apart from the alarms themselves: to compare them would be to fetch them. */
    private long[] times = new long[64];

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
            if (first.set && first.deadline == times[0]) {
                return first.deadline;
            }
            settle(first);
        }
        return NEVER;
    }

    /** Rings what is due, at most so many alarms. */
    void run(int most) {
        for (int i = 0; i < most && size > 0 && times[0] <= now; i++) {
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
                times = Arrays.copyOf(times, size * 2);
            }
            up(timer, deadline, size++);
        } else if (deadline < times[timer.index]) {
            up(timer, deadline, timer.index);
        }
    }

    /** Puts the first of the heap where its alarm is now, or out. */
    private void settle(Timer first) {
        if (first.set) {
            down(first, first.deadline, 0);
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
            long time = times[size];
            down(last, time, at);
            up(last, time, last.index);
        }
    }

    private void up(Timer timer, long time, int from) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (times[parent] <= time) {
                break;
            }
            place(heap[parent], times[parent], at);
            at = parent;
        }
        place(timer, time, at);
    }

    private void down(Timer timer, long time, int from) {
        int at = from;
        while (true) {
            int first = CHILDREN * at + 1;
            int least = first;
            for (int child = first + 1; child < Math.min(first + CHILDREN, size); child++) {
                least = times[child] < times[least] ? child : least;
            }
            if (first >= size || times[least] >= time) {
                break;
            }
            place(heap[least], times[least], at);
            at = least;
        }
        place(timer, time, at);
    }

    private void place(Timer timer, long time, int at) {
        heap[at] = timer;
        times[at] = time;
        timer.index = at;
    }
}
