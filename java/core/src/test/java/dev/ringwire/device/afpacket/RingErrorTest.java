package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.Netns;
import dev.ringwire.testing.UdpSender;
import dev.ringwire.testing.VethPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a ring says when it cannot. */
@RingTest
@Timeout(60)
class RingErrorTest {
    /** Opens a ring in a JVM of its own and prints what came of it. */
    public static final class Opener {
        public static void main(String[] args) {
            try (PacketRing ring = PacketRing.open(args[0])) {
                System.out.println("opened " + ring + " " + ring.linkType());
            } catch (IOException e) {
                System.out.println(e);
            }
        }
    }

    @Test
    void listsTheInterfacesThatExist() {
        for (String name : new String[] {"eth99", "", "a name longer than the kernel takes", "../lo", "a\0b"}) {
            var e = assertThrows(NoSuchInterfaceException.class, () -> PacketRing.open(name));
            assertTrue(
                    e.getMessage().contains("\"" + name + "\"")
                            && e.getMessage().contains("lo"),
                    e::getMessage);
            assertEquals(name, e.interfaceName());
        }
    }

    @Test
    void saysHowToGetThePermission(@TempDir(cleanup = CleanupMode.ALWAYS) Path directory) throws IOException {
        // The build directory may lie where an ordinary user cannot look.
        Command.run("chmod", "755", directory.toString());
        List<String> java = Command.java(Opener.class, "lo");
        int classPath = java.indexOf("-cp") + 1;
        for (String part : java.get(classPath).split(":")) {
            Command.run("cp", "-r", part + "/.", directory.toString());
        }
        Command.run("chmod", "-R", "a+rX", directory.toString());
        java.set(classPath, directory.toString());

        List<String> asNobody = new ArrayList<>(List.of("setpriv", "--reuid", "65534", "--clear-groups"));
        asNobody.addAll(java);
        String said = Command.attempt(asNobody).output();
        assertTrue(said.contains("CAP_NET_RAW"), said);
        assertTrue(said.contains("sudo setcap cap_net_raw+ep /"), said);
        assertTrue(said.contains("AccessDeniedException: lo"), said);

        // The capability alone is enough, promiscuous mode included.
        List<String> permitted = new ArrayList<>(List.of(
                "setpriv",
                "--reuid",
                "65534",
                "--clear-groups",
                "--inh-caps",
                "+net_raw",
                "--ambient-caps",
                "+net_raw"));
        permitted.addAll(java);
        assertEquals(
                "opened PacketRing[lo] ETHERNET(1)\n",
                Command.attempt(permitted).output());
    }

    @Test
    void namesTheGeometryThatTheKernelRefuses() {
        IOException e = assertThrows(
                IOException.class,
                () -> PacketRing.builder("lo")
                        .blockSize(1 << 30)
                        .blockCount(1 << 12)
                        .open());
        assertTrue(e.getMessage().contains("4096 blocks of 1073741824 bytes"), e::getMessage);
    }

    @Test
    void refusesARingLargerThanFreeMemoryWithoutTrying() {
        IOException e = assertThrows(
                IOException.class,
                () -> PacketRing.builder("lo").blockCount(1 << 24).open());
        assertTrue(e.getMessage().contains("takes 16777216 MiB, and "), e::getMessage);
    }

