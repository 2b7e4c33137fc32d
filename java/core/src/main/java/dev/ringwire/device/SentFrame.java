package dev.ringwire.device;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/** What is being sent, as a frame, for those who watch a device. */
final class SentFrame extends Frame {
    private final Device device;
    private final LongSupplier clock;
    private long timestampNanos;

    SentFrame(Device device, LongSupplier clock) {
        this.device = device;
        this.clock = clock;
    }

    void show(ByteBuffer bytes, int offset, int length) {
        timestampNanos = clock.getAsLong();
        aim(bytes, offset, length);
    }

    void drop() {
        release();
    }

    @Override
    public int originalLength() {
        return length();
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public LinkType linkType() {
        return device.linkType();
    }

    @Override
    public String interfaceName() {
        return device.name();
    }

    @Override
    public Direction direction() {
        return Direction.OUTBOUND;
    }
}
