package dev.ringwire.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What in the layer below announces a protocol: a value in one of its fields. Tables have Wireshark's names, so that
 * {@code udp.port==2055} means here what it means there. A protocol that carries others may have a table of its own,
 * asked by {@link PacketParser#next(String, int, int, int)}.
 *
 * @param table which field, {@code udp.port}
 * @param value its value, 0 to 65535
 */
public record Selector(String table, int value) {
    /** The table of pcap link types. */
    public static final String LINK_TYPE = "linktype";

    /** The table of EtherTypes. */
    public static final String ETHER_TYPE = "ethertype";

    /** The table of IP protocol numbers, which are IPv6 next headers too. */
    public static final String IP_PROTOCOL = "ip.proto";

    /** The table of UDP ports, source or destination. */
    public static final String UDP_PORT = "udp.port";

    /** The table of TCP ports, source or destination. */
    public static final String TCP_PORT = "tcp.port";

    private static final int MAX = 0xffff;
    private static final String FORM = "([A-Za-z0-9_.-]+)==(0x[0-9A-Fa-f]+|[1-9][0-9]*|0)";

    public Selector {
        int max = switch (table) {
            case IP_PROTOCOL -> 0xff;
            case LINK_TYPE -> Protocols.MAX_LINK_TYPE;
            default -> MAX;
        };
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(table + " takes 0.." + max + ", not " + value);
        }
    }

    /** A pcap link type. */
    public static Selector linkType(int value) {
        return new Selector(LINK_TYPE, value);
    }

    /** An EtherType. */
    public static Selector etherType(int value) {
        return new Selector(ETHER_TYPE, value);
    }

    /** An IP protocol number. */
    public static Selector ipProtocol(int value) {
        return new Selector(IP_PROTOCOL, value);
    }

    /** A UDP port. */
    public static Selector udpPort(int value) {
        return new Selector(UDP_PORT, value);
    }

    /** A TCP port. */
    public static Selector tcpPort(int value) {
        return new Selector(TCP_PORT, value);
    }

    /**
     * What a text in the form of {@link #toString} means; the value may be in hexadecimal, {@code ethertype==0x88b5}.
     *
     * @throws IllegalArgumentException if it has another form, or the value does not fit
     */
    public static Selector of(String text) {
        Matcher parts = Pattern.compile(FORM).matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not in the form table==number, as udp.port==53");
        }
        try {
            return new Selector(parts.group(1), Integer.decode(parts.group(2)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\": " + parts.group(2) + " is no number", e);
        }
    }

    // What a record brings along is put together when it is first used, which takes longer than all else that a short
    // command does with selectors.

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Selector other && value == other.value && table.equals(other.table);
    }

    @Override
    public int hashCode() {
        return 31 * table.hashCode() + value;
    }

    @Override
    public String toString() {
        return table + "==" + value;
    }
}
