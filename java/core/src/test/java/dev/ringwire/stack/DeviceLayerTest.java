package dev.ringwire.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.FaultInjector;
import dev.ringwire.device.Faults;
import dev.ringwire.device.Loopback;
import dev.ringwire.device.Offload;
import dev.ringwire.device.PcapTap;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.link.DeviceLayer;
import dev.ringwire.stack.link.EthernetLayer;
import dev.ringwire.testing.TcpFrames;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lowest layer over a device that leaves work undone, and does some. */
class DeviceLayerTest {
    private static final int TCP = 6;
    private static final int TCP_AT = 20;
    private static final int MSS = 1460;

    /** What comes up: lengths and what is known of them. */
    private static final class Seen extends Layer {
        private int packets;
        private int length;
        private boolean trusted;
        private int gsoSize;

        Seen(StackContext context) {
            super(context, "seen");
        }

        @Override
        protected void process(PacketBuffer packet) {
            packets++;
            length = packet.length();
            trusted = packet.isChecksumTrusted();
            gsoSize = packet.gsoSize();
        }

        @Override
        protected boolean forge(PacketBuffer packet) {
            return true;
        }

        @Override
        protected void transfer(PacketBuffer packet) {}
    }

    private final Loopback.Pair pair =
            Loopback.builder(LinkType.RAW).mtu(1500).offloads(true).pair();
    private final StackContext context = new StackContext(new SplittableRandom(1));
    private final DeviceLayer sender = new DeviceLayer(context, pair.first());

    /** A TCP segment in IPv4 as the layers above hand it down. */
    private static void fill(PacketBuffer packet, int payload) {
        byte[] bytes = TcpFrames.tcp(false, 0, payload);
        int at = packet.append(bytes.length - 14);
        packet.bytes().put(at, bytes, 14, bytes.length - 14);
        packet.networkOffset(at);
        packet.transportOffset(at + TCP_AT);
        packet.protocol(TCP);
    }

    private Seen receiver(dev.ringwire.device.Device device) throws IOException {
        StackContext other = new StackContext(new SplittableRandom(2));
        DeviceLayer layer = new DeviceLayer(other, device);
        Seen seen = new Seen(other);
        layer.registerUpper(EthernetLayer.IPV4, seen);
        layer.poll(64);
        return seen;
    }

    private void send(int payload, boolean partial, int gsoSize) {
        PacketBuffer packet = context.take();
        fill(packet, payload);
        packet.partialChecksum(partial);
        packet.gsoSize(gsoSize);
        sender.send(packet);
        context.give(packet);
    }

    @Test
    void whatIsLeftUndoneIsKnownAtTheOtherEnd() throws IOException {
        assertTrue(sender.canSegment());
        assertTrue(sender.canFinishChecksums());
        send(100, false, 0);
        Seen seen = receiver(pair.second());
        assertEquals(1, seen.packets);
        assertEquals(140, seen.length);
        assertFalse(seen.trusted);
        assertEquals(0, seen.gsoSize);
        send(100, true, 0);
        seen = receiver(pair.second());
        assertTrue(seen.trusted);
        assertEquals(0, seen.gsoSize);
        send(60_000, true, MSS);
        seen = receiver(pair.second());
        assertTrue(seen.trusted);
        assertEquals(60_040, seen.length);
        assertEquals(MSS, seen.gsoSize);
        // One segment is not cut.
        send(MSS, true, MSS);
        assertEquals(0, receiver(pair.second()).gsoSize);
        // Longer than the MTU, and not to be cut.
        send(3_000, false, 0);
        assertEquals(1, context.counters().sendErrors);
        assertEquals(4, context.counters().sent);
    }

    @Test
    void aDeviceThatDoesNothingIsNotAskedTo() throws IOException {
        var plain = Loopback.builder(LinkType.RAW).pair();
        DeviceLayer layer = new DeviceLayer(context, plain.first());
        assertFalse(layer.canSegment());
        assertFalse(layer.canFinishChecksums());
        PacketBuffer packet = context.take();
        fill(packet, 100);
        packet.partialChecksum(true);
        layer.send(packet);
        assertEquals(1, context.counters().sendErrors);
        assertFalse(plain.second().next(0));
        var e = assertThrows(
                IllegalStateException.class,
                () -> plain.first().send(ByteBuffer.allocate(60), 0, 60, Offload.checksum(20, 16)));
        assertEquals("loop0 was made without offloads", e.getMessage());
    }

    @Test
    void trustGoesThroughWrappersUntilBytesChange(@TempDir Path folder) throws IOException {
        var bad = FaultInjector.builder(pair.second())
                .in(Faults.NONE.withDuplication(1))
                .build();
        assertFalse(bad.offloads());
        assertThrows(
                IllegalStateException.class, () -> bad.send(ByteBuffer.allocate(60), 0, 60, Offload.checksum(20, 16)));
        send(5_000, true, MSS);
        Seen seen = receiver(bad);
        assertEquals(2, seen.packets);
        assertTrue(seen.trusted);
        assertEquals(MSS, seen.gsoSize);
        send(5_000, true, MSS);
        assertFalse(receiver(FaultInjector.builder(pair.second())
                        .in(Faults.NONE.withCorruption(1))
                        .build())
                .trusted);
        try (var tap = new PcapTap(pair.second(), PcapngWriter.create(folder.resolve("x.pcapng")))) {
            assertTrue(tap.offloads());
            send(5_000, true, MSS);
            assertTrue(receiver(tap).trusted);
            tap.send(ByteBuffer.allocate(60), 0, 60, Offload.checksum(20, 16));
            assertTrue(pair.first().next(0));
            assertTrue(pair.first().frame().checksumTrusted());
            assertTrue(pair.first().frame().copy().checksumTrusted());
        }
    }

    @Test
    void nothingIsAllocatedForWhatIsLeftUndone() throws IOException {
        PacketBuffer packet = context.take();
        fill(packet, 3_000);
        packet.partialChecksum(true);
        Loopback other = pair.second();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < 3; round++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < 10_000; i++) {
                packet.gsoSize(1_000 + i % 4);
                Bits.put8(packet.bytes(), packet.transportOffset() + 13, i % 3 == 0 ? 0x90 : 0x10);
                sender.send(packet);
                assertTrue(other.next(0));
            }
            allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }
        long bytes = allocated;
        assertTrue(bytes < 10_000, () -> bytes + " bytes for 10000 packets");
        assertEquals(0, context.counters().sendErrors);
    }
}
