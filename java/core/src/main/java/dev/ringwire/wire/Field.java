package dev.ringwire.wire;

import java.util.List;

/**
 * One named value of a header. Views, craft, queries by name, the dump and the field table all read the same
 * statement of it.
 */
public sealed interface Field permits FixedField, ComputedField {
    /** Wireshark's name, such as {@code tcp.srcport}. */
    String name();

    /** What the bits mean. */
    FieldType type();

    /** A few words for a field table. */
    String label();

    /** Other names that mean the same, such as those of SteelScript. */
    List<String> aliases();

    /** Whether this is the field's name, or one of the others. */
    default boolean answersTo(String name) {
        return name().equals(name) || aliases().contains(name);
    }

    /** Bits the value is shown with when {@link FieldType#HEX}. */
    int bitWidth();

    /**
     * Reads the value out of a header. Several threads may do so at once, each with a header of its own.
     *
     * @param header a view whose protocol states this field
     * @param occurrence 0 for the first value; fields that repeat inside one header have more
     * @return false if the header has no such value
     */
    boolean read(Header header, int occurrence, FieldValue out);
}
