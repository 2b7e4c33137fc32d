package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.Timer;
import dev.ringwire.stack.network.IpPath;
import org.jspecify.annotations.Nullable;

/**
 * Half-open connections of all listeners, a bounded number apart from those that are up. When there are too many, SYNs
 * are answered by {@link SynCookies} and not remembered (RFC 4987).
 */
final class SynCache {
    /** The answer is sent again after 1, 2, 4, 8 and 16 seconds, and forgotten 32 later. */
    private static final int TRIES = 5;

    private static final long FIRST_WAIT = 1_000_000_000L;

    /** After that no cookie is valid any more. */
    private static final long COOKIE_LIFE = 128_000_000_000L;

    private final TcpLayer layer;
    private final SynCookies cookies;
    private final Timer timer;

    /** Those that wait equally long stand in the order in which they are due. */
    private final @Nullable HalfOpen[] first = new @Nullable HalfOpen[TRIES + 1];

    private final @Nullable HalfOpen[] last = new @Nullable HalfOpen[TRIES + 1];
    private int size;
    private int limit = 1024;
    private long cookiesUntil = Long.MIN_VALUE;

    SynCache(TcpLayer layer) {
        this.layer = layer;
        cookies = new SynCookies(layer.context().random());
        timer = layer.context().timers().timer(this::ring);
    }

    void limit(int most) {
        limit = most;
    }

    private long now() {
        return layer.context().now();
    }

    /** A SYN for a listener (RFC 9293 section 3.10.7.2). */
    void syn(TcpListener listener, TcpSegment s, PacketBuffer packet) {
        if (listener.isFull()) {
            layer.counters().listenOverflows++;
            return;
        }
        IpPath path = layer.pathBack(packet);
        if (path == null) {
            return;
        }
        HalfOpen h = new HalfOpen(this, listener, path, s, s.seq());
        h.negotiate(s.mss(), s.windowScale(), s.sackPermitted(), s.hasTimestamps(), s.tsValue());
        if (size >= limit) {
            layer.counters().cookiesSent++;
            cookiesUntil = now() + COOKIE_LIFE;
            int most = s.mss() > 0 ? Math.max(s.mss(), TcpLayer.LEAST_MSS) : path.isIpv6() ? 1220 : 536;
            h.iss = cookies.make(packet, s, most, now());
            if (!h.timestamps) {
                h.scaled = false;
                h.sack = false;
            }
            answer(h, true);
            return;
        }
        if (layer.hasOwnSessions()) {
            h.session = layer.newSession(path, h.localPort, h.remotePort, h.options);
            h.iss = h.session.initialSequenceNumber();
        } else {
            h.iss = layer.isn(h);
        }
        if (layer.add(h)) {
            append(h);
            answer(h, false);
        }
    }

    private void answer(HalfOpen h, boolean cookie) {
        SegmentHeader header = layer.output().header(h);
        header.seq = h.iss;
        header.ack = h.irs + 1;
        header.flags = SYN | ACK;
        header.window = h.window;
        header.mss = layer.receiveSegmentSize(h.path, h.options);
        header.windowScale = h.scaled ? h.ownScale() : -1;
        header.sackPermitted = h.sack;
        if (h.timestamps) {
            header.timestamps = true;
            int clock = layer.timestampClock() + h.timestampOffset();
            header.tsValue = cookie ? SynCookies.timestamp(clock, h.scaled ? h.peerScale : -1, h.sack) : clock;
            header.tsEcho = h.tsRecent;
        }
        layer.output().sendControl(h.path, h.options);
    }

    private void acknowledge(HalfOpen h) {
        SegmentHeader header = layer.output().header(h);
        header.seq = h.iss + 1;
        header.ack = h.irs + 1;
        header.flags = ACK;
        header.window = h.window >>> h.ownScale();
        if (h.timestamps) {
            header.timestamps = true;
            header.tsValue = layer.timestampClock() + h.timestampOffset();
            header.tsEcho = h.tsRecent;
        }
        layer.output().sendControl(h.path, h.options);
    }

