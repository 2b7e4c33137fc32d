package dev.ringwire.wire;

/** What {@link Packet#toBytes(Fix...)} fills in; without any, exactly what was set is written. */
public enum Fix {
    /**
     * Checksums, over the bytes as the length fields delimit them. Left alone where they cannot be known: in fragments,
     * and where a length field says that bytes are missing, or that the header itself does not fit. A crafted packet
     * therefore wants {@link #LENGTHS} as well.
     */
    CHECKSUMS,
    /** Length fields, header lengths and counts, from what is there. */
    LENGTHS
}
