package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.ByteRing;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.stack.transport.TcpState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection for threads that wait: bytes go between the caller's array and the session's rings, which need no
 * lock with the stack's thread. The locks here only keep two readers, or two writers, apart. Whatever waits ends at once
 * when the channel is closed.
 */
final class TcpChannel {
    /** The stack's thread sends the first of many bytes while the next are copied. */
    private static final int MOST_AT_ONCE = 64 * 1024;

    /** How soon to ask again for memory that the stack has no more of. */
    private static final long NO_MEMORY_NANOS = 10_000_000L;

    /** What comes after the input was shut is acknowledged and dropped. */
    private static final TcpApplication NOBODY = new TcpApplication() {
        @Override
        public void received(TcpSession session, ByteBuffer data) {
            data.position(data.limit());
        }

        @Override
        public void inputClosed(TcpSession session) {}
    };

    private final StackLoop loop;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final Waiter reader = new Waiter();
    private final Waiter writer = new Waiter();

    /** For whoever connects, or lingers. */
    private final Waiter opener = new Waiter();

    private final Runnable service = this::service;
    private final AtomicBoolean serviceDue = new AtomicBoolean();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();

    private volatile @Nullable TcpSession session;
    private volatile TcpOptions options;
    private volatile @Nullable IOException refusal;
    private volatile boolean closed;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    /** Under the lock of readers. */
    private boolean endRead;

    /** The error of the connection is told once; who writes after that finds no connection at all. */
    private volatile boolean errorTold;

    TcpChannel(StackLoop loop, TcpOptions options) {
        this.loop = loop;
        this.options = options;
    }

    /** Over a connection that is up; on the stack's thread. */
    TcpChannel(StackLoop loop, TcpSession accepted) {
        this(loop, accepted.options());
        begun.set(true);
        attach(accepted);
    }

    private void attach(TcpSession to) {
        to.readiness(this::ready);
        session = to;
    }

    // On the stack's thread.

    /** Something about the session has changed. */
    private void ready() {
        // Who waits has looked after saying so: either we see that it waits, or it has seen what has changed.
        VarHandle.fullFence();
        if (opener.isWaiting()) {
            opener.wake();
        }
        if (reader.isWaiting() && isReadable()) {
            reader.wake();
        }
        if (writer.isWaiting() && isWritable()) {
            writer.wake();
        }
    }

    private void service() {
        // What was written or read before the next one asks for this is seen.
        serviceDue.getAndSet(false);
        TcpSession s = session;
        if (s != null) {
            s.inputTaken();
            s.outputWanted();
        }
    }

    private void open(TcpEndpoint remote, @Nullable TcpEndpoint local) {
        if (closed) {
            return;
        }
        try {
            TcpSession opened = loop.stack().tcp().create(remote, local, options);
            attach(opened);
            opened.connect();
        } catch (IOException | RuntimeException e) {
            refusal = e instanceof IOException io ? io : new ConnectException(String.valueOf(e.getMessage()));
            opener.wake();
        }
    }

    // Opening and closing.

    /**
     * Connects, and closes if that fails.
     *
     * @param local where from; null or its parts 0 for what suits
     * @param timeoutMillis 0 for as long as the stack tries
     */
    void connect(TcpEndpoint remote, @Nullable TcpEndpoint local, int timeoutMillis) throws IOException {
        if (!begun.compareAndSet(false, true)) {
            throw new SocketException(isUp() ? "Already connected" : "Connection in progress");
        }
        boolean connected = false;
        try {
            long deadline = Waiter.deadline(timeoutMillis);
            StackCall.execute(loop, () -> open(remote, local));
            if (!opener.await(loop, this::isUp, deadline)) {
                throw new SocketTimeoutException("Connect timed out");
            }
            connected = true;
        } catch (InterruptedIOException e) {
            throw e instanceof SocketTimeoutException ? e : new SocketException("Closed by interrupt");
        } finally {
            if (!connected) {
                close();
            }
        }
    }

    private boolean isUp() throws IOException {
        checkOpen();
        IOException why = refusal;
        TcpSession s = session;
        if (why == null && s != null && s.state() == TcpState.CLOSED) {
            why = s.error();
        }
        if (why instanceof NoRouteToHostException) {
            throw new NoRouteToHostException(why.getMessage());
        } else if (why instanceof ConnectException) {
            throw new ConnectException(why.getMessage());
        } else if (why != null) {
            throw why;
        }
        return s != null && s.state().isSynchronized();
    }

    private void checkOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    private TcpSession connected() throws SocketException {
        TcpSession s = session;
        if (s == null) {
            throw new SocketException("Socket not connected");
        }
        return s;
    }

    /**
     * Ends both directions; what was written is still sent, and waited for as long as the linger option says. Wakes all
     * that wait here.
     */
    void close() throws IOException {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        int linger = options.linger();
        closed = true;
        VarHandle.fullFence();
        reader.wake();
        writer.wake();
        opener.wake();
        if (!begun.get() || refusal != null) {
            return;
        }
        StackCall.executeIfAlive(loop, () -> {
            TcpSession s = session;
            if (s != null) {
                s.close();
            }
        });
        TcpSession s = session;
        if (linger > 0 && s != null && s.state().isSynchronized()) {
            opener.await(loop, () -> isSent(s), Waiter.deadline(linger * 1000));
        }
    }

