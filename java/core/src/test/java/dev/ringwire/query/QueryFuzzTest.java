package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Frames;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Vectors;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every field there is, asked of any bytes: a value or none, the same in every format, and one line. */
@Tag("fuzz")
class QueryFuzzTest {
    private static final List<Query> QUERIES = List.of(all().allOccurrences(false), all().allOccurrences(true));

    private static Query all() {
        return Query.of(
                FieldRegistry.standard().fields().stream().map(FieldInfo::name).toList());
    }

    @Test
    void everyField() {
        var seeds = Vectors.seeds();
        Fuzzer.run(seeds, frame -> {
            for (Query query : QUERIES) {
                Rows rows = query.over(Frames.source(frame));
                assertTrue(rows.next(), "no row");
                for (RowFormat format : RowFormat.values()) {
                    var out = new ByteArrayOutputStream();
                    RowWriter writer = format.writer(query, out);
                    writer.write(rows.row());
                    writer.flush();
                    assertEquals(1, out.toString(StandardCharsets.UTF_8).lines().count(), format.name());
                }
                assertEquals(query.names().size(), rows.row().toList().size());
                assertFalse(rows.next(), "two rows of one frame");
            }
        });
    }
}
