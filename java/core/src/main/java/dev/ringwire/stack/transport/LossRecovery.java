package dev.ringwire.stack.transport;

import org.jspecify.annotations.Nullable;

/**
 * What of the data on its way is lost, and how much may be sent besides: fast retransmit and recovery with SACK
 * (RFC 6675) and without (RFC 6582), limited transmit (RFC 3042), and the congestion window.
 */
final class LossRecovery {
    private static final int DUPLICATES = SackScoreboard.DUP_THRESH;

    private final TcpSender sender;
    private @Nullable CongestionControl congestion;
    /** With the first SACK block. */
    private @Nullable SackScoreboard scoreboard;

    private boolean active;
    private int duplicateAcks;
    /** Bytes that have left the network for each duplicate acknowledgement; only without SACK. */
    private int left;
    /** What was sent when the loss was seen ends here. */
    private int recover;

    private boolean recoverIsValid;
    private int highRetransmitted;
    /** The segment that was sent again first. */
    private int repaired;
    /** What is behind this was sent after the first segment was sent again. */
    private int sentSince;

    private boolean rescue;
    /** Since the last new acknowledgement. */
    private boolean timedOut;

    LossRecovery(TcpSender sender) {
        this.sender = sender;
    }

    void begin(CongestionControl control) {
        congestion = control;
        highRetransmitted = sender.una;
        repaired = sender.una - 1;
    }

    CongestionControl congestion() {
        CongestionControl c = congestion;
        if (c == null) {
            throw new IllegalStateException("the connection is not up");
        }
        return c;
    }

    int window() {
        CongestionControl c = congestion;
        return c == null ? 0 : c.window();
    }

    boolean isActive() {
        return active;
    }

    private long now() {
        return sender.session().layer().context().now();
    }

    private boolean hasSack() {
        return sender.session().sack();
    }

    private SackScoreboard scoreboard() {
        SackScoreboard s = scoreboard;
        if (s == null) {
            s = new SackScoreboard();
            scoreboard = s;
        }
        return s;
    }

    /** Bytes taken to be on their way. */
    private int pipe() {
        SackScoreboard s = scoreboard;
        if (hasSack() && s != null && !s.isEmpty()) {
            if (active) {
                return s.pipe(sender.una, sender.nxt, highRetransmitted, sender.segmentSize());
            }
            return s.notSacked(sender.una, sender.nxt);
        }
        return Math.max(0, sender.nxt - sender.una - left);
    }

    /** How many more bytes may be under way. */
    int allowance() {
        return congestion().window() - pipe();
    }

    /** Whether the window, not the user, held the sender back, so that it may grow (RFC 7661). */
    boolean isWindowFull() {
        int flight = sender.max - sender.una;
        int window = congestion().window();
        return flight + sender.segmentSize() > window
                || window < congestion().slowStartThreshold() && 2 * flight >= window;
    }

    /** After a time-out, moves on over what the other side has. */
    void skipReceived() {
        SackScoreboard s = scoreboard;
        if (s != null && !s.isEmpty() && Sequence.lt(sender.nxt, sender.max)) {
            sender.nxt = s.endOfRange(sender.nxt);
        }
    }

    /** A segment with SACK blocks; bytes that were not known to be received. */
    int sack(TcpSegment segment) {
        int news = 0;
        if (hasSack() && segment.sackCount() > 0) {
            if (segment.reportsDuplicate() && segment.sackStart(0) == repaired) {
                // What was taken for lost was late, behind more than we allow for.
                scoreboard().allowMoreReordering();
            }
            for (int i = 0; i < segment.sackCount(); i++) {
                news += scoreboard().add(segment.sackStart(i), segment.sackEnd(i), sender.una, sender.max);
            }
        }
        return news;
    }

    /** An acknowledgement of nothing new came while data is on its way. */
    void duplicate(int newlySacked) {
        duplicateAcks++;
        sender.session().counters().duplicateAcks++;
        if (!hasSack()) {
            left = active
                    ? left + sender.segmentSize()
                    : Math.min(duplicateAcks, DUPLICATES - 1) * sender.segmentSize();
        }
        if (!active && (duplicateAcks >= duplicates() || hasSack() && newlySacked > 0 && isFirstLost())) {
            enter();
        }
        sender.session().outputWanted();
    }

    private int duplicates() {
        SackScoreboard s = scoreboard;
        return s == null ? DUPLICATES : s.duplicates();
    }

    private boolean isFirstLost() {
        return scoreboard().isLost(sender.una, sender.segmentSize());
    }

