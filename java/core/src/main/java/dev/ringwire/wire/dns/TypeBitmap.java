package dev.ringwire.wire.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A set of record types, RFC 4034 section 4.1.2: for each window of 256 types its number, a length of 1 to 32, and as
 * many octets of bits.
 *
 * @param wire those octets
 */
public record TypeBitmap(Octets wire) {
    private static final int WINDOW = 32;

    /**
     * Keeps the octets as they are.
     *
     * @throws IllegalArgumentException if the windows make no sense
     */
    public TypeBitmap {
        for (int at = 0; at < wire.length(); at += 2 + wire.at(at + 1)) {
            int left = wire.length() - at - 2;
            int length = left < 0 ? 0 : wire.at(at + 1);
            if (length < 1 || length > WINDOW || length > left) {
                throw new IllegalArgumentException("type bitmap: window of " + length + " octets at octet " + at
                        + " must have 1 to " + WINDOW + ", and " + Math.max(left, 0) + " are left");
            }
        }
    }

    /** These types. */
    public static TypeBitmap of(int... types) {
        var sorted = new TreeSet<Integer>();
        for (int type : types) {
            sorted.add(type);
        }
        byte[] out = new byte[(2 + WINDOW) * (sorted.size() + 1)];
        int at = 0;
        int length = 0;
        for (int type : sorted) {
            if (length > 0 && (out[at] & 0xff) != type >> 8) {
                at += 2 + length;
            }
            length = (type >> 3 & WINDOW - 1) + 1;
            out[at] = (byte) (type >> 8);
            out[at + 1] = (byte) length;
            out[at + 1 + length] |= (byte) (0x80 >> (type & 7));
        }
        return new TypeBitmap(new Octets(out, 0, length == 0 ? 0 : at + 2 + length));
    }

    /** The types, as they stand. */
    public List<Integer> types() {
        var types = new ArrayList<Integer>();
        for (int at = 0; at < wire.length(); at += 2 + wire.at(at + 1)) {
            for (int bit = 0; bit < 8 * wire.at(at + 1); bit++) {
                if ((wire.at(at + 2 + (bit >> 3)) & 0x80 >> (bit & 7)) != 0) {
                    types.add(wire.at(at) << 8 | bit);
                }
            }
        }
        return types;
    }

    /** Names of the types, separated by spaces. */
    @Override
    public String toString() {
        return types().stream().map(DnsType::text).collect(Collectors.joining(" "));
    }
}
