package dev.ringwire.tutorial;

import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Runs on the client, in a directory: makes {@code http.pcap}, one HTTP exchange of the two kernels, and
 * {@code dns.pcap}, three queries and their replies. Whole captures: they end a while after the last packet.
 */
final class MakeCaptures {
    private static final int CLIENT_PORT = 50001;
    private static final int RESOLVER_PORT = 40053;
    private static final int TIMEOUT_MILLIS = 20_000;

    private MakeCaptures() {}

    private interface Traffic {
        void make() throws IOException;
    }

    public static void main(String[] args) throws Exception {
        capture("http.pcap", p -> p.layer(Tcp.class).isPresent(), MakeCaptures::http);
        capture("dns.pcap", p -> p.layer(Udp.class).isPresent(), MakeCaptures::dns);
    }

    private static void capture(String file, Predicate<Packet> wanted, Traffic traffic) throws Exception {
        try (PacketRing ring = PacketRing.builder("eth0").lowLatency().open();
                CaptureWriter writer = CaptureWriter.create(Path.of(file), ring.linkType())) {
            var maker = new Thread(() -> {
                try {
                    traffic.make();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            maker.start();
            boolean arrived;
            // A busy machine may take its time between two packets.
            while ((arrived = ring.next(TimeUnit.SECONDS.toNanos(1))) || maker.isAlive()) {
                if (arrived && wanted.test(Packet.copyOf(ring.frame()))) {
                    writer.write(ring.frame());
                }
            }
            maker.join();
        }
    }

    private static void http() throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.bind(new InetSocketAddress(TwoHosts.CLIENT, CLIENT_PORT));
            socket.connect(new InetSocketAddress(TwoHosts.SERVER, Services.HTTP));
            socket.getOutputStream()
                    .write("GET / HTTP/1.0\r\nHost: www.riverbed.com\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (socket.getInputStream().read() >= 0) {
                // until the server has closed
            }
            Services.pause();
        }
    }

    private static void dns() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(TwoHosts.CLIENT, RESOLVER_PORT))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            int id = 0x3e4c;
            for (String name : new String[] {"riverbed.com", "cnn.com", "www.cnn.com"}) {
                byte[] query =
                        DnsMessage.query(name, DnsType.A).id(id++).build().toBytes();
                socket.send(
                        new DatagramPacket(query, query.length, InetAddress.getByName(TwoHosts.SERVER), Services.DNS));
                socket.receive(new DatagramPacket(new byte[DnsMessage.MAX_LENGTH], DnsMessage.MAX_LENGTH));
            }
        }
    }
}
