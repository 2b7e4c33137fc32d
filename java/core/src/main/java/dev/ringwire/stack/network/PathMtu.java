package dev.ringwire.stack.network;

/** The numbers of path MTU discovery (RFC 1191, RFC 8201). */
final class PathMtu {
    /** As low as we go at IPv4: below it, routers cut, so that nobody can make us send dust. */
    static final int LEAST4 = 552;

    /** The least MTU of an IPv4 link (RFC 791); nobody tells less and is believed. */
    static final int SMALLEST4 = 68;

    /** The least MTU of an IPv6 link (RFC 8200 section 5). */
    static final int LEAST6 = 1280;

    /** How long a path MTU is believed, in nanoseconds (RFC 1191 section 6.3). */
    static final long LIFETIME = 600_000_000_000L;

    /** Those that links have (RFC 1191 section 7.1). */
    private static final int[] PLATEAUS = {65_535, 32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};

    private PathMtu() {}

    /** The largest usual MTU below the length of a packet that was too long. */
    static int below(int length) {
        for (int plateau : PLATEAUS) {
            if (plateau < length) {
                return plateau;
            }
        }
        return SMALLEST4;
    }
}
