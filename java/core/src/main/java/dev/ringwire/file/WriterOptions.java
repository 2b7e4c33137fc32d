package dev.ringwire.file;

import java.nio.ByteOrder;

/**
 * How a capture file is to be written.
 *
 * @param byteOrder of its headers
 * @param resolution of its timestamps; what it does not hold is cut off
 * @param snapLength the most bytes written of a frame, at least 1; longer frames are cut and keep their original length
 */
public record WriterOptions(ByteOrder byteOrder, Resolution resolution, int snapLength) {
    /** Little-endian, nanoseconds, at most 262144 bytes of a frame: what every current tool reads. */
    public static final WriterOptions DEFAULT =
            new WriterOptions(ByteOrder.LITTLE_ENDIAN, Resolution.NANOSECONDS, PcapReader.USUAL_SNAP_LENGTH);

    /** Units of timestamps in a file. */
    public enum Resolution {
        /** For tools that know no other. */
        MICROSECONDS(6, 1_000),
        /** All that a {@link dev.ringwire.frame.Frame} holds. */
        NANOSECONDS(9, 1);

        /** The byte if_tsresol of pcapng. */
        final int exponent;
        /** Nanoseconds in a unit. */
        final int unit;

        Resolution(int exponent, int unit) {
            this.exponent = exponent;
            this.unit = unit;
        }
    }

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if the snap length is not in 1..2<sup>28</sup>
     */
    public WriterOptions {
        if (byteOrder == null || resolution == null) {
            throw new NullPointerException("byteOrder and resolution");
        }
        if (snapLength < 1 || snapLength > CaptureReader.MAXIMUM_RECORD) {
            throw new IllegalArgumentException("snap length " + snapLength + " is not in 1.." + (1 << 28));
        }
    }
}
