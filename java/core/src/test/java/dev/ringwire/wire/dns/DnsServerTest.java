package dev.ringwire.wire.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureReader;
import dev.ringwire.query.FieldInfo;
import dev.ringwire.query.FieldRegistry;
import dev.ringwire.query.Query;
import dev.ringwire.query.Rows;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.RootOnly;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dig} asks a real {@code unbound} for records of every type, over UDP and TCP, while {@code tcpdump} listens. */
@RootOnly
class DnsServerTest {
    private static final String ZONE = """
            $ORIGIN example.com.
            $TTL 300
            @ SOA ns1 host 2024050101 7200 3600 1209600 300
            @ NS ns1
            @ NS ns2.example.net.
            @ MX 10 mx1
            @ TXT "hello \\"world\\"" "a; b\\\\" ""
            @ CAA 128 issue "ca.example.net; a=b"
            @ DNSKEY 256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTk
            @ HTTPS 1 . alpn=h2,h3 no-default-alpn ipv4hint=192.0.2.1 ipv6hint=2001:db8::1
            @ NSEC3PARAM 1 0 12 AABBCCDD
            @ NSEC a A NS SOA MX TXT AAAA RRSIG NSEC DNSKEY TYPE1234
            @ RRSIG SOA 5 2 300 20300322173103 20200220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr
            ns1 A 192.0.2.53
            mx1 A 192.0.2.25
            a A 192.0.2.1
            a A 192.0.2.2
            a AAAA 2001:db8::1
            a RRSIG A 5 3 300 20300322173103 20200220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr
            www CNAME a
            ptr PTR a
            _sip._tcp SRV 1 2 5060 a
            naptr NAPTR 100 50 "s" "SIP+D2U" "" _sip._tcp
            naptr NAPTR 100 51 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
            dname DNAME example.net.
            child DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
            _443._tcp TLSA 1 1 2 92003BA34942DC74152E2F2C408D29ECA5A520E7F2E06BB944F4DCA346BAF63C1B177615D466F6C4B71C
            svc SVCB 16 a mandatory=alpn,port alpn=h2 port=8443 ech=AQID key667=hello
            other TYPE65280 \\# 3 0A0B0C
            """;

    private static final String CONFIGURATION = """
            server:
              interface: 127.0.0.1
              port: 53
              username: ""
              chroot: ""
              directory: "%s"
              pidfile: ""
              use-syslog: no
              do-daemonize: no
              module-config: "iterator"
              access-control: 127.0.0.0/8 allow
            auth-zone:
              name: "example.com"
              zonefile: "zone"
              for-downstream: yes
              for-upstream: no
              fallback-enabled: no
            """;

    private static final List<String> QUESTIONS = List.of(
            "example.com SOA",
            "example.com NS",
            "example.com MX",
            "example.com TXT",
            "example.com CAA",
            "example.com DNSKEY",
            "example.com HTTPS",
            "example.com NSEC",
            "example.com NSEC3PARAM",
            "example.com SOA +dnssec +nsid",
            "a.example.com A +subnet=192.0.2.0/24",
            "a.example.com AAAA",
            "a.example.com A +dnssec",
            "www.example.com CNAME",
            "www.example.com A +noedns",
            "ptr.example.com PTR",
            "_sip._tcp.example.com SRV",
            "naptr.example.com NAPTR",
            "dname.example.com DNAME",
            "x.dname.example.com A",
            "child.example.com DS",
            "_443._tcp.example.com TLSA",
            "svc.example.com SVCB",
            "other.example.com TYPE65280",
            "none.example.com A");

    /** What must have been in the answers. */
    private static final Set<Integer> TYPES =
            Set.of(1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 39, 41, 43, 46, 47, 48, 51, 52, 64, 65, 257, 65280);

    @TempDir
    private Path home;

    @Test
    void everyTypeDecodesAsTsharkReadsIt() throws Exception {
        for (String program : List.of("unbound", "dig", "tcpdump", "tshark")) {
            Command.assumeInstalled(program);
        }
        Path capture = capture();
        var types = new TreeSet<Integer>();
        int messages = 0;
        try (CaptureReader reader = CaptureReader.open(capture)) {
            while (reader.next()) {
                for (Header header : Packet.copyOf(reader.frame()).layers()) {
                    if (header instanceof Dns dns) {
                        messages++;
                        assertTrue(dns.damage().isEmpty(), () -> dns.damage() + " in " + dns);
                        DnsMessage message = dns.message();
                        assertEquals(message, DnsMessage.decode(message.toBytes()));
                        for (var section : List.of(message.answers(), message.authority(), message.additional())) {
                            section.forEach(record -> types.add(record.type()));
                        }
                    }
                }
            }
        }
        assertTrue(messages >= 4 * QUESTIONS.size(), messages + " messages");
        var missing = new TreeSet<>(TYPES);
        missing.removeAll(types);
        assertEquals(Set.of(), missing, "types that no answer had");
        compareWithTshark(capture);
    }

