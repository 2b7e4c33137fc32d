package dev.ringwire.frame;

import java.nio.ByteBuffer;

/** A frame that owns its bytes; its loans never end. */
final class KeptFrame extends Frame {
    private final int originalLength;
    private final boolean hasTimestamp;
    private final long timestampNanos;
    private final LinkType linkType;
    private final int interfaceId;
    private final String interfaceName;
    private final Direction direction;
    private final int strippedVlanTag;
    private final boolean checksumTrusted;
    private final int gsoSize;

    KeptFrame(
            byte[] bytes,
            int originalLength,
            boolean hasTimestamp,
            long timestampNanos,
            LinkType linkType,
            int interfaceId,
            String interfaceName,
            Direction direction,
            int strippedVlanTag,
            boolean checksumTrusted,
            int gsoSize) {
        this.originalLength = originalLength;
        this.hasTimestamp = hasTimestamp;
        this.timestampNanos = timestampNanos;
        this.linkType = linkType;
        this.interfaceId = interfaceId;
        this.interfaceName = interfaceName;
        this.direction = direction;
        this.strippedVlanTag = strippedVlanTag;
        this.checksumTrusted = checksumTrusted;
        this.gsoSize = gsoSize;
        aim(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    @Override
    public int originalLength() {
        return originalLength;
    }

    @Override
    public boolean hasTimestamp() {
        return hasTimestamp;
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public int interfaceId() {
        return interfaceId;
    }

    @Override
    public String interfaceName() {
        return interfaceName;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public int strippedVlanTag() {
        return strippedVlanTag;
    }

    @Override
    public boolean checksumTrusted() {
        return checksumTrusted;
    }

    @Override
    public int gsoSize() {
        return gsoSize;
    }
}
