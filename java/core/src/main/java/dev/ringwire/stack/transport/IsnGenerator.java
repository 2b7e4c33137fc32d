package dev.ringwire.stack.transport;

import java.util.random.RandomGenerator;

/**
 * Initial sequence numbers (RFC 6528) and timestamp offsets (RFC 7323 section 7.1) of connections: a clock plus a keyed
 * hash of addresses and ports. They go up for each connection that comes again, and nobody can foresee them.
 */
final class IsnGenerator {
    /** The clock goes on by one in so much time (RFC 9293 section 3.4.1). */
    static final long TICK_NANOS = 4_000;

    private final SipHash sequence;
    private final SipHash timestamps;

    IsnGenerator(RandomGenerator random) {
        sequence = new SipHash(random);
        timestamps = new SipHash(random);
    }

    /** The initial sequence number of a connection that begins now. */
    int isn(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, long now) {
        long hash = sequence.begin(localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort)
                .end();
        return (int) (Math.floorDiv(now, TICK_NANOS) + hash);
    }

    /** What to add to the clock of this connection's timestamps: always the same, so that they never go back. */
    int timestampOffset(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        return (int) timestamps
                .begin(localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort)
                .end();
    }
}
