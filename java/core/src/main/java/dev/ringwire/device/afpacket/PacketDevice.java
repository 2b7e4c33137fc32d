package dev.ringwire.device.afpacket;

import dev.ringwire.address.MacAddress;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.Device;
import dev.ringwire.device.Offload;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A Linux interface to capture and send on: a {@link PacketRing} and a {@link PacketSender}. What this host sends on
 * the interface, by this device or otherwise, is not seen again.
 */
public final class PacketDevice implements Device {
    private final PacketRing ring;
    private final PacketSender sender;

    private PacketDevice(PacketRing ring, PacketSender sender) {
        this.ring = ring;
        this.sender = sender;
    }

    /**
     * Opens an interface with a small ring that hands frames over at once.
     *
     * @throws IOException as {@link PacketRing.Builder#open()} and {@link PacketSender.Builder#open()}
     */
    public static PacketDevice open(String interfaceName) throws IOException {
        return open(PacketRing.builder(interfaceName).lowLatency(), PacketSender.builder(interfaceName));
    }

    /**
     * Opens an interface with settings other than the usual ones, of which the ring's {@code ignoreOutgoing} is set.
     *
     * @throws IOException as {@link PacketRing.Builder#open()} and {@link PacketSender.Builder#open()}
     * @throws IllegalArgumentException if the two are of different interfaces
     */
    public static PacketDevice open(PacketRing.Builder receive, PacketSender.Builder send) throws IOException {
        PacketSender sender = send.open();
        PacketRing ring = null;
        try {
            ring = receive.ignoreOutgoing(true).open();
            if (!ring.interfaceName().equals(sender.interfaceName())) {
                throw new IllegalArgumentException(
                        "receive on " + ring.interfaceName() + " and send on " + sender.interfaceName());
            }
            return new PacketDevice(ring, sender);
        } catch (IOException | RuntimeException e) {
            sender.close();
            if (ring != null) {
                ring.close();
            }
            throw e;
        }
    }

    @Override
    public String name() {
        return ring.interfaceName();
    }

    @Override
    public int mtu() {
        return sender.mtu();
    }

    @Override
    public Optional<MacAddress> hardwareAddress() {
        return sender.hardwareAddress();
    }

    @Override
    public CaptureStatistics statistics() throws IOException {
        return ring.statistics();
    }

    @Override
    public RingFrame frame() {
        return ring.frame();
    }

    /** As {@link PacketRing#next(long)}. */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        return ring.next(timeoutNanos);
    }

    @Override
    public boolean ended() {
        return ring.ended();
    }

    @Override
    public LinkType linkType() {
        return ring.linkType();
    }

    @Override
    public long position() {
        return ring.position();
    }

    /** As {@link PacketSender#send(ByteBuffer, int, int)}. */
    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        sender.send(bytes, offset, length);
    }

    /** Whether the sender was told to {@link PacketSender.Builder#segment}. */
    @Override
    public boolean offloads() {
        return sender.offloads();
    }

    /** As {@link PacketSender#send(ByteBuffer, int, int, Offload)}. */
    @Override
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        sender.send(bytes, offset, length, offload);
    }

    /** As {@link PacketSender#write}. */
    @Override
    public void write(Frame frame) throws IOException {
        sender.write(frame);
    }

    /** As {@link PacketSender#flush()}. */
    @Override
    public void flush() throws IOException {
        sender.flush();
    }

    /** Frames sent since it was opened. From any thread. */
    public long sentFrames() {
        return sender.sentFrames();
    }

    @Override
    public void wake() {
        ring.wake();
    }

    /** As {@link PacketSender#close()}, and {@link PacketRing#close()}. */
    @Override
    public void close() throws IOException {
        try {
            sender.close();
        } finally {
            ring.close();
        }
    }

    @Override
    public String toString() {
        return "PacketDevice[" + name() + (ring.ended() ? ", closed]" : "]");
    }
}
