package dev.ringwire.stack.network;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.device.Device;
import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.RunningStack;
import dev.ringwire.testing.VethPair;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bridge of the kernel's that looks into IGMP and MLD learns of our groups. */
@RingTest
@Timeout(60)
class GroupsKernelTest {
    private static final List<String> GROUPS = List.of("239.1.2.3", "ff15::123", "ff02::1:ff00:7");

    private static InetAddress address(String text) {
        return text.indexOf(':') < 0
                ? Ipv4Address.of(text).toInetAddress()
                : Ipv6Address.of(text).toInetAddress();
    }

    private static boolean all(VethPair veth, List<String> groups) {
        String known = veth.netns().run("bridge", "mdb", "show");
        return groups.stream().allMatch(g -> known.contains("grp " + g + " "));
    }

    private static void await(VethPair veth, List<String> groups) throws InterruptedException {
        for (int i = 0; i < 100 && !all(veth, groups); i++) {
            Thread.sleep(100);
        }
        assertTrue(all(veth, groups), () -> veth.netns().run("bridge", "mdb", "show"));
    }

    private static boolean isAsked(RunningStack running, NetStack stack) throws Exception {
        return running.<Boolean>ask(answer -> answer.accept(stack.igmp().counters().queries > 1));
    }

    @Test
    void aBridgeLearnsOurGroupsUnaskedAndByAsking() throws Exception {
        try (VethPair veth = VethPair.create()) {
            veth.netns().run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "1",
                    "mcast_query_interval", "200", "mcast_startup_query_interval", "200",
                    "mcast_query_response_interval", "100");
            veth.netns().run("ip", "link", "set", veth.peer(), "master", "br0");
            veth.netns().run("ip", "link", "set", "br0", "up");
            try (Device device = PacketDevice.open(veth.here())) {
                NetStack stack = NetStack.builder(device)
                        .address("203.0.113.7/24")
                        .address("2001:db8:9::7/64")
                        .build();
                try (RunningStack running = new RunningStack(stack)) {
                    // One that asks makes a bridge heed what it hears.
                    veth.netns().run("ip", "link", "set", "br0", "type", "bridge", "mcast_querier", "1");
                    running.<Boolean>ask(answer -> {
                        stack.router().join(address(GROUPS.get(0)));
                        stack.router().join(address(GROUPS.get(1)));
                        answer.accept(true);
                    });
                    await(veth, GROUPS);
                    // It asks every two seconds, by IGMP version 2.
                    for (int i = 0; i < 200 && !isAsked(running, stack); i++) {
                        Thread.sleep(100);
                    }
                    assertTrue(isAsked(running, stack));
                    await(veth, GROUPS);
                    running.<Boolean>ask(answer -> {
                        stack.router().leave(address(GROUPS.get(0)));
                        answer.accept(true);
                    });
                    for (int i = 0; i < 100 && all(veth, GROUPS.subList(0, 1)); i++) {
                        Thread.sleep(100);
                    }
                    assertFalse(all(veth, GROUPS.subList(0, 1)));
                }
            }
        }
    }
}
