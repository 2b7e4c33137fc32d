package dev.ringwire.stack.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What uses a connection by being called: one object for each connection or one for all. Called on the stack's thread
 * and must not block. An exception thrown here aborts that connection and is counted
 * ({@link dev.ringwire.stack.StackCounters#applicationErrors}); the stack goes on.
 */
public interface TcpApplication {
    /** Both sides can send now. */
    default void connectionMade(TcpSession session) throws IOException {}

    /**
     * Bytes have come in, the next of the stream. What is left behind the position is kept by the session, holds the
     * other side back once its buffer is full, and is shown again with what comes next, or on
     * {@link TcpSession#resumeReceive()}.
     *
     * @param data borrowed until this returns
     */
    void received(TcpSession session, ByteBuffer data) throws IOException;

    /** There is room again after {@link TcpSession#trySend} took less than it was given. */
    default void writable(TcpSession session) throws IOException {}

    /**
     * The other side says that there is something urgent ahead, up to {@link TcpSession#urgentBytes()} bytes from the next
     * that {@link #received} shows; it comes in line with the rest (RFC 9293 section 3.8.5). Called once, and again if the
     * urgent data goes on further.
     */
    default void urgent(TcpSession session) throws IOException {}

    /**
     * Something is in the way, and the connection goes on (RFC 9293 section 3.9.2.2): an ICMP error that may pass, or no
     * answer for a while. What ends a connection {@link #closed} tells.
     */
    default void softError(TcpSession session, IOException error) {}

    /** The other side sends no more; everything before has been handed over. Closes the other direction, too, unless overridden. */
    default void inputClosed(TcpSession session) throws IOException {
        session.close();
    }

    /**
     * The connection is over; the last call.
     *
     * @param error why, if it did not end in order
     */
    default void closed(TcpSession session, @Nullable IOException error) {}
}
