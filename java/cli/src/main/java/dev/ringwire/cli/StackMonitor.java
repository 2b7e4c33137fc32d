package dev.ringwire.cli;

import dev.ringwire.stack.transport.TcpSession;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One line on a terminal that tells how a stack is doing: throughput, and of the connection that carries most, round-trip
 * time, congestion window and retransmissions. The stack's thread is asked twice a second.
 */
final class StackMonitor implements AutoCloseable {
    private static final long PERIOD_MILLIS = 500;
    static final String CLEAR_LINE = "\r\033[K";

    private final Console console;
    private final StackHost host;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    // Of the stack's thread.
    private long received;
    private long sent;
    private long at = -1;

    StackMonitor(Console console, StackHost host) {
        this.console = console;
        this.host = host;
        thread = new Thread(this::watch, "ringwire-monitor");
        thread.setDaemon(true);
    }

    /** Shows it if standard error is a terminal. */
    void start() {
        if (console.errIsTerminal()) {
            thread.start();
        }
    }

    private void watch() {
        try {
            while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                host.loop().execute(this::show);
            }
        } catch (RejectedExecutionException stackHasEnded) {
            // There is nothing left to tell.
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        if (closed.getCount() == 0) {
            return;
        }
        var total = host.stack().tcp();
        long in = 0;
        long out = 0;
        int retransmitted = 0;
        TcpSession most = null;
        long moved = -1;
        var sessions = total.sessions();
        for (TcpSession session : sessions) {
            in += session.counters().bytesReceived;
            out += session.counters().bytesSent;
            retransmitted += session.counters().retransmitted;
            long both = session.counters().bytesReceived + session.counters().bytesSent;
            if (both > moved) {
                moved = both;
                most = session;
            }
        }
        long now = host.stack().context().now();
        if (at >= 0) {
            // A connection that has ended takes its bytes with it.
            long period = now - at;
            console.err()
                    .print(CLEAR_LINE
                            + line(sessions.size(), Math.max(0, in - received), Math.max(0, out - sent), period)
                            + (most == null ? "" : of(most, retransmitted)));
            console.err().flush();
        }
        received = in;
        sent = out;
        at = now;
    }

    private static String line(int connections, long in, long out, long nanos) {
        return connections + (connections == 1 ? " connection, in " : " connections, in ") + Rates.bits(in, nanos)
                + ", out " + Rates.bits(out, nanos);
    }

    private static String of(TcpSession session, int retransmitted) {
        return String.format(
                Locale.ROOT,
                ", rtt %.3f ms, cwnd %s, %d retransmitted",
                session.roundTripNanos() / 1e6,
                Rates.bytes(session.congestionWindow()),
                retransmitted);
    }

    @Override
    public void close() {
        if (console.errIsTerminal()) {
            closed.countDown();
            console.err().print(CLEAR_LINE);
            console.err().flush();
        }
    }
}
