package dev.ringwire.wire;

/**
 * One thing in which two packets differ.
 *
 * @param kind what sort of thing
 * @param layer name of the protocol, with a number behind it from the second of a protocol on; or {@code Trailer}
 * @param what name of the field, or where bytes differ first, or the empty string for a whole layer
 * @param left its value in the first packet, as text, or the empty string if it has none
 * @param right its value in the second packet
 */
public record Difference(Kind kind, String layer, String what, String left, String right) {
    /** What differs. */
    public enum Kind {
        /** A field's value. */
        FIELD,
        /** Bytes that no field tells of. */
        BYTES,
        /** A layer that only the first packet has. */
        ONLY_LEFT,
        /** A layer that only the second packet has. */
        ONLY_RIGHT
    }

    @Override
    public String toString() {
        return switch (kind) {
            case FIELD, BYTES -> layer + ": " + what + ' ' + shown(left) + " -> " + shown(right);
            case ONLY_LEFT -> layer + ": gone, was " + left;
            case ONLY_RIGHT -> layer + ": new, " + right;
        };
    }

    private static String shown(String value) {
        return value.isEmpty() ? "(none)" : value;
    }
}
