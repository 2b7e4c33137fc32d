package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import dev.ringwire.wire.dns.Edns;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code ringwire dig} and a server on the loopback interface that answers by what is asked. */
@Timeout(60)
class DigCommandTest {
    private final List<DnsMessage> asked = new CopyOnWriteArrayList<>();
    private ServerSocket tcp;
    private DatagramSocket udp;

    @BeforeEach
    void serve() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        tcp = new ServerSocket(0, 10, loopback);
        udp = new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort()));
        Stream.<Runnable>of(this::serveUdp, this::serveTcp).forEach(server -> {
            var thread = new Thread(server);
            thread.setDaemon(true);
            thread.start();
        });
    }

    @AfterEach
    void close() throws IOException {
        udp.close();
        tcp.close();
    }

    private void serveUdp() {
        byte[] buffer = new byte[DnsMessage.MAX_LENGTH];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                var query = DnsMessage.decode(ByteBuffer.wrap(buffer), 0, packet.getLength());
                asked.add(query);
                String name = query.questions().get(0).name().toString();
                if (name.startsWith("silent.")) {
                    continue;
                }
                byte[] damaged = {buffer[0], buffer[1], (byte) 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0};
                byte[] answer = name.startsWith("damaged.") ? damaged : answer(query, "udp", name.startsWith("large."));
                udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                try (var socket = tcp.accept()) {
                    var in = new DataInputStream(socket.getInputStream());
                    var query = DnsMessage.decode(in.readNBytes(in.readUnsignedShort()));
                    asked.add(query);
                    byte[] answer = answer(query, "tcp", false);
                    var out = new DataOutputStream(socket.getOutputStream());
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            }
        } catch (IOException closed) {
            return;
        }
    }

    /** The name that was asked has a text that says how it was asked. */
    private static byte[] answer(DnsMessage query, String how, boolean truncated) {
        var question = query.questions().get(0);
        var answer = DnsMessage.builder()
                .id(query.id())
                .response(true)
                .truncated(truncated)
                .question(question);
        if (!truncated) {
            answer.answer(DnsRecord.parse(question.name().toAbsolute() + " 300 IN TXT " + how));
        }
        return answer.build().toBytes();
    }

    private Cli.Result dig(String... words) {
        var all = Stream.concat(
                Stream.of("dig", "-p", Integer.toString(tcp.getLocalPort()), "@127.0.0.1"), Stream.of(words));
        return Cli.run(all.toArray(String[]::new));
    }

    @Test
    void asksTheServerAtItsPort() {
        Cli.Result result = dig("www.example.com", "txt");
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().contains("\nwww.example.com.\t300\tIN\tTXT\t\"udp\"\n"), result.out());
        assertTrue(result.out().contains(";; SERVER: 127.0.0.1#" + tcp.getLocalPort() + " (UDP)\n"), result.out());
        DnsMessage query = asked.get(0);
        assertEquals("www.example.com. IN TXT", query.questions().get(0).toString());
        assertTrue(query.isRecursionDesired());
        assertFalse(query.edns().orElseThrow().dnssecOk());
    }

    @Test
    void shortPrintsDataAlone() {
        assertEquals("\"udp\"\n", dig("www.example.com", "+short").out());
        assertEquals(DnsType.A, asked.get(0).questions().get(0).type());
    }

    @Test
    void asksForTheNameOfAnAddress() {
        dig("-x", "192.0.2.1");
        dig("-x", "2001:db8::1");
        assertEquals(
                "1.2.0.192.in-addr.arpa. IN PTR",
                asked.get(0).questions().get(0).toString());
        assertEquals(
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. IN PTR",
                asked.get(1).questions().get(0).toString());
        assertEquals(2, dig("-x", "nonsense").status());
    }

    @Test
    void asksOverTcp() {
        Cli.Result result = dig("www.example.com", "+tcp");
        assertTrue(result.out().contains("TXT\t\"tcp\"\n"), result.out());
        assertTrue(result.out().contains(" (TCP)\n"), result.out());
        assertEquals(1, asked.size());
    }

    @Test
    void asksAgainOverTcpWhereTheAnswerIsCutShort() {
        Cli.Result result = dig("large.example.com");
        assertTrue(result.out().startsWith(";; Truncated, retrying over TCP.\n"), result.out());
        assertTrue(result.out().contains("TXT\t\"tcp\"\n"), result.out());
        assertEquals("\"tcp\"\n", dig("large.example.com", "+short").out());
        assertEquals("", dig("large.example.com", "+short", "+ignore").out());
    }

    @Test
    void asksForSignatures() {
        dig("www.example.com", "+dnssec", "+bufsize=4096", "+norecurse", "+cd");
        dig("www.example.com", "+noedns");
        Edns edns = asked.get(0).edns().orElseThrow();
        assertTrue(edns.dnssecOk());
        assertEquals(4096, edns.payloadSize());
        assertFalse(asked.get(0).isRecursionDesired());
        assertTrue(asked.get(0).isCheckingDisabled());
        assertTrue(asked.get(1).edns().isEmpty());
    }

    @Test
    void saysWhatToDoWhereNoAnswerComes() throws IOException {
        Cli.Result silent = dig("silent.example.com", "+timeout=1", "+tries=2");
        assertEquals(1, silent.status());
        assertTrue(
                silent.err()
                        .contains("no answer from 127.0.0.1 port " + tcp.getLocalPort()
                                + " in 2 times 1 s; +timeout=N waits longer, +tcp asks over TCP"),
                silent.err());
        assertEquals(2, asked.size());
        assertTrue(dig("damaged.example.com").err().contains("is damaged: DNS at byte 12"), "damaged");
        close();
        assertTrue(dig("www.example.com").err().contains("nothing answers at 127.0.0.1 port"), "nobody over UDP");
        assertTrue(dig("www.example.com", "+tcp").err().contains("nothing answers over TCP at 127.0.0.1"), "TCP");
    }

    @Test
    void wrongWordsAreUsageErrors() {
        for (String word : List.of("+nonsense", "+timeout=0", "+tries=x", "a..b")) {
            Cli.Result result = dig(word);
            assertEquals(2, result.status(), word);
            assertFalse(result.err().isBlank(), word);
        }
        assertEquals(2, dig().status());
        assertEquals(List.of(), asked);
    }
}
