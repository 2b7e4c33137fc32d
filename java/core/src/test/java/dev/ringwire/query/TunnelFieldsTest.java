package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Erspan;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Geneve;
import dev.ringwire.wire.Gre;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Mpls;
import dev.ringwire.wire.NetFlow;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Ppp;
import dev.ringwire.wire.PppControl;
import dev.ringwire.wire.PppoeDiscovery;
import dev.ringwire.wire.PppoeSession;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.PwAssociatedChannel;
import dev.ringwire.wire.PwControlWord;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Sctp;
import dev.ringwire.wire.Udp;
import dev.ringwire.wire.Vlan;
import dev.ringwire.wire.Vxlan;
import dev.ringwire.wire.VxlanGpe;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tshark reads out of crafted tunnels, every value of every field, against what was crafted and what we read. */
class TunnelFieldsTest {
    private static final Ethernet IP = new Ethernet().type(0x0800);
    private static final Ipv4 INNER = new Ipv4().proto(253).src(Ipv4Address.of("192.0.2.7"));

    private static final List<String> PROTOCOLS = List.of(
            "mpls",
            "pwethcw",
            "pwach",
            "pppoed",
            "pppoes",
            "ppp",
            "lcp",
            "gre",
            "erspan",
            "vxlan",
            "vxlan_gpe",
            "geneve",
            "sctp",
            "cflow",
            "ip",
            "ipv6");

    /** Names of ours, and what tshark knows but never fills in. */
    private static final List<String> NOT_ASKED = List.of(
            "mpls.top.",
            "mpls.bottom.",
            "netflow.",
            "geneve.opt_len",
            "pppoed.tag",
            "ip.ihl",
            "ip.opt",
            "ip.payload",
            "ipv6.payload");

    private static Header udp(int port) {
        return new Udp().srcPort(40000).dstPort(port);
    }

    private static Header ip(int protocol) {
        return new Ipv4().proto(protocol).src(Ipv4Address.of("198.51.100.1")).dst(Ipv4Address.of("198.51.100.2"));
    }

    private static List<List<Header>> packets() {
        Header raw = Raw.of("payload");
        // tshark takes a control word for an address if both addresses that would be there have known makers.
        var inner = new Ethernet()
                .dst(MacAddress.of("02:11:22:33:44:55"))
                .src(MacAddress.of("06:66:77:88:99:aa"))
                .type(0x0800);
        NetFlow flow = new NetFlow()
                .records(2)
                .sysUptime(123_456)
                .unixSecs(1_700_000_000)
                .unixNsecs(5)
                .flowSequence(99);
        for (int i = 0; i < 2; i++) {
            flow.record(i, NetFlow.SRC_ADDR, 0xc0000201L + i)
                    .record(i, NetFlow.DST_ADDR, 0xc6336401L)
                    .record(i, NetFlow.NEXT_HOP, 0x0a000001L)
                    .record(i, NetFlow.INPUT, 3)
                    .record(i, NetFlow.OUTPUT, 4)
                    .record(i, NetFlow.PACKETS, 70_000 + i)
                    .record(i, NetFlow.OCTETS, 0xffff_ffffL)
                    .record(i, NetFlow.FIRST, 1000 + i)
                    .record(i, NetFlow.LAST, 2345)
                    .record(i, NetFlow.SRC_PORT, 1024)
                    .record(i, NetFlow.DST_PORT, 443)
                    .record(i, NetFlow.TCP_FLAGS, 0x1b)
                    .record(i, NetFlow.PROT, 6)
                    .record(i, NetFlow.TOS, 0x10)
                    .record(i, NetFlow.SRC_AS, 65000)
                    .record(i, NetFlow.DST_AS, 65001)
                    .record(i, NetFlow.SRC_MASK, 24)
                    .record(i, NetFlow.DST_MASK, 16);
        }
        byte[] old = HexFormat.of()
                .parseHex("0001000100010000650000000000000a" + "c0000201c6336401" + "0a000001" + "00030004"
                        + "0000000700000800" + "0000001000000020" + "04000050" + "0000" + "06" + "10" + "1b" + "000000"
                        + "00000000"
                        + "00000000");
        byte[] chunks =
                HexFormat.of().parseHex("03000010" + "000000010000ffff00000000" + "0b000004" + "060100080000000a");
        byte[] options = HexFormat.of().parseHex("0102030105060708" + "ffff8000");
        byte[] tags = HexFormat.of().parseHex("01010000" + "01020003616263" + "0103000401020304" + "01040002dead");
        return List.of(
                List.of(
                        new Ethernet().type(0x8847),
                        new Mpls().depth(2).label(0, 16).label(1, 17).ttl(1, 3),
                        ip(253),
                        raw),
                List.of(new Ethernet().type(0x8847), new Mpls().label(0, 0), ip(253), raw),
                List.of(new Ethernet().type(0x8847), new Mpls().label(0, 2), new Ipv6().nextHeader(253), raw),
                List.of(
                        new Ethernet().type(0x8848),
                        new Mpls().label(0, 18),
                        new PwControlWord().sequenceNumber(5),
                        inner,
                        INNER),
                List.of(new Ethernet().type(0x8847), new Mpls().label(0, 19), new PwAssociatedChannel(), INNER, raw),
                List.of(IP, ip(137), new Mpls().label(0, 20), INNER, raw),
                List.of(IP, ip(17), udp(6635), new Mpls().label(0, 20), INNER, raw),
                List.of(IP, ip(47), new Gre().checksum(0).key(7).sequenceNumber(8), INNER, raw),
                List.of(IP, ip(47), new Gre().protocolType(0x6558).key(0x123456), inner, INNER, raw),
                List.of(IP, ip(47), new Gre().protocolType(0x86dd), new Ipv6().nextHeader(253), raw),
                List.of(IP, ip(47), new Gre().protocolType(0x8847), new Mpls().label(0, 30), INNER, raw),
                List.of(
                        IP,
                        ip(47),
                        new Gre()
                                .flags(1)
                                .protocolType(0x880b)
                                .key(9)
                                .sequenceNumber(1)
                                .acknowledgmentNumber(2),
                        new Ppp().addressAndControl(true),
                        INNER,
                        raw),
                List.of(
                        IP,
                        ip(47),
                        new Gre().protocolType(0x88be).sequenceNumber(1),
                        new Erspan().vlan(7).sessionId(9),
                        inner,
                        INNER),
                List.of(IP, ip(47), new Gre().protocolType(0x88be), inner, INNER),
                List.of(
                        IP,
                        ip(47),
                        new Gre().protocolType(0x22eb).sequenceNumber(1),
                        Erspan.typeIII().timestamp(77),
                        inner,
                        INNER),
                List.of(IP, ip(17), udp(4754), new Gre(), INNER, raw),
                List.of(IP, ip(4), INNER, raw),
                List.of(IP, ip(41), new Ipv6().nextHeader(253), raw),
                List.of(
                        IP,
                        ip(17),
                        udp(4789),
                        new Vxlan().flags(0x8848).vni(0xabcdef).groupPolicy(3),
                        inner,
                        INNER),
                List.of(IP, ip(17), udp(4790), new VxlanGpe().vni(77), inner, INNER),
                List.of(IP, ip(17), udp(4790), new VxlanGpe().vni(77).nextProtocol(1), INNER),
                List.of(
                        IP,
                        ip(17),
                        udp(6081),
                        new Geneve().vni(5).options(options).critical(true),
                        inner,
                        INNER),
                List.of(IP, ip(17), udp(6081), new Geneve().protocolType(0x0800), INNER),
                List.of(new Ethernet().type(0x8864), new PppoeSession().sessionId(3), new Ppp(), INNER, raw),
                List.of(
                        new Ethernet().type(0x8864),
                        new PppoeSession(),
                        new Ppp().compressedProtocolNumber(0x57),
                        new Ipv6().nextHeader(253),
                        raw),
                List.of(
                        new Ethernet().type(0x8864),
                        new PppoeSession(),
                        new Ppp().protocolNumber(0xc021),
                        new PppControl().code(9).identifier(4),
                        Raw.of("\0\0\0\0")),
                List.of(new Ethernet().type(0x8100), new Vlan().id(3).type(0x8863), new PppoeDiscovery().tags(tags)),
                List.of(IP, ip(132), new Sctp().srcPort(1).dstPort(2).verificationTag(3), Raw.of(chunks)),
                List.of(IP, ip(17), udp(2055), flow),
                List.of(IP, ip(17), udp(9996), Raw.of(old)));
    }