    /** A segment for a half-open connection (RFC 9293 section 3.10.7.4). */
    void arrives(HalfOpen h, TcpSegment s, PacketBuffer packet) {
        if (s.has(SYN) && !s.has(ACK | RST) && s.seq() == h.irs) {
            // The same again: our answer was lost.
            if (h.mayChallenge(layer)) {
                answer(h, false);
            }
            return;
        }
        if (h.timestamps && !s.has(RST) && s.hasTimestamps() && Sequence.lt(s.tsValue(), h.tsRecent)) {
            layer.counters().oldTimestamp++;
            challenge(h);
            return;
        }
        int next = h.irs + 1;
        boolean acceptable = Sequence.ge(s.seq(), next) && Sequence.lt(s.seq(), next + h.window);
        if (s.has(RST)) {
            // Back to LISTEN, which never went away.
            if (s.seq() == next) {
                remove(h);
                layer.counters().failedOpens++;
            } else {
                layer.counters().blindReset++;
                if (acceptable) {
                    challenge(h);
                }
            }
            return;
        }
        if (!acceptable) {
            layer.counters().outOfWindow++;
            challenge(h);
        } else if (s.has(SYN)) {
            layer.counters().blindSyn++;
            challenge(h);
        } else if (!s.has(ACK)) {
            layer.counters().noAck++;
        } else if (s.ack() != h.iss + 1) {
            layer.counters().badAck++;
            layer.output().sendReset(h.path, h.localPort, h.remotePort, s.ack());
        } else {
            complete(h, s, packet);
        }
    }

    private void challenge(HalfOpen h) {
        if (h.mayChallenge(layer)) {
            acknowledge(h);
        }
    }

    private void complete(HalfOpen h, TcpSegment s, PacketBuffer packet) {
        if (h.listener.isFull()) {
            // It stays half open, and our next answer asks again.
            layer.counters().listenOverflows++;
            return;
        }
        remove(h);
        if (h.timestamps && s.hasTimestamps()) {
            h.tsRecent = s.tsValue();
        }
        layer.establish(h, packet);
    }

    /** An ACK for a listener from nobody we know: the answer to a cookie, maybe. */
    boolean cookie(TcpListener listener, TcpSegment s, PacketBuffer packet) {
        if (now() >= cookiesUntil || cookiesUntil == Long.MIN_VALUE) {
            return false;
        }
        int mss = cookies.check(packet, s, now());
        IpPath path = mss == SynCookies.INVALID ? null : layer.pathBack(packet);
        if (path == null) {
            layer.counters().cookiesRefused++;
            return false;
        }
        if (listener.isFull()) {
            layer.counters().listenOverflows++;
            return true;
        }
        HalfOpen h = new HalfOpen(this, listener, path, s, s.seq() - 1);
        boolean stamped = s.hasTimestamps();
        int echo = s.tsEcho();
        h.negotiate(
                mss,
                stamped ? SynCookies.windowScale(echo) : -1,
                stamped && SynCookies.sackPermitted(echo),
                stamped,
                s.tsValue());
        h.iss = s.ack() - 1;
        layer.counters().cookiesAccepted++;
        layer.establish(h, packet);
        return true;
    }

    // The queues.

    private void append(HalfOpen h) {
        h.deadline = now() + (FIRST_WAIT << h.tries);
        h.previous = last[h.tries];
        h.next = null;
        if (h.previous == null) {
            first[h.tries] = h;
        } else {
            h.previous.next = h;
        }
        last[h.tries] = h;
        size++;
        layer.counters().halfOpen = size;
        if (!timer.isSet() || h.deadline < timer.deadline()) {
            timer.at(h.deadline);
        }
    }

    private void unlink(HalfOpen h) {
        if (h.previous == null) {
            first[h.tries] = h.next;
        } else {
            h.previous.next = h.next;
        }
        if (h.next == null) {
            last[h.tries] = h.previous;
        } else {
            h.next.previous = h.previous;
        }
        size--;
        layer.counters().halfOpen = size;
    }

    private void remove(HalfOpen h) {
        unlink(h);
        layer.remove(h);
    }

    /** Forgets those of a listener that is closed. */
    void removeAll(TcpListener listener) {
        for (HalfOpen queue : first.clone()) {
            for (HalfOpen h = queue; h != null; h = h.next) {
                if (h.listener == listener) {
                    remove(h);
                }
            }
        }
    }

    private void ring() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i <= TRIES; i++) {
            HalfOpen h = first[i];
            while (h != null && h.deadline <= now()) {
                unlink(h);
                if (h.tries == TRIES) {
                    layer.remove(h);
                    layer.counters().halfOpenTimedOut++;
                } else {
                    h.tries++;
                    layer.counters().retransmitted++;
                    append(h);
                    answer(h, false);
                }
                h = first[i];
            }
        }
        for (HalfOpen h : first) {
            next = h == null ? next : Math.min(next, h.deadline);
        }
        if (next != Long.MAX_VALUE) {
            timer.at(next);
        }
    }
}
