package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Udp;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code replay} and {@code netflow-replay} as far as they need no raw device. */
@Timeout(60)
class ReplayCommandTest {
    @TempDir
    Path directory;

    private String capture() throws IOException {
        return Cli.write(directory.resolve("a.pcap"), Cli.udp(0), Cli.tcp(0), Cli.udp(0));
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[2048], 2048);
        socket.setSoTimeout(20_000);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static DatagramSocket socket() throws IOException {
        return new DatagramSocket(0, InetAddress.getLoopbackAddress());
    }

    @Test
    void sendsTheFramesOfAFileIntoATunnel() throws IOException {
        try (DatagramSocket tunnel = socket()) {
            var result = Cli.run(
                    "replay",
                    "-i",
                    "vxlan://127.0.0.1:" + tunnel.getLocalPort() + "?vni=7",
                    "-l",
                    "2",
                    "--limit",
                    "5",
                    "--topspeed",
                    capture());
            assertEquals(0, result.status(), result.err());
            assertTrue(result.err().startsWith("5 packets, "), result.err());
            for (int i = 0; i < 5; i++) {
                byte[] datagram = receive(tunnel);
                Frame expected = i % 3 == 1 ? Cli.tcp(0) : Cli.udp(0);
                assertEquals(7, Bits.i32(ByteBuffer.wrap(datagram), 4) >>> 8);
                assertArrayEquals(expected.bytes(), Arrays.copyOfRange(datagram, 8, datagram.length));
            }
        }
    }

    @Test
    void leavesOutWhatIsTooLong() throws IOException {
        String file = Cli.write(
                directory.resolve("long.pcap"), Cli.udp(0), Frame.of(new byte[3000], LinkType.ETHERNET, Cli.NOON));
        try (DatagramSocket tunnel = socket()) {
            String to = "vxlan://127.0.0.1:" + tunnel.getLocalPort() + "?vni=7";
            var result = Cli.run("replay", "-i", to, "-t", file);
            assertEquals(0, result.status(), result.err());
            assertTrue(result.err().startsWith("1 packet, 47 bytes sent in "), result.err());
            assertTrue(result.err().contains("; 1 not sent, too long for the MTU of vxlan:"), result.err());
            assertTrue(result.err().endsWith(", 1450\n"), result.err());
        }
    }

