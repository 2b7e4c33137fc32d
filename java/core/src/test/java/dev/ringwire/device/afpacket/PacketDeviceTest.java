package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.Pace;
import dev.ringwire.device.Replay;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.PcapWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.VethHere;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two devices on the ends of a cable. */
@RingTest
@Timeout(60)
class PacketDeviceTest {
    private static final long WAIT = TimeUnit.SECONDS.toNanos(10);

    private static byte[] frame(int number) {
        byte[] bytes = new byte[60 + number % 1400];
        bytes[0] = 2;
        bytes[12] = (byte) 0x88;
        bytes[13] = (byte) 0xb5;
        ByteBuffer.wrap(bytes).putInt(20, number);
        return bytes;
    }

    @Test
    void eachSeesWhatTheOtherSendsAndNotItsOwn() throws IOException {
        try (VethHere veth = VethHere.create();
                PacketDevice left = PacketDevice.open(veth.left());
                PacketDevice right = PacketDevice.open(veth.right())) {
            assertEquals(1500, left.mtu());
            assertTrue(left.hardwareAddress().isPresent());
            for (int i = 0; i < 300; i++) {
                left.send(ByteBuffer.wrap(frame(i)), 0, frame(i).length);
            }
            left.flush();
            for (int i = 0; i < 300; i++) {
                assertTrue(right.next(WAIT), "frame " + i);
                assertArrayEquals(frame(i), right.frame().bytes());
                right.write(right.frame());
            }
            right.flush();
            for (int i = 0; i < 300; i++) {
                assertTrue(left.next(WAIT), "echo " + i);
                assertArrayEquals(frame(i), left.frame().bytes());
            }
            assertFalse(right.next(TimeUnit.MILLISECONDS.toNanos(50)));
            assertEquals(300, right.statistics().received());
            right.wake();
            assertFalse(right.next(WAIT));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PacketDevice.open(
                            PacketRing.builder(veth.left()).lowLatency(), PacketSender.builder(veth.right())));
        }
    }

    @Test
    void replaysACaptureFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("sent.pcap");
        long time = 1_700_000_000_000_000_000L;
        try (PcapWriter writer = PcapWriter.create(file, LinkType.ETHERNET)) {
            for (int i = 0; i < 1000; i++) {
                // Every hundredth frame is older than the one before; the whole lasts a second.
                writer.write(Frame.of(
                        frame(i), LinkType.ETHERNET, time + i * 1_000_000L - (i % 100 == 99 ? 3_000_000_000L : 0)));
            }
        }
        for (Pace pace :
                List.of(Pace.unlimited(), Pace.times(20), Pace.packetsPerSecond(20_000), Pace.bitsPerSecond(100e6))) {
            try (VethHere veth = VethHere.create();
                    PacketRing ring =
                            PacketRing.builder(veth.right()).lowLatency().open();
                    PacketSender sender = PacketSender.open(veth.left())) {
                long start = System.nanoTime();
                try (Replay replay = Replay.of(CaptureReader.open(file), pace)) {
                    assertEquals(1000, replay.to(sender));
                }
                long took = System.nanoTime() - start;
                assertTrue(pace.isUnlimited() || took >= 39_000_000, pace + " took " + took + " ns");
                List<byte[]> found = new ArrayList<>();
                while (found.size() < 1000 && ring.next(WAIT)) {
                    found.add(ring.frame().bytes());
                }
                assertEquals(1000, found.size());
                for (int i = 0; i < 1000; i++) {
                    assertArrayEquals(frame(i), found.get(i), "frame " + i + ", " + pace);
                }
            }
        }
    }
}
