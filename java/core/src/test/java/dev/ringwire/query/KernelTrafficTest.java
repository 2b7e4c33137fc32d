package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.Netns;
import dev.ringwire.testing.RootOnly;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Udp;
import dev.ringwire.wire.Vlan;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts on a cable, each a namespace of its own. What crosses is captured at one end by the ring and by tcpdump at
 * the same time; the rows of the ring equal those of tshark over tcpdump's file. Times may differ a little: the kernel
 * takes the time of some packets once for each socket.
 */
@RootOnly
@Tag("ring")
class KernelTrafficTest {
    private static final String PORT = "4001";
    private static final String FIRST_LENGTH = "39"; // of a ping with 11 bytes
    private static final String LAST_LENGTH = "41";
    private static final long TOLERANCE_NANOS = 5_000_000;
    private static final List<String> FIELDS =
            List.of(("frame.time_epoch frame.len frame.cap_len eth.dst eth.src eth.type eth.addr vlan.id vlan.priority"
                            + " vlan.etype ieee8021ad.id arp.hw.type arp.proto.type arp.opcode arp.src.hw_mac"
                            + " arp.src.proto_ipv4 arp.dst.hw_mac arp.dst.proto_ipv4 ip.version ip.hdr_len ip.dsfield"
                            + " ip.dsfield.dscp ip.dsfield.ecn ip.len ip.id ip.flags ip.flags.rb ip.flags.df"
                            + " ip.flags.mf ip.frag_offset ip.ttl ip.proto ip.checksum ip.src ip.dst ip.addr"
                            + " ipv6.version ipv6.tclass ipv6.flow ipv6.plen ipv6.nxt ipv6.hlim ipv6.src ipv6.dst"
                            + " ipv6.fraghdr.nxt ipv6.fraghdr.offset ipv6.fraghdr.more ipv6.fraghdr.ident"
                            + " ipv6.hopopts.nxt icmp.type icmp.code icmp.checksum icmp.ident icmp.seq icmpv6.type"
                            + " icmpv6.code icmpv6.checksum icmpv6.echo.identifier icmpv6.echo.sequence_number"
                            + " icmpv6.nd.ns.target_address icmpv6.nd.na.target_address tcp.srcport tcp.dstport"
                            + " tcp.port tcp.seq_raw tcp.ack_raw tcp.hdr_len tcp.len tcp.flags tcp.flags.syn"
                            + " tcp.flags.ack tcp.flags.push tcp.flags.fin tcp.flags.reset tcp.window_size_value"
                            + " tcp.checksum tcp.urgent_pointer tcp.options tcp.option_kind tcp.options.mss_val"
                            + " tcp.options.wscale.shift tcp.options.timestamp.tsval tcp.options.timestamp.tsecr"
                            + " udp.srcport udp.dstport udp.length udp.checksum icmpv6.nd.na.flag"
                            + " icmpv6.opt.type icmpv6.opt.linkaddr icmpv6.mldr.nb_mcast_records"
                            + " icmpv6.mldr.mar.record_type icmpv6.mldr.mar.multicast_address igmp.version igmp.type"
                            + " igmp.checksum igmp.num_grp_recs igmp.record_type igmp.maddr igmp.num_src")
                    .split(" "));

    private Process tcpdump;
    private Process ring;

    @Test
    void rowsOfTheRingEqualTsharksOfTcpdumpsFile(@TempDir Path directory) throws Exception {
        String sendFrames = System.getProperty("ringwire.test.sendFrames");
        Assumptions.assumeTrue(sendFrames != null, "the build names no program that sends raw frames");
        Path file = directory.resolve("tcpdump.out");
        Path rows = directory.resolve("rows.tsv");
        try (Netns a = Netns.create();
                Netns b = Netns.create()) {
            connect(a, b);
            startTcpdump(a, file);
            startRing(a, rows);

            b.run("ping", "-c", "1", "-s", "11", "198.18.255.1");
            b.run("ip", "neigh", "flush", "dev", "vb");
            b.run("ping", "-c", "3", "-i", "0.2", "-s", "100", "198.18.255.1");
            b.run("ping", "-c", "1", "-s", "3000", "198.18.255.1");
            b.run("ping", "-c", "3", "-i", "0.2", "fd00:5257:ffff::1");
            b.run("ping", "-c", "1", "-s", "3000", "fd00:5257:ffff::1");
            b.run(Command.java(TrafficMain.class, PORT, "vb", "198.18.255.1", "fd00:5257:ffff::1")
                    .toArray(String[]::new));
            Path tagged = Files.write(directory.resolve("frames"), taggedFrames());
            b.run(sendFrames, "vb", tagged.toString());

            b.run("ping", "-c", "1", "-s", "13", "198.18.255.1");

            Thread.sleep(1000);
            ring.getOutputStream().close();
            assertTrue(ring.waitFor(20, TimeUnit.SECONDS), "the ring's process does not end");
            assertEquals(0, ring.exitValue());
        } finally {
            stop(ring);
            stop(tcpdump);
        }

        List<String[]> ours = split(Files.readAllLines(rows));
        List<String[]> theirs = split(tshark(file));
        for (List<String[]> seen : List.of(ours, theirs)) {
            trim(seen);
            // Frames that two processors deal with at once may come to the two sockets in a different order.
            seen.sort(Comparator.comparing(KernelTrafficTest::withoutTime).thenComparing(KernelTrafficTest::nanos));
        }
        assertTrue(ours.size() > 200, "only " + ours.size() + " frames in common");
        assertEquals(theirs.size(), ours.size());
        int values = 0;
        for (int row = 0; row < ours.size(); row++) {
            long apart = Math.abs(nanos(theirs.get(row)) - nanos(ours.get(row)));
            assertTrue(apart <= TOLERANCE_NANOS, "times are " + apart + " ns apart");
            for (int i = 1; i < FIELDS.size(); i++) {
                String expected = plain(theirs.get(row)[i]);
                String got = plain(ours.get(row)[i]);
                values += got.isEmpty() ? 0 : 1;
                assertEquals(expected, got, FIELDS.get(i) + " of " + String.join(" ", theirs.get(row)));
            }
        }
        assertTrue(values > 5000, "only " + values + " values");
        for (String needed : List.of(
                "vlan.id",
                "ieee8021ad.id",
                "icmpv6.opt.linkaddr",
                "icmpv6.mldr.mar.record_type",
                "igmp.record_type",
                "ip.frag_offset",
                "arp.opcode")) {
            int column = FIELDS.indexOf(needed);
            assertTrue(ours.stream().anyMatch(row -> !row[column].isEmpty()), "no frame has " + needed);
        }
    }

