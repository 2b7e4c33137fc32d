package dev.ringwire.wire;

/** Thrown when bytes are explicitly said to be a header and are not one; decoding a {@link Packet} never throws it. */
public final class DecodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DecodeError error;

    /** Says what is wrong and where. */
    public DecodeException(DecodeError error) {
        super(error.toString());
        this.error = error;
    }

    /** What is wrong and where. */
    public DecodeError error() {
        return error;
    }
}
