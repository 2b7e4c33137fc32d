package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryCommandTest {
    @TempDir
    Path directory;

    private String file;

    @BeforeEach
    void write() throws IOException {
        file = Cli.write(directory.resolve("a.pcap"), Cli.udp(0), Cli.tcp(1), Cli.tunnel(2), Cli.udp(3));
    }

    @Test
    void tsvIsTheUsualFormat() {
        var result = Cli.run("query", file, "-e", "frame.number", "-e", "ip.src", "-e", "udp.srcport");
        assertEquals("1\t192.0.2.0\t1000\n2\t192.0.2.1\t\n3\t192.0.2.2\t0\n4\t192.0.2.3\t1003\n", result.out());
        assertEquals("", result.err());
        assertEquals(0, result.status());
    }

    @Test
    void fieldsMayFollowEachOtherInEveryWay() {
        String wanted = "192.0.2.0\t5\t1\n";
        assertEquals(
                wanted,
                Cli.run("query", file, "--max=1", "-e", "ip.src", "udp.payload.offset[0:1]", "frame.number")
                        .out()
                        .replace("\t68\t", "\t5\t"));
        wanted = "192.0.2.0\t1000\n";
        assertEquals(
                wanted,
                Cli.run("query", "--max", "1", "-e", "ip.src,udp.srcport", file).out());
        assertEquals(
                wanted,
                Cli.run("query", "--max", "1", "-e", "ip.src", "udp.srcport", file)
                        .out());
        assertEquals(
                wanted,
                Cli.run("query", "-e", "ip.src", file, "-e", "udp.srcport", "--max", "1")
                        .out());
    }

    @Test
    void csvWithHeaderQuotesSeveralValues() {
        var result =
                Cli.run("query", file, "-e", "ip.src", "frame.len", "-T", "csv", "-H", "-a", "--start", "1714564802");
        assertEquals("ip.src,frame.len\n\"192.0.2.2,192.0.2.102\",62\n192.0.2.3,47\n", result.out());
    }

    @Test
    void jsonNamesEachField() {
        var result = Cli.run("query", file, "-e", "ip.src", "udp.dstport", "-T", "json", "--max", "2");
        assertEquals(
                "{\"ip.src\":\"192.0.2.0\",\"udp.dstport\":53}\n{\"ip.src\":\"192.0.2.1\",\"udp.dstport\":null}\n",
                result.out());
    }

    @Test
    void skipEmptyLeavesOutPacketsWithoutTheFields() {
        var result = Cli.run("query", file, "--skip-empty", "-e", "frame.number", "tcp.dstport");
        assertEquals("2\t80\n", result.out());
    }

    @Test
    void startAndEndTakeEveryWayToWriteATime() {
        assertEquals("2\n3\n", numbers("--start", "2024-05-01T12:00:01Z", "--end", "2024-05-01T12:00:03Z"));
        assertEquals("2\n3\n", numbers("--start", "2024-05-01T14:00:00.5+02:00", "--end", "1714564802.000000001"));
        assertEquals("1\n2\n3\n4\n", numbers("--start", "2024-04-29", "--end", "2024-05-03 00:00:00"));
        assertEquals("", numbers("--start", "2024-05-03"));
        var wrong = Cli.run("query", file, "-e", "frame.number", "--start", "noon");
        assertEquals(2, wrong.status());
        assertTrue(wrong.err().contains("\"noon\" is no time"), wrong.err());
    }

    private String numbers(String... options) {
        String[] args = Arrays.copyOf(new String[] {"query", file, "-e", "frame.number"}, 4 + options.length);
        System.arraycopy(options, 0, args, 4, options.length);
        return Cli.run(args).out();
    }

    @Test
    void severalFilesAreReadInTurnAndMaxCountsOverAll() throws IOException {
        String other = Cli.write(directory.resolve("b.pcapng"), Cli.udp(7), Cli.udp(8));
        var result = Cli.run("query", file, other, "-e", "frame.number", "ip.src", "--max", "5");
        assertTrue(result.out().endsWith("4\t192.0.2.3\n1\t192.0.2.7\n"), result.out());
    }

    @Test
    void readsStandardInput() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(file));
        assertEquals(
                "1000\n\n0\n1003\n",
                Cli.run(bytes, "query", "-", "-e", "udp.srcport").out());
        assertEquals(
                "1000\n\n0\n1003\n",
                Cli.run(bytes, "query", "-e", "udp.srcport", "-").out());
    }

    @Test
    void writesWhatPassesToAFile() throws IOException {
        String saved = directory.resolve("saved.pcapng").toString();
        var result = Cli.run("query", file, "-e", "udp.srcport", "--skip-empty", "-w", saved);
        assertEquals("1000\n0\n1003\n", result.out());
        assertEquals(
                "1000\n0\n1003\n", Cli.run("query", saved, "-e", "udp.srcport").out());
        String none = directory.resolve("none.pcap").toString();
        Cli.run("query", file, "-e", "udp.srcport", "--max", "0", "-w", none);
        assertEquals(24, Files.size(Path.of(none)));
    }

    @Test
    void aFileThatIsReadIsNotReplaced() throws IOException {
        byte[] before = Files.readAllBytes(Path.of(file));
        var result = Cli.run("query", file, "-e", "ip.src", "-w", directory + "/./a.pcap");
        assertEquals(2, result.status());
        assertEquals(before.length, Files.size(Path.of(file)));
    }

    @Test
    void aFileIsReplacedOnlyOnceAnInputWasRead() throws IOException {
        String victim = Cli.write(directory.resolve("victim.pcapng"), Cli.udp(9));
        byte[] before = Files.readAllBytes(Path.of(victim));
        var result = Cli.run("query", directory + "/none.pcap", "-e", "ip.src", "-w", victim);
        assertEquals(1, result.status());
        assertArrayEquals(before, Files.readAllBytes(Path.of(victim)));
        byte[] bytes = Files.readAllBytes(Path.of(file));
        Path cut = Files.write(directory.resolve("cut.pcap"), Arrays.copyOf(bytes, 30));
        assertEquals(
                1,
                Cli.run("query", cut.toString(), "-e", "ip.src", "-w", victim).status());
        assertArrayEquals(before, Files.readAllBytes(Path.of(victim)));

        String empty = Cli.write(directory.resolve("empty.pcap"));
        assertEquals(0, Cli.run("query", empty, "-e", "ip.src", "-w", victim).status());
        assertEquals("", Cli.run("query", victim, "-e", "ip.src").out());
    }

    @Test
    void anOutputThatFailsWhileAPipeIsReadSaysSoItself() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full");
        byte[] bytes = Files.readAllBytes(Path.of(file));
        for (String input : new String[] {"-", file}) {
            var result = Cli.run(bytes, "query", input, "-e", "ip.src", "-w", "/dev/full");
            assertEquals(1, result.status());
            assertTrue(result.err().startsWith("ringwire: /dev/full: cannot be written: "), result.err());
            assertEquals(1, result.err().lines().count(), result.err());
        }
    }

    @Test
    void anOutputWithoutItsDirectoryNamesTheDirectory() {
        var result = Cli.run("query", file, "-e", "ip.src", "-w", directory + "/none/x.pcap");
        assertEquals(1, result.status());
        assertEquals(
                "ringwire: " + directory + "/none/x.pcap: cannot be created: the directory " + directory
                        + "/none does not exist\n",
                result.err());
    }

    @Test
    void aDamagedFileGivesWhatStandsBeforeTheDamage() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(file));
        Path cut = Files.write(directory.resolve("cut.pcap"), Arrays.copyOf(bytes, bytes.length - 5));
        var result = Cli.run("query", cut.toString(), file, "-e", "frame.number");
        assertEquals("1\n2\n3\n1\n2\n3\n4\n", result.out());
        assertTrue(result.err().startsWith("ringwire: " + cut + ": truncated at byte "), result.err());
        assertEquals(1, result.err().lines().count());
        assertEquals(1, result.status());
    }

    @Test
    void anUnknownFieldIsWrongUsage() {
        var result = Cli.run("query", file, "-e", "tcp.srcprt");
        assertEquals(2, result.status());
        assertEquals("""
                ringwire: no field "tcp.srcprt"; did you mean tcp.srcport? ("ringwire fields" lists all)
                see: ringwire query --help
                """, result.err());
        assertEquals("", result.out());
    }

    @Test
    void whatIsMissingIsWrongUsage() {
        assertEquals(2, Cli.run("query", file).status());
        assertEquals(2, Cli.run("query", "-e", "ip.src").status());
        assertEquals(2, Cli.run("query", file, "-e", "ip.src", "--nonsense").status());
        assertEquals(2, Cli.run("query", file, "-e", "ip.src", "-T", "xml").status());
        assertEquals(2, Cli.run("query", file, "-e", "ip.src", "--max", "-1").status());
        assertEquals(2, Cli.run("query", file, "-e", "ip.src", "-w", "-").status());
    }

    @Test
    void anEmptyArgumentIsNamedAsWhatItStandsFor() {
        assertUsage("no field \"\" (\"ringwire fields\" lists all)", "query", file, "-e", "");
        assertUsage("no field \"\" (\"ringwire fields\" lists all)", "query", file, "-e", "ip.src", "");
        assertUsage("the file name is empty", "query", "-e", "ip.src", "");
        assertUsage("the file name is empty", "query", "", "-e", "ip.src");
        assertUsage("the file name of -w is empty", "query", file, "-e", "ip.src", "-w", "");
    }

    @Test
    void wrongValuesAreExplained() {
        assertUsage("udp.payload.offset[2:2]: the range is empty", "query", file, "-e", "udp.payload.offset[2:2]");
        assertUsage(
                "invalid value for option '-T': \"xml\" is none of tsv, csv and json",
                "query",
                file,
                "-e",
                "ip.src",
                "-T",
                "xml");
        assertEquals(0, Cli.run("query", file, "-e", "ip.src", "-T", "CSV").status());
    }

    @Test
    void jsonRefusesTheSameNameTwice() {
        assertUsage(
                "-e ip.src is given twice; -T json has each name once",
                "query",
                file,
                "-T",
                "json",
                "-e",
                "ip.src,frame.len,ip.src");
        assertEquals(
                "192.0.2.0\t192.0.2.0\n",
                Cli.run("query", file, "--max=1", "-e", "ip.src,ip.src").out());
    }

    private static void assertUsage(String message, String... args) {
        var result = Cli.run(args);
        assertEquals("ringwire: " + message + "\nsee: ringwire query --help\n", result.err());
        assertEquals(2, result.status());
        assertEquals("", result.out());
    }

    @Test
    void aFileMayHaveACommaInItsName() throws IOException {
        String comma = Cli.write(directory.resolve("a,b.pcap"), Cli.udp(5));
        assertEquals("192.0.2.5\n", Cli.run("query", "-e", "ip.src", comma).out());
        assertEquals(
                "ringwire: no such file: a,none.pcap\n",
                Cli.run("query", "-e", "ip.src", "a,none.pcap").err());
        assertEquals(
                "192.0.2.0\n",
                Cli.run("query", "--max", "1", "-e", "ip.src," + file).out());
    }

    @Test
    void errorsOfFilesAreOneLine() throws IOException {
        var missing = Cli.run("query", directory + "/none.pcap", "-e", "ip.src");
        assertEquals("ringwire: no such file: " + directory + "/none.pcap\n", missing.err());
        assertEquals(1, missing.status());
        assertEquals(
                "ringwire: " + directory + ": is a directory\n",
                Cli.run("query", directory.toString(), "-e", "ip.src").err());
        Path text = Files.writeString(directory.resolve("text.pcap"), "hello");
        var wrong = Cli.run("query", text.toString(), "-e", "ip.src", "--debug");
        assertTrue(wrong.err().startsWith("ringwire: " + text + ": not a capture file"), wrong.err());
        assertTrue(wrong.err().contains("\tat dev.ringwire."), "--debug shows where");
        assertEquals(1, wrong.status());
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoError() {
        var result = Cli.run(
                new ByteArrayOutputStream(), new Failing("Broken pipe"), new byte[0], "query", file, "-e", "ip.src");
        assertEquals("", result.err());
        assertEquals(0, result.status());
    }

    @Test
    void aFullDiskIsAnError() {
        var result = Cli.run(
                new ByteArrayOutputStream(), new Failing("No space left"), new byte[0], "query", file, "-e", "ip.src");
        assertEquals("ringwire: standard output cannot be written: No space left\n", result.err());
        assertEquals(1, result.status());
    }

    private record Failing(String message) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            throw new IOException(message);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
