package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;

/**
 * What a connection sends: when, how much, and again (RFC 9293 section 3.8, RFC 5681, RFC 6298). The bytes wait in a
 * {@link ByteRing} whose head is the first that is not acknowledged. {@link LossRecovery} says what was lost.
 */
final class TcpSender {
    /** Longest time between two probes of a closed window, and between two SYNs. */
    private static final long LONGEST_WAIT = 60_000_000_000L;

    /** So many time-outs in a row are a reason to doubt the way (R1, RFC 9293 SHLD-10). */
    private static final int R1 = 3;

    /** A SYN is sent again for at least three minutes (RFC 9293 MUST-23). */
    private static final long SYN_PATIENCE = 180_000_000_000L;

    /** Most bytes of one packet that the device cuts into segments. */
    private static final int MOST_AT_ONCE = 65_535 - 60 - 60;

    /** After so many timeouts in a row, long segments may be what is lost (RFC 2923 section 2.1). */
    private static final int BLACK_HOLE_TIMEOUTS = 5;

    private static final int NO_CEILING = Integer.MAX_VALUE;

    /** How long segments stay short, as with a path MTU that was told. */
    private static final long CEILING_LIFE = 600_000_000_000L;

    private final TcpSession session;
    final ByteRing ring;
    final RttEstimator rtt = new RttEstimator(RttEstimator.DEFAULT_MIN_RTO, RttEstimator.DEFAULT_MAX_RTO);
    final LossRecovery recovery;

    int iss;
    /** First sequence number not acknowledged (SND.UNA). */
    int una;
    /** Next to be sent (SND.NXT); goes back to {@link #una} when the retransmission timer has rung. */
    int nxt;
    /** Behind the highest ever sent. */
    int max;
    /** What the other side's window is, in bytes (SND.WND). */
    int window;

    private int windowSeq;
    private int windowAck;
    private int largestWindow;
    private int peerScale;
    private int peerMss;

    /** The sequence number of the byte at the head of the ring. */
    private int headSeq;

    private boolean finQueued;
    private int finSeq;

    /** Whether there is urgent data that is not acknowledged, and what is behind its last byte (SND.UP). */
    private boolean urgent;

    private int urgentEnd;

    /** Time-outs since something was acknowledged. */
    private int expired;

    private boolean timing;
    private int timedSeq;
    private long timedAt;
    private long lastSent;
    /** Since when the other side owes an answer. */
    private long waitingSince;

    /** Whether a probe of a closed window is unanswered. */
    private boolean probed;

    /** Most bytes of payload, where longer segments seem to be lost and nobody tells. */
    private int ceiling = NO_CEILING;

    private long ceilingUntil;
    private boolean retried;
    private long tailSeen;
    /** Longest payload so far, to notice that the path has become narrower. */
    private int segmentSize;

    TcpSender(TcpSession session) {
        this.session = session;
        ring = new ByteRing(session.options().sendBuffer(), session.layer().memory());
        peerMss = session.path.isIpv6() ? 1220 : 536;
        recovery = new LossRecovery(this);
    }

    TcpSession session() {
        return session;
    }

    private long now() {
        return session.layer().context().now();
    }

    /** Begins with that number; nothing is sent yet. */
    void start(int initial) {
        iss = initial;
        una = initial;
        nxt = initial;
        max = initial;
        headSeq = initial + 1;
        waitingSince = now();
    }

    /** Both SYNs are acknowledged, or the connection was taken over in mid-stream: the next byte is this one. */
    void establish(int next, int synLostTimes) {
        una = next;
        nxt = next;
        max = next;
        headSeq = next;
        windowSeq = session.receiver().nxt;
        windowAck = next;
        begin(synLostTimes);
    }

    /** What the other side said in its SYN. */
    void peer(int mss, int scale) {
        if (mss > 0) {
            peerMss = Math.max(mss, TcpLayer.LEAST_MSS);
        }
        peerScale = scale;
    }

    int peerScale() {
        return peerScale;
    }

    private void begin(int synLostTimes) {
        segmentSize = segmentSize();
        recovery.begin(session.options().congestionControl().create(segmentSize));
        if (synLostTimes > 0) {
            rtt.synWasLost();
            recovery.congestion().synWasLost();
        }
    }

