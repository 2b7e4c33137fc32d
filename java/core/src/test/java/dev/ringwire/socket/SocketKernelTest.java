package dev.ringwire.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.testing.Command;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Sockets over a stack behind a TUN interface; the platform's sockets, and the kernel's stack, at the other end. */
@RingTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class SocketKernelTest {
    private static final InetAddress KERNEL = Network.Stacks.address("203.0.113.1");
    private static final InetAddress OURS = Network.Stacks.address("203.0.113.2");
    private static final int BYTES = 8_000_000;

    private StackLoop loop;

    @BeforeAll
    void open() throws IOException {
        TapDevice tun = TapDevice.builder("rwsock%d").tun(true).open();
        Command.run("sysctl", "-qw", "net.ipv6.conf." + tun.name() + ".disable_ipv6=1");
        Command.run("ip", "addr", "add", "203.0.113.1/24", "dev", tun.name());
        tun.up();
        loop = new StackLoop(NetStack.builder(tun).address("203.0.113.2/24").build())
                .ownsDevice(true)
                .start();
    }

    @AfterAll
    void close() throws Exception {
        loop.stop(Duration.ofMillis(200));
    }

    /** Each end sends the other the same bytes at the same time. */
    private static void exchange(Socket first, Socket second) throws Exception {
        byte[] bytes = SocketContract.random(BYTES);
        try (first;
                second) {
            Background<?> writing = Background.start(() -> send(first, bytes));
            Background<?> answering = Background.start(() -> send(second, bytes));
            Background<byte[]> reading =
                    Background.start(() -> first.getInputStream().readAllBytes());
            assertArrayEquals(bytes, second.getInputStream().readAllBytes());
            assertArrayEquals(bytes, reading.get());
            writing.get();
            answering.get();
        }
    }

    private static Void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        return null;
    }

    @Test
    void weConnectToTheKernel() throws Exception {
        try (ServerSocket kernel = new ServerSocket(0, 5, KERNEL);
                StackSocket ours = new StackSocket(loop)) {
            ours.connect(kernel.getLocalSocketAddress(), 5000);
            exchange(ours, kernel.accept());
        }
    }

    @Test
    void theKernelConnectsToUs() throws Exception {
        try (ServerSocket ours = new StackServerSocket(loop, 0);
                Socket kernel = new Socket()) {
            kernel.connect(new InetSocketAddress(OURS, ours.getLocalPort()), 5000);
            exchange(kernel, ours.accept());
        }
    }

    @Test
    void eachRefusesTheOther() throws IOException {
        try (Socket kernel = new Socket();
                StackSocket ours = new StackSocket(loop)) {
            assertThrows(ConnectException.class, () -> kernel.connect(new InetSocketAddress(OURS, 9), 5000));
            assertThrows(ConnectException.class, () -> ours.connect(new InetSocketAddress(KERNEL, 9), 5000));
        }
    }

    @Test
    void datagrams() throws IOException {
        try (DatagramSocket kernel = new DatagramSocket(new InetSocketAddress(KERNEL, 0));
                DatagramSocket ours = new StackDatagramSocket(loop, new InetSocketAddress(OURS, 0))) {
            kernel.setSoTimeout(5000);
            ours.setSoTimeout(5000);
            DatagramPacket packet = new DatagramPacket(new byte[5000], 5000, ours.getLocalSocketAddress());
            for (int i = 0; i < 100; i++) {
                packet.getData()[4999] = (byte) i;
                kernel.send(packet);
                ours.receive(packet);
                assertEquals(kernel.getLocalSocketAddress(), packet.getSocketAddress());
                ours.send(packet);
                kernel.receive(packet);
                assertEquals((byte) i, packet.getData()[4999]);
                assertEquals(5000, packet.getLength());
            }
            InetSocketAddress nobody = new InetSocketAddress(KERNEL, 9);
            ours.connect(nobody);
            ours.send(new DatagramPacket(new byte[1], 1));
            assertThrows(PortUnreachableException.class, () -> ours.receive(packet));
        }
    }
}
