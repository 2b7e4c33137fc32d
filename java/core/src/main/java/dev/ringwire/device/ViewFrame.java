package dev.ringwire.device;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import org.jspecify.annotations.Nullable;

/** The one frame of a source that shows frames of others in turn. */
class ViewFrame extends Frame {
    private @Nullable Frame of;

    void show(Frame frame) {
        of = frame;
        aim(frame.buffer(), frame.offset(), frame.length());
    }

    void drop() {
        of = null;
        release();
    }

    private Frame of() {
        // Throws what a frame without bytes throws.
        buffer();
        Frame frame = of;
        if (frame == null) {
            throw new IllegalStateException("the source was closed");
        }
        return frame;
    }

    @Override
    public int originalLength() {
        return of().originalLength();
    }

    @Override
    public boolean hasTimestamp() {
        return of().hasTimestamp();
    }

    @Override
    public long timestampNanos() {
        return of().timestampNanos();
    }

    @Override
    public LinkType linkType() {
        return of().linkType();
    }

    @Override
    public int interfaceId() {
        return of().interfaceId();
    }

    @Override
    public String interfaceName() {
        return of().interfaceName();
    }

    @Override
    public Direction direction() {
        return of().direction();
    }

    @Override
    public int strippedVlanTag() {
        return of().strippedVlanTag();
    }

    @Override
    public boolean checksumTrusted() {
        return of().checksumTrusted();
    }

    @Override
    public int gsoSize() {
        return of().gsoSize();
    }
}
