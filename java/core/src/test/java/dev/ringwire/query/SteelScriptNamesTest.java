package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Queries answer the names of SteelScript Packets too, and the table of its names and ours is true. */
class SteelScriptNamesTest {
    private static final List<String> NAMES = List.of("""
            frame.time_epoch frame.len frame.caplen
            eth.type eth.src eth.dst eth.vlan.id eth.vlan.pri eth.vlan.cfi eth.vlan.tpid
            arp.hw.type arp.proto.type arp.hw.size arp.proto.size arp.opcode
            arp.src.hw_mac arp.src.proto_ipv4 arp.dst.hw_mac arp.dst.proto_ipv4
            ip.version ip.hdr_len ip.tos ip.len ip.id ip.flags ip.flags.df ip.flags.mf ip.frag_offset
            ip.ttl ip.proto ip.src ip.dst ip.checksum
            udp.srcport udp.dstport udp.length udp.checksum udp.payload udp.payload.offset[0:4]
            tcp.srcport tcp.dstport tcp.seq tcp.ack tcp.hdr_len tcp.len tcp.flags tcp.flags.urg tcp.flags.ack
            tcp.flags.push tcp.flags.reset tcp.flags.syn tcp.flags.fin tcp.window_size_value tcp.checksum
            tcp.urgent_pointer tcp.payload tcp.payload.offset[0:4]
            icmp.type icmp.code icmp.checksum icmp.ident icmp.seq icmp.mtu icmp.pointer icmp.redir_gw
            icmp.originate_timestamp icmp.receive_timestamp icmp.transmit_timestamp
            igmp.version igmp.type igmp.max_resp igmp.checksum igmp.maddr igmp.saddr igmp.s igmp.qrv
            igmp.num_src igmp.num_grp_recs igmp.obj.saddr igmp.obj.grecs
            igmpv3grouprecord.type igmpv3grouprecord.aux_data_len igmpv3grouprecord.num_src
            igmpv3grouprecord.group_address igmpv3grouprecord.source_addresses igmpv3grouprecord.aux_data
            mpls.top.label mpls.top.tc mpls.top.stack_bit mpls.top.ttl
            mpls.bottom.label mpls.bottom.tc mpls.bottom.stack_bit mpls.bottom.ttl
            netflow.version netflow.count netflow.sys_uptime netflow.unix_secs netflow.unix_nano_seconds
            dns.ident dns.query_resp dns.op_code dns.authoritative dns.truncated dns.recursion_requested
            dns.recursion_available dns.authentic_data dns.check_disabled dns.resp_code dns.query_count
            dns.answer_count dns.auth_count dns.ad_count
            """.trim().split("\\s+"));

    private static final Path TABLE = Path.of("..", "STEELSCRIPT.md");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern MEMBER = Pattern.compile("[A-Z]\\w*(?:\\.[A-Z]\\w*)*?(?:\\.([a-z]\\w*|[A-Z_]+))?");

    @Test
    void everyNameIsKnown() {
        assertEquals(Set.of(), unknown(NAMES));
    }

    @Test
    void everyNameIsInTheTable() throws IOException {
        Set<String> missing = new LinkedHashSet<>(NAMES);
        fieldRows().forEach(row -> missing.removeAll(quoted(row[1])));
        assertEquals(Set.of(), missing);
    }

    @Test
    void everyFieldOfTheTableIsKnown() throws IOException {
        List<String> fields = fieldRows().stream()
                .flatMap(row -> Arrays.stream(row))
                .flatMap(cell -> quoted(cell).stream())
                .toList();
        assertEquals(Set.of(), unknown(fields));
    }

    /** The second column: classes, their methods, constants and nested classes. */
    @Test
    void everyTwinOfTheTableIsThere() throws IOException {
        var missing = new ArrayList<String>();
        int found = 0;
        for (String[] row : rows()) {
            for (String name : quoted(row[2])) {
                Matcher member = MEMBER.matcher(name);
                if (member.matches() && !isThere(name)) {
                    missing.add(name);
                } else if (member.matches()) {
                    found++;
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 150, "only " + found + " names in the table");
    }

    private static Set<String> unknown(List<String> fields) {
        Set<String> missing = new LinkedHashSet<>(fields);
        missing.removeAll(Query.supports(fields));
        return missing;
    }

    private static boolean isThere(String name) {
        String member = name.substring(name.lastIndexOf('.') + 1);
        Optional<Class<?>> type = type(name);
        if (type.isPresent() || name.indexOf('.') < 0) {
            return type.isPresent();
        }
        return type(name.substring(0, name.length() - member.length() - 1)).stream()
                .anyMatch(t ->
                        Arrays.stream(t.getMethods()).anyMatch(m -> m.getName().equals(member))
                                || Arrays.stream(t.getFields())
                                        .anyMatch(f -> f.getName().equals(member)));
    }

    /** The public class of that name in an exported package. */
    private static Optional<Class<?>> type(String name) {
        for (String where : List.of(
                "address", "bpf", "device", "device.afpacket", "device.libpcap", "file", "frame", "query", "wire")) {
            for (String sub : List.of("", ".dns")) {
                try {
                    Class<?> type = Class.forName("dev.ringwire." + where + sub + "." + name.replace('.', '$'));
                    if (Modifier.isPublic(type.getModifiers())) {
                        return Optional.of(type);
                    }
                } catch (ClassNotFoundException elsewhere) {
                    // in another one
                }
            }
        }
        return Optional.empty();
    }

    /** The cells of each row of a table, from 1; those of headings are left out. */
    private static List<String[]> rows() throws IOException {
        return rows(Files.readString(TABLE));
    }

    private static List<String[]> rows(String text) {
        return text.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| SteelScript"))
                .map(line -> line.split("\\|", -1))
                .peek(cells -> assertEquals(5, cells.length, () -> "three columns: " + String.join("|", cells)))
                .toList();
    }

    private static List<String[]> fieldRows() throws IOException {
        String text = Files.readString(TABLE);
        int start = text.indexOf("## Query fields");
        return rows(text.substring(start, text.indexOf("\n## ", start + 1)));
    }

    private static List<String> quoted(String cell) {
        return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
    }
}
