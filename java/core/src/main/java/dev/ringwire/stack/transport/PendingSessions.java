package dev.ringwire.stack.transport;

import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import org.jspecify.annotations.Nullable;

/** The sessions with something to send or to tell, in the order in which they came; each is looked at once a batch. */
final class PendingSessions {
    /** What comes after so many waits for the next batch, so that sessions that wake each other do not keep the stack. */
    private static final int MOST_FLUSHES = 1 << 16;

    private final StackContext context;
    private final Timer again;
    private @Nullable TcpSession first;
    private @Nullable TcpSession last;

    PendingSessions(StackContext context) {
        this.context = context;
        again = context.timers().timer(() -> {});
    }

    boolean isEmpty() {
        return first == null;
    }

    void add(TcpSession session) {
        if (session.pending) {
            return;
        }
        session.pending = true;
        session.nextPending = null;
        TcpSession before = last;
        if (before == null) {
            first = session;
        } else {
            before.nextPending = session;
        }
        last = session;
    }

    /** Lets each send and tell what it has. */
    void flush() {
        for (int i = 0; i < MOST_FLUSHES; i++) {
            TcpSession session = first;
            if (session == null) {
                return;
            }
            first = session.nextPending;
            if (first == null) {
                last = null;
            }
            session.nextPending = null;
            session.pending = false;
            try {
                session.flush();
            } catch (RuntimeException | StackOverflowError e) {
                context.applicationFailed(session, e);
                session.abort();
            }
        }
        again.at(context.now());
    }
}
