package dev.ringwire.stack;

/** Where a stack's time comes from; in tests, from the test. */
@FunctionalInterface
public interface NanoClock {
    /** The computer's own, which never goes back: {@link System#nanoTime()}. */
    NanoClock SYSTEM = System::nanoTime;

    /** Nanoseconds since any moment that stays the same; never less than before. */
    long nanos();
}
