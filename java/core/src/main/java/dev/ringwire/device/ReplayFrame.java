package dev.ringwire.device;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import org.jspecify.annotations.Nullable;

/** A frame of whatever source is being replayed, borrowed as that source lends it. */
final class ReplayFrame extends Frame {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LinkType usual;
    private @Nullable Frame of;
    private boolean restamped;
    private long time;

    ReplayFrame(LinkType usual) {
        this.usual = usual;
    }

    void show(Frame shown, boolean restamp) {
        of = shown;
        restamped = restamp;
        time = restamp ? System.currentTimeMillis() * NANOS_PER_MILLI : 0;
        aim(shown.buffer(), shown.offset(), shown.length());
    }

    void end() {
        of = null;
        release();
    }

    private Frame shown() {
        Frame frame = of;
        if (frame == null) {
            throw new IllegalStateException("no frame here: none is due yet, or the replay is over");
        }
        return frame;
    }

    @Override
    public int originalLength() {
        return shown().originalLength();
    }

    @Override
    public boolean hasTimestamp() {
        return restamped || shown().hasTimestamp();
    }

    @Override
    public long timestampNanos() {
        return restamped ? time : shown().timestampNanos();
    }

    @Override
    public LinkType linkType() {
        return of == null ? usual : of.linkType();
    }

    @Override
    public int interfaceId() {
        return shown().interfaceId();
    }

    @Override
    public String interfaceName() {
        return shown().interfaceName();
    }

    @Override
    public Direction direction() {
        return shown().direction();
    }

    @Override
    public int strippedVlanTag() {
        return shown().strippedVlanTag();
    }
}
