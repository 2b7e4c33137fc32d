import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.socket.Resolver;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.dns.DnsClient;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;

/** Asks a name server: {@code Lookup tap0 192.0.2.2/24 192.0.2.1 www.example.test}. */
final class Lookup {
    private Lookup() {}

    public static void main(String[] args) throws IOException {
        try (TapDevice tap = TapDevice.open(args[0])) {
            NetStack stack = NetStack.builder(tap).address(args[1]).dns(args[2]).build();
            try (StackLoop loop = new StackLoop(stack).start()) {
                // Waits for the answer, as java.net does.
                for (InetAddress address : new Resolver(loop).lookup(args[3])) {
                    System.out.println(address);
                }
                // Is called with the answer, on the stack's thread.
                DnsClient dns = stack.dns();
                var done = new CompletableFuture<Void>();
                loop.execute(() -> dns.query(args[3], DnsType.TXT, (records, error) -> {
                    if (records == null) {
                        System.out.println(error);
                    } else {
                        for (DnsRecord record : records) {
                            System.out.println(record);
                        }
                    }
                    done.complete(null);
                }));
                done.join();
            }
        }
    }
}
