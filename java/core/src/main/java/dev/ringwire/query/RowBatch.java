package dev.ringwire.query;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Frames copied out of a source, and the text of their rows: what one thread works on at a time. */
final class RowBatch {
    /** Bytes of frames: few enough to stay in the cache until they are read again. */
    private static final int CAPACITY = 256 * 1024;

    private static final int MOST_FRAMES = 4096;

    /** Place among the batches of the source, from 0. */
    long ticket;

    /** What ended the reading behind these frames. */
    @Nullable
    Throwable failure;

    long rows;

    private final RowReader reader;
    private final RowWriter writer;
    private final HeldFrame held = new HeldFrame();
    private int count;
    private int end;
    private final int[] offsets = new int[MOST_FRAMES + 1];
    private final int[] originalLengths = new int[MOST_FRAMES];
    private final int[] interfaceIds = new int[MOST_FRAMES];
    private final long[] times = new long[MOST_FRAMES];
    private final boolean[] timeKnown = new boolean[MOST_FRAMES];
    private final long[] numbers = new long[MOST_FRAMES];
    private final LinkType[] linkTypes = new LinkType[MOST_FRAMES];

    RowBatch(Query query, RowWriter writer) {
        reader = new RowReader(query);
        this.writer = writer;
    }

    void clear() {
        count = 0;
        end = 0;
        rows = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Copies a frame; false if it does not fit any more. */
    @SuppressWarnings("ReferenceEquality") // is meant
    boolean add(Frame frame, long number) {
        int length = frame.length();
        if (count == MOST_FRAMES || length > CAPACITY - end) {
            return false;
        }
        int i = count;
        held.bytes.put(end, frame.buffer(), frame.offset(), length);
        offsets[i] = end;
        end += length;
        offsets[i + 1] = end;
        originalLengths[i] = frame.originalLength();
        interfaceIds[i] = frame.interfaceId();
        times[i] = frame.timestampNanos();
        timeKnown[i] = frame.hasTimestamp();
        numbers[i] = number;
        LinkType linkType = frame.linkType();
        // Storing a reference costs the collector's barrier, and mostly it is the same one.
        if (linkTypes[i] != linkType) {
            linkTypes[i] = linkType;
        }
        count = i + 1;
        return true;
    }

    /** Makes the text of the rows of the frames that were added. */
    void format() {
        for (int i = 0; i < count; i++) {
            held.point(i);
            format(held, numbers[i]);
        }
        count = 0;
        end = 0;
    }

    /** Makes the text of the row of one frame more. */
    void format(Frame frame, long number) {
        if (reader.read(frame, number)) {
            writer.append(reader.row);
            rows++;
        }
    }

    /** Writes the text. */
    void writeTo(OutputStream out) throws IOException {
        writer.handOver(out);
    }

    /** The frame at hand, as its source gave it. */
    private final class HeldFrame extends Frame {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY);
        private int index;

        HeldFrame() {
            aim(bytes, 0, 0);
        }

        void point(int i) {
            index = i;
            aim(offsets[i], offsets[i + 1] - offsets[i]);
        }

        @Override
        public int originalLength() {
            return originalLengths[index];
        }

        @Override
        public boolean hasTimestamp() {
            return timeKnown[index];
        }

        @Override
        public long timestampNanos() {
            return times[index];
        }

        @Override
        public LinkType linkType() {
            return linkTypes[index];
        }

        @Override
        public int interfaceId() {
            return interfaceIds[index];
        }
    }
}
