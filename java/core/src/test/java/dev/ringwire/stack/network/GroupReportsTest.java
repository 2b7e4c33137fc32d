package dev.ringwire.stack.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.stack.Host;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Icmpv6;
import dev.ringwire.wire.Igmp;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Routers and switches are told of groups, by IGMP (RFC 3376, RFC 2236) and MLD (RFC 3810, RFC 2710). */
class GroupReportsTest {
    private static final InetAddress GROUP = Ipv4Address.of("239.1.2.3").toInetAddress();
    private static final InetAddress GROUP6 = Ipv6Address.of("ff15::123").toInetAddress();

    private Host host;

    @BeforeEach
    void start() {
        host = Host.onEthernet();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    /** The messages behind the IP headers, as bytes. */
    private List<String> told() {
        host.after(3 * Host.SECOND);
        List<String> told = new ArrayList<>();
        for (Packet packet : host.reports()) {
            byte[] bytes = packet.toBytes();
            boolean v4 = packet.layer(Ipv4.class).isPresent();
            // With a router alert, in options or in a header of its own; the checksum is left out.
            int from = 14 + (v4 ? 24 : 48);
            told.add((v4 ? "4 " : "6 ")
                    + HexFormat.of().formatHex(bytes, from, from + 2)
                    + HexFormat.of().formatHex(bytes, from + 4, bytes.length));
        }
        return told;
    }

    @Test
    @DisplayName("The groups that neighbours ask for our addresses by are told twice")
    void addresses() {
        List<String> told = told();
        assertEquals(2, told.size(), told::toString);
        assertEquals(told.get(0), told.get(1));
        // 2001:db8::1 and the link-local address of 02:00:00:00:00:01 have the same one.
        assertEquals("6 8f0000000001" + "04000000" + "ff0200000000000000000001ff000001", told.get(0));
    }

    @Test
    @DisplayName("Joining and leaving are told twice, with TTL 1 and a router alert")
    void changes() {
        told();
        host.stack().router().join(GROUP);
        host.stack().router().join(GROUP);
        host.stack().router().join(GROUP6);
        List<Packet> first = new ArrayList<>(host.reports());
        assertEquals(2, first.size(), first::toString);
        Ipv4 ip = first.get(0).layer(Ipv4.class).orElseThrow();
        assertEquals(1, ip.ttl());
        assertEquals(6, ip.ihl());
        assertEquals("224.0.0.22", ip.dst().toString());
        assertEquals(Host.ADDRESS, ip.src());
        assertEquals("94040000", HexFormat.of().formatHex(first.get(0).toBytes(), 34, 38));
        Igmp igmp = first.get(0).layer(Igmp.class).orElseThrow();
        assertEquals(1, igmp.groupRecords().size());
        Ipv6 ip6 = first.get(1).layer(Ipv6.class).orElseThrow();
        assertEquals(1, ip6.hopLimit());
        assertEquals("fe80::ff:fe00:1", ip6.src().toString());
        assertEquals(
                List.of("4 2200" + "00000001" + "04000000ef010203", "6 8f0000000001" + "04000000"
                        + "ff150000000000000000000000000123"),
                told().stream().sorted().toList());
        host.stack().router().leave(GROUP);
        assertEquals(List.of(), told());
        host.stack().router().leave(GROUP);
        String left = "4 2200" + "00000001" + "03000000ef010203";
        assertEquals(List.of(left, left), told());
    }

    private static Ethernet toAll(String mac) {
        return Host.ethernet(MacAddress.of(mac));
    }

    private void query4(int code, boolean older) {
        byte[] message = new byte[older ? 8 : 12];
        message[0] = 0x11;
        message[1] = (byte) code;
        int sum = ~(0x1100 + code) & 0xffff;
        message[2] = (byte) (sum >> 8);
        message[3] = (byte) sum;
        host.receives(
                toAll("01:00:5e:00:00:01"),
                // As switches do that have no address.
                Host.ipv4()
                        .src(Ipv4Address.of("0.0.0.0"))
                        .dst(Ipv4Address.of("224.0.0.1"))
                        .ttl(1)
                        .proto(2),
                Raw.of(message));
    }

    @Test
    @DisplayName("Who asks is told of all groups, within the time that the question leaves")
    void query() {
        host.stack().router().join(GROUP);
        told();
        query4(100, false);
        assertEquals(List.of(), host.reports());
        host.after(10 * Host.SECOND + Host.SECOND / 10);
        assertEquals(List.of("4 2200" + "00000001" + "02000000ef010203"), told());
        assertEquals(1, host.stack().igmp().counters().queries);
    }

    @Test
    @DisplayName("Where somebody asks by IGMP version 2, that is spoken")
    void older() {
        host.stack().router().join(GROUP);
        told();
        query4(10, true);
        List<Packet> said = host.after(2 * Host.SECOND);
        Packet report = Host.only(said);
        assertEquals("239.1.2.3", report.layer(Ipv4.class).orElseThrow().dst().toString());
        assertEquals(0x16, report.layer(Igmp.class).orElseThrow().type());
        host.stack().router().leave(GROUP);
        said = host.after(2 * Host.SECOND);
        assertEquals(2, said.size());
        assertEquals("224.0.0.2", said.get(0).layer(Ipv4.class).orElseThrow().dst().toString());
        assertEquals(0x17, said.get(0).layer(Igmp.class).orElseThrow().type());
    }

    @Test
    @DisplayName("Questions of IPv6 come from a link-local address, with hop limit 1")
    void query6() {
        told();
        for (int i = 0; i < 3; i++) {
            host.receives(
                    toAll("33:33:00:00:00:01"),
                    Host.ipv6()
                            .src(Ipv6Address.of(i == 0 ? "2001:db8::99" : "fe80::99"))
                            .dst(Ipv6Address.of("ff02::1"))
                            .hopLimit(i == 1 ? 64 : 1),
                    new Icmpv6().type(130),
                    Raw.of(new byte[24]));
        }
        assertEquals(2, host.stack().listenerDiscovery().counters().ignored);
        List<String> told = told();
        assertEquals(1, told.size());
        assertTrue(told.get(0).startsWith("6 8f0000000001" + "02000000"), told::toString);
    }

    @Test
    @DisplayName("Many groups take several messages")
    void many() {
        told();
        for (int i = 0; i < 400; i++) {
            host.stack().router().join(Ipv4Address.of("239.7." + i / 256 + "." + i % 256).toInetAddress());
        }
        int records = 0;
        List<Packet> reports = host.reports();
        for (Packet p : reports) {
            records += p.layer(Igmp.class).orElseThrow().groupRecords().size();
        }
        assertEquals(400, records);
        assertEquals(3, reports.size());
    }
}
