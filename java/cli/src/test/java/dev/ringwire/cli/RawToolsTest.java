package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What sends on a raw device, on a link whose other end is a kernel, against tcpdump and tshark. */
@Tag("launcher")
@Tag("root")
@Tag("ring")
@Timeout(120)
class RawToolsTest {
    /** Captures what comes in at v1, until DONE. */
    private static final String CAPTURE = """
            there tcpdump -Z root -i v1 -Q in -U --immediate-mode -s 2048 -B 16384 -w got.pcap "$FILTER" 2>tcpdump.err & tcpdump=$!
            until grep -q listening tcpdump.err; do sleep 0.1; done
            """;

    private static final String DONE = """
            sleep 1
            kill $tcpdump
            wait $tcpdump
            """;

    @TempDir
    Path directory;

    private Scripts scripts;

    @BeforeEach
    void needsRoot() throws Exception {
        scripts = new Scripts(directory);
        scripts.assumeRootAnd("tcpdump", "tshark");
    }

    private String read(String name) throws IOException {
        return scripts.read(name);
    }

    /** Runs a script on {@link Scripts#LINK}, in a network namespace that goes with it; what it printed. */
    private String onLink(String script) throws IOException, InterruptedException {
        assertEquals(0, scripts.inNamespace("cd " + directory + "\n" + Scripts.LINK + script), read("err"));
        return read("out");
    }

    @Test
    void replaysAFileByteByByte() throws Exception {
        Cli.write(directory.resolve("sent.pcap"), Cli.udp(0), Cli.tcp(0), Cli.tunnel(0), Cli.udp(0));
        String out = onLink("FILTER='host 192.0.2.0 or host 198.51.100.0'\n" + CAPTURE + """
                ringwire replay -i v0 sent.pcap 2>replay.err; echo $?
                ringwire replay -i v0 --topspeed --loop 50 sent.pcap 2>loop.err; echo $?
                """ + DONE + """
                tshark -r sent.pcap -x 2>/dev/null | grep . >one
                for i in $(seq 51); do cat one; done >expected
                tshark -r got.pcap -x 2>/dev/null | grep . >got
                """);
        assertEquals("0\n0\n", out);
        assertEquals(read("expected"), read("got"));
        assertTrue(read("replay.err").startsWith("4 packets, "), read("replay.err"));
        assertTrue(read("loop.err").startsWith("200 packets, "), read("loop.err"));
    }

    @Test
    void anInterruptedReplaySaysWhatItSent() throws Exception {
        Cli.write(directory.resolve("sent.pcap"), Cli.udp(0), Cli.udp(0));
        String out = onLink("""
                ringwire replay -i v0 --loop 0 --pps 100 sent.pcap 2>replay.err & replay=$!
                until test $(cat /sys/class/net/v0/statistics/tx_packets 2>/dev/null || echo 99) -gt 20; do sleep 0.1; done
                sleep 2
                kill -TERM $replay
                wait $replay
                echo $?
                """);
        assertEquals("130\n", out);
        assertTrue(read("replay.err").matches("[1-9]\\d* packets, \\d+ bytes sent in .*\n"), read("replay.err"));
    }

    @Test
    void asksWhoHasAnAddress() throws Exception {
        String out = onLink("""
                ringwire arp -i v0 -w 20 192.0.2.2; echo $?
                ringwire arp -i v0 -w 0.3 -c 2 192.0.2.99; echo $?
                ringwire arp -i v0 192.0.2.0/29; echo $?
                there ip link show v1 2>/dev/null | sed -n 's/.*link.ether \\([^ ]*\\).*/\\1/p'
                """);
        String[] lines = out.split("\n");
        String mac = lines[5];
        assertTrue(lines[0].matches("192\\.0\\.2\\.2 is at " + mac + ", \\d+\\.\\d{3} ms"), out);
        assertEquals("0", lines[1]);
        assertEquals("1", lines[2]);
        assertTrue(lines[3].startsWith("192.0.2.2 is at " + mac), out);
        assertEquals("0", lines[4]);
        assertEquals("1 of 1 answered\n0 of 1 answered\n1 of 6 answered\n", read("err"));
    }

