package dev.ringwire.stack.network;

import java.nio.ByteBuffer;

/** Options of an IPv4 header (RFC 791 section 3.1). */
final class Ipv4Options {
    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;

    /** The bit of an option's kind that says that every fragment has it. */
    private static final int COPIED = 0x80;

    private Ipv4Options() {}

    /** Whether they are well formed and none routes by the sender's will, which is how filters are got round (RFC 7126). */
    static boolean areFine(ByteBuffer b, int from, int to) {
        for (int at = from; at < to; ) {
            int kind = b.get(at) & 0xff;
            if (kind == END) {
                return true;
            }
            int length = length(b, at, to);
            if (length == 0 || kind == LOOSE_SOURCE_ROUTE || kind == STRICT_SOURCE_ROUTE) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Where the first option is that does not fit in; -1 for none. */
    static int malformed(ByteBuffer b, int from, int to) {
        for (int at = from; at < to && b.get(at) != END; ) {
            int length = length(b, at, to);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    /** Overwrites those that only the first fragment has. */
    static void keepCopied(ByteBuffer b, int from, int to) {
        for (int at = from; at < to; ) {
            int kind = b.get(at) & 0xff;
            int length = length(b, at, to);
            if (kind == END || length == 0) {
                return;
            }
            if ((kind & COPIED) == 0) {
                for (int i = at; i < at + length; i++) {
                    b.put(i, (byte) NO_OPERATION);
                }
            }
            at += length;
        }
    }

    /** Bytes of an option; 0 for a malformed one. */
    private static int length(ByteBuffer b, int at, int to) {
        if (b.get(at) == NO_OPERATION) {
            return 1;
        }
        int length = at + 1 < to ? b.get(at + 1) & 0xff : 0;
        return length < 2 || at + length > to ? 0 : length;
    }
}
