package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.testing.Corpus;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Every cell that tshark prints for every file of the corpus, against ours. {@code oracle.sh} beside the corpus runs
 * tshark. Each disagreement goes into {@code target/oracle-report.tsv} with its reason; one without a known reason fails
 * the test.
 */
class OracleTest {
    private static final Pattern LINK_TYPES =
            Pattern.compile("((EN10MB|RAW|NULL|LOOP|LINUX_SLL2?|IPV4|IPV6)\\(\\d+\\),?)+");

    /** What tshark decodes and we do not yet; the fields of what it carries are missing. */
    private static final Set<String> NOT_BUILT = Set.of(
            "pppoes",
            "gtp",
            "gre",
            "vxlan",
            "geneve",
            "mpls",
            "capwap.data",
            "lisp-data",
            "lisp",
            "cfp",
            "vntag",
            "macsec",
            "erspan",
            "gtpprime",
            "ppp",
            "sctp",
            "l2tp",
            "teredo",
            "ayiya",
            "wlan");

    /** Fields of ICMP, ICMPv6, IGMP and DHCP, besides those that oracle.sh asks for. */
    private static final List<String> CONTROL = List.of("""
            dhcp.cookie dhcp.file dhcp.flags dhcp.flags.bc dhcp.hops dhcp.hw.len dhcp.hw.mac_addr dhcp.hw.type
            dhcp.id dhcp.ip.client dhcp.ip.relay dhcp.ip.server dhcp.ip.your
            dhcp.option.agent_information_option.agent_circuit_id
            dhcp.option.agent_information_option.agent_remote_id dhcp.option.boot_file_size
            dhcp.option.bootfile_name dhcp.option.broadcast_address dhcp.option.default_ip_ttl dhcp.option.dhcp
            dhcp.option.dhcp_max_message_size dhcp.option.dhcp_server_id dhcp.option.domain_name
            dhcp.option.domain_name_server dhcp.option.extension_path dhcp.option.hostname
            dhcp.option.impress_server dhcp.option.interface_mtu dhcp.option.ip_address_lease_time
            dhcp.option.length dhcp.option.log_server dhcp.option.lpr_server
            dhcp.option.max_datagram_reassembly_size dhcp.option.merit_dump_file dhcp.option.message
            dhcp.option.mobile_ip_home_agent dhcp.option.name_server
            dhcp.option.netbios_over_tcpip_dd_name_server dhcp.option.netbios_over_tcpip_name_server
            dhcp.option.netbios_over_tcpip_node_type dhcp.option.netbios_over_tcpip_scope dhcp.option.nis_domain
            dhcp.option.nis_plus_domain dhcp.option.nis_plus_server dhcp.option.nis_server
            dhcp.option.nntp_server dhcp.option.ntp_server dhcp.option.option_overload dhcp.option.pop3_server
            dhcp.option.quotes_server dhcp.option.rebinding_time_value dhcp.option.renewal_time_value
            dhcp.option.request_list_item dhcp.option.requested_ip_address dhcp.option.resource_location_server
            dhcp.option.root_path dhcp.option.router dhcp.option.router_solicitation_address
            dhcp.option.smtp_server dhcp.option.subnet_mask dhcp.option.subnet_selection_option
            dhcp.option.swap_server dhcp.option.tftp_server_address dhcp.option.tftp_server_name
            dhcp.option.time_offset dhcp.option.time_server dhcp.option.type dhcp.option.value
            dhcp.option.vendor_class_id dhcp.option.xwindows_system_display_manager
            dhcp.option.xwindows_system_font_server dhcp.secs dhcp.server dhcp.type icmp.addr_entry_size
            icmp.address_mask icmp.checksum icmp.code icmp.ident icmp.length icmp.lifetime icmp.mtu
            icmp.num_addrs icmp.originate_timestamp icmp.pointer icmp.pref_level icmp.receive_timestamp
            icmp.redir_gw icmp.router_address icmp.seq icmp.transmit_timestamp icmpv6.checksum icmpv6.code
            icmpv6.echo.identifier icmpv6.echo.sequence_number icmpv6.length icmpv6.mld.flag icmpv6.mld.flag.qrv
            icmpv6.mld.flag.s icmpv6.mld.maximum_response_code icmpv6.mld.maximum_response_delay
            icmpv6.mld.multicast_address icmpv6.mld.nb_sources icmpv6.mld.qqi icmpv6.mld.source_address
            icmpv6.mldr.mar.aux_data_len icmpv6.mldr.mar.auxiliary_data icmpv6.mldr.mar.multicast_address
            icmpv6.mldr.mar.nb_sources icmpv6.mldr.mar.record_type icmpv6.mldr.mar.source_address
            icmpv6.mldr.nb_mcast_records icmpv6.mtu icmpv6.nd.na.flag icmpv6.nd.na.flag.o icmpv6.nd.na.flag.r
            icmpv6.nd.na.flag.s icmpv6.nd.na.target_address icmpv6.nd.ns.target_address
            icmpv6.nd.ra.cur_hop_limit icmpv6.nd.ra.flag icmpv6.nd.ra.flag.h icmpv6.nd.ra.flag.m
            icmpv6.nd.ra.flag.o icmpv6.nd.ra.flag.p icmpv6.nd.ra.flag.prf icmpv6.nd.ra.reachable_time
            icmpv6.nd.ra.retrans_timer icmpv6.nd.ra.router_lifetime icmpv6.nd.rd.target_address icmpv6.opt.dnssl
            icmpv6.opt.dnssl.lifetime icmpv6.opt.length icmpv6.opt.linkaddr icmpv6.opt.mtu icmpv6.opt.prefix
            icmpv6.opt.prefix.flag.a icmpv6.opt.prefix.flag.l icmpv6.opt.prefix.flag.r icmpv6.opt.prefix.length
            icmpv6.opt.prefix.preferred_lifetime icmpv6.opt.prefix.valid_lifetime icmpv6.opt.rdnss
            icmpv6.opt.rdnss.lifetime icmpv6.opt.src_linkaddr icmpv6.opt.target_linkaddr icmpv6.opt.type
            icmpv6.pointer icmpv6.rd.na.destination_address icmpv6.type igmp.aux_data igmp.aux_data_len
            igmp.checksum igmp.maddr igmp.max_resp igmp.num_grp_recs igmp.num_src igmp.qqic igmp.qrv
            igmp.record_type igmp.s igmp.saddr igmp.type igmp.version
            """.trim().split("\\s+"));

