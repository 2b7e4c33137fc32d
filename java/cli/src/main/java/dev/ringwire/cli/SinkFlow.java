package dev.ringwire.cli;

import dev.ringwire.stack.transport.TcpSession;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Throws away what comes (RFC 863). */
final class SinkFlow extends Flow {
    SinkFlow(Consumer<String> log) {
        super(log);
    }

    @Override
    public void received(TcpSession session, ByteBuffer data) {
        data.position(data.limit());
    }
}