    private static boolean isSent(TcpSession s) {
        return switch (s.state()) {
            case CLOSED, FIN_WAIT_2, TIME_WAIT -> true;
            default -> false;
        };
    }

    boolean isClosed() {
        return closed;
    }

    // Reading.

    /**
     * Moves bytes to the array, at least one.
     *
     * @return how many; -1 at the end
     */
    int read(byte[] to, int offset, int length, int timeoutMillis) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        long deadline = Waiter.deadline(timeoutMillis);
        readLock.lock();
        try {
            while (true) {
                int count = tryRead(to, offset, length);
                if (count != 0) {
                    return count;
                }
                if (!reader.await(loop, this::isReadable, deadline)) {
                    throw new SocketTimeoutException("Read timed out");
                }
            }
        } finally {
            readLock.unlock();
        }
    }

    private int tryRead(byte[] to, int offset, int length) throws IOException {
        if (endRead) {
            return -1;
        }
        checkOpen();
        TcpSession s = connected();
        if (inputShut) {
            return -1;
        }
        // Before the bytes, as the last of them come before it.
        boolean over = isInputOver(s);
        ByteRing ring = s.receiveRing();
        int count = ring.read(to, offset, length);
        if (count > 0) {
            // While most of the window is open, the next acknowledgement is soon enough to tell of more.
            if (count + ring.size() > ring.allocated() / 4 && s.isInputTakenDue()) {
                nudge();
            }
            return count;
        }
        if (!over) {
            return 0;
        }
        if (s.isInputEnded()) {
            endRead = true;
            return -1;
        }
        errorTold = true;
        throw new SocketException(message(s));
    }

    private static boolean isInputOver(TcpSession s) {
        return s.isInputEnded() || s.state() == TcpState.CLOSED;
    }

    private boolean isReadable() {
        TcpSession s = session;
        return closed || inputShut || s != null && (s.available() > 0 || isInputOver(s));
    }

    int available() throws IOException {
        checkOpen();
        return inputShut ? 0 : connected().available();
    }

    /** The end comes now; what the other side has sent and will send is dropped. */
    void shutdownInput() throws IOException {
        checkOpen();
        TcpSession s = connected();
        inputShut = true;
        VarHandle.fullFence();
        reader.wake();
        readLock.lock();
        try {
            // From now on the stack's thread reads.
            StackCall.execute(loop, () -> s.application(NOBODY));
        } finally {
            readLock.unlock();
        }
    }

    // Writing.

    /** Hands over all of it, to be sent; waits while there is no room. */
    void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (length == 0) {
            return;
        }
        writeLock.lock();
        try {
            int at = offset;
            int end = offset + length;
            while (true) {
                TcpSession s = checkWritable();
                ByteRing ring = s.sendRing();
                int count = ring.write(from, at, Math.min(end - at, MOST_AT_ONCE));
                if (count > 0) {
                    nudge();
                    at += count;
                    if (at == end) {
                        return;
                    }
                } else if (ring.free() == 0) {
                    writer.await(loop, this::isWritable, Waiter.NEVER);
                } else {
                    writer.await(loop, () -> !mayWrite(s), System.nanoTime() + NO_MEMORY_NANOS);
                }
            }
        } finally {
            writeLock.unlock();
        }
    }

    private TcpSession checkWritable() throws IOException {
        checkOpen();
        TcpSession s = connected();
        if (mayWrite(s)) {
            return s;
        }
        boolean gone = outputShut || errorTold || s.isInputEnded();
        errorTold = true;
        throw new SocketException(gone ? "Broken pipe" : message(s));
    }

    private boolean mayWrite(TcpSession s) {
        return !closed && !outputShut && s.state().canSend();
    }

    private boolean isWritable() {
        TcpSession s = session;
        if (s == null || !mayWrite(s)) {
            return true;
        }
        // Not for each segment that is acknowledged.
        ByteRing ring = s.sendRing();
        return ring.free() >= ring.capacity() / 4;
    }

    private static String message(TcpSession s) {
        IOException why = s.error();
        return why == null ? "Software caused connection abort" : String.valueOf(why.getMessage());
    }

    /** Tells the other side that nothing more comes. */
    void shutdownOutput() throws IOException {
        checkOpen();
        TcpSession s = connected();
        outputShut = true;
        VarHandle.fullFence();
        writer.wake();
        writeLock.lock();
        try {
            // Nobody writes behind the end.
            StackCall.execute(loop, s::shutdownOutput);
        } finally {
            writeLock.unlock();
        }
    }

    /** Has the stack look at the rings, soon; one command is enough for all that is done until then. */
    private void nudge() throws SocketException {
        if (!serviceDue.getAndSet(true)) {
            StackCall.execute(loop, service);
        }
    }

    // Questions and settings.

    TcpOptions options() {
        return options;
    }

    void options(TcpOptions wanted) {
        options = wanted;
        TcpSession s = session;
        if (s != null) {
            StackCall.executeIfAlive(loop, () -> s.options(options));
        }
    }

    /** The session; null before it is connected. */
    @Nullable
    TcpSession session() {
        return session;
    }
}
