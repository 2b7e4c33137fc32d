package dev.ringwire.socket;

import dev.ringwire.device.Loopback;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.dns.DnsSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Where a test of what sockets promise gets its sockets from: the platform is the oracle of what a stack has to do. */
interface Network extends AutoCloseable {
    /** A client's. */
    Socket socket() throws IOException;

    /** Not bound. */
    ServerSocket serverSocket() throws IOException;

    /** Not bound, of the client. */
    DatagramSocket clientDatagrams() throws IOException;

    /** Not bound, of the server. */
    DatagramSocket serverDatagrams() throws IOException;

    /** Where clients are. */
    InetAddress client();

    /** Where servers are. */
    InetAddress server();

    @Override
    void close() throws IOException;

    /** Sockets of {@code java.net} over the kernel's loopback interface. */
    final class Platform implements Network {
        @Override
        public Socket socket() {
            return new Socket();
        }

        @Override
        public ServerSocket serverSocket() throws IOException {
            return new ServerSocket();
        }

        @Override
        public DatagramSocket clientDatagrams() throws IOException {
            return new DatagramSocket(null);
        }

        @Override
        public DatagramSocket serverDatagrams() throws IOException {
            return new DatagramSocket(null);
        }

        @Override
        public InetAddress client() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public InetAddress server() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return "platform";
        }
    }

    /** Two stacks, each with a loop of its own, joined by a wire of IP packets. */
    final class Stacks implements Network {
        private final Loopback.Pair wire =
                Loopback.builder(LinkType.RAW).mtu(1500).capacity(4096).pair();
        final StackLoop first = new StackLoop(NetStack.builder(wire.first())
                        .address("10.0.0.1/24")
                        .address("fd00::1/64")
                        .dns(new DnsSettings().host("server.test", "fd00::2", "10.0.0.2"))
                        .build())
                .ownsDevice(true)
                .start();
        final StackLoop second = new StackLoop(NetStack.builder(wire.second())
                        .address("10.0.0.2/24")
                        .address("fd00::2/64")
                        .build())
                .ownsDevice(true)
                .start();

        @Override
        public Socket socket() throws IOException {
            return new StackSocket(first, new Resolver(first));
        }

        @Override
        public ServerSocket serverSocket() {
            return new StackServerSocket(second);
        }

        @Override
        public DatagramSocket clientDatagrams() throws IOException {
            return new StackDatagramSocket(first, null);
        }

        @Override
        public DatagramSocket serverDatagrams() throws IOException {
            return new StackDatagramSocket(second, null);
        }

        @Override
        public InetAddress client() {
            return address("10.0.0.1");
        }

        @Override
        public InetAddress server() {
            return address("10.0.0.2");
        }

        static InetAddress address(String text) {
            return dev.ringwire.address.Ipv4Address.of(text).toInetAddress();
        }

        @Override
        public void close() throws IOException {
            try {
                first.stop(java.time.Duration.ofMillis(100));
                second.stop(java.time.Duration.ofMillis(100));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public String toString() {
            return "stack";
        }
    }
}