    /** Most bytes of payload in one segment: what both sides and the path let through, without options (RFC 6691). */
    int segmentSize() {
        int most = session.path.mtu() - (session.path.isIpv6() ? 40 : 20) - TcpSegment.HEADER;
        int own = session.options().mss();
        most = Math.min(Math.min(most, ceiling), own > 0 ? Math.min(own, peerMss) : peerMss);
        return Math.max(8, most - (session.timestamps() ? 12 : 0));
    }

    /** The window that a segment offers. */
    void window(int seq, int ack, int bytes) {
        windowSeq = seq;
        windowAck = ack;
        window = bytes;
        largestWindow = Math.max(largestWindow, window);
    }

    /** Takes a window, unless it is older than the last (SND.WL1, SND.WL2); whether it opened. */
    boolean updateWindow(int seq, int ack, int bytes) {
        if (Sequence.lt(windowSeq, seq) || windowSeq == seq && Sequence.le(windowAck, ack)) {
            int before = window;
            window(seq, ack, bytes);
            if (window > 0) {
                endProbing();
                rttAfterProbe(before);
            }
            return window > before;
        }
        return false;
    }

    /** The window is open: what a probe has sent is now the retransmission timer's to watch. */
    private void endProbing() {
        if (session.timers().isProbeSet()) {
            session.timers().cancelProbe();
            if (una != max && !session.timers().isRetransmitSet()) {
                session.timers().retransmit(now() + rtt.rto());
            }
            // The window may still be too small, and what asks again later is off.
            session.outputWanted();
        }
    }

    private void rttAfterProbe(int before) {
        if (before == 0) {
            rtt.resetBackOff();
        }
    }

    /** What the other side can take of a connection that was taken over. */
    void adoptWindow(int bytes) {
        window = bytes;
        largestWindow = bytes;
    }

    int largestWindow() {
        return largestWindow;
    }

    /** Everything that was handed over is sent, then FIN. */
    void queueFin() {
        if (!finQueued) {
            finQueued = true;
            finSeq = headSeq + ring.size();
        }
    }

    /** All that was handed over until now is urgent. */
    void markUrgent() {
        urgent = true;
        urgentEnd = dataEnd();
    }

    boolean isUrgent() {
        return urgent;
    }

    /** The urgent pointer of a segment that begins there; 0 if it is to have none. */
    int urgentPointer(int seq) {
        return urgent && Sequence.gt(urgentEnd, seq) ? Math.min(urgentEnd - seq, 65_535) : 0;
    }

    boolean isFinQueued() {
        return finQueued;
    }

    boolean isFinAcknowledged() {
        return finQueued && una == finSeq + 1;
    }

    int dataEnd() {
        return finQueued ? finSeq : headSeq + ring.size();
    }

    /** Bytes handed over and not sent. */
    int unsent() {
        return Math.max(0, dataEnd() - Sequence.max(nxt, headSeq));
    }

    /** Sequence numbers sent and not acknowledged. */
    int unacknowledged() {
        return max - una;
    }

    // Handshake.

    void sendSyn() {
        boolean answer = session.state() == TcpState.SYN_RECEIVED;
        if (!retried) {
            retried = true;
            waitingSince = now();
            timing = true;
            timedSeq = iss + 1;
            timedAt = now();
        } else {
            timing = false;
            session.counters().retransmitted++;
            session.layer().counters().retransmitted++;
        }
        nxt = iss + 1;
        max = iss + 1;
        session.emitSyn(iss, answer ? SYN | ACK : SYN);
        session.timers().retransmit(now() + Math.min(rtt.rto(), LONGEST_WAIT));
    }

    /** Our SYN is acknowledged. */
    void synAcknowledged() {
        session.timers().cancelRetransmit();
        una = iss + 1;
        headSeq = una;
        boolean lost = !timing;
        measure(una);
        begin(lost ? 1 : 0);
    }

    // Data.

    /** Sends what may be sent now; whether anything was. */
    boolean output() {
        boolean sent = false;
        restartAfterIdle();
        if (recovery.isActive()) {
            sent = recovery.retransmit();
        }
        while (sendNext()) {
            sent = true;
        }
        if (!sent
                && nxt == una
                && (unsent() > 0 || finIsUnsent())
                && !session.timers().isProbeSet()
                && !session.timers().isRetransmitSet()) {
            // The window is closed or too small: ask again later (RFC 9293 section 3.8.6.1).
            waitingSince = probed ? waitingSince : now();
            session.timers().probe(now() + Math.min(rtt.rto(), LONGEST_WAIT));
        }
        return sent;
    }

    private boolean finIsUnsent() {
        return finQueued && Sequence.le(nxt, finSeq);
    }