    /** To compare a few files only, while changing something. */
    private static final Pattern FILES = Pattern.compile(System.getProperty("ringwire.oracle.files", ".*"));

    private static final double WANTED = 0.995;

    private record Disagreement(String file, String frame, String field, String tshark, String ours, String reason) {}

    private static final class Tally {
        private long cells;
        private final List<Disagreement> disagreements = new ArrayList<>();
    }

    @Test
    void cellsEqualTsharks() throws Exception {
        Path script = Corpus.folder().resolveSibling("oracle.sh");
        Assumptions.assumeTrue(Files.isRegularFile(script), "no oracle.sh beside the corpus");
        Assumptions.assumeTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, "tshark"))),
                "no tshark here");
        var pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        var total = new Tally();
        int files = 0;
        try {
            var jobs = new ArrayList<Callable<Tally>>();
            for (Corpus.Entry entry : Corpus.entries()) {
                if (LINK_TYPES.matcher(entry.linkTypes()).matches()
                        && FILES.matcher(entry.name()).find()) {
                    jobs.add(() -> compare(entry, tshark(script, entry)));
                }
            }
            for (var result : pool.invokeAll(jobs)) {
                Tally tally = result.get();
                files++;
                total.cells += tally.cells;
                total.disagreements.addAll(tally.disagreements);
            }
        } finally {
            pool.shutdownNow();
        }
        assertTrue(files > 0);
        report(total, files);
        double agreement = 1 - (double) total.disagreements.size() / total.cells;
        assertTrue(agreement >= WANTED, "only " + agreement + " of " + total.cells + " cells agree");
        assertEquals(
                List.of(),
                total.disagreements.stream().filter(d -> d.reason().isEmpty()).toList(),
                "disagreements nobody has explained");
    }

    private static void report(Tally total, int files) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("file\tframe\tfield\ttshark\tours\treason");
        total.disagreements.forEach(
                d -> lines.add(String.join("\t", d.file(), d.frame(), d.field(), d.tshark(), d.ours(), d.reason())));
        Files.write(Path.of("target", "oracle-report.tsv"), lines);
        Map<String, Long> reasons = total.disagreements.stream()
                .collect(Collectors.groupingBy(Disagreement::reason, TreeMap::new, Collectors.counting()));
        System.out.printf(
                "oracle: %d files, %d cells, %d disagree (%.3f %% agree)%n",
                files, total.cells, total.disagreements.size(), 100 - 100.0 * total.disagreements.size() / total.cells);
        reasons.forEach((reason, count) -> System.out.println("oracle: " + count + " cells: " + reason));
    }

    /** What the oracle prints, kept for the next run with the same fields. */
    private static List<String> tshark(Path script, Corpus.Entry entry) throws Exception {
        var command =
                new ArrayList<>(List.of("sh", script.toString(), entry.path().toString(), "-e", "frame.protocols"));
        CONTROL.forEach(field -> command.addAll(List.of("-e", field)));
        String fields = Integer.toHexString(command.subList(3, command.size()).hashCode());
        Path cache = Path.of("target", "oracle", fields, entry.name().replace('/', '!') + ".tsv");
        if (!Files.exists(cache)) {
            Files.createDirectories(cache.getParent());
            Path partial = cache.resolveSibling(cache.getFileName() + ".part");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(partial.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "tshark does not end on " + entry.name());
            Files.move(partial, cache);
        }
        return List.of(Files.readString(cache, StandardCharsets.ISO_8859_1).split("\n"));
    }

    private static Tally compare(Corpus.Entry entry, List<String> oracle) throws IOException {
        var tally = new Tally();
        if (oracle.get(0).isEmpty()) {
            return tally; // tshark refuses the file
        }
        List<String> names = List.of(oracle.get(0).split("\t", -1));
        List<String> known = List.copyOf(Query.supports(names));
        List<String[]> theirs = new ArrayList<>();
        boolean renumbered = false;
        for (String line : oracle.subList(1, oracle.size())) {
            String[] cells = line.split("\t", -1);
            // tshark shows some pcapng blocks that hold no packet as frames; they have no time.
            boolean block = cells[0].equals("data") && cells[names.indexOf("frame.time_epoch")].isEmpty();
            renumbered |= block;
            if (!block) {
                theirs.add(cells);
            }
        }
        int row = 0;
        try (CaptureReader reader = CaptureReader.open(entry.path())) {
            Rows rows = Query.of(known).over(reader);
            while (rows.next()) {
                String[] cells = row < theirs.size() ? theirs.get(row) : new String[names.size()];
                for (int i = 0; i < known.size(); i++) {
                    String field = known.get(i);
                    String tshark = cells[names.indexOf(field)] == null ? "" : cells[names.indexOf(field)];
                    String ours = rows.row().getText(i);
                    if (tshark.isEmpty() && ours.isEmpty()) {
                        continue;
                    }
                    tally.cells++;
                    if (!plain(tshark).equals(plain(ours))) {
                        String protocols = cells[0] == null ? "" : cells[0];
                        tally.disagreements.add(new Disagreement(
                                entry.name(),
                                rows.row().getText(known.indexOf("frame.number")),
                                field,
                                tshark,
                                ours,
                                reason(field, tshark, ours, protocols, renumbered)));
                    }
                }
                row++;
            }
        } catch (CaptureFormatException e) {
            // The file is damaged; CorpusTest says which are and how.
        }
        return tally;
    }

    private static String plain(String value) {
        return value.matches("0x[0-9a-f]{1,15}") ? Long.toString(Long.parseLong(value.substring(2), 16)) : value;
    }

    private static String reason(String field, String tshark, String ours, String protocols, boolean renumbered) {
        if (field.equals("frame.number") && renumbered) {
            return "tshark numbers pcapng blocks that hold no packet";
        }
        if (ours.isEmpty() || protocols.contains(":cfp:")) {
            for (String protocol : protocols.split(":")) {
                if (NOT_BUILT.contains(protocol)) {
                    return "inside a protocol that is not built yet: " + protocol;
                }
            }
        }
        if (ours.isEmpty() && field.startsWith("dhcp.option.")
                || tshark.isEmpty() && field.matches("dhcp.(server|file)")) {
            return "options in the server name or file field (RFC 2132 section 9.3): we give the field";
        }
        if (protocols.endsWith(":rgmp") && tshark.isEmpty() && field.startsWith("igmp.")) {
            return "RGMP, RFC 3488: tshark gives rgmp.type, we the IGMP header it is made of";
        }
        if (ours.isEmpty() && protocols.contains(":ipv6.routing:eth:")) {
            return "inside a protocol that is not built yet: Ethernet in IPv6";
        }
        if (tshark.isEmpty() && field.startsWith("icmpv6.") && protocols.endsWith(":ipv6:icmpv6")) {
            return "an IPv6 payload length of 0: tshark stops, we take what is there";
        }
        if (field.equals("frame.time_epoch")
                && tshark.matches("-?\\d+\\.(\\d{10,}|\\d{9})")
                && Math.abs(Double.parseDouble(tshark) - Double.parseDouble(ours)) > 1e-9) {
            return "the file's fraction of a second is a second or more: we carry it over";
        }
        if (field.equals("ip.dst") && !tshark.isEmpty() && !ours.isEmpty()) {
            return "a source route: tshark gives the last hop of the route, we the header's address";
        }
        if (field.equals("ip.len") && ours.equals("0")) {
            return "ip.len is 0 before segmentation offload: tshark guesses the length, we give the header's value";
        }
        if (ours.isEmpty() && protocols.startsWith("null:")) {
            return "the null header holds no address family: tshark finds an EtherType in its second half";
        }
        if (tshark.isEmpty() && field.startsWith("udp.") && protocols.endsWith("ipv6.dstopts")) {
            return "an IPv6 option reaches over its header's end: tshark stops, we go on by the header's length";
        }
        if (tshark.isEmpty() && field.startsWith("udp.") && protocols.contains("ipv6")) {
            return "a jumbogram whose UDP length is 0: tshark stops, we go on";
        }
        if (tshark.isEmpty() && field.equals("tcp.seq_raw") && protocols.contains(":icmp:ip:tcp")) {
            return "a TCP header cut short in an ICMP error: tshark gives tcp.seq only";
        }
        return "";
    }
}
