package dev.ringwire.stack.transport;

import java.util.Arrays;

/**
 * What the peer has received behind a gap, kept by the sender (RFC 6675). Ranges of sequence numbers, sorted, not
 * touching each other, at most {@value #MAX_RANGES}: a peer that reports single bytes here and there costs no more than
 * that. What does not fit is forgotten, which at worst sends it again.
 */
final class SackScoreboard {
    /** More are not kept. */
    static final int MAX_RANGES = 128;

    /** {@link #nextSegment}: nothing to send. */
    static final int NOTHING = 0;

    /** {@link #nextSegment}: rule 1, what is taken for lost. */
    static final int LOST = 1;

    /** {@link #nextSegment}: rule 2, data that was never sent. */
    static final int NEW_DATA = 2;

    /** {@link #nextSegment}: rule 3, a gap below what was received, not yet taken for lost. */
    static final int GAP = 3;

    /** {@link #nextSegment}: rule 4, the last segment, so that its acknowledgement tells more. */
    static final int RESCUE = 4;

    /** So many segments behind one that is missing say that it is lost. */
    static final int DUP_THRESH = 3;

    private static final int MOST_DUP_THRESH = 32;

    private int duplicates = DUP_THRESH;
    private int[] starts = new int[8];
    private int[] ends = new int[8];
    private int count;
    private int sacked;
    private int segmentStart;
    private int segmentLength;

    /** Forgets all: the retransmission timer has rung, and the peer may have thrown it away (RFC 2018 section 8). */
    void clear() {
        count = 0;
        sacked = 0;
    }

    /** How many segments behind one that is missing say that it is lost; {@value #DUP_THRESH} at first. */
    int duplicates() {
        return duplicates;
    }

    /** One was late that was taken for lost: the next is given more time (as RFC 4653, one segment at a time). */
    void allowMoreReordering() {
        duplicates = Math.min(duplicates + 1, MOST_DUP_THRESH);
    }

