package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Queries answer the names of SteelScript Packets too, for every protocol that is here. */
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
            """.trim().split("\\s+"));

    @Test
    void everyNameIsKnown() {
        Set<String> missing = new LinkedHashSet<>(NAMES);
        missing.removeAll(Query.supports(NAMES));
        assertEquals(Set.of(), missing);
    }
}
