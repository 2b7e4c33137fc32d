package dev.ringwire.stack;

import dev.ringwire.stack.transport.TcpLayer;
import dev.ringwire.stack.transport.TcpSession;

/** Ends all connections before the stack does. What waits in TIME-WAIT is not waited for. */
final class TcpStopper implements Stopper {
    private final TcpLayer tcp;

    TcpStopper(TcpLayer tcp) {
        this.tcp = tcp;
    }

    @Override
    public void stop() {
        tcp.closeAll();
    }

    @Override
    public boolean isStopped() {
        return tcp.sessions().isEmpty();
    }

    @Override
    public void abort() {
        tcp.closeAll();
        tcp.sessions().forEach(TcpSession::abort);
    }
}
