package dev.ringwire.query;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.wire.Protocols;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
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
    // Set once, before anyone else sees the query.
    private List<String> names = List.of();
    private final FieldRegistry registry;
    final Protocols protocols;
    long startNanos = Long.MIN_VALUE;
    long endNanos = Long.MAX_VALUE;
    long maxRows = Long.MAX_VALUE;
    boolean skipEmpty;
    boolean allOccurrences;

    @Nullable
    FrameSink sink;

    @Nullable
    Predicate<Frame> filter;

    private Query(Protocols protocols, FieldRegistry registry) {
        this.protocols = protocols;
        this.registry = registry;
    }

    private Query with(Consumer<Query> setting) {
        var query = new Query(protocols, registry);
        query.names = names;
        query.startNanos = startNanos;
        query.endNanos = endNanos;
        query.maxRows = maxRows;
        query.skipEmpty = skipEmpty;
        query.allOccurrences = allOccurrences;
        query.sink = sink;
        query.filter = filter;
        setting.accept(query);
        return query;
    }

    /**
     * A query for these fields of the {@link Protocols#installed} protocols. A field of bytes may be asked for in part: {@code udp.payload.offset[0:4]} gives the
     * bytes from index 0 up to, not including, 4.
     *
     * @throws IllegalArgumentException if there is no field of a name, naming the nearest one
     */
    public static Query of(String... names) {
        return of(Arrays.asList(names));
    }

    /** {@link #of(String...)}. */
    public static Query of(List<String> names) {
        return of(Protocols.installed(), names);
    }

    /** {@link #of(String...)} with the fields of these protocols, which are looked for where they are bound. */
    public static Query of(Protocols protocols, String... names) {
        return of(protocols, Arrays.asList(names));
    }

    /** {@link #of(Protocols, String...)}. */
    public static Query of(Protocols protocols, List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a query asks for at least one field");
        }
        var query = new Query(protocols, FieldRegistry.of(protocols));
        query.names = List.copyOf(names);
        query.columns(new Views(protocols));
        return query;
    }

    /** Which of these names a query can answer, in the order asked. */
    public static Set<String> supports(Collection<String> names) {
        return FieldRegistry.of(Protocols.installed()).supports(names);
    }

    Column[] columns(Views views) {
        var columns = new Column[names.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = registry.column(names.get(i), views);
        }
        return columns;
    }

    /** Only frames captured at this time or later. */
    public Query start(Instant time) {
        return with(q -> q.startNanos = nanos(time));
    }

    /** Only frames captured before this time. */
    public Query end(Instant time) {
        return with(q -> q.endNanos = nanos(time));
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
        return with(q -> q.maxRows = rows);
    }

    /** Only frames that this accepts, such as a {@link dev.ringwire.bpf.BpfMatcher}; all are numbered. */
    public Query filter(Predicate<Frame> accepted) {
        Objects.requireNonNull(accepted);
        return with(q -> q.filter = accepted);
    }

    /** Whether to leave out frames that have none of the fields inside; fields of the frame itself do not count. */
    public Query skipEmpty(boolean skip) {
        return with(q -> q.skipEmpty = skip);
    }

    /** Whether to give every value of a field that occurs more than once, not only the outermost. */
    public Query allOccurrences(boolean all) {
        return with(q -> q.allOccurrences = all);
    }

    /** Writes every frame that gives a row to {@code sink} as well; the caller closes it. */
    public Query writeTo(FrameSink sink) {
        Objects.requireNonNull(sink);
        return with(q -> q.sink = sink);
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
