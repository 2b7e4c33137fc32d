package dev.ringwire.bench.worker;

import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.socket.StackServerSocketFactory;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.Datagram;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.stack.transport.UdpSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A stack on a TAP interface as a worker, with the services of {@code bench/c/tcp_stream.c} at the same ports, and a
 * sink behind a blocking socket at the next one: open NAME plain|vnet CIDR PORT; heap; frames.
 */
public final class StackWorker {
    private static final int BUFFER = 128 * 1024;

    private StackLoop loop;
    private TapDevice device;

    private StackWorker() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        StackWorker worker = new StackWorker();
        Conversation.serve(worker::answer);
    }

    private String answer(String[] words) throws Exception {
        switch (words[0]) {
            case "open" -> open(words[1], words[2].equals("vnet"), words[3], Integer.parseInt(words[4]));
            case "heap" -> {
                return "heap=" + heap();
            }
            case "frames" -> {
                return "received=" + device.position() + " sent=" + device.sentFrames();
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
        return "ok=1";
    }

    private void open(String name, boolean vnet, String address, int port) throws IOException {
        device = TapDevice.builder(name).offloads(vnet).open();
        device.up();
        NetStack stack = NetStack.builder(device).address(address).build();
        loop = new StackLoop(stack).ownsDevice(true);
        // Before it runs, the stack is this thread's.
        TcpApplication sink = new Sink();
        stack.tcp().listen(TcpEndpoint.any(port), TcpOptions.DEFAULT, session -> new EndlessSource(BUFFER));
        stack.tcp().listen(TcpEndpoint.any(port + 1), TcpOptions.DEFAULT, session -> sink);
        stack.tcp().listen(TcpEndpoint.any(port + 2), TcpOptions.DEFAULT.noDelay(true), session -> ECHO);
        stack.tcp().listen(TcpEndpoint.any(port + 3), TcpOptions.DEFAULT, session -> sink);
        UdpSession echo = stack.udp().bind(port + 2);
        echo.application(StackWorker::reply);
        loop.start();
        // An accepted connection is taken before the next: one stream at a time.
        ServerSocket server = StackServerSocketFactory.of(loop).createServerSocket(port + 4);
        Thread acceptor = new Thread(() -> drain(server), "blocking sink");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private static void drain(ServerSocket server) {
        byte[] buffer = new byte[BUFFER];
        while (true) {
            try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                while (in.read(buffer) >= 0) {
                    // What it says does not matter.
                }
            } catch (IOException e) {
                e.printStackTrace();
            }
        }
    }

    private static void reply(UdpSession session, Datagram datagram) {
        try {
            session.reply(datagram, datagram.bytes(), datagram.offset(), datagram.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of objects that are reachable. */
    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static final TcpApplication ECHO = (session, data) -> send(session, data);

    private static void send(TcpSession session, ByteBuffer data) {
        try {
            while (data.hasRemaining() && session.trySend(data) > 0) {
                // Until all of it is taken, or no more.
            }
        } catch (IOException e) {
            // closed() is told, too.
            data.position(data.limit());
        }
    }

    /** Takes what comes. */
    private static final class Sink implements TcpApplication {
        @Override
        public void received(TcpSession session, ByteBuffer data) {
            data.position(data.limit());
        }
    }
}
