package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static dev.ringwire.stack.transport.TcpSegment.URG;

import dev.ringwire.stack.PacketBuffer;

/** What a connection does with a segment that arrives, in the order of RFC 9293 section 3.10.7. */
final class TcpReceiver {
    /** Timestamps older than that are no reason to drop anything (RFC 7323 section 5.5). */
    private static final long TIMESTAMP_LIFE = 24L * 86_400 * 1_000_000_000L;

    private final TcpSession session;
    final TcpInput input;

    int irs;
    /** Next expected (RCV.NXT). */
    int nxt;
    /** Behind the last byte that the other side may send: never goes back. */
    int edge;
    /** The last acknowledgement sent. */
    int lastAck;
    /** What our SYN offers, always the same; never scaled. */
    final int firstWindow;

    private int tsRecent;
    private long tsRecentAt;
    private boolean ackWanted;
    long lastHeard;

    TcpReceiver(TcpSession session) {
        this.session = session;
        input = new TcpInput(session, this);
        firstWindow = input.firstWindow();
    }

    private TcpSender sender() {
        return session.sender();
    }

    private TcpCounters counters() {
        return session.layer().counters();
    }

    private long now() {
        return session.layer().context().now();
    }

    int tsRecent() {
        return tsRecent;
    }

    /** The other side begins with that SYN. */
    void start(int initial) {
        start(initial, firstWindow);
    }

    /** The other side begins with that SYN, and was offered so many bytes. */
    void start(int initial, int window) {
        irs = initial;
        nxt = initial + 1;
        lastAck = nxt;
        edge = nxt + window;
    }

    void timestamp(int value) {
        tsRecent = value;
        tsRecentAt = now();
    }

    /** Has an acknowledgement sent at the end of the batch. */
    void wantAck() {
        ackWanted = true;
        session.outputWanted();
    }

    boolean isAckWanted() {
        return ackWanted;
    }

    /** An acknowledgement goes out with these numbers. */
    void acknowledged() {
        ackWanted = false;
        lastAck = nxt;
        input.acknowledged();
        session.timers().cancelAck();
    }

    void delayIsOver() {
        wantAck();
    }

    void arrives(TcpSegment s, PacketBuffer packet) {
        session.counters().segmentsReceived++;
        lastHeard = now();
        if (session.state() == TcpState.SYN_SENT) {
            synSent(s);
        } else {
            synchronizedOrSynReceived(s, packet);
        }
    }

    // 3.10.7.3

    private void synSent(TcpSegment s) {
        boolean acceptable = s.has(ACK) && Sequence.gt(s.ack(), sender().iss) && Sequence.le(s.ack(), sender().max);
        if (s.has(ACK) && !acceptable) {
            drop();
            counters().badAck++;
            if (!s.has(RST)) {
                session.layer().output().sendReset(session.path, session.localPort, session.remotePort, s.ack());
            }
            return;
        }
        if (s.has(RST)) {
            if (acceptable) {
                session.machine().refused();
            } else {
                drop();
                counters().blindReset++;
            }
            return;
        }
        if (!s.has(SYN)) {
            drop();
            return;
        }
        start(s.seq());
        session.negotiated(s.mss(), s.windowScale(), s.sackPermitted(), s.hasTimestamps());
        if (s.hasTimestamps()) {
            timestamp(s.tsValue());
        }
        if (acceptable) {
            sender().synAcknowledged();
            sender().window(s.seq(), s.ack(), window(s));
            wantAck();
            session.machine().established();
        } else {
            sender().window(s.seq(), s.ack(), window(s));
            session.machine().synReceived();
        }
    }

    /** The bytes that a segment offers; in a SYN they are not scaled (RFC 7323 section 2.2). */
    private int window(TcpSegment s) {
        return s.has(SYN) ? s.window() : s.window() << sender().peerScale();
    }

    // 3.10.7.4

    private void synchronizedOrSynReceived(TcpSegment s, PacketBuffer packet) {
        int flags = s.flags();
        int seq = s.seq();
        boolean opening = session.state() == TcpState.SYN_RECEIVED;
        if (opening && s.has(SYN) && seq == irs) {
            // The other side of a simultaneous open says its SYN again, now with the acknowledgement of ours.
            flags &= ~SYN;
            seq++;
        }
        if (!isTimely(s)) {
            return;
        }
        // A reset counts by its number alone, also with data, which only says why (section 3.5.3), and while the window
        // is
        // closed (MUST-66, RFC 5961 section 3).
        int length = (flags & RST) != 0 ? 0 : s.payloadLength() + (flags & FIN) + (flags >>> 1 & 1);
        if (!isAcceptable(seq, length)) {
            unacceptable(s, seq, length);
            return;
        }
        if ((flags & RST) != 0) {
            if (seq == nxt) {
                session.machine().reset();
            } else {
                counters().blindReset++;
                challenge();
            }
            return;
        }
        if ((flags & SYN) != 0) {
            counters().blindSyn++;
            challenge();
            return;
        }
        if ((flags & ACK) == 0) {
            drop();
            counters().noAck++;
            return;
        }
        if (s.hasTimestamps()
                && session.timestamps()
                && Sequence.le(seq, lastAck)
                && (Sequence.ge(s.tsValue(), tsRecent) || now() - tsRecentAt >= TIMESTAMP_LIFE)) {
            timestamp(s.tsValue());
        }
        if (opening && !completesOpening(s, seq)) {
            return;
        }
        if (acknowledges(s, seq)) {
            session.machine().acknowledgedFin();
            urgent(s, seq);
            if (session.state() != TcpState.CLOSED && length > 0) {
                input.take(seq, s, packet, (flags & FIN) != 0);
            }
        }
    }

