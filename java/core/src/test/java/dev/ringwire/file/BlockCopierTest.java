package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Corpus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a pcapng file says besides its packets, read, written and copied. */
class BlockCopierTest {
    private static final List<ByteOrder> ORDERS = List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);

    private static Layout text(Layout to, int code, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return to.u16(code, bytes.length).bytes(bytes).pad();
    }

    /** A file with every block there is, every packet in its place marked by its length. */
    static Layout everything(ByteOrder order) {
        Layout file = new Layout(order);
        Layout section = new Layout(order).u32(0x1a2b3c4d).u16(1, 0).u64(-1);
        text(section, 1, "first");
        text(section, 1, "second");
        text(section, 2, "hard");
        text(section, 3, "os 1.0");
        text(section, 4, "app");
        section.u16(2989, 7)
                .u32(32473)
                .bytes((byte) 1, (byte) 2, (byte) 3)
                .pad()
                .u16(0, 0);
        file.block(0x0a0d0d0aL, section);
        // Secrets before the first interface, as some programs write them.
        Layout secrets = new Layout(order).u32(0x544c534b, 5).run(65, 5).pad();
        file.block(10, text(secrets, 1, "keys").u16(0, 0));
        Layout eth = new Layout(order).u16(1, 0).u32(256);
        text(eth, 2, "eth0");
        text(eth, 3, "uplink");
        eth.u16(4, 8).run(10, 8).u16(5, 17).run(20, 17).pad();
        eth.u16(6, 6)
                .run(2, 6)
                .pad()
                .u16(8, 8)
                .u64(1_000_000_000L)
                .u16(9, 1)
                .run(9, 1)
                .pad();
        eth.u16(10, 4).u32(3600).u16(11, 4).bytes((byte) 0).bytes("tcp".getBytes(StandardCharsets.UTF_8));
        text(eth, 12, "os 2.0");
        file.block(1, text(eth.u16(14, 8).u64(3), 15, "card").u16(0, 0));
        file.block(1, new Layout(order).u16(101, 0).u32(0));
        Layout names = new Layout(order).u16(1, 10).bytes((byte) 192, (byte) 0, (byte) 2, (byte) 1);
        names.bytes("a\0bcd\0".getBytes(StandardCharsets.UTF_8)).pad();
        names.u16(2, 18)
                .run(1, 16)
                .bytes("x\0".getBytes(StandardCharsets.UTF_8))
                .pad();
        names.u16(0, 0);
        file.block(4, text(names, 2, "dns.example").u16(0, 0));
        Layout packet = new Layout(order).u32(0, 0, 77, 5, 9).run(0, 5).pad();
        text(packet, 1, "one");
        text(packet, 1, "two");
        packet.u16(2, 4)
                .u32(0x1fe2)
                .u16(3, 5)
                .run(2, 5)
                .pad()
                .u16(4, 8)
                .u64(12)
                .u16(5, 8)
                .u64(99);
        file.block(
                6,
                packet.u16(6, 4)
                        .u32(2)
                        .u16(8, 8)
                        .u32(1, 2)
                        .u16(0x4321, 3)
                        .run(1, 3)
                        .pad()
                        .u16(0, 0));
        file.block(0x0bad, new Layout(order).u32(32473).run(1, 8));
        file.packet(1, 1000, 2, 2);
        file.block(0x1234, new Layout(order).run(40, 8));
        file.block(3, new Layout(order).u32(3).run(1, 3).pad());
        Layout statistics = new Layout(order).u32(1, 1, 2);
        statistics.u16(2, 8).u32(1, 1).u16(4, 8).u64(100).u16(5, 8).u64(7).u16(0, 0);
        return file.block(5, statistics);
    }

    private static byte[] copy(boolean merge, byte[]... files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapngWriter writer = PcapngWriter.create(Channels.newChannel(out), "out", WriterOptions.DEFAULT)) {
            for (byte[] file : files) {
                try (CaptureReader reader = Readers.stream(file)) {
                    if (merge) {
                        writer.mergeFrom(reader);
                    } else {
                        writer.copyFrom(reader);
                    }
                    while (reader.next()) {
                        writer.write(reader.frame());
                    }
                }
            }
        }
        return out.toByteArray();
    }

    @Test
    void aCopyIsTheSameByteForByte() throws IOException {
        for (ByteOrder order : ORDERS) {
            byte[] file = everything(order).array();
            assertArrayEquals(file, copy(false, file));
        }
    }

    @Test
    void sectionsAreKeptEachInItsByteOrder() throws IOException {
        byte[] little = everything(ByteOrder.LITTLE_ENDIAN).array();
        byte[] big = everything(ByteOrder.BIG_ENDIAN).array();
        byte[] both = Layout.big().bytes(little).bytes(big).bytes(little).array();
        assertArrayEquals(both, copy(false, both));
        assertArrayEquals(both, copy(false, little, big, little));
    }

    @Test
    void mergedNumbersAreInTheByteOrderOfTheFirst() throws IOException {
        for (ByteOrder order : ORDERS) {
            byte[] file = everything(order).array();
            byte[] other = everything(order == ORDERS.get(0) ? ORDERS.get(1) : ORDERS.get(0))
                    .array();
            List<String> whole = Events.of(Readers.stream(file));
            List<String> merged = Events.of(Readers.stream(copy(true, file, other)));
            assertEquals(whole, merged.subList(0, whole.size()));
            // The second file has the same but its header, and a block that only its author can turn around.
            List<String> second = new ArrayList<>(whole);
            second.removeIf(event -> event.startsWith("section") || event.startsWith("block 4660 "));
            // The interface without options is the same; that with numbers in another byte order is described again.
            second.removeIf(event -> event.startsWith("interface 1 "));
            List<String> rest = new ArrayList<>(merged.subList(whole.size(), merged.size()));
            assertEquals(
                    second.stream().map(BlockCopierTest::withoutNumber).toList(),
                    rest.stream().map(BlockCopierTest::withoutNumber).toList());
        }
    }

    private static String withoutNumber(String event) {
        return event.replaceFirst("^(packet|interface|statistics) \\d+", "$1")
                // A simple packet is always of the first interface.
                .replaceFirst("ETHERNET\\(1\\) (-|3000000000) 3 ", "ETHERNET(1) 3 ");
    }

    @Test
    void theSameInterfaceOfSeveralFilesBecomesOne() throws IOException {
        byte[] file = everything(ByteOrder.BIG_ENDIAN).array();
        CaptureReader reader = Readers.stream(copy(true, file, file));
        assertEquals(8, Readers.all(reader).size() + 2);
        assertEquals(2, reader.interfaces().size());
        byte[] twins = Layout.little()
                .section()
                .iface(1, 0)
                .iface(1, 0)
                .packet(1, 1, 1, 1)
                .array();
        reader = Readers.stream(copy(true, twins, twins));
        List<Frame> frames = Readers.all(reader);
        assertEquals(2, reader.interfaces().size());
        assertEquals(List.of(1, 1), frames.stream().map(Frame::interfaceId).toList());
    }

    @Test
    void unknownBlocksOfAnotherByteOrderAreCounted() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PcapngWriter writer = PcapngWriter.create(Channels.newChannel(out), "out", WriterOptions.DEFAULT);
        writer.write(new CaptureSection(ByteOrder.LITTLE_ENDIAN, BlockOptions.NONE));
        CaptureReader reader = Readers.stream(everything(ByteOrder.BIG_ENDIAN).array());
        writer.mergeFrom(reader);
        while (reader.next()) {
            writer.write(reader.frame());
        }
        assertEquals(1, writer.blocksNotKept());
        OtherBlock block = new OtherBlock(9, ByteOrder.BIG_ENDIAN, new byte[8]);
        assertThrows(IOException.class, () -> writer.write(block));
        writer.close();
    }

    @Test
    void whatMayNotBeCopiedIsNot() throws IOException {
        Layout file = Layout.little().section().iface(1, 0);
        file.block(0x4000_0bad, Layout.little().u32(1, 2));
        Layout packet = Layout.little().u32(0, 0, 1, 4, 4).run(0, 4);
        packet.u16(19372, 5).u32(1).run(65, 1).pad().u16(19373, 4).u32(1).u16(0, 0);
        byte[] copied = copy(false, file.block(6, packet).array());
        assertArrayEquals(
                Layout.little().section().iface(1, 0).packet(0, 1, 4, 4).array(), copied);
    }

    @Test
    void everythingCanBeRead() throws IOException {
        for (ByteOrder order : ORDERS) {
            List<CaptureBlock> blocks = new ArrayList<>();
            CaptureReader reader = Readers.stream(everything(order).array());
            CaptureSection section = reader.section();
            assertEquals(order, section.order());
            assertEquals(List.of("first", "second"), section.comments());
            assertEquals("hard, os 1.0, app", section.hardware() + ", " + section.os() + ", " + section.application());
            CaptureInterface eth = reader.interfaces().get(0);
            assertEquals("card, os 2.0, tcp", eth.hardware() + ", " + eth.os() + ", " + eth.filter());
            assertEquals(OptionalLong.of(1_000_000_000), eth.options().number(CaptureInterface.IF_SPEED));
            assertEquals(6, eth.options().value(CaptureInterface.IF_MACADDR).length);
            assertThrows(IllegalStateException.class, reader::packetOptions);
            reader.onBlock(blocks::add);
            assertTrue(reader.next());
            BlockOptions options = reader.packetOptions();
            assertEquals(List.of("one", "two"), options.comments());
            assertEquals(OptionalLong.of(0x1fe2), options.number(BlockOptions.EPB_FLAGS));
            assertEquals(OptionalLong.of(12), options.number(BlockOptions.EPB_DROPCOUNT));
            assertEquals(5, blocks.size());
            assertEquals("ABCDE", new String(((DecryptionSecrets) blocks.get(1)).data(), StandardCharsets.UTF_8));
            NameResolution names = (NameResolution) blocks.get(4);
            assertEquals(2, names.entries().size());
            assertEquals(
                    new NameResolution.Entry(InetAddress.getByName("192.0.2.1"), List.of("a", "bcd")),
                    names.entries().get(0));
            assertTrue(reader.next());
            assertTrue(reader.packetOptions().isEmpty());
            assertTrue(reader.next());
            assertEquals(7, blocks.size());
            assertTrue(!reader.next());
            InterfaceStatistics statistics = (InterfaceStatistics) blocks.get(7);
            assertEquals(OptionalLong.of(100), statistics.received());
            assertEquals(OptionalLong.of(7), statistics.dropped());
        }
    }

    @Test
    void blocksOfOnesOwn() throws IOException {
        for (ByteOrder order : ORDERS) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Frame frame = Frame.of(new byte[] {1, 2}, LinkType.ETHERNET, 5_000_000_123L);
            var options = new WriterOptions(order, WriterOptions.Resolution.NANOSECONDS, 262_144);
            try (PcapngWriter writer = PcapngWriter.create(Channels.newChannel(out), "out", options)) {
                BlockOptions said = BlockOptions.NONE.withComment("mine").with(CaptureSection.SHB_OS, "os");
                writer.write(new CaptureSection(order, said));
                BlockOptions eth = BlockOptions.NONE.with64(CaptureInterface.IF_SPEED, 10);
                writer.write(CaptureInterface.of(0, LinkType.ETHERNET, eth));
                writer.write(new DecryptionSecrets(DecryptionSecrets.TLS_KEY_LOG, new byte[3], BlockOptions.NONE));
                writer.write(NameResolution.of(
                        List.of(new NameResolution.Entry(InetAddress.getByName("2001:db8::1"), List.of("a.example")))));
                writer.write(frame, BlockOptions.NONE.withComment("x").with32(BlockOptions.EPB_FLAGS, 0x22));
                writer.write(
                        new InterfaceStatistics(0, 5, BlockOptions.NONE.with64(InterfaceStatistics.ISB_IFRECV, 1)));
                writer.write(new OtherBlock(OtherBlock.CUSTOM, order, new byte[] {0, 0, 1, 0}));
            }
            List<String> events = Events.of(Readers.stream(out.toByteArray()));
            CaptureReader reader = Readers.stream(out.toByteArray());
            assertEquals("os", reader.section().os());
            assertEquals(
                    OptionalLong.of(10), reader.interfaces().get(0).options().number(CaptureInterface.IF_SPEED));
            assertTrue(reader.next());
            assertEquals(5_000_000_123L, reader.frame().timestampNanos());
            assertEquals(List.of("x"), reader.packetOptions().comments());
            assertEquals(
                    List.of("section", "interface", "secrets", "names", "packet", "statistics", "block"),
                    events.stream().map(event -> event.split(" ")[0]).toList());
            assertTrue(events.get(3).contains("a.example"), events.get(3));
        }
    }

    @Test
    void otherBytesKeepAllButTheHash() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureReader reader =
                        Readers.stream(everything(ByteOrder.LITTLE_ENDIAN).array());
                PcapngWriter writer = PcapngWriter.create(Channels.newChannel(out), "out", WriterOptions.DEFAULT)) {
            writer.copyFrom(reader);
            assertTrue(reader.next());
            writer.write(reader.frame(), ByteBuffer.wrap(new byte[] {9, 8, 7}), 1, 2, 1000);
        }
        CaptureReader reader = Readers.stream(out.toByteArray());
        assertTrue(reader.next());
        assertArrayEquals(new byte[] {8, 7}, reader.frame().bytes());
        assertEquals(1000, reader.frame().originalLength());
        assertEquals(3_000_000_077L, reader.frame().timestampNanos());
        assertEquals(
                List.of(1, 1, 2, 4, 5, 6, 8, 0x4321), reader.packetOptions().codes());
    }

    @Test
    void aPcapFileGivesItsInterface() throws IOException {
        byte[] file = Layout.big()
                .pcapHeader(0xa1b23c4dL, 2, 4, 64, 1)
                .u32(1, 2, 70, 70)
                .run(0, 70)
                .array();
        CaptureReader reader = Readers.stream(copy(false, file));
        List<Frame> frames = Readers.all(reader);
        assertEquals(64, reader.interfaces().get(0).snapLength());
        assertEquals(70, frames.get(0).length(), "a copy cuts nothing");
        assertEquals(1_000_000_002L, frames.get(0).timestampNanos());
        // Nanoseconds beside microseconds of a file that is the same otherwise.
        byte[] micros = Layout.big()
                .pcapHeader(0xa1b2c3d4L, 2, 4, 64, 1)
                .u32(1, 2, 0, 0)
                .array();
        reader = Readers.stream(copy(true, micros, file, micros));
        frames = Readers.all(reader);
        assertEquals(2, reader.interfaces().size());
        assertEquals(1_000_000_002L, frames.get(1).timestampNanos());
        assertEquals(List.of(0, 1, 0), frames.stream().map(Frame::interfaceId).toList());
    }

    @Test
    void aFrameOfASectionThatIsOverIsAnError() throws IOException {
        byte[] file = everything(ByteOrder.BIG_ENDIAN).array();
        CaptureReader first = Readers.stream(file);
        CaptureReader second = Readers.stream(file);
        try (PcapngWriter writer =
                PcapngWriter.create(Channels.newChannel(new ByteArrayOutputStream()), "out", WriterOptions.DEFAULT)) {
            writer.copyFrom(first);
            writer.copyFrom(second);
            assertTrue(first.next());
            assertTrue(second.next());
            writer.write(second.frame());
            String message = assertThrows(IOException.class, () -> writer.write(first.frame()))
                    .getMessage();
            assertEquals("test: another section has begun in out since this packet's", message);
        }
    }

    @Test
    void damagedContentIsKeptAsItIs() throws IOException {
        for (ByteOrder order : ORDERS) {
            Layout file = new Layout(order).section().iface(1, 0);
            file.block(4, new Layout(order).u16(1, 9).u32(0));
            file.block(5, new Layout(order).u32(0));
            file.block(5, new Layout(order).u32(0, 0, 0).u16(4, 9).u32(0));
            file.block(10, new Layout(order).u32(1, 9).u32(0));
            file.block(10, new Layout(order).u32(1));
            byte[] bytes = file.block(0x0bad, new Layout(order)).array();
            assertArrayEquals(bytes, copy(false, bytes));
        }
    }

    @Test
    void largeBlocks() throws IOException {
        byte[] data = new byte[3_000_000];
        new Random(1).nextBytes(data);
        Layout file = Layout.little().section();
        file.block(10, Layout.little().u32(1, data.length).bytes(data))
                .iface(1, 0)
                .packet(0, 1, 4, 4);
        byte[] bytes = file.array();
        assertArrayEquals(bytes, copy(false, bytes));
        // One that is too large to be kept is passed over, or an error for who wants it.
        byte[] huge = Layout.little()
                .section()
                .block(10, Layout.little().u32(1, 17 << 20).bytes(new byte[17 << 20]))
                .iface(1, 0)
                .packet(0, 1, 4, 4)
                .array();
        assertEquals(1, Readers.all(Readers.stream(huge)).size());
        String error = assertThrows(CaptureFormatException.class, () -> copy(false, huge))
                .getMessage();
        assertTrue(error.contains("is not a multiple of 4 in 12..16777216"), error);
    }

    @Test
    void optionsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> BlockOptions.NONE.with(0, ""));
        assertThrows(IllegalArgumentException.class, () -> BlockOptions.NONE.with(1, new byte[65_536]));
        assertThrows(IllegalArgumentException.class, () -> new OtherBlock(6, ByteOrder.BIG_ENDIAN, new byte[32]));
        BlockOptions some = BlockOptions.NONE.with(5, "a").with(6, "b").with(5, "c");
        assertEquals(List.of(6), some.without(5).codes());
        assertEquals("a", some.text(5));
        assertEquals("", some.text(7));
        assertEquals(some, BlockOptions.NONE.with(5, "a").with(6, "b").with(5, "c"));
    }

    @Test
    void everyFileOfTheCorpus() throws IOException {
        for (Corpus.Entry entry : Corpus.entries()) {
            byte[] file = java.nio.file.Files.readAllBytes(entry.path());
            List<String> whole;
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            boolean pcap;
            try (CaptureReader reader = Readers.stream(file);
                    PcapngWriter writer = PcapngWriter.create(Channels.newChannel(out), "out", WriterOptions.DEFAULT)) {
                pcap = reader.format().container() != CaptureFormat.Container.PCAPNG;
                whole = Events.of(Readers.stream(file));
                writer.copyFrom(reader);
                while (reader.next()) {
                    writer.write(reader.frame());
                }
            } catch (CaptureFormatException e) {
                continue;
            }
            List<String> copied = Events.of(Readers.stream(out.toByteArray()));
            if (pcap) {
                // Which pcap cannot say, and pcapng must.
                copied.remove(0);
                copied.set(0, copied.get(0).replace("{9:09 }", "{}"));
                copied.replaceAll(event -> event.replaceFirst("\\{2:0[12]000000 }$", "{}"));
            }
            whole.removeIf(event -> event.startsWith("block " + OtherBlock.CUSTOM_NOT_COPIED));
            whole.replaceAll(event -> event.replaceAll("1937[23]:\\w* ", ""));
            assertEquals(whole, copied, entry::name);
        }
    }

    @Test
    void truncatedAnywhere() throws IOException {
        byte[] file = everything(ByteOrder.LITTLE_ENDIAN).array();
        List<String> whole = Events.of(Readers.stream(file));
        for (int length = 28; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            List<String> events;
            try {
                events = Events.of(Readers.stream(cut));
            } catch (CaptureFormatException beforeTheFirstPacket) {
                continue;
            }
            String last = events.remove(events.size() - 1);
            assertTrue(last.contains("truncated at byte") || whole.contains(last), last);
            assertEquals(whole.subList(0, events.size()), events);
        }
    }
}
