package dev.ringwire.stack.transport;

import java.util.random.RandomGenerator;

/**
 * SipHash-2-4 (Aumasson, Bernstein 2012) of whole 64-bit words: a hash that nobody can steer or foresee without the key.
 * {@link #begin}, {@link #word} as often as needed, {@link #end}; allocates nothing.
 */
final class SipHash {
    private final long k0;
    private final long k1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private int words;

    SipHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    SipHash begin() {
        v0 = k0 ^ 0x736f_6d65_7073_6575L;
        v1 = k1 ^ 0x646f_7261_6e64_6f6dL;
        v2 = k0 ^ 0x6c79_6765_6e65_7261L;
        v3 = k1 ^ 0x7465_6462_7974_6573L;
        words = 0;
        return this;
    }

    /** Eight bytes, the first in the lowest bits. */
    SipHash word(long m) {
        words++;
        v3 ^= m;
        rounds(2);
        v0 ^= m;
        return this;
    }

    long end() {
        word((long) words << 59);
        v2 ^= 0xff;
        rounds(4);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** {@link #begin} with the addresses and ports of a connection; the upper halves only of IPv6. */
    SipHash begin(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        begin();
        if ((localHigh | remoteHigh) != 0) {
            word(localHigh);
            word(remoteHigh);
        }
        word(localLow);
        word(remoteLow);
        return word((long) localPort << 16 | remotePort);
    }

    private void rounds(int count) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < count; i++) {
            a += b;
            b = Long.rotateLeft(b, 13) ^ a;
            a = Long.rotateLeft(a, 32);
            c += d;
            d = Long.rotateLeft(d, 16) ^ c;
            a += d;
            d = Long.rotateLeft(d, 21) ^ a;
            c += b;
            b = Long.rotateLeft(b, 17) ^ c;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }
}
