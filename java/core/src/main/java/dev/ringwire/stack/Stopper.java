package dev.ringwire.stack;

/** Something to be brought to an end before its stack stops, such as connections; see {@link NetStack#onStop}. */
public interface Stopper {
    /** Begins to end, in good order: what was written is still sent, the other side is told. */
    void stop();

    /** Whether the end has come. */
    boolean isStopped();

    /** Ends at once what {@link #stop} would take longer for. */
    void abort();
}
