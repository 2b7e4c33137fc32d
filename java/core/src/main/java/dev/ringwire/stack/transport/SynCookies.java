package dev.ringwire.stack.transport;

import java.util.random.RandomGenerator;

/**
 * Answers SYNs without remembering them (RFC 4987 section 3.6): what must not be forgotten goes into the initial
 * sequence number, and comes back with the acknowledgement.
 *
 * <p>The sequence number is one keyed hash of addresses, ports and the peer's initial sequence number, plus a word made
 * of: bits 31-27 the time in units of 64 s; bits 26-24 the index of the {@link #SIZES segment size}; bits 23-0 of a
 * second hash over the same, time and index. A guess is right once in 2^28. A cookie holds for 64 to 128 s.
 *
 * <p>If the peer sends timestamps, bits 4-0 of the SYN-ACK's timestamp are: bit 4 SACK permitted, bits 3-0 the peer's
 * window scale, 15 if it gave none. Without timestamps, neither scaling nor SACK survive and must not be offered. They
 * are not protected: a peer that changes them harms itself alone.
 */
final class SynCookies {
    /** {@link #check}: not one of ours, or too old. */
    static final int INVALID = -1;

    /** What a peer's maximum segment size is rounded down to. */
    private static final int[] SIZES = {48, 536, 1220, 1360, 1400, 1440, 1460, 8960};

    private static final int PERIOD_SHIFT = 36;
    private static final int TIMES = 32;
    private static final int TIMESTAMP_BITS = 0x1f;
    private static final int SACK_BIT = 0x10;
    private static final int NO_SCALE = 0xf;

    private final SipHash mask;
    private final SipHash proof;

    SynCookies(RandomGenerator random) {
        mask = new SipHash(random);
        proof = new SipHash(random);
    }
}
