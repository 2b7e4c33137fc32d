package dev.ringwire.file;

import dev.ringwire.frame.LinkType;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
 * @param options all that stands in the file, the above included
 */
public record CaptureInterface(
        int section,
        int id,
        String name,
        String description,
        LinkType linkType,
        int snapLength,
        int resolution,
        long offsetSeconds,
        BlockOptions options)
        implements CaptureBlock {

    /** Option code of {@link #name()}. */
    public static final int IF_NAME = 2;
    /** Option code of {@link #description()}. */
    public static final int IF_DESCRIPTION = 3;
    /** Option code of an IPv4 address and its mask, 4 bytes each; may be there more than once. */
    public static final int IF_IPV4ADDR = 4;
    /** Option code of an IPv6 address, 16 bytes, and its prefix length, 1 byte; may be there more than once. */
    public static final int IF_IPV6ADDR = 5;
    /** Option code of the MAC address, 6 bytes. */
    public static final int IF_MACADDR = 6;
    /** Option code of the speed in bits per second, 8 bytes. */
    public static final int IF_SPEED = 8;
    /** Option code of {@link #resolution()}. */
    public static final int IF_TSRESOL = 9;
    /** Option code of {@link #filter()}. */
    public static final int IF_FILTER = 11;
    /** Option code of {@link #os()}. */
    public static final int IF_OS = 12;
    /** Option code of {@link #offsetSeconds()}. */
    public static final int IF_TSOFFSET = 14;
    /** Option code of {@link #hardware()}. */
    public static final int IF_HARDWARE = 15;

    /**
     * An interface to be written: nanoseconds, no limit.
     *
     * @param id what {@link dev.ringwire.frame.Frame#interfaceId()} of its frames gives
     * @param options name, description and whatever else is to be said of it
     */
    public static CaptureInterface of(int id, LinkType linkType, BlockOptions options) {
        return new CaptureInterface(
                0, id, options.text(IF_NAME), options.text(IF_DESCRIPTION), linkType, 0, 9, 0, options);
    }

    CaptureInterface withOptions(BlockOptions said) {
        return new CaptureInterface(
                section, id, name, description, linkType, snapLength, resolution, offsetSeconds, said);
    }

    /** The same without its place, to be compared with those of other sections and files. */
    CaptureInterface anywhere() {
        return new CaptureInterface(0, 0, name, description, linkType, snapLength, resolution, offsetSeconds, options);
    }

    /** The text of the capture filter, or the empty string; a filter of BPF instructions is none. */
    public String filter() {
        byte[] value = options.value(IF_FILTER);
        return value == null || value.length == 0 || value[0] != 0
                ? ""
                : new String(value, 1, value.length - 1, StandardCharsets.UTF_8);
    }

    /** The operating system it is in, or the empty string. */
    public String os() {
        return options.text(IF_OS);
    }

    /** The network card, or the empty string. */
    public String hardware() {
        return options.text(IF_HARDWARE);
    }

    /** The comments on the interface. */
    public List<String> comments() {
        return options.comments();
    }

    /** Timestamp units in a second; {@link Long#MAX_VALUE} if there are more than fit. */
    public long unitsPerSecond() {
        int exponent = resolution & 0x7f;
        if ((resolution & 0x80) != 0) {
            return exponent < 63 ? 1L << exponent : Long.MAX_VALUE;
        }
        return exponent < 19 ? Timestamps.powerOfTen(exponent) : Long.MAX_VALUE;
    }

    @Override
    public int type() {
        return PcapngReader.INTERFACE;
    }
}
