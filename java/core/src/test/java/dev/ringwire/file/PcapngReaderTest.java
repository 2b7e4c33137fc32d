package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PcapngReaderTest {
    private static final List<ByteOrder> ORDERS = List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);

    @Test
    void everyPacketBlockInBothOrders() throws IOException {
        for (ByteOrder order : ORDERS) {
            Layout file = new Layout(order).section().iface(1, 0).iface(101, 5);
            file.packet(1, 1_700_000_000_000_001L, 3, 77);
            Layout old = new Layout(order).u16(1, 9).u32(0, 5, 2, 60).run(1, 2).pad();
            file.block(2, old.u16(2, 4).u32(2).u32(0));
            file.block(3, new Layout(order).u32(1).run(9, 1).pad());
            List<Frame> frames = Readers.all(Readers.stream(file.array()));
            assertEquals(3, frames.size());
            Frame enhanced = frames.get(0);
            assertEquals(1_700_000_000_000_001_000L, enhanced.timestampNanos());
            assertEquals(77, enhanced.originalLength());
            assertEquals(1, enhanced.interfaceId());
            assertEquals(LinkType.RAW, enhanced.linkType());
            assertArrayEquals(new byte[] {0, 1, 2}, enhanced.bytes());
            assertEquals(Direction.UNKNOWN, enhanced.direction());
            assertEquals(1, frames.get(1).interfaceId());
            assertEquals(60, frames.get(1).originalLength());
            assertEquals(5000, frames.get(1).timestampNanos());
            assertEquals(Direction.OUTBOUND, frames.get(1).direction());
            Frame simple = frames.get(2);
            assertEquals(0, simple.timestampNanos());
            assertEquals(LinkType.ETHERNET, simple.linkType());
            assertArrayEquals(new byte[] {9}, simple.bytes());
            assertEquals(1, simple.originalLength());
            assertEquals(Direction.UNKNOWN, simple.direction());
        }
    }

    @Test
    void simplePacketsAreCutBySnapLengthAndBlock() throws IOException {
        Layout file = Layout.little().section().iface(1, 5);
        file.block(3, Layout.little().u32(100).run(0, 5).pad());
        file.block(3, Layout.little().u32(0xffff_ffffL).run(0, 4));
        List<Frame> frames = Readers.all(Readers.stream(file.array()));
        assertEquals(5, frames.get(0).length());
        assertEquals(100, frames.get(0).originalLength());
        assertEquals(4, frames.get(1).length());
        assertEquals(Integer.MAX_VALUE, frames.get(1).originalLength());
    }

    @Test
    void namesResolutionAndOffsetOfInterfaces() throws IOException {
        for (ByteOrder order : ORDERS) {
            Layout file = new Layout(order).section();
            Layout options = new Layout(order).u16(1, 0).u32(256);
            options.u16(2, 4).bytes("eth0".getBytes(StandardCharsets.UTF_8));
            options.u16(3, 6).bytes("uplïn".getBytes(StandardCharsets.UTF_8)).pad();
            options.u16(0x4321, 5).run(1, 5).pad();
            options.u16(9, 1).bytes((byte) 0x83).pad();
            options.u16(14, 8).u64(-10);
            options.u16(0, 0);
            file.block(1, options).packet(0, 8 * 1000 + 1, 1, 1);
            try (CaptureReader reader = Readers.stream(file.array())) {
                CaptureInterface only = reader.interfaces().get(0);
                assertEquals(
                        new CaptureInterface(0, 0, "eth0", "uplïn", LinkType.ETHERNET, 256, 0x83, -10, only.options()),
                        only);
                assertEquals(List.of(2, 3, 0x4321, 9, 14), only.options().codes());
                assertEquals(8, reader.interfaces().get(0).unitsPerSecond());
                assertTrue(reader.next());
                assertEquals("eth0", reader.frame().interfaceName());
                assertEquals(990_125_000_000L, reader.frame().timestampNanos());
            }
        }
    }

    @Test
    void sectionsMayChangeByteOrderAndNumberInterfacesAnew() throws IOException {
        Layout little = Layout.little().section().iface(1, 0).iface(1, 0).packet(1, 1, 1, 1);
        Layout big = Layout.big().section().iface(113, 0).packet(0, 2, 1, 1);
        Layout file = Layout.big().bytes(little.array()).bytes(big.array());
        int start = file.size();
        file.packet(1, 3, 1, 1);
        List<Frame> frames = new ArrayList<>();
        CaptureReader reader = Readers.stream(file.array());
        CaptureFormatException error = Readers.untilError(reader, frames);
        assertEquals(2, reader.sections());
        assertEquals(3, reader.interfaces().size());
        assertEquals(1, reader.interfaces().get(2).section());
        assertEquals(LinkType.ETHERNET, reader.linkType());
        assertEquals(LinkType.LINUX_SLL, frames.get(1).linkType());
        assertEquals(2000, frames.get(1).timestampNanos());
        assertEquals(start, error.offset());
        assertTrue(error.getMessage().endsWith("(packet 3): packet of interface 1, but the section has 1"));
    }

    @Test
    void otherBlocksArePassedOver() throws IOException {
        Layout file = Layout.big().section();
        file.block(0x0bad, Layout.big().run(0, 64)).block(4, Layout.big()).iface(1, 0);
        file.block(10, Layout.big().run(0, 1_000_000))
                .packet(0, 1, 2, 2)
                .block(5, Layout.big().run(0, 12));
        file.block(0x8000_0bad, Layout.big()).packet(0, 2, 2, 2);
        assertEquals(2, Readers.all(Readers.stream(file.array())).size());
    }

    @Test
    void flagsTellTheDirection() throws IOException {
        for (int flags = 0; flags < 4; flags++) {
            Layout body = Layout.little().u32(0, 0, 1, 3, 3).run(0, 3).pad();
            body.u16(1, 2).run(65, 2).pad().u16(2, 4).u32(0xfff0 | flags).u16(0, 0);
            Layout file = Layout.little().section().iface(1, 0).block(6, body);
            Direction expected = flags == 1 ? Direction.INBOUND : flags == 2 ? Direction.OUTBOUND : Direction.UNKNOWN;
            assertEquals(
                    expected, Readers.all(Readers.stream(file.array())).get(0).direction());
        }
    }

    @Test
    void optionsOfPacketsNeverReadOutsideTheirBlock() throws IOException {
        Layout body =
                Layout.little().u32(0, 0, 1, 4, 4).run(0, 4).u16(2, 0xffff).u16(7);
        Layout file = Layout.little().section().iface(1, 0).block(6, body.pad());
        assertEquals(
                Direction.UNKNOWN,
                Readers.all(Readers.stream(file.array())).get(0).direction());
    }

    @Test
    void damage() throws IOException {
        Layout start = Layout.little().section().iface(1, 0).packet(0, 1, 1, 1);
        check(start, Layout.little().u32(6, 30), "block length 30 is not a multiple of 4 in 32..");
        check(start, Layout.little().u32(99, 30), "block length 30 is not a multiple of 4 in 12..");
        check(start, Layout.little().u32(99, 0), "block length 0 is not a multiple of 4");
        check(start, Layout.little().u32(99, 0x8000_0000L), "block length 2147483648 is not a multiple of 4");
        check(start, Layout.little().u32(99, 12, 16), "the block starts with length 12 and ends with 16");
        check(start, Layout.little().u32(6, 32, 0, 0, 0, 1, 1, 32), "captured length 1 exceeds the block's 0 bytes");
        check(start, Layout.little().u32(6, 32, 0, 0, 0, 0xffff_ffffL, 1, 32), "captured length 4294967295 exceeds");
        check(start, Layout.little().u32(6, 32, 1, 0, 0, 0, 0, 32), "packet of interface 1, but the section has 1");
        check(start, Layout.little().u32(6, 36, 0, 0, 0, 0, 0, 0, 0), "starts with length 36 and ends with 0");
        check(start, Layout.little().u32(0x0a0d0d0aL, 28, 7), "is no byte-order magic");
        check(start, shb(2, 0), "pcapng version 2.0 is not known (1.0 is)");
        check(start, shb(1, 1), "pcapng version 1.1 is not known (1.0 is)");
        check(
                start,
                Layout.little()
                        .block(1, Layout.little().u16(1, 0).u32(0).u16(2, 9).u32(0)),
                "option 2 of 9 bytes reaches over the end of its block");
        check(
                start,
                Layout.little()
                        .block(1, Layout.little().u16(1, 0).u32(0).u16(9, 2).u32(0)),
                "interface option 9 has 2 bytes instead of 1");
        Layout none = Layout.little().section();
        none.block(3, Layout.little().u32(0));
        assertTrue(Readers.untilError(Readers.stream(none.array()), new ArrayList<>())
                .getMessage()
                .endsWith("damaged at byte 28 (packet 1): packet of interface 0, but the section has 0"));
    }

    private static Layout shb(int major, int minor) {
        return Layout.little()
                .block(
                        0x0a0d0d0aL,
                        Layout.little().u32(0x1a2b3c4d).u16(major, minor).u64(-1));
    }

    private static void check(Layout start, Layout damage, String why) throws IOException {
        byte[] file = Layout.little()
                .bytes(start.array())
                .bytes(damage.array())
                .run(0, 64)
                .array();
        List<Frame> frames = new ArrayList<>();
        CaptureFormatException error = Readers.untilError(Readers.stream(file), frames);
        assertTrue(error.getMessage().contains(why), error.getMessage());
        assertTrue(
                error.getMessage().startsWith("test: damaged at byte " + start.size() + " (packet 2): "),
                error.getMessage());
        assertEquals(start.size(), error.offset());
        assertEquals(1, frames.size());
    }

    @Test
    void aSectionWithoutInterfacesIsAnEmptyCapture() throws IOException {
        try (CaptureReader reader = Readers.stream(Layout.big().section().array())) {
            assertEquals(LinkType.NULL, reader.linkType());
            assertTrue(!reader.next() && reader.ended());
        }
    }

    @Test
    void versionOnePointTwoIsOnePointZero() throws IOException {
        byte[] file = Layout.big().bytes(shb(1, 2).array()).array();
        assertEquals(0, Readers.all(Readers.stream(file)).size());
    }

    @Test
    void nothingIsReadAfterClose() throws IOException {
        CaptureReader reader = Readers.stream(
                Layout.big().section().iface(1, 0).packet(0, 1, 2, 2).array());
        assertTrue(reader.next());
        Frame frame = reader.frame();
        reader.close();
        reader.close();
        assertTrue(!reader.next() && reader.ended());
        assertThrows(IllegalStateException.class, frame::buffer);
        assertThrows(IllegalStateException.class, frame::timestampNanos);
        assertThrows(IllegalStateException.class, frame::originalLength);
        assertThrows(IllegalStateException.class, frame::linkType);
        assertThrows(IllegalStateException.class, frame::interfaceName);
        assertThrows(IllegalStateException.class, frame::direction);
    }
}
