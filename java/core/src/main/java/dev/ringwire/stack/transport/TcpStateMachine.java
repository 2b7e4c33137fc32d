package dev.ringwire.stack.transport;

import dev.ringwire.stack.link.Neighbor;
import dev.ringwire.stack.network.IcmpError;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The state of a connection and all that changes it (RFC 9293 section 3.3.2): calls of the user, the other side's SYN,
 * FIN and RST, time-outs, and ICMP errors.
 */
final class TcpStateMachine {
    /** How long a connection that nobody uses any more waits for the other side's FIN. */
    private static final long FIN_WAIT_2_NANOS = 60_000_000_000L;

    private final TcpSession session;
    private volatile TcpState state = TcpState.CLOSED;
    private volatile @Nullable IOException error;

    /** Where it waits to be accepted. */
    private @Nullable TcpListener listener;

    private boolean opened;
    private boolean closedByUser;
    private boolean unreachable;
    private long timeWaitEnd;

    TcpStateMachine(TcpSession session) {
        this.session = session;
    }

    private TcpLayer layer() {
        return session.layer();
    }

    private long now() {
        return layer().context().now();
    }

    // What it is in.

    /** From any thread. */
    TcpState state() {
        if (state == TcpState.TIME_WAIT && now() >= timeWaitEnd) {
            return TcpState.CLOSED;
        }
        return state;
    }

    /** Why it ended, if not in order; from any thread. */
    @Nullable
    IOException error() {
        return error;
    }

    boolean isOpened() {
        return opened;
    }

    boolean isOver() {
        return opened && (state == TcpState.CLOSED || state == TcpState.TIME_WAIT);
    }

    boolean isClosedByUser() {
        return closedByUser;
    }

    private boolean isOpening() {
        return state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
    }

    private void state(TcpState next) {
        TcpState before = state;
        state = next;
        session.upcalls().stateChanged(before, next);
    }

    // Opening.

    /** Sends the SYN. */
    void connect() throws BindException {
        if (opened || !layer().add(session)) {
            throw new BindException("there is a connection already, or too many are open: " + session);
        }
        opened = true;
        layer().counters().activeOpens++;
        session.startActive();
        state(TcpState.SYN_SENT);
        session.sender().sendSyn();
    }

    /** The other side's SYN has crossed ours. */
    void synReceived() {
        state(TcpState.SYN_RECEIVED);
        session.sender().sendSyn();
    }

    /** The third segment of a handshake has come for a half-open connection. */
    void accept(HalfOpen half) {
        opened = true;
        listener = half.listener;
        session.startPassive(half);
        try {
            session.upcalls().application(half.listener.application(session));
        } catch (RuntimeException | StackOverflowError e) {
            session.upcalls().failed(e);
            return;
        }
        established();
    }

    /** It has left the listener's queue. */
    void accepted() {
        listener = null;
    }

    void adopt(int sendNext, int sendWindow, int receiveNext, TcpHandshake handshake) {
        if (opened || !layer().add(session)) {
            throw new IllegalStateException("there is a connection already: " + session);
        }
        opened = true;
        session.startAdopted(sendNext, sendWindow, receiveNext, handshake);
        established();
    }

    void established() {
        session.watchIfWanted();
        state(TcpState.ESTABLISHED);
        if (session.sender().isFinQueued()) {
            state(TcpState.FIN_WAIT_1);
        }
        TcpListener from = listener;
        if (from != null) {
            from.isUp(session);
        }
        session.upcalls().connectionMade();
        session.outputWanted();
    }

    // Closing.

    void shutdownOutput() {
        TcpSender sender = session.sender();
        switch (state) {
            case CLOSED, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> {}
            case SYN_SENT, SYN_RECEIVED -> sender.queueFin();
            case ESTABLISHED -> {
                sender.queueFin();
                state(TcpState.FIN_WAIT_1);
                session.outputWanted();
            }
            case CLOSE_WAIT -> {
                sender.queueFin();
                state(TcpState.LAST_ACK);
                session.outputWanted();
            }
        }
    }

    void close() {
        if (closedByUser || state == TcpState.CLOSED || state == TcpState.TIME_WAIT) {
            closedByUser = true;
            session.upcalls().closed(null);
            return;
        }
        TcpInput input = session.receiver().input;
        if (state == TcpState.SYN_SENT) {
            finish(null);
        } else if (session.options().linger() == 0 || input.ring.size() > 0 || input.hasGap()) {
            session.abort();
        } else {
            closedByUser = true;
            session.shutdownOutput();
            if (state == TcpState.FIN_WAIT_2) {
                session.timers().end(now() + FIN_WAIT_2_NANOS);
            }
        }
    }