    private static void connect(Netns a, Netns b) {
        a.run("ip", "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", b.name());
        for (Netns host : List.of(a, b)) {
            String device = host == a ? "va" : "vb";
            String last = host == a ? "1" : "2";
            host.run("sysctl", "-qw", "net.ipv6.conf." + device + ".accept_dad=0");
            host.run("ip", "addr", "add", "198.18.255." + last + "/24", "dev", device);
            host.run("ip", "addr", "add", "fd00:5257:ffff::" + last + "/64", "dev", device, "nodad");
            host.run("ip", "link", "set", device, "up");
        }
    }

    private void startTcpdump(Netns host, Path file) throws IOException {
        tcpdump = host.start(List.of(
                "tcpdump",
                "-Z",
                "root",
                "-i",
                "va",
                "--immediate-mode",
                "-U",
                "-B",
                "65536",
                "--time-stamp-precision=nano",
                "-w",
                file.toString()));
        awaitLine(tcpdump, "listening on");
    }

    private void startRing(Netns host, Path rows) throws IOException {
        var arguments = new ArrayList<>(List.of("va", rows.toString(), PORT));
        arguments.addAll(FIELDS);
        ring = host.start(Command.java(RingRows.class, arguments.toArray(String[]::new)));
        awaitLine(ring, "ready");
    }

    private static void awaitLine(Process process, String text) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var seen = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            seen.append(line).append('\n');
            if (line.contains(text)) {
                return;
            }
        }
        throw new IOException("it ended before it was ready: " + seen);
    }

    private static void stop(Process process) throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** One tag, a priority, two tags, and a service tag around one. */
    private static byte[] taggedFrames() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        var udp = new Udp().srcPort(7000).dstPort(7001);
        for (int i = 0; i < 20; i++) {
            Header[][] tags = {
                {new Ethernet().type(0x8100), new Vlan().id(7 + i)},
                {new Ethernet().type(0x8100), new Vlan().id(9).priority(5)},
                {new Ethernet().type(0x8100), new Vlan().id(11).type(0x8100), new Vlan().id(12)},
                {new Ethernet().type(0x88a8), new Vlan().id(13).type(0x8100), new Vlan().id(14)},
            };
            for (Header[] outer : tags) {
                ((Ethernet) outer[0]).dst(MacAddress.BROADCAST).src(MacAddress.of("02:00:00:00:00:09"));
                var layers = new ArrayList<>(List.of(outer));
                layers.add(new Ipv4()
                        .src(Ipv4Address.of("198.18.255.9"))
                        .dst(Ipv4Address.of("198.18.255.1"))
                        .identification(i)
                        .proto(17));
                layers.add(udp);
                layers.add(Raw.of(new byte[i]));
                byte[] frame = Packet.of(layers.toArray(Header[]::new)).toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
                out.writeShort(frame.length);
                out.write(frame);
            }
        }
        return bytes.toByteArray();
    }

    private static List<String> tshark(Path file) throws Exception {
        var command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-T", "fields"));
        command.addAll(List.of("-E", "occurrence=f", "-E", "separator=/t"));
        for (String preference : List.of(
                "ip.defragment:FALSE",
                "ipv6.defragment:FALSE",
                "tcp.desegment_tcp_streams:FALSE",
                "tcp.relative_sequence_numbers:FALSE",
                "tcp.analyze_sequence_numbers:FALSE")) {
            command.addAll(List.of("-o", preference));
        }
        FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), "tshark");
        return text.lines().toList();
    }

    private static List<String[]> split(List<String> lines) {
        var rows = new ArrayList<String[]>();
        lines.forEach(line -> rows.add(line.split("\t", -1)));
        return rows;
    }

    /** Keeps what lies between the first and the last ping, which have lengths of their own. */
    private static void trim(List<String[]> rows) {
        int length = FIELDS.indexOf("ip.len");
        int from = 0;
        while (from < rows.size() && !rows.get(from)[length].equals(FIRST_LENGTH)) {
            from++;
        }
        int to = rows.size();
        while (to > from && !rows.get(to - 1)[length].equals(LAST_LENGTH)) {
            to--;
        }
        rows.subList(to, rows.size()).clear();
        rows.subList(0, from).clear();
    }

    private static String withoutTime(String[] row) {
        return Arrays.stream(row).skip(1).map(KernelTrafficTest::plain).collect(Collectors.joining("\t"));
    }

    private static long nanos(String[] row) {
        return Long.parseLong(row[0].replace(".", ""));
    }

    private static String plain(String value) {
        return value.matches("0x[0-9a-f]{1,15}") ? Long.toString(Long.parseLong(value.substring(2), 16)) : value;
    }
}
