package dev.ringwire.stack.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whom a connection tells what happens: its application, its state listeners, and who waits for it in another thread.
 * What they throw ends the connection, not the stack.
 */
final class TcpUpcalls {
    private static final TcpStateListener[] NOBODY = {};

    private final TcpSession session;
    private @Nullable TcpApplication application;
    private @Nullable Runnable readiness;
    private TcpStateListener[] listeners = NOBODY;
    private boolean readinessDue;
    private boolean spaceWanted;
    private boolean delivering;
    private boolean endTold;

    TcpUpcalls(TcpSession session) {
        this.session = session;
    }

    // Who is told.

    void application(@Nullable TcpApplication wanted) {
        application = wanted;
    }

    @Nullable
    TcpApplication application() {
        return application;
    }

    void readiness(@Nullable Runnable action) {
        readiness = action;
    }

    void addStateListener(TcpStateListener wanted) {
        listeners = Arrays.copyOf(listeners, listeners.length + 1);
        listeners[listeners.length - 1] = wanted;
    }

    void removeStateListener(TcpStateListener unwanted) {
        listeners = Arrays.stream(listeners).filter(l -> l != unwanted).toArray(TcpStateListener[]::new);
    }

    // State.

    void stateChanged(TcpState before, TcpState next) {
        for (TcpStateListener l : listeners) {
            try {
                l.changed(session, before, next);
            } catch (RuntimeException | StackOverflowError e) {
                session.layer().context().applicationFailed(session, e);
            }
        }
        ready();
    }

    /** Who waits in another thread is to be woken after this batch. */
    void ready() {
        if (readiness != null) {
            readinessDue = true;
            session.outputWanted();
        }
    }

    void runReadiness() {
        if (readinessDue) {
            readinessDue = false;
            Runnable r = readiness;
            if (r != null) {
                r.run();
            }
        }
    }

    void connectionMade() {
        TcpApplication a = application;
        if (a != null) {
            try {
                a.connectionMade(session);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
    }

    /** It is over; said once, and only then. */
    void closed(@Nullable IOException why) {
        TcpApplication a = application;
        if (a != null && session.machine().isOver()) {
            application = null;
            try {
                a.closed(session, why);
            } catch (RuntimeException | StackOverflowError e) {
                session.layer().context().applicationFailed(session, e);
            }
        }
    }

    void softError(IOException what) {
        TcpApplication a = application;
        if (a != null) {
            try {
                a.softError(session, what);
            } catch (RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
    }

    /** What the user wrote threw that. */
    void failed(Throwable e) {
        session.layer().context().applicationFailed(session, e);
        session.abort();
    }

    // Data.

    /** Bytes wait in the ring: shows them to the application, or wakes who waits. */
    void dataWaits() {
        ready();
        TcpApplication a = application;
        ByteRing ring = session.receiveRing();
        while (a != null && !delivering && ring.size() > 0) {
            ByteBuffer data = ring.view();
            int from = data.position();
            received(a, data);
            int used = data.position() - from;
            ring.release(ring.head() + used);
            if (used == 0) {
                break;
            }
            session.inputTaken();
            a = application;
        }
    }

    void received(TcpApplication a, ByteBuffer data) {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            a.received(session, data);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            failed(e);
        } finally {
            delivering = false;
        }
    }

    /** There is more urgent data ahead than was known. */
    void urgent() {
        TcpApplication a = application;
        if (a != null) {
            try {
                a.urgent(session);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
    }

    /** The other side has ended its direction; said once, after the last byte. */
    void inputClosed() {
        TcpApplication a = application;
        if (endTold || a == null || session.receiveRing().size() > 0) {
            return;
        }
        endTold = true;
        try {
            a.inputClosed(session);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            failed(e);
        }
    }

    /** Whether not all was taken that the program wanted to send. */
    void spaceWanted(boolean wanted) {
        spaceWanted = wanted;
    }

    /** Some of what was sent is acknowledged. */
    void spaceFreed() {
        ready();
        TcpApplication a = application;
        ByteRing ring = session.sendRing();
        if (spaceWanted
                && a != null
                && ring.free() >= ring.capacity() / 4
                && session.state().canSend()) {
            spaceWanted = false;
            try {
                a.writable(session);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
    }
}
