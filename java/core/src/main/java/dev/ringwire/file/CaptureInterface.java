package dev.ringwire.file;

import dev.ringwire.frame.LinkType;

/**
 * An interface that packets of a file were captured on. A pcap file has exactly one, without a name.
 *
 * @param section number of the pcapng section it belongs to, the first being 0
 * @param id its place in that section, the first being 0
 * @param name if_name, or the empty string
 * @param description if_description, or the empty string
 * @param linkType what its frames start with
 * @param snapLength the most bytes kept of a packet; 0 means no limit, larger ones than an int holds are cut to it
 * @param resolution the byte if_tsresol: n for 10<sup>-n</sup> seconds, 128 + n for 2<sup>-n</sup> seconds
 * @param offsetSeconds if_tsoffset: what is added to every timestamp
 */
public record CaptureInterface(
        int section,
        int id,
        String name,
        String description,
        LinkType linkType,
        int snapLength,
        int resolution,
        long offsetSeconds) {

    /** Timestamp units in a second; {@link Long#MAX_VALUE} if there are more than fit. */
    public long unitsPerSecond() {
        int exponent = resolution & 0x7f;
        if ((resolution & 0x80) != 0) {
            return exponent < 63 ? 1L << exponent : Long.MAX_VALUE;
        }
        return exponent < 19 ? Timestamps.powerOfTen(exponent) : Long.MAX_VALUE;
    }
}
