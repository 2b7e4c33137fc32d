package dev.ringwire.stack.link;

import dev.ringwire.device.Device;
import dev.ringwire.device.afpacket.RingFrame;
import dev.ringwire.device.tap.TapFrame;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import java.io.IOException;
import java.util.Objects;

/**
 * The lowest layer: frames of a {@link Device}. Its one upper layer, {@link #LINK}, is Ethernet, or where the device
 * carries IP packets without a link header there are two, by EtherType.
 */
public final class DeviceLayer extends Layer {
    /** The key of the layer for Ethernet frames. */
    public static final int LINK = 0;

    private final Device device;
    private final boolean ethernet;
    private final PacketBuffer incoming = new PacketBuffer();
    private final Offloads offloads = new Offloads();

    private final boolean finishes;

    /** Whether frames come in memory that C may read. */
    private final boolean ours;

    /** Whether the device's frame is one that has come and was not looked at yet. */
    private boolean waiting;

    private boolean flushDue;

    /**
     * Over a device, which stays the caller's to close.
     *
     * @throws IllegalArgumentException if it carries neither Ethernet frames nor IP packets
     */
    public DeviceLayer(StackContext context, Device device) {
        super(context, "device");
        this.device = Objects.requireNonNull(device);
        finishes = device.offloads();
        ours = device.frame() instanceof TapFrame || device.frame() instanceof RingFrame;
        ethernet = device.linkType().equals(LinkType.ETHERNET);
        if (!ethernet && !device.linkType().equals(LinkType.RAW)) {
            throw new IllegalArgumentException("a stack runs on Ethernet frames or on IP packets without a link header,"
                    + " not on " + device.linkType() + " as " + device.name() + " has it");
        }
    }

    /** The device. */
    public Device device() {
        return device;
    }

    /** Whether packets may come down with {@link PacketBuffer#isPartialChecksum()}. */
    public boolean canFinishChecksums() {
        return finishes;
    }

    /**
     * Whether TCP packets may come down that are to be cut into segments of {@link PacketBuffer#gsoSize()}, each with a
     * partial checksum, of at most 64 KiB.
     */
    public boolean canSegment() {
        return finishes;
    }

    /** Whether there are Ethernet frames, not bare IP packets. */
    public boolean isEthernet() {
        return ethernet;
    }

    /** Waits for a frame; false if none came. The frame is read by the next {@link #poll}. */
    public boolean await(long timeoutNanos) throws IOException {
        waiting = waiting || device.next(timeoutNanos);
        return waiting;
    }

    /** Hands up frames that are there, at most so many; how many there were. */
    public int poll(int budget) throws IOException {
        Frame frame = device.frame();
        int count = 0;
        while (count < budget && (waiting || !(count > 0 && device.isDrained()) && device.next(0))) {
            waiting = false;
            count++;
            incoming.aim(frame.buffer(), frame.offset(), frame.length(), ours);
            incoming.timestampNanos(frame.timestampNanos());
            incoming.checksumTrusted(frame.checksumTrusted());
            incoming.gsoSize(frame.gsoSize());
            context().counters().received++;
            try {
                receive(incoming);
            } catch (RuntimeException | StackOverflowError e) {
                // A layer of the user's own: the frame is lost, not the stack.
                context().applicationFailed("a layer", e);
            }
        }
        return count;
    }

    /** Whether the device has taken something that it may not have sent. */
    public boolean isFlushDue() {
        return flushDue;
    }

    /** Sends what the device has taken. */
    public void flush() throws IOException {
        flushDue = false;
        device.flush();
    }

    @Override
    protected void process(PacketBuffer packet) {
        if (ethernet) {
            deliver(LINK, packet);
            return;
        }
        int version = packet.length() > 0 ? packet.bytes().get(packet.offset()) >>> 4 & 0xf : 0;
        if (version != 4 && version != 6 || !deliver(version == 4 ? EthernetLayer.IPV4 : EthernetLayer.IPV6, packet)) {
            context().counters().unknownProtocol++;
        }
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        return true;
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        boolean unfinished = packet.isPartialChecksum();
        if (unfinished && !finishes) {
            context().counters().sendErrors++;
            return;
        }
        try {
            if (unfinished) {
                device.send(packet.bytes(), packet.offset(), packet.length(), offloads.of(packet));
            } else {
                device.send(packet.bytes(), packet.offset(), packet.length());
            }
            flushDue = true;
            context().counters().sent++;
        } catch (IOException e) {
            // As on a wire that lost it: whoever needs it sends it again.
            context().counters().sendErrors++;
        }
    }
}