    private void urgent(TcpSegment s, int seq) {
        if (s.has(URG) && session.state().canReceive()) {
            input.urgent(seq + s.urgentPointer());
        }
    }

    /** PAWS (RFC 7323 section 5). */
    private boolean isTimely(TcpSegment s) {
        if (!session.timestamps() || s.has(RST)) {
            return true;
        }
        if (!s.hasTimestamps()) {
            drop();
            counters().missingTimestamp++;
            return false;
        }
        if (Sequence.lt(s.tsValue(), tsRecent) && now() - tsRecentAt < TIMESTAMP_LIFE) {
            drop();
            counters().oldTimestamp++;
            answerUnacceptable(s.has(SYN) ? 0 : s.length());
            return false;
        }
        return true;
    }

    private boolean isAcceptable(int seq, int length) {
        int window = edge - nxt;
        if (length == 0) {
            return seq == nxt || Sequence.ge(seq, nxt) && Sequence.lt(seq, edge);
        }
        if (window == 0) {
            return false;
        }
        int last = seq + length - 1;
        return Sequence.ge(seq, nxt) && Sequence.lt(seq, edge) || Sequence.ge(last, nxt) && Sequence.lt(last, edge);
    }

    private void unacceptable(TcpSegment s, int seq, int length) {
        if (s.has(RST)) {
            drop();
            counters().blindReset++;
            return;
        }
        if (Sequence.le(seq + length, nxt) && s.payloadLength() > 0) {
            input.duplicate(seq, seq + s.payloadLength());
        } else {
            drop();
            counters().outOfWindow++;
        }
        boolean probe = edge == nxt && seq == nxt;
        if (probe && s.has(ACK) && !s.has(SYN) && session.state().isSynchronized()) {
            // With a closed window, acknowledgements still count (RFC 9293 section 3.10.7.4).
            acknowledges(s, seq);
            session.machine().acknowledgedFin();
            urgent(s, seq);
        }
        if (session.state() != TcpState.CLOSED) {
            answerUnacceptable(s.has(SYN) ? 0 : length);
        }
    }

    /** Says where we are: at once for data, rarely for what may be meant to make us talk. */
    private void answerUnacceptable(int length) {
        if (length > 0) {
            session.sendAck();
        } else {
            challenge();
        }
    }

    private void challenge() {
        drop();
        if (session.mayChallenge(session.layer())) {
            session.sendAck();
        }
    }

    private void drop() {
        session.counters().dropped++;
    }

    private boolean completesOpening(TcpSegment s, int seq) {
        if (!Sequence.gt(s.ack(), sender().una) || Sequence.gt(s.ack(), sender().max)) {
            drop();
            counters().badAck++;
            session.layer().output().sendReset(session.path, session.localPort, session.remotePort, s.ack());
            return false;
        }
        sender().synAcknowledged();
        sender().window(seq, s.ack(), window(s));
        session.machine().established();
        return session.state() != TcpState.CLOSED;
    }

    /** Takes the acknowledgement and the window; false if the segment is to be dropped for it. */
    private boolean acknowledges(TcpSegment s, int seq) {
        TcpSender sender = sender();
        int ack = s.ack();
        if (Sequence.gt(ack, sender.max) || ack - sender.una < -Math.max(sender.largestWindow(), 1)) {
            counters().badAck++;
            challenge();
            return false;
        }
        sender.answered();
        int newlySacked = sender.recovery.sack(s);
        boolean outstanding = sender.una != sender.max;
        if (Sequence.gt(ack, sender.una)) {
            // What a duplicate made echoes the time of the first one, however long ago that was.
            if (s.hasTimestamps() && session.timestamps() && s.tsEcho() != 0 && !s.reportsDuplicate()) {
                sender.measureByTimestamp((session.timestampClock() - s.tsEcho()) * 1_000_000L);
            }
            sender.acknowledged(ack);
            session.upcalls().spaceFreed();
        } else if (ack == sender.una && outstanding && (s.length() == 0 || newlySacked > 0)) {
            int before = sender.window;
            boolean opened = sender.updateWindow(seq, ack, window(s));
            // What answers the probe of a closed window says nothing about a loss.
            boolean same = !opened && sender.window == before && before > 0 && s.sackCount() == 0;
            if (newlySacked > 0 || same) {
                sender.recovery.duplicate(newlySacked);
            }
            session.outputWanted();
            return true;
        }
        if (Sequence.ge(ack, sender.una) && sender.updateWindow(seq, ack, window(s)) || outstanding) {
            session.outputWanted();
        }
        return true;
    }
}
