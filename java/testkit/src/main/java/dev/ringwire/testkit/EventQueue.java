package dev.ringwire.testkit;

import java.util.Arrays;

/** What is still to happen, in a binary heap. */
final class EventQueue {
    private Event[] heap = new Event[64];
    private int size;
    private long orders;

    /** When the next event happens; {@link Long#MAX_VALUE} if there is none. */
    long next() {
        return size == 0 ? Long.MAX_VALUE : heap[0].due;
    }

    /** Takes out the next event, which there must be. */
    Event remove() {
        Event first = heap[0];
        Event last = heap[--size];
        heap[size] = null;
        if (size > 0) {
            down(last, 0);
        }
        return first;
    }

    /** Lets an event that is not in the queue happen at that time, after all others of it so far. */
    void add(Event event, long due) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        event.due = due;
        event.order = orders++;
        up(event, size++);
    }

    /** Lets an event of the queue happen at another time, after all others of it so far. */
    void move(Event event, long due) {
        event.due = due;
        event.order = orders++;
        down(event, event.index);
        up(event, event.index);
    }

    private void up(Event event, int from) {
        int at = from;
        while (at > 0) {
            int parent = at - 1 >>> 1;
            if (!before(event, heap[parent])) {
                break;
            }
            place(heap[parent], at);
            at = parent;
        }
        place(event, at);
    }

    private void down(Event event, int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], event)) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(event, at);
    }

    private static boolean before(Event a, Event b) {
        return a.due < b.due || a.due == b.due && a.order < b.order;
    }

    private void place(Event event, int at) {
        heap[at] = event;
        event.index = at;
    }
}
