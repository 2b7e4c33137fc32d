package dev.ringwire.cli;

import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What a connection receives, for a thread other than the stack's that waits for it. */
final class SessionInput extends InputStream {
    private static final long LOOK_MILLIS = 100;

    private final StackHost host;
    private final TcpSession session;
    private final Semaphore news = new Semaphore(0);
    private final long idleNanos;

    /** Of a session whose {@link TcpSession#readiness} is to be {@link #wake}. */
    SessionInput(StackHost host, TcpSession session, long idleNanos) {
        this.host = host;
        this.session = session;
        this.idleNanos = idleNanos;
    }

    void wake() {
        news.release();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        long since = System.nanoTime();
        while (true) {
            int count = session.receiveRing().read(to, offset, length);
            if (count > 0) {
                if (session.isInputTakenDue()) {
                    host.stack().execute(session::inputTaken);
                }
                return count;
            }
            if (session.isInputEnded() && session.available() == 0) {
                return -1;
            }
            IOException error = session.error();
            if (error != null) {
                throw error;
            }
            if (host.interrupted() || host.loop().ended()) {
                throw new InterruptedIOException("ended before the answer was complete");
            }
            if (System.nanoTime() - since > idleNanos) {
                throw new SocketTimeoutException(session.remote() + " sends nothing for " + Rates.seconds(idleNanos));
            }
            await();
        }
    }

    private void await() throws InterruptedIOException {
        try {
            if (news.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