    @Test
    void tsharkReadsWhatWeCraft(@TempDir Path dir) throws Exception {
        Assumptions.assumeTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(d -> Files.isExecutable(Path.of(d, "tshark"))),
                "no tshark here");
        Path file = dir.resolve("tunnels.pcap");
        try (CaptureWriter writer = CaptureWriter.create(file, LinkType.ETHERNET)) {
            for (List<Header> layers : packets()) {
                byte[] bytes = Packet.of(layers.toArray(Header[]::new)).toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
                Packet decoded = Packet.copyOf(bytes, LinkType.ETHERNET);
                assertTrue(decoded.error().isEmpty(), () -> decoded.dump());
                writer.write(Frame.of(bytes, LinkType.ETHERNET, 0));
            }
        }
        List<String> fields = Protocol.standard().stream()
                .filter(p -> PROTOCOLS.contains(p.filterName()))
                .flatMap(p -> p.fields().stream())
                .map(Field::name)
                .filter(name -> NOT_ASKED.stream().noneMatch(name::startsWith) || name.startsWith("pppoed.tags."))
                .distinct()
                .toList();
        List<String> theirs = tshark(file, fields);
        var wrong = new ArrayList<String>();
        try (CaptureReader reader = CaptureReader.open(file)) {
            Rows rows = Query.of(fields).allOccurrences(true).over(reader);
            for (int row = 0; rows.next(); row++) {
                String[] cells = theirs.get(row).split("\t", -1);
                for (int i = 0; i < fields.size(); i++) {
                    String tshark = cells[i].replace(",<MISSING>", "");
                    if (!plain(tshark).equals(plain(rows.row().getText(i)))) {
                        wrong.add("frame " + (row + 1) + " " + fields.get(i) + ": tshark " + tshark + ", ours "
                                + rows.row().getText(i));
                    }
                }
            }
        }
        assertEquals(packets().size(), theirs.size());
        assertEquals(List.of(), wrong);
    }

    /** Two protocols may state a field in different widths, which we show in the wider one. */
    private static String plain(String values) {
        return values.replaceAll("\\b0x0+(?=[0-9a-f])", "0x");
    }

    private static List<String> tshark(Path file, List<String> fields) throws Exception {
        var command = new ArrayList<String>(List.of(
                "tshark", "-n", "-r", file.toString(), "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"));
        fields.forEach(field -> command.addAll(List.of("-e", field)));
        Path out = file.resolveSibling("tshark.tsv");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "tshark does not end");
        assertEquals(0, process.exitValue());
        return Files.readAllLines(out);
    }
}
