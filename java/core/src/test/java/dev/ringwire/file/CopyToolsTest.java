package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.Corpus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies as other tools see them, and what copying costs. */
class CopyToolsTest {
    @TempDir
    Path directory;

    private static void needTshark() {
        try {
            Assumptions.assumeTrue(new ProcessBuilder("tshark", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0);
        } catch (IOException | InterruptedException e) {
            Assumptions.abort("tshark is not installed");
        }
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = directory.resolve(name);
        try (CaptureReader reader = CaptureReader.open(from);
                PcapngWriter writer = PcapngWriter.create(to)) {
            writer.copyFrom(reader);
            while (reader.next()) {
                writer.write(reader.frame());
            }
        }
        return to;
    }

    /** Fields of the packets; tshark 4 shows a custom block as one, too. */
    private static List<String> tshark(Path file) {
        String all = Command.run(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-e",
                "frame.time_epoch",
                "-e",
                "frame.len",
                "-e",
                "frame.cap_len",
                "-e",
                "frame.interface_name",
                "-e",
                "frame.interface_id",
                "-e",
                "frame.comment",
                "-e",
                "frame.packet_flags",
                "-e",
                "frame.packet_id",
                "-e",
                "tls.alert_message",
                "-e",
                "_ws.col.Protocol");
        return all.lines()
                .filter(line -> line.contains("\t") && !line.endsWith("PCAPNG"))
                .toList();
    }

    @Test
    void tsharkSeesAllThatIsWritten() throws IOException {
        needTshark();
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            Path file = directory.resolve(order.toString());
            Files.write(file, BlockCopierTest.everything(order).array());
            Path merged = directory.resolve("merged" + order);
            Files.write(
                    directory.resolve("other"),
                    BlockCopierTest.everything(
                                    order == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                            .array());
            try (PcapngWriter writer = PcapngWriter.create(merged)) {
                for (Path from : List.of(file, directory.resolve("other"))) {
                    try (CaptureReader reader = CaptureReader.open(from)) {
                        writer.mergeFrom(reader);
                        while (reader.next()) {
                            writer.write(reader.frame());
                        }
                    }
                }
            }
            List<String> all = tshark(merged);
            assertEquals(6, all.size(), all::toString);
            String packet = "3.000000077\t9\t5\teth0\t%d\tone,two\t0x00001fe2\t99\t";
            assertTrue(all.get(0).startsWith(String.format(packet, 0)), all::toString);
            assertTrue(all.get(3).startsWith(String.format(packet, 2)), all::toString);
        }
    }

    @Test
    void tsharkSeesNoDifferenceInCopiesOfTheCorpus() throws IOException {
        needTshark();
        List<String> different = new ArrayList<>();
        int compared = 0;
        for (Corpus.Entry entry : Corpus.entries()) {
            // Those that say most: starting tshark takes long.
            if (!entry.name().matches(".*/(difficult__test202|basic__test008|advanced__test101|pcap__quic-v2).*")) {
                continue;
            }
            Path copied = copy(entry.path(), "copy" + compared++);
            if (!tshark(entry.path()).equals(tshark(copied))) {
                different.add(entry.name());
            }
        }
        assertEquals(List.of(), different);
        assertTrue(compared > 2, "only " + compared);
    }

    @Test
    void nothingIsAllocatedPerPacketCopied() throws IOException {
        Assumptions.assumeTrue(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Layout file = Layout.little().section().iface(1, 0);
        for (int i = 0; i < 30_000; i++) {
            Layout packet = Layout.little().u32(0, 0, i, 4, 4).run(0, 4);
            packet.u16(2, 4).u32(1).u16(0, 0);
            file.block(6, packet);
        }
        Path path = file.write(directory);
        for (int round = 0; round < 2; round++) {
            WritableByteChannel nowhere = Channels.newChannel(java.io.OutputStream.nullOutputStream());
            try (CaptureReader reader = CaptureReader.open(path);
                    PcapngWriter writer = PcapngWriter.create(nowhere, "out", WriterOptions.DEFAULT)) {
                writer.copyFrom(reader);
                assertTrue(reader.next());
                writer.write(reader.frame());
                long before = threads.getCurrentThreadAllocatedBytes();
                while (reader.next()) {
                    writer.write(reader.frame());
                }
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                // The first round also links classes; Channels copies what it is given.
                assertTrue(round == 0 || allocated < 100_000, () -> "allocated " + allocated);
            }
        }
    }
}