    @Test
    void refusesSillySettingsAtOnce() {
        var builder = PacketRing.builder("lo");
        assertThrows(IllegalArgumentException.class, () -> builder.blockSize(0));
        assertThrows(IllegalArgumentException.class, () -> builder.blockSize(2048));
        assertThrows(IllegalArgumentException.class, () -> builder.blockSize(-4096));
        assertThrows(IllegalArgumentException.class, () -> builder.blockSize(5000));
        assertThrows(IllegalArgumentException.class, () -> builder.blockCount(1));
        assertThrows(IllegalArgumentException.class, () -> builder.blockTimeout(Duration.ofNanos(1)));
        assertThrows(IllegalArgumentException.class, () -> builder.blockTimeout(Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder.blockTimeout(Duration.ofDays(365)));
    }

    @Test
    void refusesAnInterfaceThatIsDown() {
        try (VethPair veth = VethPair.create()) {
            Command.run("ip", "link", "set", veth.here(), "down");
            IOException e = assertThrows(IOException.class, () -> PacketRing.open(veth.here()));
            assertTrue(e.getMessage().contains("ip link set " + veth.here() + " up"), e::getMessage);
        }
    }

    @Test
    void knowsWhatTheHardwareTypesDeliver() {
        assertEquals(LinkType.ETHERNET, RingOpener.linkType(1));
        assertEquals(LinkType.ETHERNET, RingOpener.linkType(772));
        assertEquals(LinkType.RAW, RingOpener.linkType(0xfffe));
        assertNull(RingOpener.linkType(801));
    }

    @Test
    void readsATunnelWithoutALinkHeader() {
        try (Netns netns = Netns.create()) {
            netns.run("ip", "tuntap", "add", "dev", "tun0", "mode", "tun");
            netns.run("ip", "link", "set", "tun0", "up");
            var inside = new ArrayList<>(List.of("ip", "netns", "exec", netns.name()));
            inside.addAll(Command.java(Opener.class, "tun0"));
            assertEquals(
                    "opened PacketRing[tun0] RAW(101)\n",
                    Command.attempt(inside).output());
        }
    }

    @Test
    void saysOnceThatTheInterfaceWentDownAndGoesOnWhenItIsUp() throws Exception {
        try (VethPair veth = VethPair.create();
                PacketRing ring = PacketRing.open(veth.here())) {
            var target = new InetSocketAddress(veth.peerAddress(), 4713);
            UdpSender.send(target, 10, 18, 18, 0);
            Command.run("ip", "link", "set", veth.here(), "down");

            int before = 0;
            IOException failure = null;
            while (failure == null) {
                try {
                    assertTrue(ring.next(TimeUnit.SECONDS.toNanos(5)), "neither a frame nor a failure");
                    before += Captured.number(ring.frame()) >= 0 ? 1 : 0;
                } catch (IOException e) {
                    failure = e;
                }
            }
            assertEquals(10, before, "frames from before it went down");
            assertTrue(failure.getMessage().contains("interface " + veth.here() + " went down"), failure::getMessage);
            assertFalse(ring.next(TimeUnit.MILLISECONDS.toNanos(50)));
            assertFalse(ring.ended());

            Command.run("ip", "link", "set", veth.here(), "up");
            UdpSender.send(target, 10, 18, 18, 0);
            assertEquals(10, Captured.read(ring, 10).size());
        }
    }

    @Test
    void endsWhenTheInterfaceIsDeleted() throws Exception {
        try (VethPair veth = VethPair.create();
                PacketRing ring = PacketRing.open(veth.here())) {
            Command.run("ip", "link", "del", veth.here());
            IOException failure = assertThrows(IOException.class, () -> {
                while (ring.next(TimeUnit.SECONDS.toNanos(5))) {
                    // What came before it went.
                }
            });
            assertTrue(failure.getMessage().contains(veth.here() + " is gone"), failure::getMessage);
            assertTrue(ring.ended());
            assertFalse(ring.next());
        }
    }

    @Test
    void waitsWithoutSpinning() throws Exception {
        try (VethPair veth = VethPair.create();
                PacketRing ring = PacketRing.open(veth.here())) {
            while (ring.next(TimeUnit.MILLISECONDS.toNanos(300))) {
                // Neighbour discovery.
            }
            long before = cpuTicks();
            while (ring.next(TimeUnit.SECONDS.toNanos(1))) {
                before = cpuTicks();
            }
            assertTrue(cpuTicks() - before < 50, "ticks of 10 ms in a second: " + (cpuTicks() - before));
        }
    }

    /** User and system time of this thread: the 14th and 15th column, after a name in parentheses. */
    private static long cpuTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        String[] column = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(column[11]) + Long.parseLong(column[12]);
    }
}
