package dev.ringwire.stack.transport;

import dev.ringwire.stack.PacketBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that come in: put in order, handed to the application or kept in a {@link ByteRing} for it, acknowledged
 * (RFC 5681 section 4.2), and the window that follows from what is kept (RFC 9293 section 3.8.6.2.2).
 */
final class TcpInput {
    /** How long an acknowledgement may wait for company (RFC 9293 SHLD-18 says less than half a second). */
    private static final long DELAY = 40_000_000L;

    private final TcpSession session;
    private final TcpReceiver receiver;
    final ByteRing ring;
    /** With the first segment that is out of order. */
    private @Nullable ReassemblyRanges ranges;

    /** How far the window is shifted to the right. */
    private int scale;

    private int unacknowledged;
    private int largestSegment = 536;
    private long tailSeen;
    private boolean finKnown;
    private int finSeq;
    private volatile boolean ended;

    /** Bytes that an application is just shown and that are not in the ring. */
    private int shown;

    /** Behind the last urgent byte (RCV.UP). */
    private int urgentEnd;

    private boolean urgent;

    TcpInput(TcpSession session, TcpReceiver receiver) {
        this.session = session;
        this.receiver = receiver;
        ring = new ByteRing(session.options().receiveBuffer(), session.layer().memory());
    }

    void scale(int shift) {
        scale = shift;
    }

    int scale() {
        return scale;
    }

    /** Whether the other side's FIN has come after all its bytes. */
    boolean isEnded() {
        return ended;
    }

    boolean hasGap() {
        ReassemblyRanges r = ranges;
        return r != null && r.count() > 0;
    }

    /** The shift that the window of a buffer needs. */
    static int scaleFor(int buffer) {
        int shift = 0;
        while (shift < TcpSegment.MAX_WINDOW_SCALE && 65_535 << shift < buffer) {
            shift++;
        }
        return shift;
    }

    private TcpCounters counters() {
        return session.layer().counters();
    }

    // Window.

    /** The window field to be sent; moves the edge. */
    int advertise() {
        int open = Math.max(0, receiver.edge - receiver.nxt);
        int space = space();
        if (space - open >= Math.min(ring.capacity() / 2, largestSegment)) {
            open = space;
        }
        // A field that is rounded down would take back what was offered.
        int field = Math.min(open + (1 << scale) - 1 >>> scale, 65_535);
        receiver.edge = Sequence.max(receiver.edge, receiver.nxt + (field << scale));
        return field;
    }

    /** What may be offered; less than there is room for by what rounding up may add. */
    private int space() {
        return Math.max(0, Math.min(ring.room() - (1 << scale) + 1, 65_535 << scale));
    }

    /** What a SYN offers. */
    int firstWindow() {
        return Math.min(65_535, ring.room());
    }

    /** Whether reading has opened the window so far that the other side should know. */
    boolean isWindowUpdateDue() {
        int open = receiver.edge - receiver.nxt;
        return space() - open >= Math.min(ring.capacity() / 2, 2 * largestSegment);
    }

    /** Whether the window is even twice as large as the other side knows. From any thread, roughly. */
    boolean isWindowUpdateUrgent() {
        return isWindowUpdateDue() && space() / 2 >= receiver.edge - receiver.nxt;
    }

    /**
     * Gives memory back that was not used since the last call, or, where it is short, is not used now.
     *
     * @param isShort whether it is: then what waits behind a gap goes, too, as the other side keeps it until it is
     *     acknowledged (RFC 2018 section 8)
     */
    void tidy(boolean isShort) {
        boolean idle = ring.tail() == tailSeen;
        tailSeen = ring.tail();
        ReassemblyRanges r = ranges;
        boolean gap = r != null && r.count() > 0;
        if (ring.size() > 0 || !idle && (gap || !isShort) || gap && !isShort) {
            return;
        }
        if (gap) {
            counters().outOfOrderRefused += r.count();
            ranges = null;
        }
        ring.trim();
    }

    // Acknowledgements.

    void acknowledged() {
        unacknowledged = 0;
    }

    private void acknowledgeLater(int length) {
        unacknowledged += length;
        largestSegment = Math.max(largestSegment, Math.min(length, session.receiveSegmentSize()));
        if (unacknowledged >= 2 * largestSegment) {
            receiver.wantAck();
        } else if (!receiver.isAckWanted()) {
            session.timers().ack(session.layer().context().now() + DELAY);
        }
    }

    /** SACK blocks of the next segment; how many. */
    int sackBlocks(int[] out, int most) {
        ReassemblyRanges r = ranges;
        return r == null ? 0 : r.blocks(out, most);
    }

    /** Bytes that had come before came again. */
    void duplicate(int start, int end) {
        counters().duplicates++;
        session.counters().duplicates++;
        if (session.sack()) {
            ranges().duplicate(start, end);
        }
    }

    private ReassemblyRanges ranges() {
        ReassemblyRanges r = ranges;
        if (r == null) {
            r = new ReassemblyRanges();
            ranges = r;
        }
        return r;
    }

