package dev.ringwire.query;

import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.FieldValue;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** One JSON object a line. */
final class JsonRowWriter extends RowWriter {
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");

    private final Query query;
    private final byte[][] keys;

    JsonRowWriter(Query query, OutputStream out) {
        super(query, out);
        this.query = query;
        // Field names have no character that JSON would escape.
        keys = query.names().stream().map(name -> ascii('"' + name + "\":")).toArray(byte[][]::new);
    }

    @Override
    RowWriter sibling() {
        return new JsonRowWriter(query, OutputStream.nullOutputStream());
    }

    @Override
    public void header() {
        // Every line names its fields.
    }

    @Override
    void format(Row row) {
        Column[] columns = row.columns;
        put('{');
        for (int i = 0; i < columns.length; i++) {
            if (i > 0) {
                put(',');
            }
            put(keys[i]);
            Column column = columns[i];
            if (allOccurrences()) {
                put('[');
                for (int n = 0; n < column.count; n++) {
                    if (n > 0) {
                        put(',');
                    }
                    value(column, column.values[n]);
                }
                put(']');
            } else if (column.count == 0) {
                put(NULL);
            } else {
                value(column, column.values[0]);
            }
        }
        put('}');
    }

    private void value(Column column, FieldValue value) {
        FieldType type = column.field.type();
        switch (type) {
            case DECIMAL, SIGNED -> put(column, value);
            case HEX -> number(value.number());
            case FLAG -> put(value.number() != 0 ? TRUE : FALSE);
            case TEXT -> text((String) value.toObject(type));
            default -> {
                put('"');
                put(column, value);
                put('"');
            }
        }
    }

    private void text(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        put(quoted.append('"').toString().getBytes(StandardCharsets.UTF_8));
    }
}
