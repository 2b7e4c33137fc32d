package dev.ringwire.stack.transport;

/**
 * What has been received behind a gap, kept by the receiver, and what of it to tell the sender (RFC 2018, RFC 2883).
 * Ranges of sequence numbers, sorted, not touching each other, at most {@value #MAX_RANGES}.
 */
final class ReassemblyRanges {
    /** More are not kept; the sender sends the rest again. */
    static final int MAX_RANGES = 32;

    private final int[] starts = new int[MAX_RANGES];
    private final int[] ends = new int[MAX_RANGES];

    /** When each range last changed, in changes. */
    private final long[] changed = new long[MAX_RANGES];

    private int count;
    private long changes;
    private int bytes;
    private int duplicateStart;
    private int duplicateEnd;
    private long refused;

    /**
     * A segment with these sequence numbers came, within the receive window. What of it had come before is noted as a
     * {@link #duplicate}.
     *
     * @param rcvNxt the first sequence number that is missing
     * @return false if there are too many ranges to keep it, so that its bytes must not be counted on
     */
    boolean add(int start, int end, int rcvNxt) {
        int low = start;
        if (Sequence.lt(low, rcvNxt)) {
            duplicate(low, Sequence.min(end, rcvNxt));
            low = rcvNxt;
        }
        if (Sequence.ge(low, end)) {
            return true;
        }
        int first = 0;
        while (first < count && Sequence.lt(ends[first], low)) {
            first++;
        }
        int last = first;
        int high = end;
        int merged = low;
        int known = 0;
        while (last < count && Sequence.le(starts[last], end)) {
            noteOverlap(last, low, end);
            merged = Sequence.min(merged, starts[last]);
            high = Sequence.max(high, ends[last]);
            known += ends[last] - starts[last];
            last++;
        }
        if (last == first) {
            if (count == MAX_RANGES) {
                refused++;
                return false;
            }
            move(first, first + 1);
        } else {
            move(last, first + 1);
        }
        set(first, merged, high);
        bytes += high - merged - known;
        return true;
    }

    private void noteOverlap(int range, int start, int end) {
        int low = Sequence.max(start, starts[range]);
        int high = Sequence.min(end, ends[range]);
        if (Sequence.lt(low, high)) {
            duplicate(low, high);
        }
    }

    /** Shifts the ranges from one index on to another. */
    private void move(int from, int to) {
        System.arraycopy(starts, from, starts, to, count - from);
        System.arraycopy(ends, from, ends, to, count - from);
        System.arraycopy(changed, from, changed, to, count - from);
        count += to - from;
    }

    private void set(int index, int start, int end) {
        starts[index] = start;
        ends[index] = end;
        changed[index] = ++changes;
    }

    /**
     * Takes out what joins on.
     *
     * @param rcvNxt behind what has come in order
     * @return behind what has come without a gap
     */
    int advance(int rcvNxt) {
        int edge = rcvNxt;
        int gone = 0;
        while (gone < count && Sequence.le(starts[gone], edge)) {
            edge = Sequence.max(edge, ends[gone]);
            bytes -= ends[gone] - starts[gone];
            gone++;
        }
        if (gone > 0) {
            move(gone, 0);
        }
        return edge;
    }

    /** These had come before: the next {@link #blocks} begins with them (RFC 2883). Of several, the last one counts. */
    void duplicate(int start, int end) {
        duplicateStart = start;
        duplicateEnd = end;
    }

    /** Whether a duplicate is still to be reported. */
    boolean hasDuplicate() {
        return duplicateStart != duplicateEnd;
    }

    /**
     * What to report: a duplicate once, then the ranges, the one that changed last first.
     *
     * @param out gets first sequence number and the one behind the last, of each block in turn
     * @param most blocks that may be reported
     * @return blocks
     */
    int blocks(int[] out, int most) {
        int n = 0;
        if (hasDuplicate() && most > 0) {
            // A range that holds the duplicate comes right behind it (RFC 2883 section 4).
            touch(duplicateStart);
            out[0] = duplicateStart;
            out[1] = duplicateEnd;
            n = 1;
            duplicateEnd = duplicateStart;
        }
        int ranges = Math.min(count, most - n);
        // Whatever has changed longer ago than the last one reported.
        long younger = -1;
        for (int i = 0; i < ranges; i++, n++) {
            int best = -1;
            long bestAge = Long.MAX_VALUE;
            for (int j = 0; j < count; j++) {
                long age = changes - changed[j];
                if (age > younger && age < bestAge) {
                    best = j;
                    bestAge = age;
                }
            }
            younger = bestAge;
            out[2 * n] = starts[best];
            out[2 * n + 1] = ends[best];
        }
        return n;
    }

    private void touch(int seq) {
        for (int i = 0; i < count; i++) {
            if (Sequence.le(starts[i], seq) && Sequence.lt(seq, ends[i])) {
                changed[i] = ++changes;
            }
        }
    }

    /** How many ranges there are. */
    int count() {
        return count;
    }

    /** Bytes behind the gap. */
    int bytes() {
        return bytes;
    }

    /** Segments that were one range too many. */
    long refused() {
        return refused;
    }
}
