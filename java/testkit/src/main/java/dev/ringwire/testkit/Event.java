package dev.ringwire.testkit;

/** Something that happens in simulated time; those of one time happen in the order they were set. */
abstract class Event {
    /** When, in nanoseconds. */
    long due;

    /** Orders those of one time. */
    long order;

    /** Where it is in the heap of {@link EventQueue}. */
    int index;

    abstract void happen();
}
