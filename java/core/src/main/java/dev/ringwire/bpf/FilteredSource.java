package dev.ringwire.bpf;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * The frames of another source that a filter accepts. The source's frame is lent on as it is; closing this closes it.
 */
public final class FilteredSource implements FrameSource {
    private static final int BUDGET = 1024;
    private static final int CLOCK_EVERY = 64;

    private final FrameSource source;
    private final Frame frame;
    private final Predicate<Frame> filter;
    private volatile boolean closed;

    /** Filters by anything; {@link BpfMatcher} and {@link ExpressionFilter} are such filters. */
    public FilteredSource(FrameSource source, Predicate<Frame> filter) {
        this.source = source;
        this.frame = source.frame();
        this.filter = filter;
    }

    @Override
    public Frame frame() {
        return frame;
    }

    /**
     * Frames that do not match use up the time, too. Where none is given, or it is over, at most {@value #BUDGET} more
     * of them are passed over.
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        long start = timeoutNanos == FOREVER ? 0 : System.nanoTime();
        long left = timeoutNanos;
        for (int passedOver = 0; left > 0 || passedOver < BUDGET; passedOver++) {
            if (!source.next(left)) {
                return false;
            }
            if (accepts()) {
                return true;
            }
            if (left > 0 && timeoutNanos != FOREVER && passedOver % CLOCK_EVERY == 0) {
                left = Math.max(timeoutNanos - (System.nanoTime() - start), 0);
                passedOver = 0;
            }
        }
        return false;
    }

    private boolean accepts() {
        try {
            return filter.test(frame);
        } catch (IllegalStateException e) {
            // close() took the frame away meanwhile, and the next one ends it.
            if (closed) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean ended() {
        return source.ended();
    }

    @Override
    public LinkType linkType() {
        return source.linkType();
    }

    @Override
    public long position() {
        return source.position();
    }

    @Override
    public long size() {
        return source.size();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        source.close();
    }
}
