import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.socket.StackServerSocket;
import dev.ringwire.socket.StackSocket;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Stands between an HTTP client and its server, to each of them as the other, and edits what they say:
 * {@code Proxy c0 192.0.2.1/24 s0 192.0.2.2/24} where the client is behind {@code c0} and the server behind {@code s0}.
 */
final class Proxy {
    private Proxy() {}

    public static void main(String[] args) throws IOException {
        // Towards the client we have the server's address, towards the server the client's.
        try (StackLoop client = stack(args[0], args[3]);
                StackLoop server = stack(args[2], args[1]);
                ServerSocket listener = new StackServerSocket(client, 80)) {
            System.out.println("between " + args[1] + " and " + args[3]);
            while (true) {
                Socket accepted = listener.accept();
                new Thread(() -> serve(accepted, server)).start();
            }
        }
    }

    private static StackLoop stack(String interfaceName, String address) throws IOException {
        NetStack stack = NetStack.builder(PacketDevice.open(interfaceName))
                .address(address)
                .build();
        return new StackLoop(stack).ownsDevice(true).start();
    }

    private static void serve(Socket client, StackLoop loop) {
        try (client;
                Socket server = new StackSocket(loop)) {
            // From the client's own address and port, so that the server sees no difference.
            server.bind(client.getRemoteSocketAddress());
            server.connect(client.getLocalSocketAddress());
            Thread requests = new Thread(() -> relay(client, server, "User-Agent"));
            requests.start();
            relay(server, client, "Server");
            requests.join();
        } catch (IOException | InterruptedException e) {
            System.out.println(e);
        }
    }

    /** Hands on one direction: a line of the header changed, the rest as it is. */
    private static void relay(Socket from, Socket to, String name) {
        try {
            InputStream in = new BufferedInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            StringBuilder header = new StringBuilder();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.startsWith(name + ":")) {
                    System.out.println("edited " + line);
                    line = name + ": Ringwire";
                }
                header.append(line).append("\r\n");
            }
            out.write(header.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
