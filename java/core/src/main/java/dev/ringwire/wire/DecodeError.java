package dev.ringwire.wire;

import java.io.Serializable;

/**
 * Why a layer could not be decoded.
 *
 * @param layer name of the protocol that should start there
 * @param offset where it starts, in bytes from the start of the frame
 * @param needed bytes it needs
 * @param available bytes there are
 * @param limit the field that sets how many there are: a length field's name, {@code frame.len}, or
 *     {@code frame.cap_len} if the capture cut the frame
 * @param reason what is wrong, for people
 */
public record DecodeError(String layer, int offset, int needed, int available, String limit, String reason)
        implements Serializable {
    @Override
    public String toString() {
        return layer + " at byte " + offset + ": " + reason;
    }
}
