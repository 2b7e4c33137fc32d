package dev.ringwire.device.afpacket;

import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.frame.FrameHandler;
import dev.ringwire.frame.FrameSource;
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
 * is reported by name, and the others go on.
 */
public final class PacketRings implements FrameSource {
    /** The most rings that one may hold. */
    public static final int MOST = Natives.MOST_RINGS;

    private final RingLoop loop;
    private final RingFrame frame;
    private final LinkType linkType;

    private PacketRings(List<RingReader> readers) {
        this.loop = new RingLoop(readers);
        this.frame = loop.frame();
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

    @Override
    public RingFrame frame() {
        return frame;
    }

    /**
     * Goes on to the next frame of any ring.
     *
     * @throws IOException as {@link PacketRing#next(long)}, for each interface
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        return frame.advance() || loop.nextBlock(timeoutNanos);
    }

    @Override
    public int drain(FrameHandler handler, int most, long timeoutNanos) throws IOException {
        return loop.drain(handler, most, timeoutNanos);
    }

    /** How many frames the next calls will give without looking at the rings. */
    public int ready() {
        return frame.left();
    }

    /** Makes the present or the next call of {@link #next(long)} that would wait return false at once. */
    public void wake() {
        loop.wake();
    }

    /** Whether every ring is closed or its interface does not exist any more. */
    @Override
    public boolean ended() {
        return loop.ended();
    }

    /** That of the first ring; each frame tells its own. */
    @Override
    public LinkType linkType() {
        return linkType;
    }

    /** Frames read so far. */
    @Override
    public long position() {
        return frame.framesRead();
    }

    /**
     * The sums over all rings since they were opened.
     *
     * @throws IOException if the kernel does not tell
     */
    public CaptureStatistics statistics() throws IOException {
        return loop.statistics();
    }

    /** Closes all, as {@link PacketRing#close()}. */
    @Override
    public void close() throws IOException {
        loop.close();
    }

    @Override
    public String toString() {
        return "PacketRings[" + loop.names() + "]";
    }
}
