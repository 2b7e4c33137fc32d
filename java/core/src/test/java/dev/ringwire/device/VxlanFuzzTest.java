package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Vectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a datagram: the frame in it, or one more that is counted as malformed; and the next one is read. */
@Tag("fuzz")
class VxlanFuzzTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);
    private static final byte[] GOOD = datagram(77, new byte[60]);

    private static byte[] datagram(int vni, byte[] frame) {
        return ByteBuffer.allocate(8 + frame.length)
                .putInt(0x0800_0000)
                .putInt(vni << 8)
                .put(frame)
                .array();
    }

    @Test
    void datagrams() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<byte[]> seeds = Vectors.all().values().stream()
                .map(frame -> datagram(frame.length, frame))
                .toList();
        try (Vxlan vxlan = Vxlan.builder().bind(anyPort).open();
                DatagramChannel channel = DatagramChannel.open().bind(anyPort)) {
            Fuzzer.run(seeds, datagram -> receive(vxlan, channel, datagram));
        }
    }

    private static void receive(Vxlan vxlan, DatagramChannel channel, byte[] datagram) throws IOException {
        boolean valid = datagram.length >= 8 + 14 && (datagram[0] & 0x08) != 0;
        long malformed = vxlan.malformed();
        // Not by write(): it passes over an empty datagram.
        channel.send(ByteBuffer.wrap(datagram), vxlan.localAddress());
        if (!valid) {
            channel.send(ByteBuffer.wrap(GOOD), vxlan.localAddress());
        }
        assertTrue(vxlan.next(LONG), "nothing came");
        byte[] expected = valid ? datagram : GOOD;
        VxlanFrame frame = vxlan.frame();
        int vni = ByteBuffer.wrap(expected).getInt(4) >>> 8;
        assertEquals(vni, frame.vni());
        assertArrayEquals(Arrays.copyOfRange(expected, 8, expected.length), frame.bytes());
        assertEquals(frame.length(), frame.originalLength());
        assertEquals(LinkType.ETHERNET, frame.linkType());
        assertTrue(frame.interfaceName().equals("vni " + vni) ? frame.interfaceId() == vni : frame.interfaceId() == 0);
        assertFalse(vxlan.next(0));
        assertEquals(malformed + (valid ? 0 : 1), vxlan.malformed());
    }
}
