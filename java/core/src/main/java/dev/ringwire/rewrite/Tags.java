package dev.ringwire.rewrite;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/** Takes VLAN tags out of Ethernet frames, and puts one in. */
final class Tags {
    /** Bytes of a tag. */
    static final int LENGTH = 4;

    private static final int ADDRESSES = 12;
    private static final int TPID = 0x8100;

    private final boolean strip;
    private final int add;
    private ByteBuffer copy = ByteBuffer.allocateDirect(2048);

    /** The frame as it is now. */
    ByteBuffer buffer = copy;

    int offset;
    int length;

    /** {@code add} is the identifier of the tag to be put in, or -1. */
    Tags(boolean strip, int add) {
        this.strip = strip;
        this.add = add;
    }

    /** Whether the frame is another one now. */
    boolean apply(Frame frame, Layers layers) {
        buffer = frame.buffer();
        offset = frame.offset();
        length = frame.length();
        if (!frame.linkType().equals(LinkType.ETHERNET) || layers.count == 0 || layers.end[0] - layers.at[0] < 14) {
            return false;
        }
        int tags = 0;
        while (strip && tags + 1 < layers.unquoted && isWholeTag(layers, tags + 1)) {
            tags++;
        }
        if (tags == 0 && add < 0) {
            return false;
        }
        int from = offset + ADDRESSES + tags * LENGTH;
        int rest = offset + length - from;
        if (copy.capacity() < ADDRESSES + LENGTH + rest) {
            copy = ByteBuffer.allocateDirect(2 * (ADDRESSES + LENGTH + rest));
        }
        copy.put(0, buffer, offset, ADDRESSES);
        int to = ADDRESSES;
        if (add >= 0) {
            Bits.put16(copy, to, TPID);
            Bits.put16(copy, to + 2, add);
            to += LENGTH;
        }
        copy.put(to, buffer, from, rest);
        buffer = copy;
        offset = 0;
        length = to + rest;
        return true;
    }

    private static boolean isWholeTag(Layers layers, int i) {
        return layers.kind[i] == Layers.VLAN && layers.end[i] - layers.at[i] == LENGTH;
    }
}
