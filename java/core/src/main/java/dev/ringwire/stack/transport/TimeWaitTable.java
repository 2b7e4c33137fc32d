package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Connections in TIME-WAIT, a bounded number: when there are too many, the oldest goes (RFC 9293 section 3.6.1, RFC 1337,
 * RFC 6191).
 */
final class TimeWaitTable {
    private final TcpLayer layer;
    private final Timer timer;
    private @Nullable TimeWait first;
    private @Nullable TimeWait last;
    private int size;
    private int limit = 16_384;
    private long nanos = 60_000_000_000L;

    TimeWaitTable(TcpLayer layer) {
        this.layer = layer;
        timer = layer.context().timers().timer(this::ring);
    }

    void limit(int most) {
        limit = most;
    }

    void nanos(long twoMaximumSegmentLifetimes) {
        nanos = twoMaximumSegmentLifetimes;
    }

    long nanos() {
        return nanos;
    }

    /** Puts what is left of a session, which is out of the layer's table, in its place. */
    void add(TcpSession session) {
        if (limit == 0) {
            layer.counters().timeWaitOverflows++;
            return;
        }
        if (size >= limit && first != null) {
            layer.counters().timeWaitOverflows++;
            remove(first);
        }
        TimeWait w = new TimeWait(this, session);
        if (layer.add(w)) {
            append(w);
        }
    }

    private void append(TimeWait w) {
        w.deadline = layer.context().now() + nanos;
        w.previous = last;
        w.next = null;
        if (last == null) {
            first = w;
        } else {
            last.next = w;
        }
        last = w;
        size++;
        layer.counters().timeWait = size;
        if (!timer.isSet()) {
            timer.at(w.deadline);
        }
    }

    private void unlink(TimeWait w) {
        if (w.previous == null) {
            first = w.next;
        } else {
            w.previous.next = w.next;
        }
        if (w.next == null) {
            last = w.previous;
        } else {
            w.next.previous = w.previous;
        }
        size--;
        layer.counters().timeWait = size;
    }

    private void remove(TimeWait w) {
        unlink(w);
        layer.remove(w);
    }

    private void ring() {
        while (first != null && first.deadline <= layer.context().now()) {
            remove(first);
        }
        if (first != null) {
            timer.at(first.deadline);
        }
    }

    void arrives(TimeWait w, TcpSegment s, PacketBuffer packet) {
        if (s.has(RST)) {
            // Believing it would end the wait too early (RFC 1337).
            layer.counters().timeWaitResetsIgnored++;
            return;
        }
        boolean stamped = w.timestamps && s.hasTimestamps();
        if (s.has(SYN) && !s.has(ACK)) {
            boolean later = stamped && s.tsValue() != w.tsRecent
                    ? Sequence.gt(s.tsValue(), w.tsRecent)
                    : Sequence.gt(s.seq(), w.rcvNxt);
            if (later && layer.reopen(s, packet, w)) {
                layer.counters().timeWaitReused++;
                return;
            }
        }
        if (s.has(FIN) && Sequence.le(s.end(), w.rcvNxt) && !(stamped && Sequence.lt(s.tsValue(), w.tsRecent))) {
            unlink(w);
            append(w);
            acknowledge(w);
        } else if (s.length() > 0 || s.seq() != w.rcvNxt) {
            layer.counters().outOfWindow++;
            if (w.mayChallenge(layer)) {
                acknowledge(w);
            }
        }
    }

    void forget(TimeWait w) {
        remove(w);
    }

    private void acknowledge(TimeWait w) {
        SegmentHeader header = layer.output().header(w);
        header.seq = w.sndNxt;
        header.ack = w.rcvNxt;
        header.flags = ACK;
        header.window = Math.min(w.window, 65_535);
        if (w.timestamps) {
            header.timestamps = true;
            header.tsValue = layer.timestampClock() + w.timestampOffset;
            header.tsEcho = w.tsRecent;
        }
        layer.output().sendControl(w.path, w.options);
    }
}
