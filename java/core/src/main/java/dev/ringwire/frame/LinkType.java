package dev.ringwire.frame;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the first byte of a frame means: a LINKTYPE_ value of the pcap and pcapng file formats
 * (<a href="https://www.tcpdump.org/linktypes.html">tcpdump.org/linktypes</a>). Values without a constant here are
 * still carried through files unharmed.
 *
 * @param value the number in the file header, 0..65535
 * @param name the name without the LINKTYPE_ prefix
 */
public record LinkType(int value, String name) {
    public static final LinkType NULL = new LinkType(0, "NULL");
    public static final LinkType ETHERNET = new LinkType(1, "ETHERNET");
    /** DLT_RAW of some systems, written into files by old tools. */
    public static final LinkType DLT_RAW = new LinkType(12, "RAW");
    /** IPv4 or IPv6 packets without a link header. */
    public static final LinkType RAW = new LinkType(101, "RAW");
    /** OpenBSD loopback: as NULL, but the family is big-endian. */
    public static final LinkType LOOP = new LinkType(108, "LOOP");

    public static final LinkType LINUX_SLL = new LinkType(113, "LINUX_SLL");
    public static final LinkType IPV4 = new LinkType(228, "IPV4");
    public static final LinkType IPV6 = new LinkType(229, "IPV6");
    public static final LinkType LINUX_SLL2 = new LinkType(276, "LINUX_SLL2");

    private static final Map<Integer, LinkType> KNOWN = new HashMap<>();

    static {
        List.of(
                        NULL,
                        ETHERNET,
                        new LinkType(9, "PPP"),
                        DLT_RAW,
                        RAW,
                        new LinkType(104, "C_HDLC"),
                        new LinkType(105, "IEEE802_11"),
                        LOOP,
                        LINUX_SLL,
                        new LinkType(127, "IEEE802_11_RADIOTAP"),
                        new LinkType(147, "USER0"),
                        new LinkType(195, "IEEE802_15_4_WITHFCS"),
                        new LinkType(220, "USB_LINUX_MMAPPED"),
                        new LinkType(227, "CAN_SOCKETCAN"),
                        IPV4,
                        IPV6,
                        new LinkType(239, "NFLOG"),
                        LINUX_SLL2)
                .forEach(type -> KNOWN.put(type.value, type));
    }

    public LinkType {
        if (value < 0 || value > 0xffff) {
            throw new IllegalArgumentException("link type is in 0..65535, not " + value);
        }
    }

    /**
     * The link type of that number; unknown numbers are named {@code LINKTYPE_n}.
     *
     * @throws IllegalArgumentException if no file could hold it
     */
    public static LinkType of(int value) {
        LinkType known = KNOWN.get(value);
        return known != null ? known : new LinkType(value, "LINKTYPE_" + value);
    }

    /** The number alone decides. */
    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof LinkType other && value == other.value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    @Override
    public String toString() {
        return name + "(" + value + ")";
    }
}
