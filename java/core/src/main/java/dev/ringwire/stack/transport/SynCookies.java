package dev.ringwire.stack.transport;

import dev.ringwire.stack.PacketBuffer;
import java.util.random.RandomGenerator;

/**
 * Answers SYNs without remembering them (RFC 4987 section 3.6): what must not be forgotten goes into the initial
 * sequence number, and comes back with the acknowledgement.
 *
 * <p>The sequence number is one keyed hash of addresses, ports and the peer's initial sequence number, plus a word made
 * of: bits 31-27 the time in units of 69 s; bits 26-24 the index of the {@link #SIZES segment size}; bits 23-0 a
 * second hash, of addresses, ports, time and index. A guess is right once in 2^28. A cookie holds for 69 to 137 s.
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

    /** 2^36 ns are 68.7 s. */
    private static final int PERIOD_SHIFT = 36;

    private static final int PROOF = 0xff_ffff;
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

    /**
     * The initial sequence number to answer a SYN with.
     *
     * @param mss the largest segment to send to the peer
     */
    int make(PacketBuffer packet, TcpSegment syn, int mss, long now) {
        int size = SIZES.length - 1;
        while (size > 0 && SIZES[size] > mss) {
            size--;
        }
        long time = now >> PERIOD_SHIFT;
        int word = (int) time << 27 | size << 24 | proof(packet, syn, time, size);
        return base(packet, syn, syn.seq()) + word;
    }

    /** The segment size in what the third segment of a handshake acknowledges, or {@link #INVALID}. */
    int check(PacketBuffer packet, TcpSegment ack, long now) {
        int word = ack.ack() - 1 - base(packet, ack, ack.seq() - 1);
        int size = word >>> 24 & 7;
        long time = now >> PERIOD_SHIFT;
        long age = time - (word >>> 27) & TIMES - 1;
        if (age > 1 || (word & PROOF) != proof(packet, ack, time - age, size)) {
            return INVALID;
        }
        return SIZES[size];
    }

    private int base(PacketBuffer packet, TcpSegment segment, int isn) {
        return (int) begin(mask, packet, segment).word(isn).end();
    }

    private int proof(PacketBuffer packet, TcpSegment segment, long time, int size) {
        return (int) begin(proof, packet, segment).word(time << 3 | size).end() & PROOF;
    }

    private static SipHash begin(SipHash hash, PacketBuffer packet, TcpSegment segment) {
        return hash.begin(
                packet.destinationHigh(),
                packet.destinationLow(),
                segment.destinationPort(),
                packet.sourceHigh(),
                packet.sourceLow(),
                segment.sourcePort());
    }

    /**
     * The timestamp of the SYN-ACK: the latest that is not later than the clock and says this.
     *
     * @param clock what the timestamp would be
     * @param windowScale the peer's, -1 if it gave none
     */
    static int timestamp(int clock, int windowScale, boolean sackPermitted) {
        int low = (windowScale < 0 ? NO_SCALE : windowScale) | (sackPermitted ? SACK_BIT : 0);
        int value = clock & ~TIMESTAMP_BITS | low;
        return Sequence.gt(value, clock) ? value - TIMESTAMP_BITS - 1 : value;
    }

    /** The peer's window scale in the timestamp it echoes, -1 if it gave none. */
    static int windowScale(int echo) {
        int scale = echo & NO_SCALE;
        return scale == NO_SCALE ? -1 : scale;
    }

    /** Whether the peer permits SACK, in the timestamp it echoes. */
    static boolean sackPermitted(int echo) {
        return (echo & SACK_BIT) != 0;
    }
}
