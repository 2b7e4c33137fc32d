package dev.ringwire.cli;

import dev.ringwire.stack.Timer;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Sends as fast as the other side takes it, until so many bytes are sent or the time is over. */
final class SourceFlow extends Flow {
    private static final int PIECE = 64 * 1024;

    private final long nanos;
    private final ByteBuffer piece = pattern();
    private Runnable atEnd = () -> {};
    private long left;
    private Timer timer;
    private boolean over;
    private IOException error;

    /**
     * @param bytes {@link Long#MAX_VALUE} for no limit
     * @param nanos {@link Long#MAX_VALUE} for no limit
     */
    SourceFlow(long bytes, long nanos, Consumer<String> log) {
        super(log);
        left = bytes;
        this.nanos = nanos;
    }

    /** Runs this when the connection is over. */
    SourceFlow atEnd(Runnable action) {
        atEnd = action;
        return this;
    }

    /** Why it ended, if not in order. */
    IOException error() {
        return error;
    }

    /** Printable, so that a look at it shows something missing. */
    private static ByteBuffer pattern() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(PIECE);
        for (int i = 0; i < PIECE; i++) {
            bytes.put(i % 64 == 63 ? (byte) '\n' : (byte) (' ' + i % 64 + i / 64 % 32));
        }
        return bytes.flip();
    }

    @Override
    public void connectionMade(TcpSession session) {
        super.connectionMade(session);
        if (nanos != Long.MAX_VALUE) {
            timer = session.layer().context().timers().timer(() -> finish(session));
            timer.after(nanos);
        }
        pump(session);
    }

    @Override
    public void received(TcpSession session, ByteBuffer data) {
        data.position(data.limit());
    }

    /** Who only listens may say so at once. */
    @Override
    public void inputClosed(TcpSession session) {}

    @Override
    public void writable(TcpSession session) {
        pump(session);
    }

    private void pump(TcpSession session) {
        try {
            while (!over && left > 0) {
                if (!piece.hasRemaining()) {
                    piece.clear();
                }
                if (piece.remaining() > left) {
                    piece.limit(piece.position() + (int) left);
                }
                left -= session.trySend(piece);
                if (piece.hasRemaining()) {
                    return;
                }
            }
            finish(session);
        } catch (IOException e) {
            session.abort();
        }
    }

    private void finish(TcpSession session) {
        if (!over) {
            over = true;
            session.close();
        }
    }

    @Override
    public void closed(TcpSession session, IOException why) {
        error = why;
        if (timer != null) {
            timer.cancel();
        }
        super.closed(session, why);
        atEnd.run();
    }
}
