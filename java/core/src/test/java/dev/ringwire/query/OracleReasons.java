package dev.ringwire.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Why a cell of {@link OracleTest} may differ from tshark's: a table of what is known, of which the first that fits counts. */
final class OracleReasons {
    private OracleReasons() {}

    /**
     * A cell that differs.
     *
     * @param row what tshark prints for another field of the same frame, or the empty string
     */
    record Cell(String field, String tshark, String ours, UnaryOperator<String> row) {
        boolean is(String regex) {
            return field.matches(regex);
        }

        boolean onlyTsharks() {
            return ours.isEmpty();
        }

        boolean onlyOurs() {
            return tshark.isEmpty();
        }

        boolean has(String other, String regex) {
            return row.apply(other).matches(regex);
        }

        /** Whether the frame's protocols, as tshark sees them, match. */
        boolean in(String regex) {
            return has("frame.protocols", regex);
        }

        boolean isBelow(String other, int limit) {
            return has(other, "\\d{1,9}") && Integer.parseInt(row.apply(other)) < limit;
        }
    }

    private record Reason(String text, Predicate<Cell> holds) {}

    /** What tshark decodes and we do not; the fields of what it carries are missing. */
    private static final Set<String> NOT_BUILT = Set.of(
            "gtp",
            "capwap.data",
            "lisp-data",
            "lisp",
            "cfp",
            "vntag",
            "macsec",
            "gtpprime",
            "l2tp",
            "teredo",
            "ayiya",
            "gprs-ns",
            "wlan");

    private static final List<Reason> ALL = new ArrayList<>();

    private static void because(String text, Predicate<Cell> holds) {
        ALL.add(new Reason(text, holds));
    }

