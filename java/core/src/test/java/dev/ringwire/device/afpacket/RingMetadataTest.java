package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.UdpSender;
import dev.ringwire.testing.VethPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tag, direction, checksum status and time of real traffic, and what is left of them in a file, against tcpdump's. */
@RingTest
@Timeout(60)
class RingMetadataTest {
    private static final int PORT = 4713;

    @TempDir
    private Path folder;

    /** What was read of a frame on the ring. */
    private record Seen(String bytes, Direction direction, ChecksumStatus checksum, int tag, long nanos) {
        /** Of the tags in the bytes. */
        String ids() {
            byte[] frame = HexFormat.of().parseHex(bytes);
            List<String> ids = new ArrayList<>();
            for (int at = 12; Bits.u16(ByteBuffer.wrap(frame), at) != 0x0800; at += 4) {
                ids.add("" + (Bits.u16(ByteBuffer.wrap(frame), at + 2) & 0xfff));
            }
            return String.join(",", ids);
        }
    }

    @Test
    void isThatOfTcpdumpAndIsKeptInFiles() throws Exception {
        String sendFrames = System.getProperty("ringwire.test.sendFrames");
        assumeTrue(sendFrames != null, "the build names no program that sends raw frames");
        Path file = folder.resolve("ours.pcapng");
        List<Seen> seen;
        try (VethPair veth = VethPair.create();
                PacketRing ring = PacketRing.open(veth.here())) {
            Process in = tcpdump(veth.here(), "in");
            Process out = tcpdump(veth.here(), "out");
            try {
                send(veth, sendFrames);
                seen = save(ring, file);
                // tcpdump writes each packet at once, but sees it later than the ring does.
                Thread.sleep(300);
            } finally {
                for (Process each : List.of(in, out)) {
                    each.destroy();
                    assertTrue(each.waitFor(10, TimeUnit.SECONDS));
                }
            }
        }
        compare(seen, Direction.INBOUND, folder.resolve("in"));
        compare(seen, Direction.OUTBOUND, folder.resolve("out"));
        checksums(seen, file);
        asTsharkReads(seen, file);
    }

    private Process tcpdump(String on, String direction) throws IOException {
        Path file = folder.resolve(direction);
        String expression = "tcp or udp or vlan";
        Process tcpdump = Command.start(List.of(
                "tcpdump",
                "-Z",
                "root",
                "-i",
                on,
                "--immediate-mode",
                "-U",
                "-Q",
                direction,
                "-w",
                file.toString(),
                "--nano",
                expression));
        var said = new BufferedReader(new InputStreamReader(tcpdump.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (line != null && !line.contains("listening on")) {
            line = said.readLine();
        }
        return tcpdump;
    }

    private void send(VethPair veth, String sendFrames) throws IOException {
        // By the kernel of this host, with its checksums left to the interface, then without.
        var peer = new InetSocketAddress(veth.peerAddress(), PORT);
        UdpSender.send(peer, 3, 20, 20, 0);
        assertThrows(ConnectException.class, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(peer, 5000);
            }
        });
        veth.withoutOffloads();
        UdpSender.send(peer, 3, 20, 20, 0);
        // Out of the cable, with tags and without.
        ByteBuffer frames = ByteBuffer.allocate(1000);
        for (int[] tags : new int[][] {{}, {0x8100_0007}, {0x8100_a00b}, {0x88a8_0009, 0x8100_0005}}) {
            byte[] frame = frame(tags);
            frames.putShort((short) frame.length).put(frame);
        }
        Path file = folder.resolve("frames");
        Files.write(file, Arrays.copyOf(frames.array(), frames.position()));
        veth.netns().run(sendFrames, veth.peer(), file.toString());
        Command.run(sendFrames, veth.here(), file.toString());
    }

