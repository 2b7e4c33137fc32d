package dev.ringwire.stack.transport;

/** Makes the object of each new connection, so that a user's own kind of session takes part; see {@link TcpLayer#sessionFactory}. */
@FunctionalInterface
public interface TcpSessionFactory {
    /** A session between these two ends, not opened yet. */
    TcpSession create(TcpEnds ends);
}
