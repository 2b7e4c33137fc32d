package dev.ringwire.stack.network;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.NetStack;
import dev.ringwire.testing.Command;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's bridge snoops: it forwards a group to us because we told it so. */
@RingTest
@Timeout(60)
class GroupKernelTest {
    private static void until(NetStack stack, String bridge, Predicate<String> groups) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String shown = "";
        while (System.nanoTime() < end) {
            stack.poll(System.nanoTime(), 64);
            shown = Command.run("bridge", "mdb", "show", "dev", bridge);
            if (groups.test(shown)) {
                return;
            }
            stack.await(20_000_000);
        }
        throw new AssertionError("the bridge knows only:\n" + shown);
    }

    @Test
    void aBridgeThatSnoopsKnowsOurGroups() throws Exception {
        String bridge = "rwbridge0";
        Command.run(
                "ip",
                "link",
                "add",
                bridge,
                "type",
                "bridge",
                "mcast_snooping",
                "1",
                "mcast_querier",
                "1",
                "mcast_igmp_version",
                "3",
                "mcast_mld_version",
                "2",
                "mcast_last_member_interval",
                "20");
        try (TapDevice tap = TapDevice.builder("rwtap%d").open()) {
            Command.run("ip", "link", "set", tap.name(), "master", bridge);
            Command.run("ip", "addr", "add", "10.78.0.1/24", "dev", bridge);
            tap.up();
            Command.run("ip", "link", "set", bridge, "up");
            NetStack stack = NetStack.builder(tap)
                    .address("10.78.0.2/24")
                    .address("fd78::2/64")
                    .build();
            InetAddress group = InetAddress.getByName("239.1.2.3");
            InetAddress group6 = InetAddress.getByName("ff15::77");
            stack.router().join(group);
            stack.router().join(group6);
            until(stack, bridge, known -> known.contains("grp 239.1.2.3") && known.contains("grp ff15::77"));
            stack.router().leave(group);
            stack.router().leave(group6);
            until(stack, bridge, known -> !known.contains("grp 239.1.2.3") && !known.contains("grp ff15::77"));
        } finally {
            Command.run("ip", "link", "del", bridge);
        }
    }
}
