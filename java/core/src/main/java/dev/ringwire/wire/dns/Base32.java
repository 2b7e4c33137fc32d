package dev.ringwire.wire.dns;

/** Base32 with the extended hex alphabet, without padding, as NSEC3 names have it (RFC 4648, section 7). */
final class Base32 {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    private Base32() {}

    static String encode(Octets octets) {
        var out = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (int i = 0; i < octets.length(); i++) {
            held = held << 8 | octets.at(i);
            for (bits += 8; bits >= 5; bits -= 5) {
                out.append(DIGITS.charAt(held >> bits - 5 & 31));
            }
            held &= 31;
        }
        if (bits > 0) {
            out.append(DIGITS.charAt(held << 5 - bits & 31));
        }
        return out.toString();
    }

    static byte[] decode(String text) {
        byte[] out = new byte[text.length() * 5 / 8];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 32);
            if (digit < 0) {
                throw new IllegalArgumentException("no Base32 digit: '" + text.charAt(i) + "'");
            }
            held = held << 5 | digit;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                out[at++] = (byte) (held >> bits);
                held &= 255;
            }
        }
        return out;
    }
}
