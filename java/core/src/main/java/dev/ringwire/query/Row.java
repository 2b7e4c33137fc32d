package dev.ringwire.query;

import dev.ringwire.wire.FieldFormat;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.FieldValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one frame, in the order the query asked for them: borrowed until the next row. Values are made into
 * objects only when asked for.
 */
public final class Row {
    final Column[] columns;

    Row(Column[] columns) {
        this.columns = columns;
    }

    /** Number of columns. */
    public int size() {
        return columns.length;
    }

    /** The field as it was asked for. */
    public String name(int column) {
        return columns[column].name;
    }

    /** Whether the frame has the field. */
    public boolean has(int column) {
        return columns[column].count > 0;
    }

    /**
     * The value of a numeric field, a flag (0 or 1), a MAC or IPv4 address in the low bits, or a time in nanoseconds.
     *
     * @throws IllegalStateException if the frame does not have the field
     * @throws IllegalArgumentException if the field is no number but a run of bytes or an IPv6 address
     */
    public long getLong(int column) {
        Column c = columns[column];
        if (c.count == 0) {
            throw new IllegalStateException("this frame has no " + c.name);
        }
        FieldType type = c.field.type();
        if (type == FieldType.BYTES || type == FieldType.IPV6) {
            throw new IllegalArgumentException(c.name + " is no number, but " + type);
        }
        return c.values[0].number();
    }

    /** The value as an object: see {@link dev.ringwire.wire.FieldType} for its class; null if there is none. */
    public @Nullable Object get(int column) {
        Column c = columns[column];
        return c.count == 0 ? null : c.values[0].toObject(c.field.type());
    }

    /** All values of the column: more than one only if the query asked for all occurrences. */
    public List<Object> getAll(int column) {
        Column c = columns[column];
        var out = new ArrayList<Object>(c.count);
        for (int i = 0; i < c.count; i++) {
            out.add(c.values[i].toObject(c.field.type()));
        }
        return out;
    }

    /** The values as text, separated by commas; empty if there is none. */
    public String getText(int column) {
        Column c = columns[column];
        var out = new StringBuilder();
        for (int i = 0; i < c.count; i++) {
            FieldValue value = c.values[i];
            out.append(i == 0 ? "" : ",").append(FieldFormat.text(c.field, value));
        }
        return out.toString();
    }

    /** All columns as {@link #get} gives them, to keep. */
    public List<@Nullable Object> toList() {
        var out = new ArrayList<@Nullable Object>(columns.length);
        for (int i = 0; i < columns.length; i++) {
            out.add(get(i));
        }
        return out;
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        for (int i = 0; i < columns.length; i++) {
            out.append(i == 0 ? "" : "\t").append(getText(i));
        }
        return out.toString();
    }
}
