package dev.ringwire.file;

import java.io.IOException;

/**
 * A capture file is truncated or damaged, or is none. Every packet before the damage has been read. The message names
 * the file, the offset and what is wrong there.
 */
public final class CaptureFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;
    private final long packetNumber;

    CaptureFormatException(String message, long offset, long packetNumber) {
        super(message);
        this.offset = offset;
        this.packetNumber = packetNumber;
    }

    /**
     * Where the damaged header, record or block begins, in bytes from the start of the file; in a gzip file from that
     * of its decompressed content, or, where the message says that the gzip data is damaged, where that was noticed.
     */
    public long offset() {
        return offset;
    }

    /** Number of the packet that could not be read, the first being 1: one more than were read. */
    public long packetNumber() {
        return packetNumber;
    }
}
