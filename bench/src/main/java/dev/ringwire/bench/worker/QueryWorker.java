package dev.ringwire.bench.worker;

import dev.ringwire.file.CaptureReader;
import dev.ringwire.query.Query;
import dev.ringwire.query.RowFormat;
import dev.ringwire.query.RowWriter;
import dev.ringwire.query.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** Our query as a worker: {@code run FILE THREADS FIELD,...}, timed by the wall clock, as that is what threads save. */
public final class QueryWorker {
    private QueryWorker() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(words -> run(Path.of(words[1]), Integer.parseInt(words[2]), List.of(words[3].split(","))));
    }

    private static String run(Path file, int threads, List<String> fields) throws IOException {
        long start = System.nanoTime();
        Query query = Query.of(fields);
        Sum sum = new Sum();
        long packets;
        try (CaptureReader reader = CaptureReader.open(file)) {
            RowWriter writer = RowFormat.TSV.writer(query, sum);
            Rows rows = query.over(reader);
            rows.writeTo(writer, threads);
            writer.flush();
            packets = rows.count();
        }
        return Conversation.packets(packets, System.nanoTime() - start) + " sum=" + sum.bytes;
    }

    /** Counts what is written; that the text is right is shown by whole processes. */
    private static final class Sum extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] text, int offset, int length) {
            bytes += length;
        }
    }
}
