package dev.ringwire.query;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one query over one source, pulled one at a time, in the manner of {@link FrameSource}. Pulling allocates
 * nothing. One thread pulls; {@link #stop} may come from any.
 */
public final class Rows {
    /** How long a wait for a frame may overlook {@link #stop}. */
    private static final long SLICE_NANOS = 50_000_000;

    /** Timeouts from here on are for ever: 146 years. */
    private static final long LONGEST = Long.MAX_VALUE / 2;

    /** Frames without a row after which to look at the clock; a power of two. */
    private static final int CLOCK_EVERY = 256;

    private final Query query;
    private final FrameSource source;
    private final RowReader reader;
    private long frames;
    private long emitted;
    private boolean leftOver;
    private volatile boolean stopped;

    Rows(Query query, FrameSource source) {
        this.query = query;
        this.source = source;
        reader = new RowReader(query);
    }

    /** The one row object, the same at every call; each successful {@code next} fills it anew. */
    public Row row() {
        return reader.row;
    }

    /** Frames read so far. */
    public long frames() {
        return frames;
    }

    /** Rows given so far. */
    public long count() {
        return emitted;
    }

    /** Ends the rows: {@code next} returns false soon. */
    public void stop() {
        stopped = true;
    }

    /** Whether there will be no more rows. */
    public boolean ended() {
        return stopped || emitted >= query.maxRows || source.ended();
    }

    /** Goes on to the next row, waiting as long as it takes; false when there will be no more. */
    public boolean next() throws IOException {
        while (!next(FrameSource.FOREVER)) {
            if (ended()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Goes on to the next row.
     *
     * @param timeoutNanos how long to wait for a row where frames arrive live; frames that give none are passed over
     *     meanwhile, a few hundred at least
     * @return false if the time ran out, or there will be no more rows ({@link #ended()} tells which)
     * @throws IOException when the source fails, or is damaged here; every row before has been given
     */
    public boolean next(long timeoutNanos) throws IOException {
        boolean waitsForEver = timeoutNanos > LONGEST;
        long deadline = waitsForEver ? 0 : System.nanoTime() + timeoutNanos;
        long left = timeoutNanos;
        int rejected = 0;
        while (!stopped && emitted < query.maxRows) {
            if (source.next(Math.min(left, SLICE_NANOS))) {
                frames++;
                if (accept(source.frame())) {
                    emitted++;
                    return true;
                }
                // A busy source that gives no rows must not keep the caller for ever.
                if (waitsForEver || (++rejected & CLOCK_EVERY - 1) != 0) {
                    continue;
                }
            } else if (source.ended()) {
                return false;
            }
            if (!waitsForEver) {
                left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
            }
        }
        return false;
    }

    /** All further rows as {@link Row#toList}: for sources that end, and fit into memory. */
    public List<List<@Nullable Object>> values() throws IOException {
        var all = new ArrayList<List<@Nullable Object>>();
        while (next()) {
            all.add(reader.row.toList());
        }
        return all;
    }

    /**
     * Writes all further rows, as pulling and writing one after the other does. More than one thread share the work where
     * that changes nothing else: not for a query that ends after some rows or writes frames to a sink, and only over a
     * source that does not arrive live, as text is handed on thousands of rows at a time.
     *
     * @param threads how many work, the caller among them; what a filter asks is asked by one at a time
     * @throws IOException when the source fails, or is damaged here, after every row before has been written; or when
     *     they cannot be written
     */
    public void writeTo(RowWriter writer, int threads) throws IOException {
        if (threads > 1 && query.maxRows == Long.MAX_VALUE && query.sink == null) {
            writer.inParallel(this, query, threads);
            return;
        }
        while (next()) {
            writer.write(reader.row);
        }
    }

    /**
     * Adds the next frames that the query wants to look into.
     *
     * @return false if there will be no more
     */
    boolean fill(RowBatch batch) throws IOException {
        while (!stopped) {
            if (!leftOver) {
                if (!source.next(SLICE_NANOS)) {
                    if (source.ended()) {
                        return false;
                    }
                    continue;
                }
                frames++;
            }
            Frame frame = source.frame();
            if (leftOver || wanted(frame)) {
                leftOver = false;
                if (!batch.add(frame, frames)) {
                    if (batch.isEmpty()) {
                        // Too large for any.
                        batch.format(frame, frames);
                    } else {
                        leftOver = true;
                    }
                    return true;
                }
            }
        }
        return false;
    }

    /** Counts rows that others wrote. */
    void written(long count) {
        emitted += count;
    }

    private boolean accept(Frame frame) throws IOException {
        if (!wanted(frame) || !reader.read(frame, frames)) {
            return false;
        }
        if (query.sink != null) {
            query.sink.write(frame);
        }
        return true;
    }

    /** Whether the frame is one to look into. */
    private boolean wanted(Frame frame) {
        if (query.startNanos != Long.MIN_VALUE || query.endNanos != Long.MAX_VALUE) {
            long time = frame.timestampNanos();
            if (!frame.hasTimestamp() || time < query.startNanos || time >= query.endNanos) {
                return false;
            }
        }
        return query.filter == null || query.filter.test(frame);
    }
}
