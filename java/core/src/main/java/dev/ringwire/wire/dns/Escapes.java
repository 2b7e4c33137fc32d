package dev.ringwire.wire.dns;

/** Octets that zone files write with a backslash, RFC 1035 section 5.1. */
final class Escapes {
    private Escapes() {}

    /**
     * Reads {@code \DDD} or {@code \X}.
     *
     * @param at of the backslash
     * @return the index of the last character that was read
     */
    static int parse(byte[] in, int at, byte[] out, int to) {
        if (at + 1 == in.length) {
            throw new IllegalArgumentException("a backslash at the end escapes nothing");
        }
        if (!isDigit(in[at + 1])) {
            out[to] = in[at + 1];
            return at + 1;
        }
        int value = at + 3 < in.length && isDigit(in[at + 2]) && isDigit(in[at + 3])
                ? (in[at + 1] - '0') * 100 + (in[at + 2] - '0') * 10 + in[at + 3] - '0'
                : 256;
        if (value > 255) {
            throw new IllegalArgumentException("a backslash before a digit takes three, 000 to 255");
        }
        out[to] = (byte) value;
        return at + 3;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    /** Whether an octet of a label needs a backslash. */
    static boolean isSpecialInName(int octet) {
        return octet <= ' '
                || octet > '~'
                || switch (octet) {
                    case '.', '\\', '"', '$', '(', ')', ';', '@' -> true;
                    default -> false;
                };
    }

    static void inName(byte octet, StringBuilder out) {
        if (octet > ' ' && octet <= '~') {
            out.append(isSpecialInName(octet) ? "\\" : "").append((char) octet);
        } else {
            decimal(octet & 0xff, out);
        }
    }

    /** A character-string in quotes. */
    static void quoted(Octets text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            int octet = text.at(i);
            if (octet < ' ' || octet > '~') {
                decimal(octet, out);
            } else {
                out.append(octet == '"' || octet == '\\' ? "\\" : "").append((char) octet);
            }
        }
        out.append('"');
    }

    private static void decimal(int octet, StringBuilder out) {
        out.append('\\')
                .append((char) ('0' + octet / 100))
                .append((char) ('0' + octet / 10 % 10))
                .append((char) ('0' + octet % 10));
    }
}
