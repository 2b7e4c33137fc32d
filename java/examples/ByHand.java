import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.link.DeviceLayer;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.stack.network.IpRouter;
import dev.ringwire.stack.network.Ipv4Layer;
import dev.ringwire.stack.network.LocalAddress;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpLayer;
import dev.ringwire.stack.transport.TcpOptions;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * A stack put together by hand, without what it does not need, and with a layer of one's own between IPv4 and TCP; on top an
 * echo: {@code ByHand tun0 192.0.2.2}.
 */
final class ByHand {
    private ByHand() {}

    /** What comes in is turned by 13 letters, behind the back of TCP. */
    private static final class Rot13 extends Layer {
        Rot13(StackContext context) {
            super(context, "rot13");
        }

        @Override
        protected void process(PacketBuffer packet) {
            for (int i = packet.offset() + packet.tcp().headerLength(); i < packet.end(); i++) {
                packet.bytes().put(i, turned(packet.bytes().get(i)));
            }
            packet.checksumTrusted(true);
            deliver(TcpLayer.PROTOCOL, packet);
        }

        private static byte turned(byte b) {
            if (!Character.isAlphabetic(b)) {
                return b;
            }
            int a = b < 'a' ? 'A' : 'a';
            return (byte) (a + (b - a + 13) % 26);
        }

        @Override
        protected boolean forge(PacketBuffer packet) {
            return true;
        }

        @Override
        protected void transfer(PacketBuffer packet) {
            lower(EthernetLayer.IPV4).send(packet);
        }
    }

    public static void main(String[] args) throws IOException {
        try (TapDevice tun = TapDevice.builder(args[0]).tun(true).open()) {
            var context = new StackContext(new SecureRandom());
            var router = new IpRouter(context, tun.mtu());
            router.addAddress(LocalAddress.of(args[1] + "/24"));

            var device = new DeviceLayer(context, tun);
            var ipv4 = new Ipv4Layer(context, router);
            var rot13 = new Rot13(context);
            var tcp = new TcpLayer(context, router);
            ipv4.register(EthernetLayer.IPV4, device, EthernetLayer.IPV4);
            rot13.register(TcpLayer.PROTOCOL, ipv4, EthernetLayer.IPV4);
            tcp.register(TcpLayer.PROTOCOL, rot13, EthernetLayer.IPV4);

            tcp.listen(TcpEndpoint.any(7), TcpOptions.DEFAULT, session -> (s, data) -> s.trySend(data));
            System.out.println("echo at " + args[1]);
            while (true) {
                long next = context.poll(device, System.nanoTime(), 64);
                device.await(next - System.nanoTime());
            }
        }
    }
}
