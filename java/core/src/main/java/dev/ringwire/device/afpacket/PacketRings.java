package dev.ringwire.device.afpacket;

import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Several rings, on one or several interfaces, read by one thread: a block of each in turn, so that none starves
 * another, and one system call that waits for all. Frames of one ring come in order; between rings there is none.
 * {@link RingFrame#interfaceName()} tells where a frame is from.
 *
 * <p>What {@link PacketRing} says of frames, waiting, threads and closing holds here, too. An interface that goes down
 * is reported by name as soon as no ring has a block to read, and the others go on.
 */
public final class PacketRings extends RingSource {
    /** The most rings that one may hold. */
    public static final int MOST = Natives.MOST_RINGS;

    private final LinkType linkType;

    private PacketRings(List<RingReader> readers) {
        super(new RingLoop(readers));
        this.linkType = readers.get(0).from().linkType();
    }

    /**
     * Opens all, or none.
     *
     * @throws IOException as {@link PacketRing.Builder#open()}
     * @throws IllegalArgumentException if there are none, or more than {@link #MOST}
     */
    public static PacketRings open(PacketRing.Builder... rings) throws IOException {
        if (rings.length == 0 || rings.length > MOST) {
            throw new IllegalArgumentException(rings.length + " rings are not 1 to " + MOST);
        }
        List<RingReader> readers = new ArrayList<>();
        boolean complete = false;
        try {
            for (PacketRing.Builder ring : rings) {
                readers.add(ring.reader());
            }
            complete = true;
            return new PacketRings(readers);
        } finally {
            if (!complete) {
                for (RingReader reader : readers) {
                    reader.socket().close();
                }
            }
        }
    }

    /** That of the first ring; each frame tells its own. */
    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public String toString() {
        return "PacketRings[" + loop.names() + "]";
    }
}
