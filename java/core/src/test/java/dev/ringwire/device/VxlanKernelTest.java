package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.testing.RootOnly;
import dev.ringwire.testing.VethPair;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Icmpv4;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The other end of each tunnel is a vxlan device of the kernel in a namespace. */
@RootOnly
@Timeout(120)
class VxlanKernelTest {
    private static final MacAddress OURS = MacAddress.of("02:00:00:00:00:42");

    private static void tunnel(VethPair link, String name, int vni, String address) {
        link.netns()
                .run(
                        "ip",
                        "link",
                        "add",
                        name,
                        "type",
                        "vxlan",
                        "id",
                        "" + vni,
                        "remote",
                        link.address(),
                        "dstport",
                        "4789",
                        "dev",
                        link.peer());
        link.netns().run("ip", "addr", "add", address + "/24", "dev", name);
        link.netns().run("ip", "link", "set", name, "up");
    }

    /** Answers ARP and ICMP for .1 of each network, in the network and to the tunnel end it came from. */
    private static final class Host implements Runnable {
        private final Vxlan vxlan;
        final ConcurrentLinkedQueue<Integer> answered = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<String> replies = new ConcurrentLinkedQueue<>();

        Host(Vxlan vxlan) {
            this.vxlan = vxlan;
        }

        @Override
        public void run() {
            try {
                while (vxlan.next()) {
                    ByteBuffer b = ByteBuffer.wrap(vxlan.frame().bytes());
                    boolean send = switch (b.getShort(12)) {
                        case 0x0806 -> arp(b);
                        case 0x0800 -> icmp(b);
                        default -> false;
                    };
                    if (send) {
                        b.put(0, b, 6, 6);
                        b.put(6, OURS.toBytes());
                        var to = new InetSocketAddress(vxlan.frame().sender().getAddress(), Vxlan.PORT);
                        vxlan.send(vxlan.frame().vni(), to, b, 0, b.capacity());
                        answered.add(vxlan.frame().vni());
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static boolean arp(ByteBuffer b) {
            if (b.getShort(20) != 1 || b.get(41) != 1) {
                return false;
            }
            int asked = b.getInt(38);
            b.putShort(20, (short) 2);
            byte[] asker = new byte[10];
            b.get(22, asker);
            b.put(32, asker);
            b.put(22, OURS.toBytes());
            b.putInt(28, asked);
            return true;
        }

        private boolean icmp(ByteBuffer b) {
            if (b.get(23) != 1 || b.get(33) != 1) {
                return false;
            }
            if (b.get(34) == 0) {
                replies.add("vni " + vxlan.frame().vni());
                return false;
            }
            if (b.get(34) != 8) {
                return false;
            }
            int source = b.getInt(26);
            b.putInt(26, b.getInt(30));
            b.putInt(30, source);
            b.put(34, (byte) 0);
            int sum = (b.getShort(36) & 0xffff) + 0x0800;
            b.putShort(36, (short) (sum + (sum >>> 16)));
            return true;
        }
    }

    @Test
    @SuppressWarnings("try") // closes before the end on purpose
    void theKernelPingsUsAndWeItThroughTwoNetworks() throws Exception {
        try (VethPair link = VethPair.create();
                Vxlan vxlan = Vxlan.builder()
                        .bind(new InetSocketAddress(link.address(), Vxlan.PORT))
                        .vni(42, 43)
                        .open()) {
            tunnel(link, "vxlan42", 42, "10.42.0.2");
            tunnel(link, "vxlan43", 43, "10.43.0.2");
            tunnel(link, "vxlan44", 44, "10.44.0.2");
            var host = new Host(vxlan);
            var running = CompletableFuture.runAsync(host);
            for (int net : new int[] {42, 43}) {
                // What fits the MTU that the kernel gives such a device, to the byte: 1450 is 20 + 8 + 1422.
                String said = link.netns()
                        .run(
                                "ping",
                                "-c",
                                "3",
                                "-i",
                                "0.2",
                                "-W",
                                "10",
                                "-M",
                                "do",
                                "-s",
                                "1422",
                                "10." + net + ".0.1");
                assertTrue(said.contains("3 received"), said);
            }
            // Nobody answers in a network that is not received.
            var lone = dev.ringwire.testing.Command.attempt(java.util.List.of(
                    "ip", "netns", "exec", link.netns().name(), "ping", "-c", "1", "-W", "1", "10.44.0.1"));
            assertEquals(1, lone.exit(), lone.output());
            assertTrue(vxlan.otherVni() > 0);

            String mac =
                    link.netns().run("cat", "/sys/class/net/vxlan43/address").trim();
            byte[] echo = Packet.of(
                            new Ethernet().src(OURS).dst(MacAddress.of(mac)).type(0x0800),
                            new Ipv4()
                                    .src(Ipv4Address.of("10.43.0.1"))
                                    .dst(Ipv4Address.of("10.43.0.2"))
                                    .ttl(64)
                                    .proto(1),
                            new Icmpv4().type(8),
                            Raw.of("ringwire"))
                    .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
            for (int i = 0; i < 200 && host.replies.isEmpty(); i++) {
                vxlan.send(
                        43,
                        new InetSocketAddress(link.peerAddress(), Vxlan.PORT),
                        ByteBuffer.wrap(echo),
                        0,
                        echo.length);
                Thread.sleep(50);
            }
            assertEquals("vni 43", host.replies.peek());
            assertTrue(host.answered.contains(42) && host.answered.contains(43));
            assertEquals(0, vxlan.malformed());
            vxlan.close();
            running.get(20, TimeUnit.SECONDS);
        }
    }
}