    /** Waiting longer was a mistake. */
    void allowUsualReordering() {
        duplicates = DUP_THRESH;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Bytes received behind the gaps. */
    int sackedBytes() {
        return sacked;
    }

    /** How many ranges there are. */
    int ranges() {
        return count;
    }

    /**
     * All before {@code una} is acknowledged. A range that begins before or at it is forgotten with the rest of it: if
     * the peer still had that, it would have acknowledged it.
     */
    void acknowledge(int una) {
        int gone = 0;
        while (gone < count && Sequence.le(starts[gone], una)) {
            sacked -= ends[gone] - starts[gone];
            gone++;
        }
        if (gone > 0) {
            remove(0, gone);
        }
    }

    /**
     * A SACK block came. One that is not between {@code una} and {@code nxt}, such as a report of a duplicate (RFC 2883),
     * changes nothing.
     *
     * @param una first sequence number not acknowledged
     * @param nxt the one behind the last sent
     * @return bytes that were not known to be received
     */
    int add(int start, int end, int una, int nxt) {
        int span = nxt - una;
        int from = start - una;
        int to = end - una;
        if (span < 0 || from <= 0 || to <= from || to > span) {
            return 0;
        }
        int first = behind(start);
        int last = first;
        int low = start;
        int high = end;
        int known = 0;
        while (last < count && Sequence.le(starts[last], end)) {
            low = Sequence.min(low, starts[last]);
            high = Sequence.max(high, ends[last]);
            known += ends[last] - starts[last];
            last++;
        }
        int more = high - low - known;
        if (last > first) {
            starts[first] = low;
            ends[first] = high;
            remove(first + 1, last);
        } else if (!insert(first, low, high)) {
            return 0;
        }
        sacked += more;
        return more;
    }

    /** The first range that ends at {@code seq} or behind it. */
    private int behind(int seq) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Sequence.lt(ends[middle], seq)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void remove(int from, int to) {
        System.arraycopy(starts, to, starts, from, count - to);
        System.arraycopy(ends, to, ends, from, count - to);
        count -= to - from;
    }

    private boolean insert(int index, int start, int end) {
        int at = index;
        if (count == MAX_RANGES) {
            int shortest = shortest();
            if (ends[shortest] - starts[shortest] >= end - start) {
                return false;
            }
            sacked -= ends[shortest] - starts[shortest];
            remove(shortest, shortest + 1);
            at -= shortest < at ? 1 : 0;
        } else if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        System.arraycopy(starts, at, starts, at + 1, count - at);
        System.arraycopy(ends, at, ends, at + 1, count - at);
        starts[at] = start;
        ends[at] = end;
        count++;
        return true;
    }

    private int shortest() {
        int shortest = 0;
        for (int i = 1; i < count; i++) {
            if (ends[i] - starts[i] < ends[shortest] - starts[shortest]) {
                shortest = i;
            }
        }
        return shortest;
    }

    /** The sequence number behind the highest that was received; {@code una} if nothing is behind a gap. */
    int highestSacked(int una) {
        return count == 0 ? una : ends[count - 1];
    }

    /** Whether the byte was received. */
    boolean isSacked(int seq) {
        int at = behind(seq + 1);
        return at < count && Sequence.le(starts[at], seq);
    }

    /** The sequence number behind the range that the byte is in; the byte's own if it was not received. */
    int endOfRange(int seq) {
        int at = behind(seq + 1);
        return at < count && Sequence.le(starts[at], seq) ? ends[at] : seq;
    }

    /**
     * Whether a byte that was not received is to be taken for lost (IsLost of RFC 6675 section 4): {@link #duplicates}
     * ranges, or more bytes than one segment less, were received behind it.
     */
    boolean isLost(int seq, int mss) {
        return Sequence.lt(seq, lossEdge(seq, mss));
    }

    /**
     * What is below this and was not received, is lost; {@code una} if nothing is. Looks at {@link #duplicates} ranges at
     * most.
     *
     * @param una no later than the first range
     */
    int lossEdge(int una, int mss) {
        int bytes = 0;
        for (int i = count - 1; i >= 0; i--) {
            bytes += ends[i] - starts[i];
            if (count - i == duplicates || bytes > (duplicates - 1) * mss) {
                return Sequence.max(una, starts[i]);
            }
        }
        return una;
    }

    /**
     * Bytes taken to be under way (SetPipe of RFC 6675 section 4).
     *
     * @param una first sequence number not acknowledged
     * @param nxt the one behind the last sent
     * @param highRxt the one behind the last sent again; {@code una} or before if nothing was
     */
    int pipe(int una, int nxt, int highRxt, int mss) {
        int edge = lossEdge(una, mss);
        int pipe = notSacked(edge, nxt);
        if (Sequence.gt(highRxt, una)) {
            pipe += notSacked(una, Sequence.min(highRxt, nxt));
        }
        return pipe;
    }

    /** Bytes from there to there that were not received. */
    int notSacked(int from, int to) {
        int bytes = to - from;
        for (int i = count - 1; i >= 0 && Sequence.gt(ends[i], from); i--) {
            int low = Sequence.max(starts[i], from);
            int high = Sequence.min(ends[i], to);
            bytes -= Math.max(0, high - low);
        }
        return bytes;
    }

    /**
     * What to send next while losses are repaired (NextSeg of RFC 6675 section 4): {@link #LOST}, {@link #NEW_DATA},
     * {@link #GAP}, {@link #RESCUE} or {@link #NOTHING}. What to send again is at {@link #segmentStart} with
     * {@link #segmentLength}; for new data they say nothing.
     *
     * @param una first sequence number not acknowledged
     * @param nxt the one behind the last sent
     * @param highRxt the one behind the last sent again by {@link #LOST} or {@link #GAP}; {@code una} or before if
     *     nothing was
     * @param newData whether there is unsent data and the peer's window has room for it
     * @param rescue whether no {@link #RESCUE} was sent yet, or what it was sent for is acknowledged since
     */
    int nextSegment(int una, int nxt, int highRxt, int mss, boolean newData, boolean rescue) {
        boolean gap = findGap(Sequence.max(una, highRxt), mss);
        if (gap && isLost(segmentStart, mss)) {
            return LOST;
        }
        if (newData) {
            return NEW_DATA;
        }
        if (gap) {
            return GAP;
        }
        return rescue && findLast(una, nxt, mss) ? RESCUE : NOTHING;
    }

    /** The first bytes from there on that were not received, below some that were. */
    private boolean findGap(int from, int mss) {
        int at = behind(from + 1);
        int start = from;
        if (at < count && Sequence.le(starts[at], from)) {
            start = ends[at];
            at++;
        }
        if (at == count) {
            return false;
        }
        segmentStart = start;
        segmentLength = Math.min(mss, starts[at] - start);
        return true;
    }

    /** The last bytes that were not received. */
    private boolean findLast(int una, int nxt, int mss) {
        int end = nxt;
        int below = count - 1;
        if (count > 0 && ends[below] == nxt) {
            end = starts[below--];
        }
        int floor = below >= 0 ? ends[below] : una;
        segmentStart = Sequence.max(floor, end - mss);
        segmentLength = end - segmentStart;
        return segmentLength > 0;
    }

    int segmentStart() {
        return segmentStart;
    }

    int segmentLength() {
        return segmentLength;
    }
}
