package dev.ringwire.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.firewall.Firewall;
import dev.ringwire.firewall.Traffic;
import dev.ringwire.stack.SharedStacks;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The shared stack of an interface that the kernel uses, too, with the kernel's addresses. */
@RingTest
@Timeout(60)
class SharedStacksKernelTest {
    private static final int PORT = 7777;

    private static Void echoOnce(StackServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(socket.getInputStream().readAllBytes());
        }
        return null;
    }

    private static String ask(VethPair veth, String address) {
        return veth.netns().run("sh", "-c", "echo hello | socat -t 5 - TCP:" + address + ":" + PORT);
    }

    @Test
    void theKernelKeepsOutOfPortsThatAreTheStacks() throws Exception {
        try (VethPair veth = VethPair.create().withoutOffloads();
                Firewall firewall = Firewall.open()) {
            firewall.block(Traffic.tcp(InetAddress.getByName(veth.address()), PORT));
            firewall.block(Traffic.tcp(InetAddress.getByName(veth.address6()), PORT));
            SharedStacks.Share share = SharedStacks.of(veth.here());
            try (SharedStacks.Share same = SharedStacks.of(veth.here());
                    StackServerSocket server = new StackServerSocket(share.loop(), PORT)) {
                assertSame(share.stack(), same.stack());
                for (String address : new String[] {veth.address(), "[" + veth.address6() + "]"}) {
                    var echo = Background.start(() -> echoOnce(server));
                    assertEquals("hello", ask(veth, address).strip());
                    echo.get();
                }
                // The kernel still has the rest.
                veth.netns().run("ping", "-c", "1", "-W", "5", veth.address());
            } finally {
                share.close();
            }
            assertTrue(share.loop().ended());
            assertTrue(share.loop().failure().isEmpty());
            try (SharedStacks.Share again = SharedStacks.of(veth.here())) {
                assertNotSame(share.stack(), again.stack());
            }
        }
    }
}