    private void restartAfterIdle() {
        if (max == una && unsent() > 0 && lastSent != 0 && now() - lastSent > rtt.rto()) {
            recovery.congestion().idleRestart();
            lastSent = now();
        }
    }

    private boolean sendNext() {
        recovery.skipReceived();
        int pending = dataEnd() - nxt;
        boolean fin = finIsUnsent();
        if (pending <= 0 && !fin) {
            return false;
        }
        int usable = una + window - nxt;
        int allowed = Math.min(usable, recovery.allowance());
        int size = segmentSize();
        if (size != segmentSize) {
            segmentSize = size;
            recovery.congestion().mss(size);
        }
        int length = Math.min(Math.max(pending, 0), allowed);
        if (length < 0 || pending > 0 && length == 0) {
            return false;
        }
        if (length >= size) {
            length = wholeSegments(length, size);
        } else if (pending > 0 && !maySendSmall(length, pending, usable)) {
            return false;
        }
        boolean withFin = fin && length == pending && length < usable;
        if (length == 0 && !withFin) {
            return false;
        }
        transmit(nxt, length, withFin, size);
        nxt += length + (withFin ? 1 : 0);
        return true;
    }

    private int wholeSegments(int length, int size) {
        int most = session.layer().output().segmentsAtOnce(session) * size;
        return Math.min(length - length % size, Math.min(most, MOST_AT_ONCE - MOST_AT_ONCE % size));
    }

    /** Whether less than a whole segment may go (RFC 9293 sections 3.7.4 and 3.8.6.2.1). */
    private boolean maySendSmall(int length, int pending, int usable) {
        if (Sequence.lt(nxt, max)) {
            return true;
        }
        if (length == pending) {
            return session.options().noDelay() || nxt == una || finQueued;
        }
        return length == usable && length >= largestWindow / 2 && length > 0;
    }

    /** Sends bytes from the ring, or again; counts, and sets the timers. */
    void transmit(int seq, int length, boolean withFin, int size) {
        long now = now();
        int end = seq + length + (withFin ? 1 : 0);
        if (Sequence.lt(seq, max)) {
            timing = false;
            int segments = Math.max(1, (length + size - 1) / size);
            session.counters().retransmitted += segments;
            session.layer().counters().retransmitted += segments;
        } else {
            session.counters().bytesSent += length;
            if (!timing) {
                timing = true;
                timedSeq = end;
                timedAt = now;
            }
        }
        if (max == una) {
            waitingSince = now;
        }
        max = Sequence.max(max, end);
        lastSent = now;
        boolean push = length > 0 && seq + length == dataEnd();
        session.emit(seq, ACK | (push ? PSH : 0) | (withFin ? FIN : 0), length, ring.head() + (seq - headSeq), size);
        if (!session.timers().isRetransmitSet()) {
            session.timers().retransmit(now + rtt.rto());
        }
        session.timers().cancelProbe();
    }

    /** The first segment that is not acknowledged, once more. */
    int retransmitFirst() {
        int length = Math.max(0, Math.min(segmentSize(), Math.min(dataEnd(), max) - una));
        boolean withFin = finQueued && una + length == finSeq && Sequence.gt(max, finSeq);
        transmit(una, length, withFin, segmentSize());
        return una + length + (withFin ? 1 : 0);
    }

    /** Sends a range again, cut to what there is. */
    int retransmit(int seq, int most) {
        int length = Math.max(0, Math.min(Math.min(most, segmentSize()), dataEnd() - seq));
        boolean withFin = finQueued && seq + length == finSeq && Sequence.gt(max, finSeq) && length < most;
        transmit(seq, length, withFin, segmentSize());
        return seq + length + (withFin ? 1 : 0);
    }

    // Acknowledgements.

    /** Bytes up to there are acknowledged, which is new. */
    void acknowledged(int ack) {
        measure(ack);
        int bytes = ack - una;
        boolean full = recovery.isWindowFull();
        una = ack;
        int end = Sequence.min(ack, dataEnd());
        if (Sequence.gt(end, headSeq)) {
            ring.release(ring.head() + (end - headSeq));
            headSeq = end;
        }
        nxt = Sequence.max(nxt, una);
        rtt.resetBackOff();
        waitingSince = now();
        expired = 0;
        urgent = urgent && Sequence.gt(urgentEnd, ack);
        if (ceiling != NO_CEILING && now() >= ceilingUntil) {
            ceiling = NO_CEILING;
        }
        recovery.acknowledged(bytes, full);
        if (una == max) {
            session.timers().cancelRetransmit();
        } else {
            session.timers().retransmit(now() + rtt.rto());
        }
    }