    @Test
    void refusesFramesOfAnotherLinkType() throws IOException {
        Path file = directory.resolve("sll.pcap");
        try (CaptureWriter writer = CaptureWriter.create(file, LinkType.LINUX_SLL)) {
            writer.write(Frame.of(new byte[60], LinkType.LINUX_SLL, 0));
        }
        var result = Cli.run("replay", "-i", "vxlan://127.0.0.1:9?vni=1", file.toString());
        assertEquals(1, result.status());
        assertTrue(result.err().contains("frames that start with LINUX_SLL cannot be sent on vxlan"), result.err());
        assertTrue(result.err().contains("which takes ETHERNET"), result.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--speed 1000x", "--speed 1000", "--pps 1k", "--bps 10M", "--mbit 10", "-t", "-l 3 --pps 1000"})
    void goesThroughAFileAtAnyPace(String options) throws IOException {
        String[] args = ("replay --dry-run " + options + " " + capture()).split(" ");
        var result = Cli.run(args);
        assertEquals(0, result.status(), result.err());
        assertTrue(
                result.err().startsWith("dry run: " + (options.contains("-l") ? 9 : 3) + " packets, "), result.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--speed 0",
                "--speed x",
                "--pps -1",
                "--bps 1T",
                "--mbit 1 --pps 1",
                "-t --speed 2",
                "-l -1",
                "--limit 0",
                "-i tcp://127.0.0.1:1",
                "-i vxlan://127.0.0.1:1",
                "-i tap://",
                "-i vxlan://127.0.0.1:1?vni=1 --segment"
            })
    void refusesOptionsThatMakeNoSense(String options) throws IOException {
        String where = options.contains("-i ") ? "" : "--dry-run ";
        assertEquals(
                2,
                Cli.run(("replay " + where + options + " " + capture()).split(" "))
                        .status());
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        assertTrue(Cli.run("replay", capture()).err().startsWith("ringwire: where to? name an interface with -i\n"));
        assertEquals(2, Cli.run("replay", "--dry-run", "-l", "2", "-").status());
        assertEquals(
                1,
                Cli.run("replay", "--dry-run", directory.resolve("none").toString())
                        .status());
        var none = Cli.run("replay", "-i", "none0", capture());
        assertEquals(1, none.status());
        assertTrue(none.err().contains("none0"), none.err());
    }

    private static Frame datagram(int port, byte[] payload) {
        byte[] bytes = Packet.of(new Ethernet(), new Ipv4().proto(17), new Udp().dstPort(port), Raw.of(payload))
                .toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
        return Frame.of(bytes, LinkType.ETHERNET, Cli.NOON);
    }

    private static byte[] message(int version, int length) {
        byte[] message = new byte[length];
        for (int i = 2; i < length; i++) {
            message[i] = (byte) (0x80 + i);
        }
        message[1] = (byte) version;
        return message;
    }

    /** Only the time changes, and only where that version has it. */
    @Test
    void sendsNetflowAsIfExportedNow() throws IOException {
        byte[][] messages = {
            message(1, 16),
            message(5, 72),
            message(7, 24),
            message(8, 28),
            message(9, 20),
            message(10, 16),
            message(3, 40),
            message(5, 23),
            {0},
            {}
        };
        Frame[] frames = new Frame[messages.length + 1];
        frames[0] = datagram(53, message(5, 24));
        for (int i = 0; i < messages.length; i++) {
            frames[i + 1] = datagram(9996, messages[i]);
        }
        String file = Cli.write(directory.resolve("flows.pcap"), frames);
        try (DatagramSocket collector = socket()) {
            long before = System.currentTimeMillis() / 1000;
            var result = Cli.run(
                    "netflow-replay",
                    "-f",
                    file,
                    "--dest_ip",
                    "127.0.0.1",
                    "--dest_port",
                    "" + collector.getLocalPort(),
                    "--pcap-dst-port",
                    "9996",
                    "--blast");
            assertEquals(0, result.status(), result.err());
            assertTrue(result.err().startsWith("10 packets, "), result.err());
            assertTrue(
                    result.err().endsWith("; others in the capture, left out: 1; no NetFlow, and sent as it is: 4\n"),
                    result.err());
            for (byte[] message : messages) {
                byte[] got = receive(collector);
                int version = message.length < 2 ? 0 : message[1];
                boolean changes = message.length >= 16 && version != 3 && message.length != 23;
                if (changes) {
                    int at = version == 10 ? 4 : 8;
                    long seconds = Bits.u32(ByteBuffer.wrap(got), at);
                    assertTrue(seconds >= before && seconds <= System.currentTimeMillis() / 1000, "" + seconds);
                    int width = version < 9 ? 8 : 4;
                    assertTrue(width == 4 || Bits.u32(ByteBuffer.wrap(got), 12) < 1_000_000_000);
                    System.arraycopy(message, at, got, at, width);
                }
                assertArrayEquals(message, got, "version " + version);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-f FILE",
                "-f FILE --dest-ip here",
                "-f FILE --dest-ip 127.0.0.1 --device lo",
                "-f FILE --dest-ip 127.0.0.1 --spoofing",
                "-f FILE --dest-ip 127.0.0.1 --dest-port 0",
                "-f FILE --dest-ip 127.0.0.1 --spoofing --device lo --src-mac x",
                "-f FILE --dest-ip 127.0.0.1 --spoofing --device lo --dest-mac 02:00:00:00:00:01 --src-ip ::1"
            })
    void refusesOptionsOfNetflowThatMakeNoSense(String options) throws IOException {
        String[] args =
                ("netflow-replay " + options.replace("FILE", capture())).trim().split(" ");
        var result = Cli.run(args);
        assertEquals(2, result.status(), result.err());
        assertFalse(result.err().contains("internal error"), result.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arp -i lo 10.0.0.0/15",
                "arp -i lo ::1",
                "arp -i lo x",
                "arp 10.0.0.1",
                "arp -i lo -c 0 10.0.0.1",
                "arp -i lo -w 0 10.0.0.1",
                "arp -i lo --vlan 4095 10.0.0.1",
                "arp -i lo --src x 10.0.0.1",
                "ping -i lo -c 0 10.0.0.1",
                "ping -i lo --ttl 0 10.0.0.1",
                "ping -i lo -s -1 10.0.0.1",
                "ping -i lo -W 0 10.0.0.1",
                "ping -i lo --gateway x 10.0.0.1",
                "ping 10.0.0.1"
            })
    void refusesOptionsOfArpAndPingThatMakeNoSense(String command) {
        assertEquals(2, Cli.run(command.split(" ")).status());
    }
}