    @Test
    void pingsTheKernelOfTheOtherEnd() throws Exception {
        String out = onLink("""
                for target in 192.0.2.2 2001:db8::2; do
                  ringwire ping -i v0 -c 3 -W 20 --interval 0.05 $target >ping.out || echo failed
                  grep -c 'bytes from' ping.out; grep -h transmitted ping.out; tail -1 ping.out
                done
                ringwire ping -i v0 -c 1 192.0.2.99; echo $?
                """);
        String statistics = """
                3
                3 packets transmitted, 3 received, 0% packet loss, time \\d+ ms
                rtt min/avg/max/mdev = \\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3} ms
                """;
        assertTrue(out.matches(statistics + statistics + "1\n"), out);
        assertTrue(read("err").contains("ringwire: nobody on v0 answers for 192.0.2.99"), read("err"));
    }

    /** The kernel there asks who has the address that it is to answer to, and only we can tell. */
    @Test
    void speaksFromAnAddressOfItsOwn() throws Exception {
        String out = onLink("""
                ringwire ping -i v0 -c 2 -W 20 --interval 0.05 --src 192.0.2.77 192.0.2.2 | grep transmitted
                ringwire ping -i v0 -c 2 -W 20 --interval 0.05 --src 2001:db8::77 2001:db8::2 | grep transmitted
                there ip neigh show 192.0.2.77 | grep -c lladdr
                there ip neigh show 2001:db8::77 | grep -c lladdr
                """);
        String statistics = "2 packets transmitted, 2 received, 0% packet loss, time \\d+ ms\n";
        assertTrue(out.matches(statistics + statistics + "1\n1\n"), out);
    }

    /** Behind a router, which the user names or the kernel's table of routes. */
    @Test
    void goesThroughAGateway() throws Exception {
        String out = onLink("""
                there ip addr add 10.9.9.9/32 dev lo
                there sysctl -qw net.ipv4.ip_forward=1
                ringwire ping -i v0 -c 1 -W 20 --gateway 192.0.2.2 10.9.9.9 | grep -c 'bytes from 10.9.9.9'
                ip route add 10.9.9.0/24 via 192.0.2.2
                ringwire ping -i v0 -c 1 -W 20 10.9.9.9 | grep -c 'bytes from 10.9.9.9'
                ringwire ping -i v0 -c 1 -W 20 --ttl 1 --gateway 192.0.2.2 192.0.3.1 | grep From
                """);
        assertEquals("1\n1\nFrom 192.0.2.2 icmp_seq=1 destination unreachable, code 0\n", out);
    }

    @Test
    void ctrlCIsTheProperEndOfPing() throws Exception {
        String out = onLink("""
                ringwire ping -i v0 --interval 0.05 192.0.2.2 >ping.out & ping=$!
                until grep -q 'icmp_seq=3' ping.out; do sleep 0.1; done
                kill -TERM $ping
                wait $ping
                echo $?
                grep -c 'packets transmitted' ping.out
                """);
        assertEquals("0\n1\n", out);
    }

