package dev.ringwire.bench.compare;

import java.io.IOException;

/**
 * One column of a comparison.
 *
 * @param name what it is called in the report; of ours, the case
 * @param round measures one round
 */
record Contestant(String name, Round round) {
    /** One measurement. */
    interface Round {
        /** The value measured, in the unit of the case. */
        double run() throws IOException, InterruptedException;
    }
}
