package dev.ringwire.query;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.FrameSource;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of which frames to give, by Wireshark's field names (SteelScript's work too). One row a frame; where a
 * name occurs more than once in a frame, the outermost value.
 *
 * <pre>{@code
 * Query query = Query.of("frame.time_epoch", "ip.src", "udp.srcport").skipEmpty(true);
 * try (FrameSource source = CaptureReader.open(path)) {
 *     Rows rows = query.over(source);
 *     while (rows.next()) {
 *         System.out.println(rows.row());
 *     }
 * }
 * }</pre>
 *
 * Immutable: every setting gives a new query.
 */
public final class Query {
    private final List<String> names;
    final long startNanos;
    final long endNanos;
    final long maxRows;
    final boolean skipEmpty;
    final boolean allOccurrences;
    final @Nullable FrameSink sink;
    final @Nullable Predicate<Frame> filter;

    private Query(
            List<String> names,
            long startNanos,
            long endNanos,
            long maxRows,
            boolean skipEmpty,
            boolean allOccurrences,
            @Nullable FrameSink sink,
            @Nullable Predicate<Frame> filter) {
        this.names = names;
        this.startNanos = startNanos;
        this.endNanos = endNanos;
        this.maxRows = maxRows;
        this.skipEmpty = skipEmpty;
        this.allOccurrences = allOccurrences;
        this.sink = sink;
        this.filter = filter;
    }

    /**
     * A query for these fields. A field of bytes may be asked for in part: {@code udp.payload.offset[0:4]} gives the
     * bytes from index 0 up to, not including, 4.
     *
     * @throws IllegalArgumentException if there is no field of a name, naming the nearest one
     */
    public static Query of(String... names) {
        return of(Arrays.asList(names));
    }

    /** {@link #of(String...)}. */
    public static Query of(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a query asks for at least one field");
        }
        columns(names, new Views());
        return new Query(List.copyOf(names), Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, false, false, null, null);
    }

    /** Which of these names a query can answer, in the order asked. */
    public static Set<String> supports(Collection<String> names) {
        return FieldRegistry.standard().supports(names);
    }

    static Column[] columns(List<String> names, Views views) {
        return names.stream()
                .map(name -> FieldRegistry.standard().column(name, views))
                .toArray(Column[]::new);
    }

    /** Only frames captured at this time or later. */
    public Query start(Instant time) {
        return new Query(names, nanos(time), endNanos, maxRows, skipEmpty, allOccurrences, sink, filter);
    }

    /** Only frames captured before this time. */
    public Query end(Instant time) {
        return new Query(names, startNanos, nanos(time), maxRows, skipEmpty, allOccurrences, sink, filter);
    }

    private static long nanos(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
        } catch (ArithmeticException e) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** At most so many rows. */
    public Query max(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("a query gives 0 rows or more, not " + rows);
        }
        return new Query(names, startNanos, endNanos, rows, skipEmpty, allOccurrences, sink, filter);
    }

    /** Only frames that this accepts, such as a {@link dev.ringwire.bpf.BpfMatcher}; all are numbered. */
    public Query filter(Predicate<Frame> accepted) {
        return new Query(
                names,
                startNanos,
                endNanos,
                maxRows,
                skipEmpty,
                allOccurrences,
                sink,
                Objects.requireNonNull(accepted));
    }

    /** Whether to leave out frames that have none of the fields inside; fields of the frame itself do not count. */
    public Query skipEmpty(boolean skip) {
        return new Query(names, startNanos, endNanos, maxRows, skip, allOccurrences, sink, filter);
    }

    /** Whether to give every value of a field that occurs more than once, not only the outermost. */
    public Query allOccurrences(boolean all) {
        return new Query(names, startNanos, endNanos, maxRows, skipEmpty, all, sink, filter);
    }

    /** Writes every frame that gives a row to {@code sink} as well; the caller closes it. */
    public Query writeTo(FrameSink sink) {
        return new Query(
                names, startNanos, endNanos, maxRows, skipEmpty, allOccurrences, Objects.requireNonNull(sink), filter);
    }

    /** The fields, as asked. */
    public List<String> names() {
        return names;
    }

    /** The rows of a source, read as they are pulled. */
    public Rows over(FrameSource source) {
        return new Rows(this, source);
    }

    @Override
    public String toString() {
        return "Query" + names;
    }
}
