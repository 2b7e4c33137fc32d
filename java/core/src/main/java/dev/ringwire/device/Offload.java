package dev.ringwire.device;

/**
 * Work that is left to the kernel or to the network card for one frame, as {@code struct virtio_net_hdr} says it
 * (Virtual I/O Device 1.2, section 5.1.6): to finish a checksum, and to cut one long frame into segments. All offsets
 * and lengths are in bytes from the start of the frame, each at most 65535.
 *
 * <p>A checksum to be finished must already hold the folded sum of the pseudo-header, not complemented.
 *
 * @param checksumStart where the bytes to be summed start, which is the transport header
 * @param checksumOffset where the checksum is, from {@code checksumStart}; -1 if there is none to finish
 * @param gsoType {@link #GSO_NONE} or how to cut it
 * @param gsoSize most bytes of payload in a segment; 0 without segmentation
 * @param headerLength the bytes that each segment starts with: link, network and transport header
 */
public record Offload(int checksumStart, int checksumOffset, int gsoType, int gsoSize, int headerLength) {
    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    public static final int GSO_TCPV6 = 4;
    /** UDP cut into datagrams of their own, not into fragments. */
    public static final int GSO_UDP_L4 = 5;
    /** Added to a TCP type where the CWR flag is set: the first segment alone gets it. */
    public static final int GSO_ECN = 0x80;

    /** Nothing is left to do. */
    public static final Offload NONE = new Offload(0, -1, GSO_NONE, 0, 0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number does not fit its 16 bits, or segmentation comes without a size or
     *     without a checksum, which every segment needs anew
     */
    public Offload {
        if ((checksumStart | checksumOffset + 1 | gsoSize | headerLength) >>> 16 != 0 || gsoType >>> 8 != 0) {
            throw new IllegalArgumentException("out of 16 bits: checksum at " + checksumStart + " + " + checksumOffset
                    + ", gso size " + gsoSize + ", header " + headerLength + ", type " + gsoType);
        }
        if (gsoType != GSO_NONE && (gsoSize == 0 || checksumOffset < 0)) {
            throw new IllegalArgumentException("segmentation of type " + gsoType + " needs a size and a checksum");
        }
    }

    /** One checksum to finish. */
    public static Offload checksum(int start, int offset) {
        return new Offload(start, offset, GSO_NONE, 0, 0);
    }

    /**
     * A TCP segment to be cut.
     *
     * @param gsoType {@link #GSO_TCPV4} or {@link #GSO_TCPV6}
     * @param tcpStart where the TCP header starts
     * @param headerLength where the payload starts
     * @param maximumSegmentSize most bytes of payload in each
     */
    public static Offload tcp(int gsoType, int tcpStart, int headerLength, int maximumSegmentSize) {
        return new Offload(tcpStart, 16, gsoType, maximumSegmentSize, headerLength);
    }

    /** Whether nothing is left to do. */
    public boolean isNone() {
        return checksumOffset < 0 && gsoType == GSO_NONE;
    }

    /** Whether a checksum is left to finish. */
    public boolean needsChecksum() {
        return checksumOffset >= 0;
    }
}