    void abort() {
        if (state == TcpState.CLOSED || state == TcpState.TIME_WAIT) {
            session.close();
            return;
        }
        closedByUser = true;
        if (state != TcpState.SYN_SENT) {
            session.sender().reset();
            layer().counters().resetsSent++;
        }
        finish(null);
    }

    /** The other side's FIN has come, and everything before. */
    void inputEnded() {
        switch (state) {
            case ESTABLISHED -> state(TcpState.CLOSE_WAIT);
            case FIN_WAIT_1 -> state(session.sender().isFinAcknowledged() ? TcpState.FIN_WAIT_2 : TcpState.CLOSING);
            default -> {}
        }
        session.upcalls().ready();
        session.upcalls().inputClosed();
        if (state == TcpState.FIN_WAIT_2) {
            session.sendAck();
            timeWait();
        }
    }

    /** Something was acknowledged; our FIN, too, maybe. */
    void acknowledgedFin() {
        if (!session.sender().isFinAcknowledged()) {
            return;
        }
        switch (state) {
            case FIN_WAIT_1 -> {
                state(TcpState.FIN_WAIT_2);
                if (closedByUser) {
                    session.timers().end(now() + FIN_WAIT_2_NANOS);
                }
            }
            case CLOSING -> timeWait();
            case LAST_ACK -> finish(null);
            default -> {}
        }
    }

    /** Waited long enough for the other side's FIN. */
    void endTimeout() {
        finish(null);
    }

    private void timeWait() {
        session.timers().cancelAll();
        timeWaitEnd = now() + layer().timeWaitNanos();
        layer().timeWait(session);
        state(TcpState.TIME_WAIT);
        over(null);
    }

    private void finish(@Nullable IOException why) {
        if (state == TcpState.CLOSED) {
            return;
        }
        boolean wasUp = state.isSynchronized();
        error = why;
        session.timers().cancelAll();
        layer().remove(session);
        if (!wasUp) {
            layer().counters().failedOpens++;
        }
        state(TcpState.CLOSED);
        over(why);
    }

    private void over(@Nullable IOException why) {
        // What came in order can still be fetched, but is the user's from now on.
        session.sendRing().discard();
        session.receiveRing().discard();
        TcpListener l = listener;
        if (l != null) {
            l.forget(session);
        }
        TcpUpcalls upcalls = session.upcalls();
        upcalls.ready();
        // An application is told of the end after its last byte.
        if (closedByUser || why != null || session.receiveRing().size() == 0) {
            upcalls.closed(why);
        }
    }

    // Failing.

    /** A RST hit the next byte exactly. */
    void reset() {
        layer().counters().resetsReceived++;
        if (state == TcpState.SYN_RECEIVED) {
            refused();
        } else if (state == TcpState.CLOSING || state == TcpState.LAST_ACK) {
            finish(null);
        } else {
            finish(new SocketException("Connection reset"));
        }
    }

    void refused() {
        finish(new ConnectException("Connection refused"));
    }

    void timedOut() {
        layer().counters().timedOut++;
        boolean opening = isOpening();
        if (!opening) {
            session.sender().reset();
        }
        if (unreachable) {
            finish(new NoRouteToHostException("No route to host"));
        } else {
            finish(
                    opening
                            ? new ConnectException("Connection timed out")
                            : new SocketTimeoutException("Connection timed out"));
        }
    }

    /** Nothing was acknowledged for a while: whoever is next on the way may be gone (RFC 9293 section 3.8.3). */
    void doubtPath() {
        Neighbor next = session.path.neighbor();
        if (next != null) {
            next.doubt();
        }
        softError(new SocketTimeoutException("no acknowledgment for a while; trying on"));
    }

    void icmpError(IcmpError about) {
        switch (about.kind()) {
            case PACKET_TOO_BIG -> session.sender().pathChanged();
            case PORT_UNREACHABLE, PROTOCOL_UNREACHABLE -> {
                // Hard only while it opens: later it may be forged (RFC 5927 section 5.2).
                if (isOpening()) {
                    refused();
                } else {
                    softError(new ConnectException(about.toString()));
                }
            }
            case NET_UNREACHABLE, HOST_UNREACHABLE, PROHIBITED -> {
                unreachable = true;
                if (isOpening() && about.isLocal()) {
                    // Nobody forged that: the neighbour does not answer.
                    finish(new NoRouteToHostException("No route to host"));
                } else {
                    softError(new NoRouteToHostException(about.toString()));
                }
            }
            case TTL_EXCEEDED, REASSEMBLY_TIME_EXCEEDED, PARAMETER_PROBLEM, OTHER ->
                softError(new SocketException(about.toString()));
        }
    }

    private void softError(IOException what) {
        session.upcalls().softError(what);
    }
}
