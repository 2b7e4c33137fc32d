package dev.ringwire.tutorial;

import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsQuestion;
import dev.ringwire.wire.dns.DnsRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What runs on the server: HTTP, DNS with a few names, and a port that sends everything back. */
final class Services {
    static final int HTTP = 80;
    static final int DNS = 53;
    static final int ECHO = 1025;

    /** Longer than the kernel waits with an acknowledgment that could go with data (40 ms). */
    static final long PAUSE_MILLIS = 200;

    private static final List<DnsRecord> RIVERBED_NS =
            ns("riverbed.com.", "mx1.riverbed.com.", "asia1", "eur3", "use2");
    private static final List<DnsRecord> CNN_NS = ns("cnn.com.", "ns1.cnn.com.", "dns1", "dns2", "dns3");

    private record Answer(List<DnsRecord> answers, List<DnsRecord> authority) {}

    private static final Map<String, Answer> ZONES = Map.of(
            "riverbed.com. IN A", new Answer(records("riverbed.com. 300 IN A 208.70.196.59"), RIVERBED_NS),
            "cnn.com. IN A", new Answer(records(addresses("cnn.com.")), CNN_NS),
            "www.cnn.com. IN A", new Answer(aliased("www.cnn.com.", "cnn.com."), List.of()),
            "cnn.com. IN SOA",
                    new Answer(
                            records(
                                    "cnn.com. 900 IN SOA ns1.cnn.com. hostmaster.cnn.com. 2016010101 7200 900 1209600 60"),
                            List.of()));

    private Services() {}

    private static List<DnsRecord> ns(String zone, String first, String... others) {
        var lines = Arrays.stream(others).map(host -> zone + " 3600 IN NS " + host + ".akam.net.");
        return Stream.concat(Stream.of(zone + " 3600 IN NS " + first), lines)
                .map(DnsRecord::parse)
                .toList();
    }

    private static String[] addresses(String name) {
        return new String[] {
            name + " 30 IN A 157.166.226.25",
            name + " 30 IN A 157.166.226.26",
            name + " 30 IN A 157.166.255.18",
            name + " 30 IN A 157.166.255.19"
        };
    }

    private static List<DnsRecord> records(String... lines) {
        return Arrays.stream(lines).map(DnsRecord::parse).toList();
    }

    private static List<DnsRecord> aliased(String alias, String name) {
        var alone = records(alias + " 300 IN CNAME " + name);
        return Stream.concat(alone.stream(), records(addresses(name)).stream()).toList();
    }

    public static void main(String[] args) throws IOException {
        try (var http = new ServerSocket(HTTP);
                var dns = new DatagramSocket(DNS);
                var echo = new DatagramSocket(ECHO)) {
            start(() -> datagrams(dns, true));
            start(() -> datagrams(echo, false));
            System.out.println("ready");
            while (true) {
                try (Socket connection = http.accept()) {
                    serve(connection);
                }
            }
        }
    }

    private interface Service {
        void run() throws IOException;
    }

    private static void start(Service service) {
        var thread = new Thread(() -> {
            try {
                service.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void datagrams(DatagramSocket socket, boolean dns) throws IOException {
        byte[] buffer = new byte[DnsMessage.MAX_LENGTH];
        while (true) {
            var packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
            byte[] reply = dns ? answer(DnsMessage.decode(bytes)).toBytes() : bytes;
            socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
    }

    private static DnsMessage answer(DnsMessage query) {
        DnsQuestion question = query.questions().get(0);
        Answer found = ZONES.get(question.toString());
        var reply = DnsMessage.query(question.name().toString(), question.type())
                .id(query.id())
                .response(true)
                .recursionAvailable(true);
        if (found == null) {
            return reply.rcode(3).build();
        }
        found.answers().forEach(reply::answer);
        found.authority().forEach(reply::authority);
        return reply.build();
    }

    /** One request, one response, each with a pause before what follows, so that the kernel acknowledges each alone. */
    private static void serve(Socket connection) throws IOException {
        connection.getInputStream().read(new byte[DnsMessage.MAX_LENGTH]);
        pause();
        connection
                .getOutputStream()
                .write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n"
                        .getBytes(StandardCharsets.US_ASCII));
        pause();
        connection.shutdownOutput();
        while (connection.getInputStream().read() >= 0) {
            // until the client has closed
        }
    }

    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
