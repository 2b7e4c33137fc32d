package dev.ringwire.stack.dns;

import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpLayer;
import dev.ringwire.stack.transport.TcpSession;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A connection for each query, closed after its answer. */
final class TcpDnsStream implements DnsStream {
    private static final int LENGTH = 2;

    private final TcpLayer tcp;

    TcpDnsStream(TcpLayer tcp) {
        this.tcp = tcp;
    }

    @Override
    public Runnable exchange(InetSocketAddress server, byte[] query, Result result) {
        Connection connection = new Connection(query, result);
        try {
            TcpSession session = tcp.connect(server, connection);
            return () -> {
                connection.over = true;
                session.abort();
            };
        } catch (IOException e) {
            result.failed(e);
            return () -> {};
        }
    }

    /** The message behind its length (RFC 1035 section 4.2.2), one each way. */
    private static final class Connection implements TcpApplication {
        private final ByteBuffer out;
        private final ByteBuffer length = ByteBuffer.allocate(LENGTH);
        private final Result result;
        private @Nullable ByteBuffer message;
        private boolean over;

        Connection(byte[] query, Result result) {
            out = ByteBuffer.allocate(LENGTH + query.length);
            out.putShort((short) query.length).put(query).flip();
            this.result = result;
        }

        @Override
        public void connectionMade(TcpSession session) {
            writable(session);
        }

        @Override
        public void writable(TcpSession session) {
            try {
                session.trySend(out);
            } catch (IOException e) {
                closed(session, e);
            }
        }

        @Override
        public void received(TcpSession session, ByteBuffer data) {
            while (data.hasRemaining() && length.hasRemaining()) {
                length.put(data.get());
            }
            if (length.hasRemaining()) {
                return;
            }
            ByteBuffer to = message;
            if (to == null) {
                to = ByteBuffer.allocate(Short.toUnsignedInt(length.getShort(0)));
                message = to;
            }
            int count = Math.min(to.remaining(), data.remaining());
            to.put(to.position(), data, data.position(), count).position(to.position() + count);
            // There is one answer to one query; what follows is none.
            data.position(data.limit());
            if (!to.hasRemaining() && !over) {
                over = true;
                session.close();
                result.answered(to.array());
            }
        }

        @Override
        public void closed(TcpSession session, @Nullable IOException error) {
            if (!over) {
                over = true;
                result.failed(error != null ? error : new EOFException("closed before the answer was whole"));
            }
        }
    }
}
