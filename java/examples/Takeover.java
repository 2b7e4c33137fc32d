import dev.ringwire.device.Device;
import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpHandshake;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Tcp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A bridge between two hosts that takes a connection over in mid-stream: {@code Takeover c0 s0} lets everything pass until
 * the client behind {@code c0} says "swordfish", and from then on speaks to the server in its place.
 */
final class Takeover {
    private static final Ethernet ETHERNET = new Ethernet();
    private static final Ipv4 IP = new Ipv4();
    private static final Tcp TCP = new Tcp();

    private Takeover() {}

    public static void main(String[] args) throws IOException {
        try (Device client = PacketDevice.open(args[0]);
                Device server = PacketDevice.open(args[1])) {
            System.out.println("bridging " + args[0] + " and " + args[1]);
            var parser = new PacketParser();
            String said = "";
            while (!said.contains("swordfish")) {
                if (client.next(1_000_000)) {
                    said = payload(parser, client);
                    server.write(client.frame());
                    server.flush();
                }
                if (server.next(1_000_000)) {
                    client.write(server.frame());
                    client.flush();
                }
            }
            impersonate(server, said.length());
        }
    }

    /** What the present frame says by TCP; its headers are at hand then. */
    private static String payload(PacketParser parser, Device from) {
        parser.parse(from.frame());
        if (!parser.view(TCP) || !parser.view(IP) || !parser.view(ETHERNET)) {
            return "";
        }
        ByteBuffer bytes = from.frame().buffer().duplicate();
        int length = parser.payloadLength();
        bytes.limit(parser.payloadOffset() + length).position(parser.payloadOffset());
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    /** What can be known without having seen the SYN: the timestamps, which Linux always puts first. */
    private static TcpHandshake handshake() {
        ByteBuffer options = ByteBuffer.wrap(TCP.options());
        return options.limit() < 12
                ? TcpHandshake.PLAIN
                : new TcpHandshake(0, 0, 0, false, true, options.getInt(8), options.getInt(4) + 1);
    }

    /** Goes on where the client's last segment, which the headers are of, ended. */
    private static void impersonate(Device device, int said) throws IOException {
        NetStack stack = NetStack.builder(device)
                .macAddress(ETHERNET.src())
                .address(IP.src() + "/24")
                .neighbor(IP.dst().toString(), ETHERNET.dst())
                .build();
        TcpSession session = stack.tcp()
                .create(
                        TcpEndpoint.of(IP.dst().toString(), TCP.dstPort()),
                        TcpEndpoint.of(IP.src().toString(), TCP.srcPort()),
                        TcpOptions.DEFAULT);
        session.addStateListener((s, before, after) -> System.out.println(after));
        int next = (int) TCP.sequenceNumber() + said;
        int window = 1000; // until the server says how much it takes
        session.adopt(next, window, (int) TCP.acknowledgmentNumber(), handshake());
        session.trySend(StandardCharsets.US_ASCII.encode("this is somebody else\n"));
        session.shutdownOutput();
        new StackLoop(stack).run();
    }
}
