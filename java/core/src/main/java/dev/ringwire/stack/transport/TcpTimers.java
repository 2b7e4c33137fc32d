package dev.ringwire.stack.transport;

import dev.ringwire.stack.Timer;
import dev.ringwire.stack.TimerQueue;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of one connection over one {@link Timer}, which comes with the first. Setting and cancelling only note a
 * time; the timer is moved when it would come too late.
 */
final class TcpTimers implements Runnable {
    private static final long NEVER = TimerQueue.NEVER;

    private final TcpSession session;
    private @Nullable Timer timer;
    private long retransmitAt = NEVER;
    private long probeAt = NEVER;
    private long ackAt = NEVER;
    private long keepAliveAt = NEVER;
    private long endAt = NEVER;

    TcpTimers(TcpSession session) {
        this.session = session;
    }

    private void arm(long at) {
        Timer t = timer;
        if (t == null) {
            t = session.layer().context().timers().timer(this);
            timer = t;
        }
        if (!t.isSet() || at < t.deadline()) {
            t.at(at);
        }
    }

    /** Retransmission, of data or SYN. */
    void retransmit(long at) {
        retransmitAt = at;
        arm(at);
    }

    void cancelRetransmit() {
        retransmitAt = NEVER;
    }

    boolean isRetransmitSet() {
        return retransmitAt != NEVER;
    }

    /** A probe of a closed window. */
    void probe(long at) {
        probeAt = at;
        arm(at);
    }

    void cancelProbe() {
        probeAt = NEVER;
    }

    boolean isProbeSet() {
        return probeAt != NEVER;
    }

    /** A delayed acknowledgement. */
    void ack(long at) {
        if (ackAt == NEVER) {
            ackAt = at;
            arm(at);
        }
    }

    void cancelAck() {
        ackAt = NEVER;
    }

    /** Keep-alive. */
    void keepAlive(long at) {
        keepAliveAt = at;
        arm(at);
    }

    void cancelKeepAlive() {
        keepAliveAt = NEVER;
    }

    /** The connection is given up without more ado. */
    void end(long at) {
        endAt = at;
        arm(at);
    }

    void cancelAll() {
        retransmitAt = NEVER;
        probeAt = NEVER;
        ackAt = NEVER;
        keepAliveAt = NEVER;
        endAt = NEVER;
        Timer t = timer;
        if (t != null) {
            t.cancel();
        }
    }

    /** The timer rings. */
    @Override
    public void run() {
        long now = session.layer().context().now();
        if (ackAt <= now) {
            ackAt = NEVER;
            session.receiver().delayIsOver();
        }
        if (retransmitAt <= now) {
            retransmitAt = NEVER;
            session.sender().retransmissionTimeout();
        }
        if (probeAt <= now) {
            probeAt = NEVER;
            session.sender().probeTimeout();
        }
        if (keepAliveAt <= now) {
            keepAliveAt = NEVER;
            session.keepAliveTimeout();
        }
        if (endAt <= now) {
            endAt = NEVER;
            session.machine().endTimeout();
        }
        long next = Math.min(Math.min(retransmitAt, probeAt), Math.min(ackAt, Math.min(keepAliveAt, endAt)));
        if (next != NEVER) {
            arm(next);
        }
    }
}
