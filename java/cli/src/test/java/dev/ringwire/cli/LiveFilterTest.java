package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bpf.Bpf;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code capture -f} on an interface, where the kernel filters, against tcpdump on the same traffic. */
@Tag("launcher")
@Tag("root")
@Tag("ring")
@Timeout(120)
class LiveFilterTest {
    @TempDir
    Path directory;

    private Scripts scripts;

    @BeforeEach
    void needsRootAndLibpcap() throws Exception {
        Assumptions.assumeTrue(Bpf.status().available(), Bpf.status().text());
        scripts = new Scripts(directory);
        scripts.assumeRootAnd("tcpdump");
    }

    private String read(String name) throws IOException {
        return scripts.read(name);
    }

    /** Runs a script where v0 receives {@link TaggedTraffic}, in a network namespace that goes with it. */
    private int onTaggedLink(String script) throws IOException, InterruptedException {
        String classes = TaggedTraffic.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        String java = System.getProperty("java.home") + "/bin/java -XX:TieredStopAtLevel=1 -cp " + classes + ":"
                + Scripts.LAUNCHER + ".jar ";
        return scripts.inNamespace("ip link add v0 type veth peer name v1\n"
                + "for i in v0 v1; do sysctl -qw net.ipv6.conf.$i.disable_ipv6=1; ip link set $i up; done\n"
                + java + TaggedTraffic.class.getName() + " v1 & sender=$!\n"
                + "trap 'kill $sender' EXIT\n"
                + "cd " + directory + "\n"
                + script);
    }

    /** What is captured, and what a filter of the file that was written says: both as tcpdump has it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "udp port 53 | 4",
                "vlan | 8",
                "vlan 5 and udp port 80 | 2",
                "not vlan | 4",
                "vlan 7 and vlan 6 | 4",
                "inbound and udp | 8",
            })
    void capturesWhatTcpdumpDoes(String expression, int count) throws Exception {
        String script = """
                tcpdump -Z root -i v0 -U -c COUNT -w theirs.pcap 'EXPR' 2>/dev/null & tcpdump=$!
                ringwire capture -i v0 -c COUNT -w ours.pcap -f 'EXPR' || exit 1
                ringwire capture -i pcap://v0 -c COUNT -w libpcap.pcap -f 'EXPR' || exit 1
                wait $tcpdump
                for f in theirs ours libpcap; do
                  ringwire query $f.pcap -a -e vlan.id -e udp.dstport | sort -u >$f.all
                  ringwire query $f.pcap -a -f 'AGAIN' -e vlan.id -e udp.dstport | sort -u >$f.again
                done
                """.replace("AGAIN", expression.contains("inbound") ? "vlan and vlan" : expression);
        int twice = 2 * count;
        assertEquals(0, onTaggedLink(script.replace("EXPR", expression).replace("COUNT", "" + twice)), read("err"));
        for (String ours : new String[] {"ours", "libpcap"}) {
            assertEquals(read("theirs.all"), read(ours + ".all"), expression);
            assertEquals(read("theirs.again"), read(ours + ".again"), expression);
        }
        if (expression.equals("udp port 53")) {
            // The kernel looks behind the tag that it took out, and a filter of the file stops at it.
            assertEquals("\t53\n5\t53\n", read("ours.all"));
            assertEquals("\t53\n", read("ours.again"));
        }
    }

    @Test
    void takesAProgramInTheKernelToo() throws Exception {
        String script = """
                tcpdump -ddd -y EN10MB udp port 80 2>/dev/null >program
                ringwire capture -i v0 -c 6 --filter-program program -a -e vlan.id -e udp.dstport
                """;
        assertEquals(0, onTaggedLink(script), read("err"));
        assertTrue(read("out").lines().allMatch(line -> line.matches("5?\t80")), read("out"));
        assertTrue(read("err").contains("capturing on v0 (link-type ETHERNET)"), read("err"));
    }

    @Test
    void saysWhereAnExpressionIsWrong() throws Exception {
        for (String device : new String[] {"lo", "pcap://lo", "-", "vxlan://127.0.0.1:0", "tcp-listen://127.0.0.1:0"}) {
            var result = Cli.run("capture", "-i", device, "-f", "udp prt 53");
            assertEquals(2, result.status(), result.err());
            assertTrue(
                    result.err().contains("syntax error\n  udp prt 53\n      ^\nsee: ringwire capture --help\n"),
                    result.err());
        }
        var late = Cli.run("capture", "-i", "lo", "-f", "ip and arp");
        assertEquals(2, late.status());
        assertTrue(late.err().contains("filter \"ip and arp\" on lo: expression rejects all packets"), late.err());
    }

    @Test
    void capturesThroughLibpcap() throws Exception {
        assertEquals(0, onTaggedLink("ringwire capture -i pcap://any -c 3 -e sll.ltype udp.dstport\n"), read("err"));
        assertTrue(read("err").startsWith("capturing on pcap://any (link-type LINUX_SLL)\n"), read("err"));
        assertTrue(read("err").matches("(?s).*\\d+ packets received, \\d+ dropped by kernel\n"), read("err"));
        var wrong = Cli.run("capture", "-i", "pcap://none0");
        assertEquals(1, wrong.status());
        assertTrue(wrong.err().startsWith("ringwire: no network interface \"none0\" here"), wrong.err());
        assertEquals(2, Cli.run("capture", "-i", "pcap://").status());
        assertEquals(2, Cli.run("capture", "-i", "pcap://lo:3").status());
    }

    @Test
    void saysThatTheInterfaceWentDown() throws Exception {
        String script = """
                (sleep 3; ip link set v0 down) &
                ringwire capture -i v0 -w down.pcapng
                """;
        assertEquals(1, onTaggedLink(script), read("err"));
        assertTrue(read("err").contains("ringwire: interface v0 went down"), read("err"));
        var kept = Cli.run("query", directory.resolve("down.pcapng").toString(), "-e", "udp.dstport");
        assertEquals(0, kept.status(), kept.err());
        assertFalse(kept.out().isEmpty());
    }
}
