package dev.ringwire.bytes;

/**
 * The right to read borrowed memory. A source bumps its generation whenever the bytes it has lent go back (the next
 * frame, a returned ring block, close); a view remembers the generation it was made under and refuses to read under
 * another. Plain fields: lender and borrower are one thread, and a late reader after {@code close()} from another
 * thread reads zeros rather than foreign memory.
 */
public abstract class Lease {
    /** A lease that never ends, for memory the holder owns. */
    public static final Lease OWNED = new Lease() {};

    private int generation;

    /** For lenders. */
    protected Lease() {}

    /** The generation now in force. */
    public final int generation() {
        return generation;
    }

    /** Ends every loan made so far. */
    protected final void endLoans() {
        generation++;
    }

    /** The exception for a view used after its loan ended. */
    public static IllegalStateException ended(String what) {
        return new IllegalStateException(
                what + " is borrowed and its source has moved on: copy() the frame to keep it");
    }
}