    private static byte[] frame(int... tags) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 4 * tags.length + 20 + 8 + 20);
        frame.put(HexFormat.of().parseHex("020000000099020000000001"));
        for (int tag : tags) {
            frame.putInt(tag);
        }
        frame.putShort((short) 0x0800).put((byte) 0x45).put((byte) 0).putShort((short) 48);
        frame.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
        frame.putInt(0xc612_0001).putInt(0xc612_0002).putShort((short) 1).putShort((short) PORT);
        frame.putShort((short) 28);
        return frame.array();
    }

    private static List<Seen> save(PacketRing ring, Path file) throws IOException {
        List<Seen> seen = new ArrayList<>();
        try (CaptureWriter writer = CaptureWriter.create(file, ring.linkType())) {
            RingFrame frame = ring.frame();
            while (ring.next(TimeUnit.MILLISECONDS.toNanos(500))) {
                if (isOurs(frame)) {
                    writer.write(frame);
                    seen.add(new Seen(
                            HexFormat.of().formatHex(frame.bytes()),
                            frame.direction(),
                            frame.checksumStatus(),
                            frame.strippedVlanTag(),
                            frame.timestampNanos()));
                }
            }
        }
        return seen;
    }

    private static boolean isOurs(Frame frame) {
        int at = frame.offset() + 12;
        while (frame.length() > at - frame.offset() + 28
                && (Bits.u16(frame.buffer(), at) == 0x8100 || Bits.u16(frame.buffer(), at) == 0x88a8)) {
            at += 4;
        }
        return Bits.u16(frame.buffer(), at) == 0x0800
                && (Bits.u16(frame.buffer(), at + 2 + 20) == PORT || Bits.u16(frame.buffer(), at + 2 + 22) == PORT);
    }

    private static void compare(List<Seen> seen, Direction direction, Path tcpdumps) throws IOException {
        List<Seen> ours = seen.stream().filter(s -> s.direction == direction).toList();
        try (CaptureReader theirs = CaptureReader.open(tcpdumps)) {
            for (Seen each : ours) {
                assertTrue(nextOfOurs(theirs), () -> direction + ": we have " + ours.size());
                assertEquals(HexFormat.of().formatHex(theirs.frame().bytes()), each.bytes);
                // Each socket asks the clock for itself.
                long apart = Math.abs(theirs.frame().timestampNanos() - each.nanos);
                assertTrue(apart < TimeUnit.SECONDS.toNanos(5), () -> apart + " ns apart");
            }
            assertFalse(nextOfOurs(theirs), "tcpdump has more");
        }
        // UDP, the answer to the SYN, and the raw frames; or UDP twice, the SYN and the raw frames.
        assertEquals(direction == Direction.INBOUND ? 1 + 4 : 3 + 1 + 3 + 4, ours.size());
        // Linux takes the tag out where a frame arrives; what a packet socket here sends keeps its own.
        assertEquals(
                direction == Direction.INBOUND
                        ? List.of(0, 0x8100_0007, 0x8100_a00b, 0x88a8_0009)
                        : List.of(0, 0, 0, 0),
                ours.stream().skip(ours.size() - 4).map(Seen::tag).toList());
        assertEquals(
                List.of("", "7", "11", "9,5"),
                ours.stream().skip(ours.size() - 4).map(Seen::ids).toList());
    }

    private static boolean nextOfOurs(CaptureReader reader) throws IOException {
        while (reader.next()) {
            if (isOurs(reader.frame())) {
                return true;
            }
        }
        return false;
    }

    private static void checksums(List<Seen> seen, Path file) {
        List<Seen> out =
                seen.stream().filter(s -> s.direction == Direction.OUTBOUND).toList();
        for (int i = 0; i < out.size(); i++) {
            // The first three datagrams and the SYN were left to the interface.
            assertEquals(i < 4 ? ChecksumStatus.UNFINISHED : ChecksumStatus.UNKNOWN, out.get(i).checksum, "frame " + i);
        }
        List<String> status = tshark(
                file,
                "frame.packet_flags_direction == 2 and not vlan",
                "-o",
                "udp.check_checksum:TRUE",
                "-o",
                "tcp.check_checksum:TRUE",
                "-e",
                "udp.checksum.status",
                "-e",
                "tcp.checksum.status");
        // 0 is bad, 1 good, 3 not there.
        assertEquals(List.of("0\t", "0\t", "0\t", "\t0", "1\t", "1\t", "1\t", "3\t"), status);
    }

    private static void asTsharkReads(List<Seen> seen, Path file) {
        List<String> expected = new ArrayList<>();
        for (Seen each : seen) {
            String time = each.nanos / 1_000_000_000 + "." + String.format("%09d", each.nanos % 1_000_000_000);
            expected.add((each.direction == Direction.INBOUND ? 1 : 2) + "\t" + each.ids() + "\t" + time);
        }
        List<String> read = tshark(
                file,
                "frame",
                "-e",
                "frame.packet_flags_direction",
                "-e",
                "vlan.id",
                "-e",
                "ieee8021ad.id",
                "-e",
                "frame.time_epoch");
        assertEquals(
                expected,
                read.stream()
                        .map(line -> line.split("\t", -1))
                        .map(f -> Integer.decode(f[0]) + "\t"
                                + (f[2].isEmpty() ? f[1] : f[2] + (f[1].isEmpty() ? "" : "," + f[1])) + "\t" + f[3])
                        .toList());
    }

    private static List<String> tshark(Path file, String filter, String... more) {
        List<String> command =
                new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-Y", filter, "-T", "fields"));
        command.addAll(List.of(more));
        return Command.run(command.toArray(String[]::new))
                .lines()
                .filter(line -> line.indexOf('\t') >= 0)
                .toList();
    }
}