    private void measure(int ack) {
        if (timing && Sequence.ge(ack, timedSeq)) {
            rtt.sample(now() - timedAt);
            timing = false;
        }
    }

    /** A round trip known from a timestamp, where the clock alone cannot tell which copy arrived (RFC 7323 section 4). */
    void measureByTimestamp(long nanos) {
        if (!timing && nanos >= 0) {
            rtt.sampleOfRetransmitted(nanos);
        }
    }

    // Timers.

    void retransmissionTimeout() {
        TcpState state = session.state();
        boolean handshake = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
        if (handshake ? now() - waitingSince >= SYN_PATIENCE : isPatienceOver()) {
            session.machine().timedOut();
            return;
        }
        session.counters().timeouts++;
        session.layer().counters().timeouts++;
        rtt.backOff();
        if (++expired == R1) {
            session.machine().doubtPath();
            if (session.state() == TcpState.CLOSED) {
                return;
            }
        }
        if (handshake) {
            sendSyn();
            return;
        }
        if (una == max) {
            return;
        }
        timing = false;
        lookForBlackHole();
        recovery.timeout(max - una);
        nxt = una;
        if (window == 0) {
            probe();
        } else {
            sendNext();
        }
        session.timers().retransmit(now() + rtt.rto());
    }

    /** Makes segments as short as nearly every path takes them, where longer ones do not arrive (RFC 4821 section 7.7). */
    private void lookForBlackHole() {
        int size = segmentSize();
        int shorter = session.path.isIpv6() ? 1280 - 60 : size > 1024 ? 1024 : 512;
        if (rtt.backOffs() >= BLACK_HOLE_TIMEOUTS && size > shorter && Math.min(dataEnd(), max) - una > shorter) {
            ceiling = shorter;
            ceilingUntil = now() + CEILING_LIFE;
            session.layer().counters().blackHoles++;
        }
    }

    /** With a closed window only what answers no probe counts, so that it may stay closed for ever. */
    private boolean isPatienceOver() {
        return (window > 0 || probed)
                && now() - waitingSince >= (long) session.options().userTimeout() * 1_000_000L;
    }

    /** The window has been closed for a while. */
    void probeTimeout() {
        if (!session.state().isSynchronized() || unsent() == 0 && !finIsUnsent()) {
            return;
        }
        if (isPatienceOver()) {
            session.machine().timedOut();
            return;
        }
        rtt.backOff();
        probe();
        if (window == 0) {
            session.timers().cancelRetransmit();
            session.timers().probe(now() + Math.min(rtt.rto(), LONGEST_WAIT));
        }
    }

    /** One byte, or as much as fits a window that is too small for what is usual. */
    private void probe() {
        session.layer().counters().windowProbes++;
        if (!probed) {
            probed = true;
            waitingSince = now();
        }
        int length = Math.min(unsent(), Math.max(1, Math.min(window, segmentSize())));
        boolean withFin = length == 0 && finIsUnsent();
        int seq = nxt;
        transmit(seq, length, withFin, segmentSize());
        if (window > 0) {
            nxt = seq + length;
        }
    }

    /**
     * The other side has answered a probe, so it is alive, however long its window stays closed (RFC 9293 MUST-37). Once
     * nobody here waits for it, only what it takes counts, else it could keep what was left to it for ever.
     */
    void answered() {
        if (session.machine().isClosedByUser()) {
            return;
        }
        probed = false;
        if (session.timers().isProbeSet() || window == 0) {
            waitingSince = now();
        }
    }

    /** The path has become narrower: what is on its way is lost, which says nothing about congestion (RFC 1191). */
    void pathChanged() {
        if (una != max && segmentSize() < segmentSize) {
            nxt = una;
            session.outputWanted();
        }
    }

    /** Gives memory back that was not used since the last call, or, where it is short, is not used now. */
    void tidy(boolean isShort) {
        long tail = ring.tail();
        if ((isShort || tail == tailSeen) && ring.size() == 0) {
            ring.trim();
        }
        tailSeen = tail;
    }

    /** A segment that tells the state and takes no sequence number, such as a keep-alive probe: one number too low. */
    void probeAlive() {
        session.emit(una - 1, ACK, 0, 0, 0);
    }

    void reset() {
        session.emit(max, RST | ACK, 0, 0, 0);
    }
}
