package dev.ringwire.query;

import dev.ringwire.bytes.Ascii;
import dev.ringwire.wire.FieldFormat;
import dev.ringwire.wire.FieldValue;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes rows as text into a byte array and from there to a stream; allocates nothing per row. */
public abstract class RowWriter implements Flushable {
    private static final int SIZE = 64 * 1024;

    private final OutputStream stream;
    private final boolean allOccurrences;
    private byte[] out = new byte[SIZE];
    private int at;

    RowWriter(Query query, OutputStream stream) {
        this.stream = stream;
        allOccurrences = query.allOccurrences;
    }

    /** Writes a first line with the names of the fields, where the format has one. */
    public abstract void header();

    /** Writes one row. */
    public final void write(Row row) throws IOException {
        append(row);
        if (at >= SIZE - SIZE / 4) {
            drain();
        }
    }

    abstract void format(Row row);

    /** A writer of the same format, for {@link #append} and {@link #handOver}. */
    abstract RowWriter sibling();

    /** Writes one row into the array, which grows, until {@link #handOver}. */
    final void append(Row row) {
        format(row);
        put('\n');
    }

    /** Writes what was appended to another stream. */
    final void handOver(OutputStream other) throws IOException {
        other.write(out, 0, at);
        at = 0;
    }

    /** Writes all rows by several threads. */
    final void inParallel(Rows rows, Query query, int threads) throws IOException {
        drain();
        new ParallelRows(rows, query, this, stream, threads).run();
    }

    final boolean allOccurrences() {
        return allOccurrences;
    }

    final void put(char c) {
        reserve(1);
        out[at++] = (byte) c;
    }

    final void put(byte[] ascii) {
        reserve(ascii.length);
        System.arraycopy(ascii, 0, out, at, ascii.length);
        at += ascii.length;
    }

    final void put(Column column, FieldValue value) {
        reserve(FieldFormat.maxLength(column.field, value));
        at = FieldFormat.format(column.field, value, out, at);
    }

    final void number(long unsigned) {
        reserve(Ascii.MAX_DECIMAL);
        at = Ascii.decimal(unsigned, out, at);
    }

    /** A row that does not fit makes the array larger, so that a row is never torn between two writes. */
    private void reserve(int bytes) {
        if (bytes > out.length - at) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, at + bytes));
        }
    }

    private void drain() throws IOException {
        handOver(stream);
    }

    /** Hands everything to the stream and flushes it. */
    @Override
    public final void flush() throws IOException {
        drain();
        stream.flush();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
