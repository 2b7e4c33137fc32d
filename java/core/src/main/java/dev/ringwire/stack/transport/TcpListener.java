package dev.ringwire.stack.transport;

import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A port that others may connect to. Connections that are up wait for {@link #tryAccept}, at most so many as the backlog
 * says, or are handed to an application at once. Belongs to the stack's thread.
 */
public final class TcpListener {
    private final TcpLayer layer;
    private final TcpEndpoint local;
    private final int backlog;
    private volatile TcpOptions options;
    private final @Nullable Function<? super TcpSession, ? extends TcpApplication> applications;
    private final ArrayDeque<TcpSession> ready = new ArrayDeque<>();
    private @Nullable Runnable readiness;
    private volatile boolean closed;

    /** Another one at the same port, with another address. */
    @Nullable
    TcpListener next;

    TcpListener(
            TcpLayer layer,
            TcpEndpoint local,
            int backlog,
            TcpOptions options,
            @Nullable Function<? super TcpSession, ? extends TcpApplication> applications) {
        this.layer = layer;
        this.local = local;
        this.backlog = Math.max(1, backlog);
        this.options = options;
        this.applications = applications;
    }

    /** The next connection that is up; null if there is none now. */
    public @Nullable TcpSession tryAccept() {
        TcpSession session = ready.poll();
        if (session != null) {
            session.machine().accepted();
        }
        return session;
    }

    /** Connections that wait to be accepted. */
    public int waiting() {
        return ready.size();
    }

    /** Runs this on the stack's thread whenever a connection is up; null for nothing. */
    public void readiness(@Nullable Runnable action) {
        readiness = action;
    }

    /** Takes no more connections; those that nobody has accepted are reset. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        layer.remove(this);
        for (TcpSession session = ready.poll(); session != null; session = ready.poll()) {
            session.machine().accepted();
            session.abort();
        }
    }

    /** Whether it takes no more; from any thread. */
    public boolean isClosed() {
        return closed;
    }

    /** Where it listens; from any thread. */
    public TcpEndpoint local() {
        return local;
    }

    /** Options of its connections; from any thread. */
    public TcpOptions options() {
        return options;
    }

    /** Sets options of the connections to come. */
    public void options(TcpOptions wanted) {
        options = wanted;
    }

    /** The layer it belongs to. */
    public TcpLayer layer() {
        return layer;
    }

    boolean isFull() {
        return applications == null && ready.size() >= backlog;
    }

    boolean accepts(long high, long low) {
        return local.isAny() || local.high() == high && local.low() == low;
    }

    /** A session's application, or null if it is to wait. */
    @Nullable
    TcpApplication application(TcpSession session) {
        return applications == null ? null : applications.apply(session);
    }

    /** A connection is up. */
    void isUp(TcpSession session) {
        if (applications == null) {
            ready.add(session);
            Runnable r = readiness;
            if (r != null) {
                r.run();
            }
        } else {
            session.machine().accepted();
        }
    }

    /** A connection is over before anybody has accepted it. */
    void forget(TcpSession session) {
        ready.remove(session);
    }

    @Override
    public String toString() {
        return "TcpListener[" + local + "]";
    }
}
