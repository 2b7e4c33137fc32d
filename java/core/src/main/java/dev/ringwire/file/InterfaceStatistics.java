package dev.ringwire.file;

import java.util.OptionalLong;

/**
 * Counters of an interface (draft-ietf-opsawg-pcapng section 4.6).
 *
 * @param interfaceId its place in the section
 * @param timestampUnits when they were read, in units of the interface since its {@code offsetSeconds}
 * @param options the counters
 */
public record InterfaceStatistics(int interfaceId, long timestampUnits, BlockOptions options) implements CaptureBlock {
    /** Option code of when the capture began: upper, then lower 32 bits of units. */
    public static final int ISB_STARTTIME = 2;
    /** Option code of when the capture ended, as {@link #ISB_STARTTIME}. */
    public static final int ISB_ENDTIME = 3;
    /** Option code of {@link #received()}. */
    public static final int ISB_IFRECV = 4;
    /** Option code of {@link #dropped()}. */
    public static final int ISB_IFDROP = 5;
    /** Option code of the packets the filter accepted. */
    public static final int ISB_FILTERACCEPT = 6;
    /** Option code of the packets the operating system dropped. */
    public static final int ISB_OSDROP = 7;
    /** Option code of the packets given to the program that captured. */
    public static final int ISB_USRDELIV = 8;

    /** Packets the interface received, if that is known. */
    public OptionalLong received() {
        return options.number(ISB_IFRECV);
    }

    /** Packets the interface dropped, if that is known. */
    public OptionalLong dropped() {
        return options.number(ISB_IFDROP);
    }

    @Override
    public int type() {
        return PcapngReader.STATISTICS;
    }
}
