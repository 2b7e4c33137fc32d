package dev.ringwire.testkit;

import dev.ringwire.bytes.HexDump;
import dev.ringwire.frame.Frame;
import dev.ringwire.wire.Arp;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.FieldValue;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Says what a packet must be, to be imported statically:
 *
 * <pre>{@code
 * expect(frame, ipv4(src("192.0.2.1"), ttl(64)), tcp(flags("SA"), ack(1235), is("tcp.options.mss_val", 1460)), noPayload());
 * }</pre>
 *
 * <p>All that is wrong is told at once, above the packet decoded and in hexadecimal.
 */
public final class PacketChecks {
    /** The letter of each flag, from the bit of the lowest value on. */
    private static final String FLAGS = "FSRPAUECN";

    private PacketChecks() {}

    /**
     * Checks a frame.
     *
     * @throws AssertionError that tells all that is wrong
     */
    public static void expect(Frame frame, PacketCheck... checks) {
        expect(Packet.copyOf(frame), checks);
    }

    /**
     * Checks a packet.
     *
     * @throws AssertionError that tells all that is wrong
     */
    public static void expect(Packet packet, PacketCheck... checks) {
        List<String> problems = new ArrayList<>();
        for (PacketCheck check : checks) {
            check.check(packet, problems::add);
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(
                    String.join("\n", problems) + "\n" + packet.summary() + "\n" + packet.dump() + packet.hexDump());
        }
    }

    /** Has an Ethernet header, which is so. */
    public static PacketCheck ethernet(HeaderCheck... checks) {
        return layer(Ethernet.class, checks);
    }

    /** Has an ARP message, which is so. */
    public static PacketCheck arp(HeaderCheck... checks) {
        return layer(Arp.class, checks);
    }

    /** Has an IPv4 header, of which the outermost is so. */
    public static PacketCheck ipv4(HeaderCheck... checks) {
        return layer(Ipv4.class, checks);
    }

    /** Has an IPv6 header, of which the outermost is so. */
    public static PacketCheck ipv6(HeaderCheck... checks) {
        return layer(Ipv6.class, checks);
    }

    /** Has an ICMP message, which is so. */
    public static PacketCheck icmpv4(HeaderCheck... checks) {
        return layer(Icmpv4.class, checks);
    }

    /** Has an ICMPv6 message, which is so. */
    public static PacketCheck icmpv6(HeaderCheck... checks) {
        return layer(Icmpv6.class, checks);
    }

    /** Has a TCP header, which is so. */
    public static PacketCheck tcp(HeaderCheck... checks) {
        return layer(Tcp.class, checks);
    }

    /** Has a UDP header, which is so. */
    public static PacketCheck udp(HeaderCheck... checks) {
        return layer(Udp.class, checks);
    }

    /** Has a header of that class, of which the outermost is so. */
    public static <H extends Header> PacketCheck layer(Class<H> type, HeaderCheck... checks) {
        return (packet, problems) -> {
            Optional<H> header = packet.layer(type);
            if (header.isEmpty()) {
                problems.accept("no " + type.getSimpleName());
                return;
            }
            for (HeaderCheck check : checks) {
                String problem = check.problem(header.get());
                if (problem != null) {
                    problems.accept(type.getSimpleName() + ": " + problem);
                }
            }
        };
    }

    /** Has no header of that class. */
    public static PacketCheck no(Class<? extends Header> type) {
        return (packet, problems) -> packet.layer(type)
                .ifPresent(header -> problems.accept("there is " + type.getSimpleName() + ": " + header.summary()));
    }

    /** Carries these bytes behind the last header, and no others. */
    public static PacketCheck payload(byte[] bytes) {
        return (packet, problems) -> {
            byte[] is = packet.payload();
            int at = Arrays.mismatch(bytes, is);
            if (at >= 0) {
                problems.accept("payload of " + is.length + " bytes, not " + bytes.length + ", differs from byte " + at
                        + " on; wanted\n" + HexDump.of(bytes));
            }
        };
    }

