package dev.ringwire.accel;

import java.nio.ByteBuffer;

/**
 * Uncompresses all names of one DNS message in one call (RFC 1035, section 4.1.4): those of the questions, of the
 * owners of all records, and in the data of the record types that hold names, in the order in which they stand.
 *
 * <p>The types are NS, MD, MF, CNAME, SOA, MB, MG, MR, PTR, MINFO, MX, RP, AFSDB, RT, NSAP-PTR, SIG, PX, NXT, SRV,
 * NAPTR, KX, DNAME, RRSIG, NSEC, TALINK, SVCB, HTTPS, LP, TKEY and TSIG.
 *
 * <p>Safe for any bytes: a pointer must lead into the message, behind its header, and to before the labels that it
 * ends, so that no chain of them goes on for ever. All implementations give the same answers, and are safe for use by
 * several threads, each with a table of its own.
 */
public interface NameDecompressor {
    /** The message, or the data of a record, ends inside what was being read. */
    int TRUNCATED = -1;

    /** A length octet begins with the bits 01 or 10. */
    int LABEL_TYPE = -2;

    /** A pointer leads into the header, or not to before the labels that it ends. */
    int POINTER = -3;

    /** A name has more than 255 octets. */
    int TOO_LONG = -4;

    /** The table has no room for one more name; a larger one may do. */
    int FULL = -5;

    /** Longest message in bytes. */
    int MAX_MESSAGE = 0xffff;

    /**
     * Uncompresses the names of a message in an array.
     *
     * @param message from the two octets of the identifier on
     * @param names receives the names
     * @return how many there are; or a reason from above, and the table holds the names before that place
     * @throws IndexOutOfBoundsException if the range is not within the array
     * @throws IllegalArgumentException if the length is more than {@link #MAX_MESSAGE}
     */
    int decompress(byte[] message, int offset, int length, NameTable names);

    /**
     * Uncompresses the names of a message in memory of our own, such as a ring block.
     *
     * @param names receives the names
     * @return how many there are; or a reason from above, and the table holds the names before that place
     * @throws IndexOutOfBoundsException if the range is not within the memory
     * @throws IllegalArgumentException if the length is more than {@link #MAX_MESSAGE}
     */
    int decompress(Memory message, int offset, int length, NameTable names);

    /**
     * Uncompresses the names of a message in a buffer of any kind, by absolute index.
     *
     * @param names receives the names
     * @return how many there are; or a reason from above, and the table holds the names before that place
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     * @throws IllegalArgumentException if the length is more than {@link #MAX_MESSAGE}
     */
    int decompress(ByteBuffer message, int offset, int length, NameTable names);

    /** A reason in words, for people. */
    static String describe(int reason) {
        return switch (reason) {
            case TRUNCATED -> "ends too early";
            case LABEL_TYPE -> "label type is neither a length nor a pointer";
            case POINTER -> "compression pointer does not lead backwards to a name";
            case TOO_LONG -> "name is longer than 255 octets";
            case FULL -> "more names than there is room for";
            default -> "unknown reason " + reason;
        };
    }
}
