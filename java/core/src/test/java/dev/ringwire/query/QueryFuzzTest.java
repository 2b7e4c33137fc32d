package dev.ringwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringwire.testing.Frames;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        var seeds = new ArrayList<>(Vectors.all().values());
        Fuzzer.run(seeds, frame -> {
            for (Query query : QUERIES) {
                for (RowFormat format : RowFormat.values()) {
                    assertEquals(1, lines(query, format, frame), format.name());
                }
                Rows rows = query.over(Frames.source(frame));
                assertEquals(1, rows.values().size());
            }
        });
    }

    private static long lines(Query query, RowFormat format, byte[] frame) throws IOException {
        var out = new ByteArrayOutputStream();
        RowWriter writer = format.writer(query, out);
        Rows rows = query.over(Frames.source(frame));
        while (rows.next()) {
            writer.write(rows.row());
        }
        writer.flush();
        return out.toString(StandardCharsets.UTF_8).lines().count();
    }
}
