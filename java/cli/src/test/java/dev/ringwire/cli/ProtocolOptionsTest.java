package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.wire.ProtocolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Protocols of a jar, and protocols in unusual places. */
class ProtocolOptionsTest {
    private static final String SOURCE = """
            package example;
            import dev.ringwire.wire.*;
            import java.util.List;
            public final class Greeting extends Header implements ProtocolProvider {
                static final FixedField FIRST = FixedField.hex("greeting.first", 0, 8, "first letter");
                static final Protocol PROTOCOL = Protocol.of("Greeting", "greeting", Greeting::new, List.of(FIRST),
                        Greeting::dissect, Selector.udpPort(53));
                public Greeting() { super(1); }
                public Protocol protocol() { return PROTOCOL; }
                public List<Protocol> protocols() { return List.of(PROTOCOL); }
                static void dissect(PacketParser p, int offset, int end) {
                    if (p.available(offset, end) < 1) p.truncated(PROTOCOL, offset, end, 1);
                    else p.add(PROTOCOL, offset, offset + 1, end);
                }
                public String summary() { return "Greetings"; }
            }
            """;

    @TempDir
    Path directory;

    private String capture;

    @BeforeEach
    void write() throws IOException {
        capture = Cli.write(directory.resolve("a.pcap"), Cli.udp(0), Cli.tcp(1));
    }

    private String jar(String provider) throws IOException {
        Path source = Files.createDirectories(directory.resolve("example")).resolve("Greeting.java");
        Files.writeString(source, SOURCE);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        directory.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        source.toString());
        assertEquals(0, status);
        Path jar = directory.resolve("greeting.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("example/Greeting.class"));
            out.write(Files.readAllBytes(directory.resolve("example/Greeting.class")));
            if (provider != null) {
                out.putNextEntry(new JarEntry("META-INF/services/" + ProtocolProvider.class.getName()));
                out.write(provider.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return jar.toString();
    }

    @Test
    void aJarBringsProtocols() throws IOException {
        String jar = jar("example.Greeting");
        assertEquals(
                "0x68\n\n",
                Cli.run("query", "--protocols", jar, capture, "-e", "greeting.first")
                        .out());
        assertEquals(
                "greeting.first  hex  Greeting  first letter\n",
                Cli.run("fields", "--protocols", jar, "greeting").out());
        assertTrue(Cli.run("capture", "--protocols", jar, "-i", "file:" + capture)
                .out()
                .contains("Greetings\n"));
        var without = Cli.run("query", capture, "-e", "greeting.first");
        assertEquals(2, without.status());
        assertTrue(without.err().startsWith("ringwire: no field \"greeting.first\""), without.err());
        assertEquals(
                "0x68\n",
                Cli.run(
                                "query",
                                "--protocols",
                                jar,
                                "-d",
                                "tcp.port==80,udp",
                                "--max",
                                "1",
                                "-d",
                                "udp.port==1000,greeting",
                                capture,
                                "-e",
                                "greeting.first")
                        .out());
    }

    @Test
    void whatIsWrongWithAJarIsSaid() throws IOException {
        check("no such file: nowhere.jar", 1, "--protocols", "nowhere.jar");
        check("no jar with a file META-INF/services/", 2, "--protocols", jar(null));
        check("Provider example.Other not found", 2, "--protocols", jar("example.Other"));
        check("no jar with a file META-INF/services/", 2, "--protocols", capture);
    }

    @Test
    void aProtocolInAnUnusualPlace() {
        // The text "hello" read as a VLAN tag: the lower 12 bits of "he".
        var result = Cli.run("query", "-d", "udp.port==53,vlan", capture, "-e", "udp.dstport", "vlan.id");
        assertEquals("53\t" + 0x865 + "\n\t\n", result.out());
        assertTrue(Cli.run("capture", "-i", "file:" + capture, "-d", "udp.port==0x35,vlan")
                .out()
                .contains("vlan " + 0x865));
    }

    @Test
    void whatIsWrongWithARuleIsSaid() {
        check("a rule is table==number,protocol, as udp.port==8053,dns", 2, "-d", "udp.port==53");
        check(
                "-d udp.prt==53,udp: no table udp.prt; there are ethertype, gre.proto, ip.proto, ",
                2,
                "-d",
                "udp.prt==53,udp");
        check("\"udp.port=53\" is not in the form table==number", 2, "-d", "udp.port=53,udp");
        check("udp.port takes 0..65535, not 70000", 2, "-d", "udp.port==70000,udp");
        check("no protocol \"dsn\"; there are eth, ", 2, "-d", "udp.port==53,dsn");
    }

    private void check(String message, int status, String option, String value) {
        var result = Cli.run("query", option, value, capture, "-e", "ip.src");
        assertTrue(result.err().contains(message), result.err());
        assertEquals(status, result.status());
        assertEquals("", result.out());
    }
}