    static {
        for (String protocol : NOT_BUILT.stream().sorted().toList()) {
            because(
                    "inside a protocol that is not built: " + protocol,
                    c -> (c.onlyTsharks() || protocol.equals("cfp"))
                            && Arrays.asList(c.row.apply("frame.protocols").split(":"))
                                    .contains(protocol));
        }
        because(
                "inside a protocol that is not built: Ethernet in IPv6",
                c -> c.onlyTsharks() && c.in(".*:ipv6.routing:eth:.*"));

        because(
                "the file's fraction of a second is a second or more: we carry it over",
                c -> c.is("frame.time_epoch")
                        && c.tshark.matches("-?\\d+\\.(\\d{10,}|\\d{9})")
                        && Math.abs(Double.parseDouble(c.tshark) - Double.parseDouble(c.ours)) > 1e-9);
        because(
                "the null header holds no address family: tshark finds an EtherType in its second half",
                c -> c.in("null:.*") && (c.onlyTsharks() || c.is("null.type")));
        because("Cisco's SNAP protocols: tshark gives llc.cisco_pid", c -> c.is("llc.pid") && c.onlyOurs());
        because(
                "tshark knows the types and lengths of PPPoE tags by name, but fills them in for no tag it knows",
                c -> c.is("pppoed\\.tag(_length)?") && c.onlyOurs());
        because(
                "hardware addresses that are not 6 bytes long: tshark finds the others behind them, we give none",
                c -> c.is("arp\\..*") && c.onlyTsharks() && !c.has("arp.hw.size", "6"));

        because(
                "a source route: tshark gives the last hop of the route, we the header's address",
                c -> c.is("ip.dst") && !c.onlyOurs() && !c.onlyTsharks());
        because(
                "ip.len is 0 before segmentation offload: tshark guesses the length, we give the header's value",
                c -> c.is("ip.len") && c.ours.equals("0"));
        because("IP of version 3: tshark stops, or shows its version as IPv6's", c -> c.has("ip.version", "3"));
        because(
                "IPv6 behind the EtherType of IPv4: tshark believes the version, we the EtherType",
                c -> c.is("ip(v6)?\\..*") && c.has("ip.version", "6") && c.has("eth.type", "0x0800"));
        because(
                "an IP option longer than what is left: tshark shows nothing of it",
                c -> c.is("ip\\.opt\\..*") && c.onlyOurs());
        because(
                "an IPv6 payload length of 0: tshark stops, we take what is there",
                c -> c.onlyOurs() && c.has("ipv6.plen", "0") && c.is("(icmpv6|ipv6)\\..*"));
        because(
                "an IPv6 option reaches over its header's end: tshark stops, we go on by the header's length",
                c -> c.onlyOurs() && c.is("udp\\..*") && c.in(".*ipv6.dstopts"));
        because(
                "a UDP length of 0, in a jumbogram or before segmentation offload: tshark stops, we go on",
                c -> c.onlyOurs() && c.in(".*:udp") && (c.has("udp.length", "0") || c.has("ipv6.plen", "0")));
        because(
                "inside a protocol that is not built: udpencap; we go by the other port",
                c -> c.onlyOurs() && c.in(".*:udpencap:.*"));
        because(
                "udp.length exceeds the IP packet: tshark takes the rest of the frame as well, we do not",
                c -> c.is("udp.payload") && !c.onlyOurs() && c.tshark.startsWith(c.ours));

        because(
                "tcp.hdr_len is below 20: tshark stops there, we give the fixed part, and nothing behind it",
                c -> c.is("tcp\\..*") && c.isBelow("tcp.hdr_len", 20));
        because(
                "tcp.flags.res: tshark says whether one of the three bits is set, we which",
                c -> c.is("tcp.flags.res") && c.tshark.equals("1"));
        because(
                "AccECN, seen in the handshake: tshark gives tcp.flags.ace, we the bits it is made of",
                c -> c.is("tcp\\.flags\\.(ae|cwr|ece)") && c.onlyOurs());
        because(
                "a TCP option whose length cannot be: tshark shows nothing of it",
                c -> c.is("tcp\\.option_(kind|len)") && c.onlyOurs());
        because(
                "a TCP header cut short: tshark counts tcp.len, and gives only tcp.seq in an ICMP error; we the reverse",
                c -> c.is("tcp.len") && c.onlyTsharks() || c.is("tcp.seq_raw") && c.onlyOurs());
        because(
                "TCP in a fragment or in an ICMP error: tshark gives no tcp.len, we what is there",
                c -> c.is("tcp.len") && c.onlyOurs() && c.in(".*:(ipv6.fraghdr|icmpv6:ipv6):tcp"));
        because(
                "data in a reset: tshark gives tcp.reset_cause",
                c -> c.is("tcp.payload") && c.onlyOurs() && c.has("tcp.flags.reset", "1"));

        because(
                "RGMP, RFC 3488: tshark gives rgmp.type, we the IGMP header it is made of",
                c -> c.is("igmp\\..*") && c.onlyOurs() && c.in(".*:rgmp"));
        because(
                "PIM version 1: tshark gives PIM's fields, we the IGMP header it is made of",
                c -> c.is("igmp\\..*") && c.onlyOurs() && c.in(".*:igmp:pim"));
        because(
                "options in the server name or file field (RFC 2132 section 9.3): we give the field",
                c -> c.is("dhcp.option\\..*") && c.onlyTsharks() || c.is("dhcp.(server|file)") && c.onlyOurs());
        because(
                "a DHCP message cut short: tshark shows nothing of it, we what is there",
                c -> c.is("dhcp\\..*")
                        && c.onlyOurs()
                        && !c.row.apply("frame.cap_len").equals(c.row.apply("frame.len")));

        because(
                "text that holds a zero byte: tshark ends it there",
                c -> c.is("dns\\..*") && c.ours.startsWith(c.tshark + "\\x00"));
        because(
                "no DNS, but at a port of DNS: tshark looks at the bytes first, we give what they would say",
                c -> c.is("dns\\..*") && c.onlyOurs() && !c.in(".*:(dns|mdns|llmnr)(:.*)?"));
        because(
                "DNS at a port that is not its own: tshark guesses by the bytes, we do not",
                c -> c.is("dns\\..*")
                        && c.onlyTsharks()
                        && !c.has("udp.srcport", "53|5353|5355")
                        && !c.has("udp.dstport", "53|5353|5355")
                        && !c.has("tcp.srcport", "53|5353|5355")
                        && !c.has("tcp.dstport", "53|5353|5355"));
        because(
                "a DNS length over TCP below a header's: tshark reads on past it, we go on behind it",
                c -> c.is("dns\\..*") && c.isBelow("dns.length", 12));
        because(
                "an EDNS option longer than its place: tshark reads on past it, we do not",
                c -> c.is("dns\\.opt\\..*") && c.onlyTsharks()
                        || c.is("dns\\..*") && c.onlyOurs() && c.has("dns.opt.len", "\\d{4,}"));
        because(
                "a DNS header cut short: tshark shows nothing of it, we what is there",
                c -> c.is("dns\\.(length|id)") && c.onlyOurs());
    }

    /** The empty string if none is known. */
    static String of(Cell cell) {
        return ALL.stream()
                .filter(reason -> reason.holds.test(cell))
                .map(Reason::text)
                .findFirst()
                .orElse("");
    }
}
