package dev.ringwire.cli;

import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;

/** Takes the packets of several files in order of time, or file after file; holds one packet of each. */
final class Merger {
    /** A file and the packet it stands at. */
    private static final class Next {
        private final CaptureReader reader;
        private final Frame frame;
        private final int place;
        private long time = Long.MIN_VALUE;

        Next(CaptureReader reader, int place) {
            this.reader = reader;
            this.frame = reader.frame();
            this.place = place;
        }

        boolean advance() throws IOException {
            if (!reader.next()) {
                return false;
            }
            // One without a time stays behind the one before it.
            if (frame.hasTimestamp()) {
                time = frame.timestampNanos();
            }
            return true;
        }
    }

    private final List<CaptureReader> readers;
    private final boolean append;
    private final Consumer<IOException> onDamage;
    private volatile boolean stopped;
    private boolean failed;

    /**
     * @param append file after file
     * @param onDamage told of a file that cannot be read on; the others are
     */
    Merger(List<CaptureReader> readers, boolean append, Consumer<IOException> onDamage) {
        this.readers = readers;
        this.append = append;
        this.onDamage = onDamage;
    }

    /** Ends it after the packet at hand; from any thread. */
    void stop() {
        stopped = true;
    }

    /** Whether a file could not be read to its end. */
    boolean failed() {
        return failed;
    }

    /** Writes all to the sink. */
    void run(FrameSink sink) throws IOException {
        Queue<Next> queue = append
                ? new ArrayDeque<>()
                : new PriorityQueue<>(
                        Comparator.comparingLong((Next next) -> next.time).thenComparingInt(next -> next.place));
        for (CaptureReader reader : readers) {
            var next = new Next(reader, queue.size());
            // In sequence, what stands before the first packet of a file comes behind the last one of the file before.
            if (append || advance(next)) {
                queue.add(next);
            }
        }
        while (!stopped && !queue.isEmpty()) {
            if (append) {
                drain(queue.remove(), sink);
            } else {
                step(queue, sink);
            }
        }
    }

    private void drain(Next next, FrameSink sink) throws IOException {
        while (!stopped && advance(next)) {
            sink.write(next.frame);
        }
    }

    // As long as no other file has an earlier packet, the queue need not be touched.
    private void step(Queue<Next> queue, FrameSink sink) throws IOException {
        Next next = queue.remove();
        Next other = queue.peek();
        boolean more;
        do {
            sink.write(next.frame);
            more = advance(next);
        } while (more && !stopped && isFirst(next, other));
        if (more) {
            queue.add(next);
        }
    }

    private static boolean isFirst(Next next, Next other) {
        return other == null || next.time < other.time || next.time == other.time && next.place < other.place;
    }

    private boolean advance(Next next) throws IOException {
        try {
            return next.advance();
        } catch (IOException e) {
            OutputException output = OutputException.in(e);
            if (output != null) {
                throw output;
            }
            failed = true;
            onDamage.accept(e);
            return false;
        }
    }
}