    private void enter() {
        // After a time-out, duplicates may come from segments sent twice (RFC 6582 section 3.2, RFC 6675 section 5.1).
        if (recoverIsValid && Sequence.lt(sender.una, recover)) {
            return;
        }
        recoverIsValid = true;
        recover = sender.max;
        active = true;
        rescue = true;
        sender.session().counters().fastRetransmits++;
        sender.session().layer().counters().fastRetransmits++;
        congestion().enterRecovery(sender.max - sender.una, now());
        sender.nxt = sender.max;
        if (Sequence.gt(highRetransmitted, sender.una)) {
            // The recovery before this one has sent it again already.
            sentSince = sender.max;
        } else {
            repaired = sender.una;
            retransmitFirst();
        }
        left = hasSack() ? 0 : DUPLICATES * sender.segmentSize();
    }

    private void retransmitFirst() {
        highRetransmitted = Sequence.max(highRetransmitted, sender.retransmitFirst());
        sentSince = sender.max;
        sender.session().timers().retransmit(now() + sender.rtt.rto());
    }

    /**
     * What was sent again is lost, too, when enough has arrived that was sent after it: the rule of IsLost, in the order
     * of sending instead of sequence numbers, as RFC 8985 has it by time. Without, every such loss would take a timeout.
     * It lowers the window once more (RFC 5681 section 4.3).
     */
    private void repairAgain(SackScoreboard s, int size) {
        int highest = s.highestSacked(sender.una);
        int arrived = highest - sentSince;
        int enough = (s.duplicates() - 1) * size;
        if (Sequence.gt(highRetransmitted, sender.una)
                && arrived > enough
                && arrived - s.notSacked(sentSince, highest) > enough) {
            sender.session().counters().fastRetransmits++;
            sender.session().layer().counters().fastRetransmits++;
            congestion().enterRecovery(sender.max - sender.una, now());
            recover = sender.max;
            retransmitFirst();
        }
    }

    /** While repairing: sends lost segments again as the pipe empties; whether any was sent. */
    boolean retransmit() {
        SackScoreboard s = scoreboard;
        if (!hasSack() || s == null) {
            return false;
        }
        boolean sent = false;
        int size = sender.segmentSize();
        repairAgain(s, size);
        while (active && allowance() >= size) {
            boolean fresh = sender.unsent() > 0 && Sequence.lt(sender.nxt, sender.una + sender.window);
            int kind = s.nextSegment(sender.una, sender.max, highRetransmitted, size, fresh, rescue);
            if (kind == SackScoreboard.LOST || kind == SackScoreboard.GAP) {
                int end = sender.retransmit(s.segmentStart(), s.segmentLength());
                highRetransmitted = Sequence.max(highRetransmitted, Sequence.max(end, s.segmentStart() + 1));
            } else if (kind == SackScoreboard.RESCUE) {
                rescue = false;
                sender.retransmit(s.segmentStart(), s.segmentLength());
            } else {
                break;
            }
            sent = true;
        }
        return sent;
    }

    /** New data is acknowledged. */
    void acknowledged(int bytes, boolean windowWasFull) {
        SackScoreboard s = scoreboard;
        if (s != null) {
            s.acknowledge(sender.una);
        }
        duplicateAcks = 0;
        timedOut = false;
        highRetransmitted = Sequence.max(highRetransmitted, sender.una);
        if (!active) {
            left = 0;
            // Else it would be in front again once 2^31 bytes are sent.
            recoverIsValid &= Sequence.lt(sender.una, recover);
            congestion().acknowledged(bytes, now(), sender.rtt.smoothed(), windowWasFull);
            return;
        }
        if (Sequence.ge(sender.una, recover)) {
            active = false;
            recoverIsValid = false;
            left = 0;
            congestion().exitRecovery(now());
            return;
        }
        // A partial acknowledgement: the next segment is lost, too.
        sentSince = sender.max;
        if (!hasSack()) {
            left = Math.max(0, left - bytes + sender.segmentSize());
            sender.retransmitFirst();
        } else if (scoreboard().isEmpty() || !isFirstLost()) {
            if (Sequence.le(highRetransmitted, sender.una)) {
                retransmitFirst();
            }
        }
    }

    /** The retransmission timer has rung. */
    void timeout(int flight) {
        SackScoreboard s = scoreboard;
        if (s != null) {
            s.allowUsualReordering();
            if (timedOut) {
                // The other side may have thrown away what it had (RFC 2018 section 8).
                s.clear();
            }
        }
        timedOut = true;
        active = false;
        duplicateAcks = 0;
        left = 0;
        recoverIsValid = true;
        recover = sender.max;
        highRetransmitted = sender.una;
        congestion().timeout(flight, now());
    }
}