    private Path capture() throws Exception {
        Files.writeString(home.resolve("zone"), ZONE);
        Files.writeString(home.resolve("conf"), CONFIGURATION.formatted(home));
        Path capture = home.resolve("dns.pcap");
        Process server =
                start("unbound.log", "unbound", "-d", "-c", home.resolve("conf").toString());
        Process tcpdump = start(
                "tcpdump.log", "tcpdump", "--immediate-mode", "-U", "-i", "lo", "-w", capture.toString(), "port", "53");
        try {
            awaitFile(capture);
            awaitAnswer();
            for (String question : QUESTIONS) {
                for (String transport : List.of("+notcp", "+tcp")) {
                    var command = new ArrayList<>(List.of("dig", "@127.0.0.1", "+timeout=5", transport));
                    command.addAll(List.of(question.split(" ")));
                    Command.run(command.toArray(String[]::new));
                }
            }
        } finally {
            awaitQuiet(capture);
            for (Process process : List.of(tcpdump, server)) {
                process.destroy();
                assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            }
        }
        return capture;
    }

    private Process start(String log, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(log).toFile())
                .start();
    }

    private static void awaitFile(Path file) throws Exception {
        for (int i = 0; i < 300 && (!Files.exists(file) || Files.size(file) == 0); i++) {
            Thread.sleep(50);
        }
        assertTrue(Files.exists(file), "tcpdump does not listen");
    }

    /** What is still on the way to the file of a program that is told to end is lost. */
    private static void awaitQuiet(Path file) throws Exception {
        long size = -1;
        while (Files.exists(file) && Files.size(file) != size) {
            size = Files.size(file);
            Thread.sleep(1500);
        }
    }

    private void awaitAnswer() throws Exception {
        for (int i = 0; i < 50; i++) {
            var dig = List.of("dig", "@127.0.0.1", "+timeout=1", "+tries=1", "+short", "ns1.example.com", "A");
            if (Command.attempt(dig).output().contains("192.0.2.53")) {
                return;
            }
            Thread.sleep(200);
        }
        throw new AssertionError("unbound does not answer:\n" + Files.readString(home.resolve("unbound.log")));
    }

    /** Every field of DNS that tshark knows too, all its values. Times are left out: tshark writes dates. */
    private static void compareWithTshark(Path capture) throws IOException {
        String known = Command.run("sh", "-c", "tshark -G fields 2>/dev/null | cut -f3 | grep '^dns\\.'");
        var theirs = new TreeSet<>(Arrays.asList(known.split("\n")));
        List<String> fields = FieldRegistry.standard().fields().stream()
                .filter(field -> field.type() != FieldType.TIME && theirs.contains(field.name()))
                .map(FieldInfo::name)
                .distinct()
                .toList();
        assertTrue(fields.size() > 100, fields::toString);
        var command = new ArrayList<>(List.of("sh", "-c", "exec tshark \"$@\" 2>/dev/null", "tshark", "-n", "-r"));
        command.addAll(List.of(capture.toString(), "-T", "fields", "-E", "occurrence=a"));
        fields.forEach(field -> command.addAll(List.of("-e", field)));
        command.addAll(List.of("-o", "tcp.desegment_tcp_streams:FALSE", "-o", "dns.desegment_dns_messages:FALSE"));
        String[] expected = Command.run(command.toArray(String[]::new)).split("\n");
        var different = new ArrayList<String>();
        try (CaptureReader reader = CaptureReader.open(capture)) {
            Rows rows = Query.of(fields).allOccurrences(true).over(reader);
            for (int frame = 0; rows.next(); frame++) {
                String[] cells = expected[frame].split("\t", -1);
                for (int i = 0; i < fields.size(); i++) {
                    String cell = cells[i].replace("<MISSING>", "");
                    if (!rows.row().getText(i).equals(cell)) {
                        different.add("frame " + (frame + 1) + " " + fields.get(i) + ": tshark " + cell + ", ours "
                                + new String(rows.row().getText(i).getBytes(UTF_8), UTF_8));
                    }
                }
            }
        }
        assertEquals(List.of(), different);
    }
}
