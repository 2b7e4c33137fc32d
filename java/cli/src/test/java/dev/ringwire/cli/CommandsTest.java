package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir
    Path directory;

    @Test
    void withoutACommandTheUsageIsShown() {
        var result = Cli.run();
        assertEquals(2, result.status());
        assertTrue(result.err().startsWith("Usage: ringwire "), result.err());
        assertTrue(result.err().contains("  capture "), result.err());
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        var result = Cli.run("captur");
        assertEquals(2, result.status());
        assertTrue(result.err().contains("Did you mean: ringwire capture"), result.err());
    }

    @Test
    void theHelpNamesEveryExitStatus() {
        var result = Cli.run("--help");
        assertTrue(result.out().contains("130 interrupted by Ctrl-C"), result.out());
        assertTrue(Cli.run("info", "").err().startsWith("ringwire: the file name is empty\n"));
    }

    @Test
    void theVersionIsShown() {
        assertTrue(Cli.run("--version").out().startsWith("ringwire "));
        assertEquals(0, Cli.run("-V").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"interfaces", "capture", "query", "info", "merge", "fields", "doctor", "stack"})
    void everyCommandHasHelpWithAnExample(String command) {
        var result = Cli.run(command, "--help");
        assertEquals(0, result.status());
        assertTrue(result.out().contains("Usage: ringwire " + command), result.out());
        assertTrue(result.out().contains("\nExample: ringwire " + command), result.out());
        assertEquals(result.out(), Cli.run("help", command).out());
        assertEquals(2, Cli.run(command, "--nonsense").status());
    }

    @Test
    void fieldsAreListedByPrefix() {
        var result = Cli.run("fields", "udp.");
        assertEquals(0, result.status());
        assertTrue(result.out().startsWith("udp.srcport "), result.out());
        assertTrue(result.out().lines().allMatch(line -> line.startsWith("udp.")), result.out());
        assertTrue(Cli.run("fields").out().lines().count() > 100);
        var none = Cli.run("fields", "nonsense");
        assertEquals(1, none.status());
        assertEquals("ringwire: no field begins with \"nonsense\"\n", none.err());
    }

    @Test
    void infoDescribesAFile() throws IOException {
        String file = Cli.write(directory.resolve("a.pcapng"), Cli.udp(0), Cli.tcp(2), Cli.udp(1));
        var result = Cli.run("info", "--hash", file);
        assertEquals(0, result.status());
        assertLine(result.out(), "File name", file);
        assertLine(result.out(), "File type", "pcapng 1.0, little-endian");
        assertLine(result.out(), "Encapsulation", "ETHERNET(1)");
        assertLine(result.out(), "Number of packets", "3");
        assertLine(result.out(), "File size", Files.size(Path.of(file)) + " bytes");
        assertLine(result.out(), "Data size", 47 + 54 + 47 + " bytes");
        assertLine(result.out(), "Capture duration", "2.000000000 seconds");
        assertLine(result.out(), "First packet time", "2024-05-01T12:00:00.000000000Z");
        assertLine(result.out(), "Last packet time", "2024-05-01T12:00:02.000000000Z");
        assertLine(result.out(), "Strict time order", "False");
        assertLine(result.out(), "Data byte rate", "74.00 bytes/s");
        assertLine(result.out(), "Data bit rate", "592.00 bits/s");
        assertLine(result.out(), "Average packet rate", "1.50 packets/s");
        assertLine(result.out(), "Average packet size", "49.33 bytes");
        assertLine(result.out(), "  Interface 0", "ETHERNET(1), limit 262144 bytes, nanoseconds, 3 packets");
        assertTrue(result.out().contains("SHA256: "), result.out());
    }

    private static void assertLine(String text, String name, String value) {
        String line = text.lines()
                .filter(l -> l.startsWith(name + ":"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in:\n" + text));
        assertEquals(value, line.substring(name.length() + 1).trim());
    }

    @Test
    void infoOfADamagedFileCountsWhatStandsBeforeTheDamage() throws IOException {
        String file = Cli.write(directory.resolve("a.pcap"), Cli.udp(0), Cli.udp(1));
        byte[] bytes = Files.readAllBytes(Path.of(file));
        Path cut = Files.write(directory.resolve("cut.pcap"), Arrays.copyOf(bytes, bytes.length - 1));
        var result = Cli.run("info", cut.toString(), file);
        assertEquals(1, result.status());
        assertLine(result.out(), "Number of packets", "1");
        assertTrue(result.out().contains("\n\nFile name:           " + file), "the next file follows");
        assertTrue(result.err().startsWith("ringwire: " + cut + ": truncated"), result.err());
    }

    @Test
    void infoOfAFileWithoutPackets() throws IOException {
        var result = Cli.run("info", Cli.write(directory.resolve("a.pcapng")));
        assertEquals(0, result.status());
        assertLine(result.out(), "Number of packets", "0");
        assertFalse(result.out().contains("rate"), result.out());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void infoCountsTheOneInterfaceOfAModifiedPcapWhateverItsNumber(int number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(52).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0xa1b2cd34).putInt(4 << 16 | 2).putLong(0).putInt(65535).putInt(1);
        bytes.putInt(1000)
                .putInt(0)
                .putInt(4)
                .putInt(4)
                .putInt(number)
                .putInt(0)
                .putInt(0);
        Path file = Files.write(directory.resolve("modified.pcap"), bytes.array());
        var result = Cli.run("info", file.toString());
        assertEquals("", result.err());
        assertLine(result.out(), "  Interface 0", "ETHERNET(1), limit 65535 bytes, microseconds, 1 packet");
    }

    @Test
    void infoCountsEachOfManyInterfaces() throws IOException {
        var sections = new ByteArrayOutputStream();
        String one = Cli.write(directory.resolve("one.pcapng"), Cli.udp(0));
        for (int i = 0; i < 9; i++) {
            sections.write(Files.readAllBytes(Path.of(one)));
        }
        Path file = Files.write(directory.resolve("many.pcapng"), sections.toByteArray());
        var result = Cli.run("info", file.toString());
        assertLine(result.out(), "Interfaces", "9");
        assertLine(result.out(), "  Interface 8", "ETHERNET(1), limit 262144 bytes, nanoseconds, 1 packet");
    }

    @Test
    void infoOfTimesCenturiesApart() throws IOException {
        Path file = directory.resolve("apart.pcapng");
        var result = Cli.run("info", extremes(file).toString());
        assertEquals("", result.err());
        String duration = result.out()
                .lines()
                .filter(line -> line.startsWith("Capture duration:"))
                .findFirst()
                .orElseThrow();
        assertTrue(duration.matches("Capture duration: +1844674407\\d\\.\\d{9} seconds"), duration);
    }

    /** Two interfaces whose if_tsoffset is as far from zero as a reader understands, and a packet of each. */
    private static Path extremes(Path file) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(268).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putInt(1).putLong(-1).putInt(28);
        for (long offset : new long[] {-1L << 62, 1L << 62}) {
            b.putInt(1).putInt(44).putInt(1).putInt(0);
            b.putInt(1 << 16 | 9).putInt(9); // if_tsresol: nanoseconds
            b.putInt(8 << 16 | 14).putLong(offset).putInt(0).putInt(44);
        }
        for (int i = 0; i < 2; i++) {
            b.putInt(6)
                    .putInt(36)
                    .putInt(i)
                    .putInt(0)
                    .putInt(1)
                    .putInt(4)
                    .putInt(4)
                    .putInt(0)
                    .putInt(36);
        }
        return Files.write(file, Arrays.copyOf(b.array(), b.position()));
    }

    @Test
    void interfacesMarksOneAsDefault() {
        var result = Cli.run("interfaces");
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().lines().filter(line -> line.startsWith("*")).count() <= 1, result.out());
        assertTrue(result.out().lines().skip(1).findAny().isPresent(), result.out());
    }

    @Test
    void doctorNamesWhatItLookedAt() {
        var result = Cli.run("doctor");
        assertEquals(0, result.status(), result.err());
        for (String what : new String[] {
            "native library", "libpcap", "checksum", "DNS names", "packet ring", "TUN/TAP", "java", "system"
        }) {
            assertTrue(result.out().contains(what), result.out());
        }
    }

    @Test
    void captureChecksItsArgumentsBeforeItOpensAnything() {
        assertEquals(2, Cli.run("capture", "-i", "lo", "-c", "0").status());
        assertEquals(2, Cli.run("capture", "-i", "lo", "-t", "0").status());
        assertEquals(2, Cli.run("capture", "-i", "lo", "-e", "ip.sorc").status());
        assertEquals(
                2, Cli.run("capture", "-i", "lo", "-e", "ip.src", "-w", "-").status());
        assertEquals(2, Cli.run("capture", "-i", "lo", "-w", "").status());
        assertEquals(
                "ringwire: --ring-size is 1 MiB or more, not 0",
                Cli.run("capture", "-i", "lo", "--ring-size", "0")
                        .err()
                        .lines()
                        .findFirst()
                        .orElseThrow());
        assertEquals(
                "ringwire: --ring-size is 1048576 MiB or less, not 100000000",
                Cli.run("capture", "-i", "lo", "--ring-size", "100000000")
                        .err()
                        .lines()
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void captureOnAnInterfaceThatDoesNotExist() {
        var result = Cli.run("capture", "-i", "none0", "-t", "1");
        assertEquals(1, result.status());
        assertTrue(result.err().startsWith("ringwire: "), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
    }
}
