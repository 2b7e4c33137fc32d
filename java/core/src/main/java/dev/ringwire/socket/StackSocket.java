package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Socket} over a stack in user space. It does what {@link Socket} says, except that urgent data cannot be sent
 * and comes in line, that {@link #getChannel()} is null, and that buffers become larger but never smaller. Host names
 * that are not resolved are, by the {@link Resolver}, if there is one.
 *
 * <p>Where a thread waits it may be a virtual one, which then leaves its carrier; an interrupt closes the socket under a
 * virtual thread and does nothing to a platform thread, as with the platform's sockets. It must not be used on the
 * stack's own thread, which would wait for itself: applications there have {@link TcpSession}.
 */
public class StackSocket extends Socket {
    private final StackSocketImpl impl;
    private final StackLoop loop;
    private final @Nullable Resolver resolver;

    /** Not connected; names are to be resolved by who connects it. */
    public StackSocket(StackLoop loop) throws SocketException {
        this(loop, null);
    }

    /** Not connected; names are resolved by that, unless null. */
    public StackSocket(StackLoop loop, @Nullable Resolver resolver) throws SocketException {
        this(loop, resolver, new StackSocketImpl(Objects.requireNonNull(loop), TcpOptions.DEFAULT, false));
    }

    private StackSocket(StackLoop loop, @Nullable Resolver resolver, StackSocketImpl impl) throws SocketException {
        super(impl);
        this.loop = loop;
        this.resolver = resolver;
        this.impl = impl;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        super.connect(Resolver.resolve(loop, resolver, endpoint), timeout);
    }

    /** {@inheritDoc} What lingers does so without a lock. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void close() throws IOException {
        impl.close();
        super.close();
    }

    /** Sets all options of the connection, those that {@code java.net} has no name for included. */
    public void options(TcpOptions options) {
        impl.options(Objects.requireNonNull(options));
    }

    /** The options of the connection. */
    public TcpOptions options() {
        return impl.options();
    }

    /** The connection, once there is one: what it counts, its round-trip time and more, on the stack's thread. */
    public Optional<TcpSession> session() {
        return Optional.ofNullable(impl.session());
    }

    @Override
    public String toString() {
        return "Stack" + super.toString();
    }
}
