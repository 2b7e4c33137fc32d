package dev.ringwire.cli;

import dev.ringwire.stack.transport.Datagram;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.stack.transport.UdpSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;

/** Sends back what comes (RFC 862). */
final class EchoFlow extends Flow {
    /** Ports of services that answer anything: echo, daytime, quotd, chargen, time. They would never stop. */
    private static final Set<Integer> ANSWERERS = Set.of(7, 13, 17, 19, 37);

    EchoFlow(Consumer<String> log) {
        super(log);
    }

    @Override
    public void received(TcpSession session, ByteBuffer data) {
        try {
            // What there is no room for stays with the session and holds the other side back.
            session.trySend(data);
        } catch (IOException e) {
            session.abort();
        }
    }

    @Override
    public void writable(TcpSession session) {
        session.resumeReceive();
    }

    /** The same over UDP. */
    static void received(UdpSession session, Datagram datagram) {
        if (ANSWERERS.contains(datagram.sourcePort()) || datagram.sourcePort() == 0) {
            return;
        }
        try {
            session.reply(datagram, datagram.bytes(), datagram.offset(), datagram.length());
        } catch (IOException e) {
            // Lost, as any datagram may be.
        }
    }
}
