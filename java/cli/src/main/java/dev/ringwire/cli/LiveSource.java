package dev.ringwire.cli;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.time.Instant;

/**
 * A live source that comes to an end: at a time, or when told to. Frames that were captured before the end but are
 * still on their way through the kernel are given, too.
 */
final class LiveSource implements FrameSource {
    /** A block that is not full is handed over after 20 ms; this is that and some scheduling. */
    private static final long IN_KERNEL_NANOS = 60_000_000;

    /** What lies in the ring at the end is written out, but no longer than this. */
    private static final long DRAIN_NANOS = 2_000_000_000;

    /** So often is the clock looked at while frames come without a pause. */
    private static final int CLOCK_EVERY = 256;

    private final FrameSource source;
    private final Frame frame;
    private final boolean ourClock;
    private volatile long endNanos;
    private int sinceClock;
    private long given;
    private boolean ended;

    /**
     * @param ourClock whether frames tell by their timestamps if they were captured before the end; those of a file or
     *     of another host's clock do not
     * @param endNanos when it ends, in nanoseconds since 1970; {@link Long#MAX_VALUE} for never
     */
    LiveSource(FrameSource source, long endNanos, boolean ourClock) {
        this.source = source;
        this.frame = source.frame();
        this.endNanos = endNanos;
        this.ourClock = ourClock;
    }

    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /** Ends it now; from any thread. */
    void end() {
        endNanos = Math.min(endNanos, now());
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public boolean next(long timeoutNanos) throws IOException {
        if (ended) {
            return false;
        }
        if (!source.next(timeoutNanos)) {
            ended = source.ended() || isPast(IN_KERNEL_NANOS);
            return false;
        }
        if (isBehindEnd()) {
            ended = true;
            return false;
        }
        given++;
        return true;
    }

    private boolean isBehindEnd() {
        if (!ourClock) {
            return isPast(IN_KERNEL_NANOS);
        }
        return frame.timestampNanos() >= endNanos || ++sinceClock % CLOCK_EVERY == 0 && isPast(DRAIN_NANOS);
    }

    private boolean isPast(long grace) {
        long end = endNanos;
        return end != Long.MAX_VALUE && now() - end > grace;
    }

    @Override
    public boolean ended() {
        return ended || source.ended();
    }

    @Override
    public LinkType linkType() {
        return source.linkType();
    }

    /** Frames given. */
    @Override
    public long position() {
        return given;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
