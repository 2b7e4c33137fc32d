package dev.ringwire.stack.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.RunningStack;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.LocalRoute;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Linux kernel and a stack of ours ping each other. */
@RingTest
@Timeout(60)
class PingKernelTest {
    private static final String KERNEL = "203.0.113.1";
    private static final String OURS = "203.0.113.2";
    private static final String KERNEL6 = "2001:db8:52::1";
    private static final String OURS6 = "2001:db8:52::2";

    private static TapDevice tap(boolean tun) throws IOException {
        TapDevice tap = TapDevice.builder("rwping%d").tun(tun).open();
        Command.run("sysctl", "-qw", "net.ipv6.conf." + tap.name() + ".accept_dad=0");
        Command.run("ip", "addr", "add", KERNEL + "/24", "dev", tap.name());
        Command.run("ip", "addr", "add", KERNEL6 + "/64", "dev", tap.name(), "nodad");
        tap.up();
        LocalRoute.await(Command::run, KERNEL6);
        return tap;
    }

    private static void pings(RunningStack running, int size, String address) {
        for (int i = 0; i < 2; i++) {
            // One at a time: while ping has not read a long answer, its socket has no room for another one.
            String said = running.command("ping", "-c", "1", "-W", "5", "-s", Integer.toString(size), address);
            assertTrue(said.contains("1 packets transmitted, 1 received"), said);
            assertTrue(said.contains(size + 8 + " bytes from"), said);
        }
    }

    private static void pinged(RunningStack running, NetStack stack, int size, String address) throws Exception {
        InetAddress to = InetAddress.getByName(address);
        PingReply reply = running.ask(answer -> stack.icmp().ping(to, new byte[size], Duration.ofSeconds(5), answer));
        assertEquals(PingReply.Outcome.REPLIED, reply.outcome(), reply.toString());
        assertEquals(to, reply.from());
        assertEquals(size, reply.bytes());
        assertEquals(64, reply.ttl());
        assertTrue(reply.nanos() > 0, reply.toString());
    }

    private static void bothWays(NetStack stack, String kernel, String ours, String kernel6, String ours6)
            throws Exception {
        try (RunningStack running = new RunningStack(stack)) {
            for (int size : new int[] {56, 3000, 60_000}) {
                pings(running, size, ours);
                pings(running, size, ours6);
                pinged(running, stack, size, kernel);
                pinged(running, stack, size, kernel6);
            }
        }
        assertEquals(0, stack.ipv4().counters().badChecksum);
        assertTrue(stack.ipv4().reassembly().counters().reassembled >= 6, "fragments in");
        assertTrue(stack.ipv6().reassembly().counters().reassembled >= 6, "fragments in");
        assertEquals(
                0, stack.ipv4().reassembly().bytes() + stack.ipv6().reassembly().bytes());
    }

    @Test
    void throughTapT60T63T65T67T70() throws Exception {
        try (TapDevice tap = tap(false)) {
            NetStack stack = NetStack.builder(tap)
                    .address(OURS + "/24")
                    .address(OURS6 + "/64")
                    .build();
            bothWays(stack, KERNEL, OURS, KERNEL6, OURS6);
            assertTrue(stack.arp().counters().answered > 0, "ARP answered");
            assertTrue(stack.neighborDiscovery().solicitations() > 0, "solicitations answered");
        }
    }

    @Test
    void throughTunWithoutLinkAddresses() throws Exception {
        try (TapDevice tun = tap(true)) {
            NetStack stack = NetStack.builder(tun)
                    .address(OURS + "/24")
                    .address(OURS6 + "/64")
                    .build();
            bothWays(stack, KERNEL, OURS, KERNEL6, OURS6);
        }
    }

    @Test
    void throughPacketSocketsOverVeth() throws Exception {
        try (VethPair veth = VethPair.create().withoutOffloads();
                PacketDevice device = PacketDevice.open(veth.here())) {
            // Nobody else has these; the kernel at this end has its own.
            String ours = "198.51.100.2";
            String ours6 = "2001:db8:53::2";
            veth.netns().run("ip", "addr", "add", "198.51.100.1/24", "dev", veth.peer());
            veth.netns().run("ip", "addr", "add", "2001:db8:53::1/64", "dev", veth.peer(), "nodad");
            NetStack stack = NetStack.builder(device)
                    .address(ours + "/24")
                    .address(ours6 + "/64")
                    .build();
            try (RunningStack running = new RunningStack(stack)) {
                for (String address : new String[] {ours, ours6}) {
                    String said = veth.netns().run("ping", "-c", "2", "-i", "0.05", "-W", "5", "-s", "3000", address);
                    assertTrue(said.contains("2 packets transmitted, 2 received"), said);
                }
                pinged(running, stack, 3000, "198.51.100.1");
                pinged(running, stack, 3000, "2001:db8:53::1");
            }
        }
    }
}
