package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bpf.Bpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -f} and {@code --filter-program}. */
class FilterOptionsTest {
    private static Cli.Result query(Path folder, String... filter) throws IOException {
        String file = Cli.write(folder.resolve("a.pcap"), Cli.udp(1), Cli.tcp(2), Cli.udp(3));
        String[] args = new String[6 + filter.length];
        System.arraycopy(new String[] {"query", file, "-e", "frame.number", "-e", "ip.src"}, 0, args, 0, 6);
        System.arraycopy(filter, 0, args, 6, filter.length);
        return Cli.run(args);
    }

    @Test
    void takesAnExpression(@TempDir Path folder) throws IOException {
        Assumptions.assumeTrue(Bpf.status().available(), Bpf.status().text());
        Cli.Result result = query(folder, "-f", "udp port 53 and not src host 192.0.2.3");
        assertEquals("1\t192.0.2.1\n", result.out(), result.err());
        // The number is the packet's in the file.
        assertEquals("2\t192.0.2.2\n", query(folder, "-f", "tcp").out());
        Cli.Result wrong = query(folder, "-f", "udp prt 53");
        assertEquals(2, wrong.status());
        assertTrue(
                wrong.err().startsWith("ringwire: -f: filter \"udp prt 53\" on ETHERNET(1): ")
                        && wrong.err().contains("prt"),
                wrong.err());
    }

    @Test
    void withoutLibpcapNamesTheOtherWay(@TempDir Path folder) throws IOException {
        Assumptions.assumeFalse(Bpf.status().available(), "libpcap is there");
        Cli.Result result = query(folder, "-f", "udp port 53");
        assertEquals(1, result.status(), result.err());
        assertTrue(result.err().contains("tcpdump -ddd -y EN10MB 'udp port 53' >FILTER"), result.err());
        assertTrue(result.err().contains("--filter-program FILTER"), result.err());
    }

    @Test
    void takesAProgram(@TempDir Path folder) throws IOException {
        Path program = folder.resolve("tcp.ddd");
        Files.writeString(program, "4\n48 0 0 23\n21 0 1 6\n6 0 0 262144\n6 0 0 0\n");
        assertEquals(
                "2\t192.0.2.2\n",
                query(folder, "--filter-program", program.toString()).out());
        Files.writeString(program, "1\n6 0 0\n");
        Cli.Result wrong = query(folder, "--filter-program", program.toString());
        assertEquals(2, wrong.status());
        assertTrue(wrong.err().contains("line 2 is not four numbers"), wrong.err());
        assertEquals(2, query(folder, "-f", "tcp", "--filter-program", "x").status());
    }
}
