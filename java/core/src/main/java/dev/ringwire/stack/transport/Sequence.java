package dev.ringwire.stack.transport;

/** Comparison of sequence numbers modulo 2^32 (RFC 9293 section 3.4): right for numbers less than 2^31 apart. */
final class Sequence {
    private Sequence() {}

    static boolean lt(int a, int b) {
        return a - b < 0;
    }

    static boolean le(int a, int b) {
        return a - b <= 0;
    }

    static boolean gt(int a, int b) {
        return a - b > 0;
    }

    static boolean ge(int a, int b) {
        return a - b >= 0;
    }

    /** The later of the two. */
    static int max(int a, int b) {
        return a - b >= 0 ? a : b;
    }

    /** The earlier of the two. */
    static int min(int a, int b) {
        return a - b <= 0 ? a : b;
    }
}