    // Urgent data (RFC 9293 section 3.8.5).

    /** The other side says that all up to there is urgent; told to the application if that is news. */
    void urgent(int end) {
        if (Sequence.gt(end, receiver.nxt - ring.size()) && (!urgent || Sequence.gt(end, urgentEnd))) {
            urgent = true;
            urgentEnd = end;
            session.upcalls().urgent();
        }
    }

    /** Bytes from the first that nobody has taken to the end of the urgent data. */
    int urgentBytes() {
        int left = urgentEnd - (receiver.nxt - ring.size() - shown);
        urgent = urgent && left > 0;
        return urgent ? left : 0;
    }

    // Bytes.

    /** Takes an acceptable segment with data or FIN. */
    void take(int first, TcpSegment s, PacketBuffer packet, boolean withFin) {
        int seq = first;
        int length = s.payloadLength();
        int from = s.payloadOffset();
        boolean fin = withFin;
        if (length > 0 && session.machine().isClosedByUser()) {
            // Nobody will ever read it (RFC 1122 section 4.2.2.13).
            counters().dataAfterClose++;
            session.abort();
            return;
        }
        if (!session.state().canReceive()) {
            receiver.wantAck();
            return;
        }
        if (Sequence.lt(seq, receiver.nxt)) {
            int before = Math.min(receiver.nxt - seq, length);
            if (before > 0) {
                duplicate(seq, seq + before);
            }
            seq += before;
            from += before;
            length -= before;
            receiver.wantAck();
        }
        int beyond = seq + length - receiver.edge;
        if (beyond > 0) {
            counters().bytesRefused += beyond;
            length -= beyond;
            fin = false;
            receiver.wantAck();
        }
        if (fin) {
            finKnown = true;
            finSeq = seq + length;
        }
        if (length > 0) {
            if (seq == receiver.nxt) {
                inOrder(packet, from, length);
            } else {
                outOfOrder(seq, packet, from, length);
            }
        } else if (fin && seq != receiver.nxt) {
            session.sendAck();
        }
        if (finKnown && finSeq == receiver.nxt && session.state().canReceive()) {
            finKnown = false;
            end();
        }
    }

    private void inOrder(PacketBuffer packet, int from, int length) {
        ReassemblyRanges r = ranges;
        boolean gap = r != null && r.count() > 0;
        TcpApplication application = session.application();
        int kept;
        if (application != null && !gap && ring.size() == 0) {
            kept = handOver(application, packet, from, length);
        } else {
            kept = keep(packet, from, length);
            if (gap && kept > 0) {
                r.add(receiver.nxt, receiver.nxt + kept, receiver.nxt);
                int edge = r.advance(receiver.nxt + kept);
                int more = edge - receiver.nxt;
                ring.publish(ring.tail() + more);
                advance(more);
                // Fill a gap, say so at once (RFC 5681 section 4.2).
                receiver.wantAck();
            } else {
                ring.publish(ring.tail() + kept);
                advance(kept);
            }
            session.upcalls().dataWaits();
        }
        if (kept < length) {
            counters().bytesRefused += length - kept;
            receiver.wantAck();
        }
    }

    private void advance(int count) {
        receiver.nxt += count;
        session.counters().bytesReceived += count;
        acknowledgeLater(count);
    }

    /** Straight from the packet to the application; what that leaves goes into the ring. */
    private int handOver(TcpApplication application, PacketBuffer packet, int from, int length) {
        ByteBuffer data = session.layer().view(packet.bytes(), from, length);
        advance(length);
        shown = length;
        session.upcalls().received(application, data);
        shown = 0;
        if (session.state() == TcpState.CLOSED) {
            return length;
        }
        int used = Math.max(0, Math.min(length, data.position() - from));
        int left = length - used;
        if (left == 0) {
            return length;
        }
        int kept = keep(packet, from + used, left);
        ring.publish(ring.tail() + kept);
        receiver.nxt -= left - kept;
        session.counters().bytesReceived -= left - kept;
        return used + kept;
    }

    /** As many bytes as there is memory for, not yet to be read. */
    private int keep(PacketBuffer packet, int from, int length) {
        return ring.place(packet.bytes(), from, length);
    }

    private void outOfOrder(int seq, PacketBuffer packet, int from, int length) {
        counters().outOfOrder++;
        session.counters().outOfOrder++;
        boolean kept = ring.placeAhead(ring.tail() + (seq - receiver.nxt), packet.bytes(), from, length)
                && ranges().add(seq, seq + length, receiver.nxt);
        if (!kept) {
            counters().outOfOrderRefused++;
        }
        // At once and for each segment, as the sender counts them (RFC 5681 section 4.2).
        session.sendAck();
    }

    private void end() {
        receiver.nxt++;
        receiver.edge = Sequence.max(receiver.edge, receiver.nxt);
        receiver.wantAck();
        ended = true;
        session.machine().inputEnded();
    }
}
