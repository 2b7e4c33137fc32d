package dev.ringwire.device;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/** Room for one frame in a queue, used again and again; it grows to the longest frame it held. */
final class Slot {
    private static final int USUAL_FRAME = 2048;

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    int length;
    private int originalLength;
    private boolean hasTimestamp;
    private long timestampNanos;
    private LinkType linkType = LinkType.NULL;
    private int interfaceId;
    private String interfaceName = "";
    private Direction direction = Direction.UNKNOWN;
    private int strippedVlanTag;
    private boolean checksumTrusted;
    private int gsoSize;

    private void copy(ByteBuffer from, int offset, int count) {
        if (bytes.capacity() < count) {
            bytes = ByteBuffer.allocate(Math.max(count, USUAL_FRAME));
        }
        bytes.put(0, from, offset, count);
        length = count;
        originalLength = count;
    }

    /** A frame that is sent from here. */
    void take(ByteBuffer from, int offset, int count, long nanos, LinkType type, String name, Direction way) {
        copy(from, offset, count);
        hasTimestamp = true;
        timestampNanos = nanos;
        linkType = type;
        interfaceId = 0;
        interfaceName = name;
        direction = way;
        strippedVlanTag = 0;
        checksumTrusted = false;
        gsoSize = 0;
    }

    /** What is left to do for the frame will never be done. */
    void leaveUndone(Offload offload) {
        checksumTrusted = offload.needsChecksum();
        gsoSize = offload.gsoSize();
    }

    /** The bytes are not what they were: whether the checksum is right shows by itself. */
    void distrust() {
        checksumTrusted = false;
    }

    /** A frame that came in, with all that is known of it. */
    void take(Frame frame) {
        copy(frame.buffer(), frame.offset(), frame.length());
        originalLength = frame.originalLength();
        hasTimestamp = frame.hasTimestamp();
        timestampNanos = frame.timestampNanos();
        linkType = frame.linkType();
        interfaceId = frame.interfaceId();
        interfaceName = frame.interfaceName();
        direction = frame.direction();
        strippedVlanTag = frame.strippedVlanTag();
        checksumTrusted = frame.checksumTrusted();
        gsoSize = frame.gsoSize();
    }

    void take(Slot other) {
        copy(other.bytes, 0, other.length);
        originalLength = other.originalLength;
        hasTimestamp = other.hasTimestamp;
        timestampNanos = other.timestampNanos;
        linkType = other.linkType;
        interfaceId = other.interfaceId;
        interfaceName = other.interfaceName;
        direction = other.direction;
        strippedVlanTag = other.strippedVlanTag;
        checksumTrusted = other.checksumTrusted;
        gsoSize = other.gsoSize;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** The frame comes later than it was. */
    void postpone(long nanos) {
        timestampNanos += hasTimestamp ? nanos : 0;
    }

    /** The one frame of a source, over one slot after another. */
    static final class View extends Frame {
        private Slot slot = new Slot();

        void show(Slot from) {
            slot = from;
            aim(from.bytes, 0, from.length);
        }

        void drop() {
            release();
        }

        private Slot slot() {
            buffer();
            return slot;
        }

        @Override
        public int originalLength() {
            return slot().originalLength;
        }

        @Override
        public boolean hasTimestamp() {
            return slot().hasTimestamp;
        }

        @Override
        public long timestampNanos() {
            return slot().timestampNanos;
        }

        @Override
        public LinkType linkType() {
            return slot().linkType;
        }

        @Override
        public int interfaceId() {
            return slot().interfaceId;
        }

        @Override
        public String interfaceName() {
            return slot().interfaceName;
        }

        @Override
        public Direction direction() {
            return slot().direction;
        }

        @Override
        public int strippedVlanTag() {
            return slot().strippedVlanTag;
        }

        @Override
        public boolean checksumTrusted() {
            return slot().checksumTrusted;
        }

        @Override
        public int gsoSize() {
            return slot().gsoSize;
        }
    }
}
