package dev.ringwire.firewall;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Runs in another namespace and says for each line {@code tcp|udp ADDRESS PORT} whether the kernel there refuses:
 * {@code refused} or {@code silent}. Silence is told by a second port, to which nobody objects to an answer: when that
 * one refuses, the answer to the first would have been there.
 */
final class KernelProbe {
    private static final int ANSWERED_PORT = 1;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private KernelProbe() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            try (Attempt asked = attempt(words[0], new InetSocketAddress(words[1], Integer.parseInt(words[2])));
                    Attempt answered = attempt(words[0], new InetSocketAddress(words[1], ANSWERED_PORT))) {
                long deadline = System.nanoTime() + PATIENCE_NANOS;
                while (!answered.isRefused() && System.nanoTime() < deadline) {
                    Thread.sleep(1);
                }
                boolean refused = asked.isRefused();
                System.out.println(!answered.isRefused() ? "no answer at all" : refused ? "refused" : "silent");
            }
        }
    }

    private static Attempt attempt(String protocol, InetSocketAddress to) throws IOException {
        return protocol.equals("tcp") ? new Tcp(to) : new Udp(to);
    }

    private interface Attempt extends AutoCloseable {
        boolean isRefused() throws IOException;

        @Override
        void close() throws IOException;
    }

    private static final class Tcp implements Attempt {
        private final SocketChannel channel = SocketChannel.open();
        private boolean refused;

        Tcp(InetSocketAddress to) throws IOException {
            channel.configureBlocking(false);
            channel.connect(to);
        }

        @Override
        public boolean isRefused() throws IOException {
            try {
                if (!refused && channel.finishConnect()) {
                    throw new IOException("somebody listens there");
                }
            } catch (ConnectException e) {
                refused = true;
            }
            return refused;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static final class Udp implements Attempt {
        private final DatagramChannel channel = DatagramChannel.open();
        private boolean refused;

        Udp(InetSocketAddress to) throws IOException {
            channel.configureBlocking(false);
            channel.connect(to);
            channel.write(ByteBuffer.wrap(new byte[] {1}));
        }

        @Override
        public boolean isRefused() throws IOException {
            try {
                channel.read(ByteBuffer.allocate(1));
            } catch (PortUnreachableException e) {
                refused = true;
            }
            return refused;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
