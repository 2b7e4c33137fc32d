package dev.ringwire.stack.transport;

/** Keep-alive of one connection, made when it is wanted (RFC 9293 section 3.8.4). */
final class KeepAlive {
    private final TcpSession session;

    /** Sent since anything came. */
    private int probes;

    KeepAlive(TcpSession session) {
        this.session = session;
    }

    private long now() {
        return session.layer().context().now();
    }

    /** Begins, or begins again with the options there are now. */
    void watch() {
        probes = 0;
        session.timers().keepAlive(now() + session.options().keepAliveIdle() * 1_000_000_000L);
    }

    /** A segment has come. */
    void heard() {
        probes = 0;
    }

    void timeout() {
        TcpOptions options = session.options();
        if (!options.keepAlive() || !session.state().isSynchronized()) {
            return;
        }
        long due = session.receiver().lastHeard + options.keepAliveIdle() * 1_000_000_000L;
        if (probes == 0 && due > now()) {
            session.timers().keepAlive(due);
        } else if (session.sender().unacknowledged() > 0) {
            // The retransmission timer watches.
            session.timers().keepAlive(now() + options.keepAliveInterval() * 1_000_000_000L);
        } else if (probes >= options.keepAliveCount()) {
            session.machine().timedOut();
        } else {
            probes++;
            session.layer().counters().keepAliveProbes++;
            session.sender().probeAlive();
            session.timers().keepAlive(now() + options.keepAliveInterval() * 1_000_000_000L);
        }
    }
}
