package dev.ringwire.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.testing.Netns;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stack, a router of the kernel's with a narrower link behind it, and a host there that sends back what comes. */
@RingTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class RouterKernelTest {
    private static final int NARROW = 1300;
    private static final int BYTES = 1_000_000;

    private VethPair near;
    private Netns host;
    private StackLoop loop;
    private final List<Process> servers = new ArrayList<>();

    @BeforeAll
    void open() throws Exception {
        near = VethPair.create().withoutOffloads();
        host = Netns.create();
        Netns router = near.netns();
        router.run(
                "ip",
                "link",
                "add",
                "far0",
                "mtu",
                "" + NARROW,
                "type",
                "veth",
                "peer",
                "name",
                "end0",
                "netns",
                host.name());
        for (String name : List.of("far0", "end0")) {
            Netns at = name.equals("far0") ? router : host;
            int last = name.equals("far0") ? 1 : 2;
            at.run("sysctl", "-qw", "net.ipv6.conf." + name + ".accept_dad=0");
            at.run("ip", "addr", "add", "198.51.100." + last + "/24", "dev", name);
            at.run("ip", "addr", "add", "2001:db8:99::" + last + "/64", "dev", name, "nodad");
            at.run("ip", "link", "set", name, "up");
            at.run("ethtool", "-K", name, "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off");
        }
        router.run("ip", "addr", "add", "203.0.113.1/24", "dev", near.peer());
        router.run("ip", "addr", "add", "2001:db8:54::1/64", "dev", near.peer(), "nodad");
        router.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        // The host knows how narrow its link is, but does not say so by its MSS.
        host.run("ip", "route", "add", "default", "via", "198.51.100.1", "mtu", "" + NARROW, "advmss", "1460");
        host.run("ip", "-6", "route", "add", "default", "via", "2001:db8:99::1", "mtu", "" + NARROW, "advmss", "1440");
        for (String kind : List.of("TCP4-LISTEN:7", "TCP6-LISTEN:7,ipv6only")) {
            servers.add(host.start(List.of("socat", kind + ",fork,reuseaddr", "EXEC:cat")));
        }
        loop = new StackLoop(NetStack.builder(PacketDevice.open(near.here()))
                        .address("203.0.113.2/24")
                        .address("2001:db8:54::2/64")
                        .gateway("203.0.113.1")
                        .gateway("2001:db8:54::1")
                        .build())
                .ownsDevice(true)
                .start();
    }

    @AfterAll
    void close() throws Exception {
        loop.stop(Duration.ofMillis(200));
        servers.forEach(Process::destroy);
        host.close();
        near.close();
    }

    private StackSocket connect(String address) throws Exception {
        for (int i = 0; ; i++) {
            StackSocket socket = new StackSocket(loop);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getByName(address), 7), 10_000);
                return socket;
            } catch (IOException notYetThere) {
                socket.close();
                if (i == 50) {
                    throw notYetThere;
                }
                Thread.sleep(100);
            }
        }
    }

    /** Sends all and reads it back; the payload of the segments at the end. */
    private int echo(String address) throws Exception {
        byte[] bytes = SocketContract.random(BYTES);
        try (StackSocket socket = connect(address)) {
            var writing = Background.start(() -> {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                return null;
            });
            assertArrayEquals(bytes, socket.getInputStream().readAllBytes());
            writing.get();
            return segmentSize(socket);
        }
    }

    private static int segmentSize(StackSocket socket) {
        TcpSession session = socket.session().orElseThrow();
        return session.segmentSize();
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.2, 40", "2001:db8:99::2, 60"})
    void thePathMtuIsLearned(String address, int headers) throws Exception {
        assertEquals(NARROW - headers - 12, echo(address));
    }

    @Test
    void aRouterThatDoesNotTellIsFoundOut() throws Exception {
        Netns router = near.netns();
        router.run(
                "sh",
                "-c",
                "nft add table ip swallow && nft add chain ip swallow out"
                        + " '{ type filter hook output priority 0; }'"
                        + " && nft add rule ip swallow out icmp type destination-unreachable drop");
        // Another address than the one whose path MTU may be known.
        host.run("ip", "addr", "add", "198.51.100.3/24", "dev", "end0");
        try {
            assertEquals(1024 - 12, echo("198.51.100.3"));
            assertTrue(loop.stack().tcp().counters().blackHoles > 0);
        } finally {
            router.run("nft", "delete", "table", "ip", "swallow");
        }
    }

    @Test
    void pingOfMoreThanTheNarrowLinkTakes() throws Exception {
        var got = new CompletableFuture<Object>();
        loop.execute(() -> {
            try {
                loop.stack()
                        .icmp()
                        .ping(
                                InetAddress.getByName("198.51.100.2"),
                                new byte[4000],
                                Duration.ofSeconds(5),
                                got::complete);
            } catch (IOException e) {
                got.completeExceptionally(e);
            }
        });
        assertTrue(got.get().toString().contains("REPLIED"), got.get()::toString);
    }

    @Test
    void anUnreachableNetworkIsASoftErrorWhileAConnectionOpens() throws Exception {
        near.netns().run("ip", "route", "add", "unreachable", "192.0.2.0/24");
        try (Socket socket = new StackSocket(loop)) {
            var nobody = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 7);
            assertThrows(SocketTimeoutException.class, () -> socket.connect(nobody, 500));
            assertTrue(loop.stack().tcp().counters().icmpErrors > 0);
        }
    }
}
