package dev.ringwire.stack.transport;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Ephemeral ports by simple hash (RFC 6056 section 3.3.3, algorithm 3): to one destination they follow each other, so
 * that none comes again soon, and from another one they cannot be foreseen.
 */
final class PortAllocator {
    /** No port is free. */
    static final int NONE = -1;

    /** The upper half of all ports: RFC 6056 section 3.2 asks for as many as can be. */
    static final int FIRST = 32_768;

    static final int LAST = 65_535;

    private final SipHash hash;
    private final int first;
    private final int count;
    private int next;

    PortAllocator(RandomGenerator random) {
        this(random, FIRST, LAST);
    }

    PortAllocator(RandomGenerator random, int first, int last) {
        if (first < 1 || last > 65_535 || first > last) {
            throw new IllegalArgumentException("ports from " + first + " to " + last + " are none");
        }
        hash = new SipHash(random);
        this.first = first;
        count = last - first + 1;
        next = random.nextInt(count);
    }

    /**
     * A free port for a connection to there, or {@link #NONE}; tries each port once.
     *
     * @param free whether nothing of ours is at that port
     */
    int allocate(long localHigh, long localLow, long remoteHigh, long remoteLow, int remotePort, IntPredicate free) {
        long offset = hash.begin(localHigh, localLow, 0, remoteHigh, remoteLow, remotePort)
                        .end()
                >>> 33;
        for (int i = 0; i < count; i++) {
            int port = first + (int) ((offset + next) % count);
            next = (next + 1) % count;
            if (free.test(port)) {
                return port;
            }
        }
        return NONE;
    }
}