    @Test
    void sendsAPacketAndPrintsTheAnswer() throws Exception {
        String out = onLink("FILTER='udp port 9'\n" + CAPTURE + """
                ringwire send -i v0 --listen 2 -f icmp 'ip dst=192.0.2.2 / udp srcport=7 dstport=9 / "hello"' >answers
                echo $?
                ringwire send -i v0 -c 2 --interval 0 'ipv6 dst=2001:db8::2 / udp srcport=7 dstport=9 / hex:0102'
                ringwire send -i v0 --listen 0.2 -f 'port 99' 'arp dst.proto_ipv4=192.0.2.2'
                echo $?
                """ + DONE + """
                tshark -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -r got.pcap -T fields -E separator=, \
                  -e ip.src -e ipv6.src -e udp.srcport -e udp.payload -e ip.checksum.status -e udp.checksum.status 2>/dev/null
                """);
        assertEquals("0\n1\n192.0.2.1,,7,68656c6c6f,1,1\n,2001:db8::1,7,0102,,1\n,2001:db8::1,7,0102,,1\n", out);
        assertTrue(
                read("answers").matches("\\S+ IP 192.0.2.2 > 192.0.2.1: ICMP destination unreachable, code 3, .*\n"),
                read("answers"));
        assertTrue(read("err").contains("1 sent, 47 bytes each; 1 received\n"), read("err"));
    }

    /** A collector sees them come from whom we say, with the time of now; tshark finds every checksum right. */
    @Test
    void replaysNetflowFromAddressesOfChoice() throws Exception {
        String v5 = "00050001000003e8386d4380000001c80000002a00000000"
                + "c0a80001c0a80002000000000001000200000005000001f40000006400000384aabb005000120600"
                + "0000000018180000";
        String out = onLink("FILTER=udp\n" + CAPTURE + """
                ringwire send -w flows.pcap -c 2 --interval 0.1 \
                  'eth / ip src=10.0.0.1 dst=10.0.0.2 / udp srcport=4000 dstport=2055 / hex:V5'
                ringwire netflow-replay -f flows.pcap --dest_ip 192.0.2.2 --spoofing --device v0 2>/dev/null
                ringwire netflow-replay -f flows.pcap --dest_ip 192.0.2.2 --dest_port 9995 --blast --spoofing --device v0 \
                  --dest_mac 02:00:00:00:00:09 --src_mac 02:00:00:00:00:07 --src_ip 192.0.2.7 2>/dev/null
                """.replace("V5", v5) + DONE + """
                tshark -d udp.port==9995,cflow -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -r got.pcap \
                  -T fields -E separator=, -e ip.src -e ip.dst -e udp.srcport -e udp.dstport -e ip.checksum.status \
                  -e udp.checksum.status -e cflow.version -e cflow.srcaddr -e cflow.packets 2>/dev/null
                tshark -d udp.port==9995,cflow -r got.pcap -Y 'eth.src == 02:00:00:00:00:07 and cflow.unix_secs' \
                  -T fields -e eth.dst -e cflow.unix_secs 2>/dev/null
                """);
        String recorded = "10.0.0.1,192.0.2.2,4000,2055,1,1,5,192.168.0.1,5\n";
        String chosen = "192.0.2.7,192.0.2.2,4000,9995,1,1,5,192.168.0.1,5\n";
        assertTrue(out.startsWith(recorded + recorded + chosen + chosen), out);
        String[] lines = out.split("\n");
        assertEquals(6, lines.length, out);
        for (int i = 4; i < 6; i++) {
            assertEquals("02:00:00:00:00:09", lines[i].split("\t")[0]);
            long age = System.currentTimeMillis() / 1000
                    - Long.parseLong(lines[i].split("\t")[1].split("\\.")[0]);
            assertTrue(age >= 0 && age < 300, lines[i]);
        }
    }

    @Test
    void saysHowToGetThePermission() throws Exception {
        Cli.write(directory.resolve("sent.pcap"), Cli.udp(0));
        onLink("""
                chmod -R a+rX .
                for command in 'replay sent.pcap' 'arp 192.0.2.2' 'ping 192.0.2.2' 'send udp'; do
                  setpriv --bounding-set -all --inh-caps -all $SHELL ringwire $command -i v0; echo $?
                done
                """);
        assertFalse(read("out").contains("0\n"), read("out"));
        assertEquals(4, read("err").split("setcap cap_net_raw", -1).length - 1, read("err"));
    }
}
