package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.RootOnly;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel puts together what was cut up, also out of order, and checks the checksum of the whole. */
@RootOnly
@Tag("ring")
class FragmentsKernelTest {
    private static final int PORT = 4100;

    private static void check(String address, int prefix, Packet crafted, byte[] data) throws Exception {
        try (TapDevice tun =
                TapDevice.builder("rwfrag%d").tun(true).offloads(false).open()) {
            Command.run("ip", "addr", "add", address + "/" + prefix, "dev", tun.name(), "nodad");
            tun.up();
            try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), PORT))) {
                socket.setSoTimeout(10_000);
                Packet packet = Packet.copyOf(crafted.toBytes(Fix.LENGTHS, Fix.CHECKSUMS), crafted.linkType());
                for (int mtu : new int[] {120, 576, 1500}) {
                    var fragments = new ArrayList<>(packet.fragments(mtu, mtu));
                    assertTrue(fragments.size() > 2);
                    Collections.shuffle(fragments, new Random(mtu));
                    send(tun, fragments);
                    var received = new DatagramPacket(new byte[65536], 65536);
                    socket.receive(received);
                    assertArrayEquals(data, Arrays.copyOf(received.getData(), received.getLength()), "mtu " + mtu);
                }
            }
        }
    }

    private static void send(TapDevice tun, List<Packet> fragments) throws IOException {
        for (Packet fragment : fragments) {
            byte[] bytes = fragment.toBytes();
            tun.send(ByteBuffer.wrap(bytes), 0, bytes.length);
        }
        tun.flush();
    }

    private static byte[] data() {
        byte[] data = new byte[4001];
        new Random(7).nextBytes(data);
        return data;
    }

    @Test
    void ipv4() throws Exception {
        byte[] data = data();
        // A router alert, which every fragment has.
        var ip = new Ipv4()
                .proto(17)
                .options(HexFormat.of().parseHex("94040000"))
                .src(Ipv4Address.of("198.18.9.2"))
                .dst(Ipv4Address.of("198.18.9.1"));
        check("198.18.9.1", 24, Packet.of(ip, new Udp().srcPort(7).dstPort(PORT), Raw.of(data)), data);
    }

    @Test
    void ipv6() throws Exception {
        byte[] data = data();
        byte[] padding = HexFormat.of().parseHex("010400000000");
        var ip = new Ipv6().nextHeader(0).src(Ipv6Address.of("fd00:9::2")).dst(Ipv6Address.of("fd00:9::1"));
        check(
                "fd00:9::1",
                64,
                Packet.of(
                        ip,
                        new Ipv6HopByHop().nextHeader(60).options(padding),
                        new Ipv6DestinationOptions().nextHeader(17).options(padding),
                        new Udp().srcPort(7).dstPort(PORT),
                        Raw.of(data)),
                data);
    }
}
