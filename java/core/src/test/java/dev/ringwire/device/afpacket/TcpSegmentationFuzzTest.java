package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.Offload;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.testing.TcpFrames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a frame to cut: nothing outside it is read, and what the kernel is told lies within it. */
@Tag("fuzz")
class TcpSegmentationFuzzTest {
    private static final int AHEAD = 9;

    @Test
    void frames() {
        List<byte[]> seeds = new ArrayList<>();
        for (boolean ipv6 : new boolean[] {false, true}) {
            for (int tag : new int[] {0, 0x8100_0005}) {
                byte[] frame = TcpFrames.tcp(ipv6, tag, 300);
                seeds.add(ByteBuffer.allocate(3 + frame.length)
                        .put((byte) 1)
                        .putShort((short) 200)
                        .put(frame)
                        .array());
                int header = tag == 0 ? 14 : 18;
                seeds.add(ByteBuffer.allocate(3 + frame.length - header)
                        .put((byte) 0)
                        .putShort((short) 120)
                        .put(frame, header, frame.length - header)
                        .array());
            }
        }
        Fuzzer.run(seeds, TcpSegmentationFuzzTest::cut);
    }

    private static void cut(byte[] input) {
        boolean ethernet = input.length > 0 && (input[0] & 1) != 0;
        int length = input.length - 3;
        if (length < (ethernet ? 14 : 1)) {
            return;
        }
        int mtu = ByteBuffer.wrap(input).getShort(1) & 0xffff;
        // The last byte is the last of the buffer: one too many is seen.
        ByteBuffer b = ByteBuffer.allocate(AHEAD + length).put(AHEAD, input, 3, length);
        byte[] before = b.array().clone();
        TcpSegmentation how = TcpSegmentation.of(b, AHEAD, length, ethernet, mtu);
        if (how == null) {
            return;
        }
        Offload offload = how.offload();
        int start = offload.checksumStart();
        assertTrue(start >= 20 && start + 20 <= offload.headerLength(), offload::toString);
        assertTrue(offload.headerLength() <= how.length() && how.length() <= length, how::toString);
        int network = ethernet ? 14 : 0;
        assertTrue(offload.gsoSize() > 0 && offload.headerLength() + offload.gsoSize() >= mtu + network, how::toString);
        how.unfinishChecksum(b, AHEAD);
        for (int i = 0; i < before.length; i++) {
            boolean checksum = i == AHEAD + start + 16 || i == AHEAD + start + 17;
            assertEquals(checksum ? b.get(i) : before[i], b.get(i), "another byte than the checksum's");
        }
    }
}
