package dev.ringwire.bench.worker;

import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends zeros for as long as the connection lasts, and reads past what comes; one serves any number of connections. */
final class EndlessSource implements TcpApplication {
    private final ByteBuffer bytes;

    /** Offers so many bytes at a time. */
    EndlessSource(int piece) {
        bytes = ByteBuffer.allocateDirect(piece);
    }

    @Override
    public void connectionMade(TcpSession session) throws IOException {
        writable(session);
    }

    @Override
    public void received(TcpSession session, ByteBuffer data) {
        data.position(data.limit());
    }

    @Override
    public void writable(TcpSession session) throws IOException {
        do {
            session.trySend(bytes.clear());
        } while (!bytes.hasRemaining());
    }
}
