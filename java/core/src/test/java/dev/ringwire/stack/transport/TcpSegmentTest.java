package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.stack.PacketBuffer;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TcpSegmentTest {
    /** The SYN of a Linux client to port 80, and an acknowledgement with three SACK blocks. */
    private static final String SYN =
            "a5f40050 38affe13 00000000 a002 ffd7 0000 0000 020405b4 0402080a 5a3d8ec9 00000000 01030307";

    private static final String SACK =
            "0050a5f4 8c6170f1 38aff9ff f010 01f5 0000 0000 0101080a 1c1eb9b9 5a3d8ed5 0101051a"
                    + " 38b01597 38b01b3f 38b00447 38b009ef 38affe9f 38affeff";

    private static final int MARGIN = 7;

    private final TcpSegment segment = new TcpSegment();

    private static PacketBuffer packet(byte[] bytes, int length) {
        ByteBuffer b = ByteBuffer.allocate(bytes.length + 2 * MARGIN);
        b.put(MARGIN, bytes);
        PacketBuffer packet = new PacketBuffer();
        packet.aim(b, MARGIN, length);
        return packet;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private boolean parse(String hex) {
        byte[] bytes = bytes(hex);
        return segment.parse(packet(bytes, bytes.length));
    }

    /** A header with these options, filled up to a multiple of four by zeros. */
    private void options(String hex) {
        String options = hex.replace(" ", "");
        options += "0".repeat(-options.length() & 7);
        String length = Integer.toHexString(5 + options.length() / 8);
        assertTrue(parse("00010002 00000003 00000004 " + length + "010 0005 0000 0000" + options + "aabb"), hex);
        assertEquals(2, segment.payloadLength());
    }

    @Test
    void aSynSaysWhatItsOptionsSay() {
        assertTrue(parse(SYN));
        assertEquals(42484, segment.sourcePort());
        assertEquals(80, segment.destinationPort());
        assertEquals(0x38af_fe13, segment.seq());
        assertEquals(0, segment.ack());
        assertEquals(TcpSegment.SYN, segment.flags());
        assertTrue(segment.has(TcpSegment.SYN | TcpSegment.RST));
        assertFalse(segment.has(TcpSegment.ACK | TcpSegment.FIN));
        assertEquals(65495, segment.window());
        assertEquals(1460, segment.mss());
        assertEquals(7, segment.windowScale());
        assertTrue(segment.sackPermitted());
        assertTrue(segment.hasTimestamps());
        assertEquals(0x5a3d_8ec9, segment.tsValue());
        assertEquals(0, segment.tsEcho());
        assertEquals(0, segment.payloadLength());
        assertEquals(MARGIN + 40, segment.payloadOffset());
        assertEquals(1, segment.length());
        assertEquals(0x38af_fe14, segment.end());
    }

    @Test
    void sackBlocksComeInTheirOrder() {
        assertTrue(parse(SACK));
        assertEquals(TcpSegment.ACK, segment.flags());
        assertEquals(0x1c1e_b9b9, segment.tsValue());
        assertEquals(0x5a3d_8ed5, segment.tsEcho());
        assertEquals(3, segment.sackCount());
        assertEquals(0x38b0_1597, segment.sackStart(0));
        assertEquals(0x38b0_1b3f, segment.sackEnd(0));
        assertEquals(0x38af_fe9f, segment.sackStart(2));
        assertEquals(0x38af_feff, segment.sackEnd(2));
        assertEquals(0, segment.length());
    }

    @Test
    void nothingStaysOfTheSegmentBefore() {
        assertTrue(parse(SYN));
        assertTrue(parse("00500050 00000001 00000002 5011 0003 0000 0004 616263"));
        assertEquals(0, segment.mss());
        assertEquals(-1, segment.windowScale());
        assertFalse(segment.sackPermitted());
        assertFalse(segment.hasTimestamps());
        assertEquals(4, segment.urgentPointer());
        assertEquals(3, segment.payloadLength());
        assertEquals(4, segment.length());
        assertTrue(parse(SACK));
        assertTrue(parse(SYN));
        assertEquals(0, segment.sackCount());
    }

    @Test
    void aHeaderThatDoesNotFitIsNone() {
        byte[] syn = bytes(SYN);
        for (int length = 0; length < syn.length; length++) {
            assertFalse(segment.parse(packet(syn, length)), length + " bytes");
        }
        for (int offset = 0; offset < 5; offset++) {
            syn[12] = (byte) (offset << 4);
            assertFalse(segment.parse(packet(syn, syn.length)), "data offset " + offset);
        }
        syn[12] = (byte) 0xb0;
        assertFalse(segment.parse(packet(syn, syn.length)));
    }

    @Test
    void theReservedBitsBelowTheDataOffsetDoNotMatter() {
        assertTrue(parse("00500050 00000001 00000002 5f18 0003 0000 0000"));
        assertEquals(TcpSegment.PSH | TcpSegment.ACK, segment.flags());
    }

    @Test
    void malformedOptionsEndTheOptionsOnly() {
        for (String bad : new String[] {"fd00", "fd01", "fd0b 0000", "0503", "080b", "02"}) {
            options("020405b4" + "01".repeat(bad.equals("02") ? 3 : 0) + bad + (bad.equals("02") ? "" : "03030a"));
            assertEquals(1460, segment.mss(), bad);
            assertEquals(-1, segment.windowScale(), bad);
        }
        options("0101080a");
        assertFalse(segment.hasTimestamps(), "those would be in the payload");
    }

    @Test
    void unknownOptionsAndThoseOfAnotherLengthArePassedOver() {
        options("fd04 ffff 020305 02050000ff 0302 03040909 0403ff 080300 050300 050a00000001000000020303 0c");
        assertEquals(0, segment.mss());
        assertFalse(segment.sackPermitted());
        assertFalse(segment.hasTimestamps());
        assertEquals(1, segment.sackCount());
        assertEquals(12, segment.windowScale());
    }

    @Test
    void anEndOfOptionsIsTheEnd() {
        options("00 020405b4");
        assertEquals(0, segment.mss());
    }

    @Test
    void aWindowScaleOverFourteenIsFourteen() {
        options("0303ff");
        assertEquals(14, segment.windowScale());
        options("03030e");
        assertEquals(14, segment.windowScale());
    }

    @Test
    void whatIsWrittenIsRead() {
        int[] blocks = {1, 2, -5, 5, 100, 200, 7, 9};
        for (int count = 0; count <= 4; count++) {
            ByteBuffer b = ByteBuffer.allocate(20 + TcpOptionWriter.ROOM);
            int at = 20;
            if (count == 4) {
                at = TcpOptionWriter.sack(b, at, blocks, count);
            } else if (count > 0) {
                at = TcpOptionWriter.timestamps(b, TcpOptionWriter.nops(b, at, 2), -1, 77);
                assertTrue(TcpOptionWriter.sackBlocksThatFit(at - 20) >= count);
                at = TcpOptionWriter.sack(b, at, blocks, count);
            } else {
                at = TcpOptionWriter.mss(b, at, 65_535);
                at = TcpOptionWriter.timestamps(b, TcpOptionWriter.sackPermitted(b, at), -1, 77);
                at = TcpOptionWriter.windowScale(b, at, 9);
                assertEquals(40, at);
            }
            assertEquals(0, at % 4);
            b.put(12, (byte) (at << 2));
            PacketBuffer packet = new PacketBuffer();
            packet.aim(b, 0, at);
            assertTrue(segment.parse(packet));
            assertEquals(count, segment.sackCount());
            for (int i = 0; i < count; i++) {
                assertEquals(blocks[2 * i], segment.sackStart(i));
                assertEquals(blocks[2 * i + 1], segment.sackEnd(i));
            }
            assertEquals(count < 4, segment.hasTimestamps());
            if (count < 4) {
                assertEquals(-1, segment.tsValue());
                assertEquals(77, segment.tsEcho());
            }
            assertEquals(count == 0 ? 65_535 : 0, segment.mss());
            assertEquals(count == 0 ? 9 : -1, segment.windowScale());
            assertEquals(count == 0, segment.sackPermitted());
        }
        assertEquals(4, TcpOptionWriter.sackBlocksThatFit(0));
        assertEquals(3, TcpOptionWriter.sackBlocksThatFit(12));
        assertEquals(0, TcpOptionWriter.sackBlocksThatFit(40));
    }

    @Test
    void noBytesAtAllMakeItReadOutsideOrThrow() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[20 + random.nextInt(50)];
            random.nextBytes(bytes);
            for (int j = 20; j < bytes.length; j++) {
                if (random.nextBoolean()) {
                    bytes[j] = (byte) random.nextInt(12);
                }
            }
            // The bytes end where the packet does, so that a read behind it would throw.
            PacketBuffer packet = new PacketBuffer();
            packet.aim(ByteBuffer.wrap(bytes), 0, bytes.length);
            if (segment.parse(packet)) {
                assertTrue(segment.windowScale() >= -1 && segment.windowScale() <= 14);
                assertTrue(segment.sackCount() >= 0 && segment.sackCount() <= 4);
                assertEquals(bytes.length, segment.payloadOffset() + segment.payloadLength());
            }
        }
    }
}
