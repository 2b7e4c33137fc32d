package dev.ringwire.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringwire.wire.FieldFormat;
import dev.ringwire.wire.FieldType;
import java.io.OutputStream;

/** Values separated by a character. */
final class DelimitedRowWriter extends RowWriter {
    private final Query query;
    private final char separator;

    DelimitedRowWriter(Query query, OutputStream out, char separator) {
        super(query, out);
        this.query = query;
        this.separator = separator;
    }

    @Override
    RowWriter sibling() {
        return new DelimitedRowWriter(query, OutputStream.nullOutputStream(), separator);
    }

    @Override
    public void header() {
        put(ascii(String.join(String.valueOf(separator), query.names())));
        put('\n');
    }

    @Override
    void format(Row row) {
        Column[] columns = row.columns;
        for (int i = 0; i < columns.length; i++) {
            if (i > 0) {
                put(separator);
            }
            Column column = columns[i];
            boolean text = column.field.type() == FieldType.TEXT;
            boolean quoted = separator == ',' && (column.count > 1 || text && column.count == 1);
            if (quoted) {
                put('"');
            }
            for (int n = 0; n < column.count; n++) {
                if (n > 0) {
                    put(',');
                }
                if (quoted && text) {
                    put(FieldFormat.text(column.field, column.values[n])
                            .replace("\"", "\"\"")
                            .getBytes(UTF_8));
                } else {
                    put(column, column.values[n]);
                }
            }
            if (quoted) {
                put('"');
            }
        }
    }
}
