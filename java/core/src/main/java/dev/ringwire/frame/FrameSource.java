package dev.ringwire.frame;

import java.io.Closeable;
import java.io.IOException;

/**
 * Frames from a file, a ring or a link, pulled one at a time:
 *
 * <pre>{@code
 * try (FrameSource source = CaptureReader.open(path)) {
 *     Frame frame = source.frame();
 *     while (source.next()) {
 *         System.out.println(frame.timestamp() + " " + frame.length());
 *     }
 * }
 * }</pre>
 *
 * <p>One thread pulls; {@link #close()} may come from any thread and ends the pulling with {@code false}.
 */
public interface FrameSource extends Closeable {
    /** Waits for ever, as a timeout. */
    long FOREVER = Long.MAX_VALUE;

    /**
     * The one frame object of this source, the same at every call; each successful {@code next} points it at another
     * frame.
     */
    Frame frame();

    /**
     * Goes on to the next frame, whose bytes are borrowed until the next call.
     *
     * @param timeoutNanos how long to wait where frames arrive live; files ignore it
     * @return false if the time ran out, or there will be no more ({@link #ended()} tells which)
     * @throws IOException when reading fails or the source is damaged here; every frame before the damage has been
     *     given
     */
    boolean next(long timeoutNanos) throws IOException;

    /** Goes on to the next frame, waiting as long as it takes; false when there will be no more. */
    default boolean next() throws IOException {
        while (!next(FOREVER)) {
            if (ended()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits for a frame as {@link #next(long)} does, and hands over that and all that follow without waiting.
     *
     * @param most after so many it ends all the same
     * @return how many were handed over; 0 as where {@code next} gives false
     * @throws IOException as {@link #next(long)}, or from the handler
     */
    default int drain(FrameHandler handler, int most, long timeoutNanos) throws IOException {
        int count = 0;
        while (count < most && next(count == 0 ? timeoutNanos : 0)) {
            handler.onFrame(frame());
            count++;
        }
        return count;
    }

    /** Whether the source is at its end or closed. */
    boolean ended();

    /** What frames of this source start with; for a file of several interfaces, the first one's. */
    LinkType linkType();

    /** How far reading has come, for a progress display: bytes consumed, or frames where there are no bytes. */
    default long position() {
        return 0;
    }

    /** The {@link #position()} of the end, or -1 where there is none or it is not known. */
    default long size() {
        return -1;
    }
}
