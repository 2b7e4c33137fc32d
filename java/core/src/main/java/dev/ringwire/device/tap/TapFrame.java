package dev.ringwire.device.tap;

import dev.ringwire.device.Offload;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.FrameBatch;
import java.nio.ByteBuffer;

/**
 * A frame that the kernel sent out through the interface, borrowed until the next call of {@link TapDevice#next}.
 *
 * <p>Of a device with offloads it may be longer than the MTU, and its checksum may be unfinished, as the virtio header
 * says (Virtual I/O Device 1.2, section 5.1.6); without, all of that is 0.
 */
public final class TapFrame extends Frame {
    private static final int NEEDS_CHECKSUM = 1;
    private static final int DATA_VALID = 2;

    private final LinkType linkType;
    private final String interfaceName;
    private long timestampNanos;

    TapFrame(LinkType linkType, String interfaceName) {
        this.linkType = linkType;
        this.interfaceName = interfaceName;
    }

    void aimAt(FrameBatch batch) {
        int frame = batch.frame();
        timestampNanos = batch.time(frame);
        aim(batch.memory(), frame, batch.length());
    }

    void drop() {
        release();
    }

    @Override
    public int originalLength() {
        return length();
    }

    /** The system's clock when it was read from the device. */
    @Override
    public long timestampNanos() {
        buffer();
        return timestampNanos;
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public String interfaceName() {
        return interfaceName;
    }

    /** {@link Direction#INBOUND}: this end receives it. */
    @Override
    public Direction direction() {
        return Direction.INBOUND;
    }

    /** Whether the checksum at {@code checksumStart + checksumOffset} holds the pseudo-header's sum only. */
    public boolean needsChecksum() {
        return (virtio8(0) & NEEDS_CHECKSUM) != 0;
    }

    @Override
    public boolean checksumTrusted() {
        return (virtio8(0) & (NEEDS_CHECKSUM | DATA_VALID)) != 0;
    }

    /** {@link Offload#GSO_NONE}, {@link Offload#GSO_TCPV4}, {@link Offload#GSO_TCPV6} or {@link Offload#GSO_UDP_L4}. */
    public int gsoType() {
        return virtio8(1) & ~Offload.GSO_ECN;
    }

    /** Bytes of headers in front of the payload, as a hint; 0 unless segmented. */
    public int headerLength() {
        return virtio16(2);
    }

    @Override
    public int gsoSize() {
        return virtio16(4);
    }

    /** Where the bytes to be summed start, from the start of the frame; means something if {@link #needsChecksum()}. */
    public int checksumStart() {
        return virtio16(6);
    }

    /** Where the checksum is, from {@link #checksumStart()}. */
    public int checksumOffset() {
        return virtio16(8);
    }

    private int virtio8(int at) {
        return buffer().get(offset() - FrameBatch.VIRTIO + at) & 0xff;
    }

    private int virtio16(int at) {
        ByteBuffer memory = buffer();
        return memory.getShort(offset() - FrameBatch.VIRTIO + at) & 0xffff;
    }
}
