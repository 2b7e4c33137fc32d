package dev.ringwire.device.afpacket;

import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.frame.FrameHandler;
import dev.ringwire.frame.FrameSource;
import java.io.IOException;
import java.io.InterruptedIOException;

/** What reading one ring and reading several have in common. */
abstract sealed class RingSource implements FrameSource permits PacketRing, PacketRings {
    final RingLoop loop;
    private final RingFrame frame;

    RingSource(RingLoop loop) {
        this.loop = loop;
        this.frame = loop.frame();
    }

    @Override
    public RingFrame frame() {
        return frame;
    }

    /**
     * Goes on to the next frame, whose bytes are borrowed until the next call. Waits in a system call, which holds the
     * carrier of a virtual thread.
     *
     * @throws InterruptedIOException if the thread is interrupted, or becomes so within a tenth of a second, where
     *     there is no frame and it would wait; its interrupt status stays set and the ring stays open
     * @throws IOException when an interface has gone down, once, unless {@link PacketRing.Builder#whenDown} says to
     *     wait: frames follow when it comes up again, unless it is gone for good, which {@link #ended()} tells
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        return frame.advance() || loop.nextBlock(timeoutNanos);
    }

    @Override
    public int drain(FrameHandler handler, int most, long timeoutNanos) throws IOException {
        return loop.drain(handler, most, timeoutNanos);
    }

    /** How many frames the next calls will give without looking at the ring: what is left of a batch, the block. */
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

    /** Frames read so far. */
    @Override
    public long position() {
        return frame.framesRead();
    }

    /**
     * Counts since opening, of all rings, to be asked from any thread; after close, the last ones. Received are the
     * frames that the kernel put into the ring.
     *
     * @throws IOException if the kernel does not tell
     */
    public CaptureStatistics statistics() throws IOException {
        return loop.statistics();
    }

    /**
     * Ends capturing at once; frames not yet read are lost. From any thread: a reader that waits is woken, and its
     * {@link #next} gives false. Once this returns, the descriptors are closed and the memory of the ring is free;
     * its address range alone stays until no buffer over it is in use, and reads as zeros.
     */
    @Override
    public void close() throws IOException {
        loop.close();
    }
}
