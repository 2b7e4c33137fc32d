package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bpf.Bpf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteCommandTest {
    @TempDir
    Path folder;

    private String in;
    private String out;

    @BeforeEach
    void makeCapture() throws IOException {
        in = Cli.write(folder.resolve("in.pcapng"), Cli.tcp(1), Cli.udp(2), Cli.tunnel(3));
        out = folder.resolve("out.pcapng").toString();
    }

    private static String query(String file, String... fields) {
        String[] args = new String[2 * fields.length + 2];
        args[0] = "query";
        args[1] = file;
        for (int i = 0; i < fields.length; i++) {
            args[2 * i + 2] = "-e";
            args[2 * i + 3] = fields[i];
        }
        return Cli.run(args).out();
    }

    @Test
    void mapsAddressesAndPorts() {
        Cli.Result result = Cli.run("rewrite", in, out, "--map", "192.0.2.0/24=10.1.0.0/24", "--port", "53=5353");
        assertEquals(0, result.status(), result.err());
        assertEquals("3 packets, 3 changed, 0 checksums fixed\n", result.err());
        assertEquals("10.1.0.1\t\n10.1.0.2\t5353\n10.1.0.3\t0\n", query(out, "ip.src", "udp.dstport"));
        assertEquals(query(in, "frame.time_epoch"), query(out, "frame.time_epoch"));
    }

    @Test
    void copiesByteForByteWhatTheFilterLeavesOut() throws IOException {
        Assumptions.assumeTrue(Bpf.status().available(), "no libpcap");
        Cli.Result result = Cli.run("rewrite", in, out, "--map", "0.0.0.0/0=10.0.0.0/8", "-f", "port 9999");
        assertEquals(0, result.status(), result.err());
        assertEquals("3 packets, 0 changed, 0 checksums fixed\n", result.err());
        assertArrayEquals(Files.readAllBytes(Path.of(in)), Files.readAllBytes(Path.of(out)));
    }

    @Test
    void tagsChangeLengths() throws IOException {
        assertEquals(0, Cli.run("rewrite", in, out, "--vlan-add", "7").status());
        assertEquals("7\n7\n7\n", query(out, "vlan.id"));
        String back = folder.resolve("back.pcapng").toString();
        assertEquals(0, Cli.run("rewrite", out, back, "--vlan-strip").status());
        String[] fields = {"frame.len", "frame.cap_len", "frame.time_epoch", "ip.src", "udp.payload"};
        assertEquals(query(in, fields), query(back, fields));
    }

    @Test
    void pcapKeepsItsFormat() throws IOException {
        String pcap = Cli.write(folder.resolve("in.pcap"), Cli.udp(1));
        String other = folder.resolve("other.pcapng").toString();
        assertEquals(0, Cli.run("rewrite", pcap, other, "--vlan-add", "7").status());
        byte[] was = Files.readAllBytes(Path.of(pcap));
        byte[] is = Files.readAllBytes(Path.of(other));
        assertEquals(was.length + 4, is.length);
        assertArrayEquals(Arrays.copyOf(was, 16), Arrays.copyOf(is, 16));
        assertEquals("7\t51\t51\n", query(other, "vlan.id", "frame.len", "frame.cap_len"));
    }

    @Test
    void standardInputAndOutput() throws IOException {
        var stdout = new ByteArrayOutputStream();
        byte[] input = Files.readAllBytes(Path.of(in));
        Cli.Result result =
                Cli.run(stdout, Channels.newChannel(stdout), input, "rewrite", "-", "-", "--port", "9999=1");
        assertEquals(0, result.status(), result.err());
        assertArrayEquals(input, stdout.toByteArray());
    }

    @Test
    void theKeyMayStandInAFile() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "secret\n");
        assertEquals(0, Cli.run("rewrite", in, out, "--anonymise", "@" + key).status());
        byte[] first = Files.readAllBytes(Path.of(out));
        assertEquals(0, Cli.run("rewrite", in, out, "--anonymize", "secret").status());
        assertArrayEquals(first, Files.readAllBytes(Path.of(out)));
        assertFalse(query(out, "ip.src").contains("192.0.2."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"@", "@/", "@/dev/zero"})
    void aKeyThatIsNoneSaysWhichOptionAndLeavesOutAlone(String key) {
        Cli.Result result = Cli.run("rewrite", in, out, "--anonymise", key);
        assertEquals(2, result.status());
        assertTrue(result.err().contains("--anonymise " + key + ":"), result.err());
        assertFalse(Files.exists(Path.of(out)));
    }

    @Test
    void aDamagedFileGivesWhatStandsBefore() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(in));
        Path cut = Files.write(folder.resolve("cut.pcapng"), Arrays.copyOf(bytes, bytes.length - 10));
        Cli.Result result = Cli.run("rewrite", cut.toString(), out, "--port", "53=54");
        assertEquals(1, result.status());
        assertTrue(result.err().contains("truncated"), result.err());
        assertEquals("\n54\n", query(out, "udp.dstport"));
    }

    @Test
    void errorsNameTheRule() {
        refused("--map 10.0.0.0/33=1.2.3.4/8", "--map", "10.0.0.0/33=1.2.3.4/8");
        refused("--port 80=http", "--port", "80=http");
        refused("--vlan 5000=1", "--vlan", "5000=1");
        refused("--mac 1=2", "--mac", "1=2");
        refused("--map 10.0.0.0/8: takes FROM=TO", "--map", "10.0.0.0/8");
        refused("there is a rule for port 80 already", "--port", "80=1", "--port", "80=2");
        refused("nothing to change");
        assertFalse(Files.exists(Path.of(out)));
    }

    private void refused(String message, String... rules) {
        String[] args = new String[rules.length + 3];
        args[0] = "rewrite";
        args[1] = in;
        args[2] = out;
        System.arraycopy(rules, 0, args, 3, rules.length);
        Cli.Result result = Cli.run(args);
        assertEquals(2, result.status());
        assertTrue(result.err().contains(message), result.err());
    }

    @Test
    void theFileThatIsReadIsNotReplaced() {
        Cli.Result result = Cli.run("rewrite", in, in, "--port", "53=54");
        assertEquals(2, result.status());
        assertTrue(result.err().contains("is the file that is read"), result.err());
    }
}
