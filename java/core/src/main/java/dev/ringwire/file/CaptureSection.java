package dev.ringwire.file;

import java.nio.ByteOrder;
import java.util.List;

/**
 * A section of a pcapng file: all interfaces and packets up to the next one belong to it. A pcap file is one without
 * options.
 *
 * @param order of the numbers in it
 * @param options what its header says of it
 */
public record CaptureSection(ByteOrder order, BlockOptions options) implements CaptureBlock {
    /** Option code of {@link #hardware()}. */
    public static final int SHB_HARDWARE = 2;
    /** Option code of {@link #os()}. */
    public static final int SHB_OS = 3;
    /** Option code of {@link #application()}. */
    public static final int SHB_USERAPPL = 4;

    /** The machine that captured, or the empty string. */
    public String hardware() {
        return options.text(SHB_HARDWARE);
    }

    /** The operating system it captured on, or the empty string. */
    public String os() {
        return options.text(SHB_OS);
    }

    /** The program that wrote the file, or the empty string. */
    public String application() {
        return options.text(SHB_USERAPPL);
    }

    /** The comments of the file. */
    public List<String> comments() {
        return options.comments();
    }

    @Override
    public int type() {
        return PcapngReader.SECTION_HEADER;
    }
}
