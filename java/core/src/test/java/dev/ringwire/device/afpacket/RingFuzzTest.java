package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a block of the ring: the walk ends, and every frame lies within the block. */
@Tag("fuzz")
class RingFuzzTest {
    private static final int SNAPLEN = 2000;

    @Test
    void blocks() {
        Fuzzer.run(List.of(block(false), block(true)), RingFuzzTest::walk);
    }

    /** As the kernel writes one, behind a byte of settings. */
    private static byte[] block(boolean tagged) {
        List<byte[]> frames = new ArrayList<>(Vectors.all().values());
        ByteBuffer block = ByteBuffer.allocate(1 + 48 + frames.size() * 256).order(ByteOrder.nativeOrder());
        ByteBuffer b = block.slice(1, block.capacity() - 1).order(ByteOrder.nativeOrder());
        b.putInt(Tpacket3.BLOCK_STATUS, Tpacket3.TP_STATUS_USER).putInt(Tpacket3.BLOCK_PACKETS, frames.size());
        b.putInt(Tpacket3.BLOCK_FIRST, 48);
        int mac = Tpacket3.HEADER_LENGTH + 14;
        for (int i = 0; i < frames.size(); i++) {
            byte[] frame = frames.get(i);
            int at = 48 + i * 256;
            b.putInt(at + Tpacket3.NEXT_OFFSET, i + 1 < frames.size() ? 256 : 0);
            b.putInt(at + Tpacket3.SNAPLEN, frame.length).putInt(at + Tpacket3.LEN, frame.length);
            b.putInt(at + Tpacket3.STATUS, tagged ? Tpacket3.TP_STATUS_VLAN_VALID : 0);
            b.putShort(at + Tpacket3.MAC, (short) mac).put(at + mac, frame);
        }
        return block.array();
    }

    private static void walk(byte[] input) {
        int settings = input.length == 0 ? 0 : input[0];
        // A real block is never smaller than a page.
        ByteBuffer block = ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder());
        if (input.length > 1) {
            block.put(0, input, 1, Math.min(input.length - 1, 4096));
        }
        RingInterface from = new RingInterface(
                "fuzz", 1, (settings & 1) == 0 ? LinkType.ETHERNET : LinkType.LINUX_SLL, (settings & 2) != 0);
        RingFrame frame = new RingFrame(from);
        int count = 0;
        for (boolean more = frame.enter(block, from, SNAPLEN); more; more = frame.advance()) {
            assertTrue(++count <= 4096, "the walk does not end");
            assertTrue(frame.length() >= 0 && frame.offset() + frame.length() <= block.capacity(), "outside the block");
            assertEquals(frame.length(), frame.bytes().length);
            assertTrue(frame.toString() != null && frame.direction() != null && frame.interfaceName() != null);
            assertTrue(frame.timestampNanos() != 1 || frame.strippedVlanTag() != 1 || frame.originalLength() != 1);
            assertTrue(frame.checksumStatus() != null);
        }
        frame.leave();
        assertThrows(IllegalStateException.class, frame::bytes);
    }
}