    /** Carries this text in UTF-8, and nothing else. */
    public static PacketCheck payload(String text) {
        return payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Carries so many bytes behind the last header. */
    public static PacketCheck payloadLength(int bytes) {
        return (packet, problems) -> {
            int is = packet.payload().length;
            if (is != bytes) {
                problems.accept("payload of " + is + " bytes, not " + bytes);
            }
        };
    }

    /** Carries nothing behind the last header. */
    public static PacketCheck noPayload() {
        return payloadLength(0);
    }

    /** Was decoded whole, and every checksum is right. */
    public static PacketCheck checksums() {
        return (packet, problems) -> {
            packet.error().ifPresent(error -> problems.accept(error.toString()));
            packet.diff(Packet.copyOf(packet.toBytes(Fix.CHECKSUMS), packet.linkType()))
                    .forEach(difference -> problems.accept("checksum: " + difference));
        };
    }

    /** A field of any header has that value, flags being 0 and 1. */
    public static HeaderCheck is(FixedField field, long value) {
        return header -> {
            if (!header.has(field)) {
                return "no " + field.name();
            }
            long is = header.get(field);
            return is == value ? null : field.name() + " is " + text(field, is) + ", not " + text(field, value);
        };
    }

    private static String text(FixedField field, long value) {
        return field.maxValue() > 0xffff ? value + " (0x" + Long.toHexString(value) + ")" : Long.toString(value);
    }

    /**
     * A field by Wireshark's name, such as {@code tcp.options.mss_val}, has a value whose text is that of this one.
     *
     * @throws IllegalArgumentException when it is checked, if the header's protocol has no field of that name
     */
    public static HeaderCheck is(String name, Object value) {
        return header -> {
            for (Field field : header.protocol().fields()) {
                if (field.answersTo(name)) {
                    FieldValue read = new FieldValue();
                    if (!field.read(header, 0, read)) {
                        return "no " + name;
                    }
                    String is = read.toObject(field.type()).toString();
                    return is.equals(value.toString()) ? null : name + " is " + is + ", not " + value;
                }
            }
            throw new IllegalArgumentException(header.protocol().name() + " has no field \"" + name + "\"");
        };
    }

    /** The source address of IP or Ethernet has this text. */
    public static HeaderCheck src(String address) {
        return address("src", "source", address);
    }

    /** The destination address of IP or Ethernet has this text. */
    public static HeaderCheck dst(String address) {
        return address("dst", "destination", address);
    }

    private static HeaderCheck address(String end, String what, String address) {
        return header -> {
            String problem =
                    is(header.protocol().filterName() + "." + end, address).problem(header);
            return problem == null ? null : what + ": " + problem;
        };
    }

    /** The source port of TCP or UDP. */
    public static HeaderCheck srcPort(int port) {
        return header ->
                is(header instanceof Udp ? Udp.SRCPORT : Tcp.SRCPORT, port).problem(header);
    }

    /** The destination port of TCP or UDP. */
    public static HeaderCheck dstPort(int port) {
        return header ->
                is(header instanceof Udp ? Udp.DSTPORT : Tcp.DSTPORT, port).problem(header);
    }

    /** Time to live of IPv4 or hop limit of IPv6. */
    public static HeaderCheck ttl(int hops) {
        return header -> is(header instanceof Ipv6 ? Ipv6.HLIM : Ipv4.TTL, hops).problem(header);
    }

    /** The sequence number of TCP. */
    public static HeaderCheck seq(long number) {
        return is(Tcp.SEQ_RAW, number & 0xffff_ffffL);
    }

    /** The acknowledgment number of TCP. */
    public static HeaderCheck ack(long number) {
        return is(Tcp.ACK_RAW, number & 0xffff_ffffL);
    }

    /** The window of TCP as it stands in the header, not scaled. */
    public static HeaderCheck window(int value) {
        return is(Tcp.WINDOW_SIZE_VALUE, value);
    }

    /**
     * The flags of TCP, these and no others, in any order: F S R P A U E(CE) C(WR) N(once, AE).
     *
     * @throws IllegalArgumentException if a letter is none of these
     */
    public static HeaderCheck flags(String letters) {
        int wanted = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = FLAGS.indexOf(letters.charAt(i));
            if (bit < 0) {
                throw new IllegalArgumentException("'" + letters.charAt(i) + "' is none of the flags " + FLAGS);
            }
            wanted |= 1 << bit;
        }
        int flags = wanted;
        return header -> {
            int is = (int) header.get(Tcp.FLAGS);
            return is == flags ? null : "flags are " + letters(is) + ", not " + letters(flags);
        };
    }

    private static String letters(int flags) {
        var out = new StringBuilder();
        for (int bit = FLAGS.length() - 1; bit >= 0; bit--) {
            if ((flags >> bit & 1) != 0) {
                out.append(FLAGS.charAt(bit));
            }
        }
        int reserved = flags >>> FLAGS.length();
        return reserved == 0 ? '[' + out.toString() + ']' : "[" + out + "] and reserved bits " + reserved;
    }
}
