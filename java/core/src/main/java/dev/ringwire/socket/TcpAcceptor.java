package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpListener;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/** A listening port for threads that wait for connections. */
final class TcpAcceptor {
    /** When a thread waits, so many are fetched at a time from the listener's queue, beyond its backlog. */
    private static final int MOST_AT_ONCE = 16;

    private final StackLoop loop;
    private final TcpListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Waiter waiter = new Waiter();
    private final ConcurrentLinkedQueue<TcpChannel> accepted = new ConcurrentLinkedQueue<>();
    private volatile boolean wanted;
    private volatile boolean closed;

    private TcpAcceptor(StackLoop loop, TcpListener listener) {
        this.loop = loop;
        this.listener = listener;
        listener.readiness(this::fetch);
    }

    /** Listens. */
    static TcpAcceptor listen(StackLoop loop, TcpEndpoint local, int backlog, TcpOptions options) throws IOException {
        return StackCall.on(loop, () -> new TcpAcceptor(loop, loop.stack().tcp().listen(local, backlog, options)));
    }

    TcpEndpoint local() {
        return listener.local();
    }

    /** Options of the connections to come. */
    void options(TcpOptions options) {
        listener.options(options);
    }

    /** On the stack's thread: hands over what waits, if somebody waits for it. */
    private void fetch() {
        if (!wanted || closed) {
            return;
        }
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            TcpSession session = listener.tryAccept();
            if (session == null) {
                break;
            }
            wanted = false;
            accepted.add(new TcpChannel(loop, session));
        }
        if (!wanted) {
            waiter.wake();
        }
    }

    /**
     * The next connection.
     *
     * @param timeoutMillis 0 for as long as it takes
     */
    TcpChannel accept(int timeoutMillis) throws IOException {
        long deadline = Waiter.deadline(timeoutMillis);
        lock.lock();
        try {
            checkOpen();
            TcpChannel next = accepted.poll();
            if (next != null) {
                return next;
            }
            wanted = true;
            StackCall.execute(loop, this::fetch);
            if (!waiter.await(loop, () -> closed || !accepted.isEmpty(), deadline)) {
                throw new SocketTimeoutException("Accept timed out");
            }
            checkOpen();
            return next();
        } finally {
            lock.unlock();
        }
    }

    private TcpChannel next() throws SocketException {
        TcpChannel next = accepted.poll();
        if (next == null) {
            throw new SocketException("Socket closed");
        }
        return next;
    }

    private void checkOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    /** Resets connections that nobody has accepted. */
    void close() {
        closed = true;
        waiter.wake();
        StackCall.executeIfAlive(loop, () -> {
            listener.close();
            for (TcpChannel c = accepted.poll(); c != null; c = accepted.poll()) {
                TcpSession session = c.session();
                if (session != null) {
                    session.abort();
                }
            }
        });
    }
}
