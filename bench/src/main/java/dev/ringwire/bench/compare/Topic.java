package dev.ringwire.bench.compare;

import java.io.IOException;

/** One thing that Ringwire and others do. A new topic is a class of this kind and a line in {@link Compare}. */
interface Topic {
    /** The word that the command line takes. */
    String name();

    /** What is measured against what, in a line. */
    String summary();

    /** Whether it needs raw sockets and interfaces of its own. */
    default boolean needsRoot() {
        return false;
    }

    /**
     * Starts the contestants, runs them in turn and reports.
     *
     * @throws IOException if a contestant that is there fails
     */
    void run(Bench bench) throws IOException, InterruptedException;
}
