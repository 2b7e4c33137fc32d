package dev.ringwire.testkit;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/** The one frame of a device, or what those who watch it are shown. */
final class SimFrame extends Frame {
    private final SimDevice device;
    private long timestampNanos;
    private Direction direction = Direction.INBOUND;

    SimFrame(SimDevice device) {
        this.device = device;
    }

    void show(ByteBuffer bytes, int offset, int length, long nanos, Direction way) {
        timestampNanos = nanos;
        direction = way;
        aim(bytes, offset, length);
    }

    void drop() {
        release();
    }

    @Override
    public int originalLength() {
        return length();
    }

    /** Simulated time. */
    @Override
    public long timestampNanos() {
        buffer();
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
        return direction;
    }
}
