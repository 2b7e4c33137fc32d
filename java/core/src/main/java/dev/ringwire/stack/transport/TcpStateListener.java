package dev.ringwire.stack.transport;

/** Is told when a connection goes from one state to another; on the stack's thread. */
@FunctionalInterface
public interface TcpStateListener {
    /** It was in one state and is in the other now. */
    void changed(TcpSession session, TcpState from, TcpState to);
}
