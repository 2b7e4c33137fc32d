package dev.ringwire.query;

import java.io.OutputStream;

/** How rows become text. */
public enum RowFormat {
    /** Values separated by tabs, a line a row; several values of a field separated by commas. */
    TSV,
    /** Values separated by commas, RFC 4180 with line feeds; several values of a field in one quoted cell. */
    CSV,
    /**
     * One JSON object a line: numbers as numbers, flags as booleans, times as strings that keep all nine decimals,
     * everything else as strings, absent fields null. When all occurrences are asked for, every value is an array.
     */
    JSON;

    /** A writer of this format; it buffers, and the stream stays the caller's to close. */
    public RowWriter writer(Query query, OutputStream out) {
        return switch (this) {
            case TSV -> new DelimitedRowWriter(query, out, '\t');
            case CSV -> new DelimitedRowWriter(query, out, ',');
            case JSON -> new JsonRowWriter(query, out);
        };
    }
}
