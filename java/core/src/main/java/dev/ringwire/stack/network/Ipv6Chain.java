package dev.ringwire.stack.network;

import java.nio.ByteBuffer;

/** The chain of headers behind the IPv6 header, where only its end is of interest. */
final class Ipv6Chain {
    private static final int NOT_THERE = -1;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private Ipv6Chain() {}

    /** Whether all headers up to that of the transport are there (RFC 7112). */
    static boolean isWhole(ByteBuffer b, int first, int from, int to) {
        int field = end(b, first, from, to);
        int protocol = field == NOT_THERE ? NOT_THERE : field & 0xff;
        int transport = field >>> 8;
        int needed = protocol == TCP ? 20 : protocol == UDP ? 8 : protocol == Icmpv6Layer.PROTOCOL ? 4 : 0;
        return protocol != NOT_THERE && to - transport >= needed;
    }

    /**
     * Passes over extension headers.
     *
     * @param first the kind of the header at {@code from}
     * @return where the first other header is, shifted left by eight, and its kind; -1 if that is not there, or is of a
     *     later fragment
     */
    static int end(ByteBuffer b, int first, int from, int to) {
        int next = first;
        int at = from;
        for (int count = 0; Ipv6Layer.isExtension(next); count++) {
            if (to - at < 8 || count == Ipv6Layer.EXTENSIONS) {
                return NOT_THERE;
            }
            boolean fragment = next == Ipv6Layer.FRAGMENT;
            if (fragment && (b.get(at + 2) != 0 || (b.get(at + 3) & 0xf8) != 0)) {
                return NOT_THERE;
            }
            next = b.get(at) & 0xff;
            at += fragment ? 8 : 8 + 8 * (b.get(at + 1) & 0xff);
        }
        return at > to ? NOT_THERE : at << 8 | next;
    }
}
