package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ServerSocket} over a stack in user space; it accepts {@link StackSocket}s. It does what {@link ServerSocket}
 * says, except that {@link #getChannel()} is null. See {@link StackSocket} about threads.
 */
public class StackServerSocket extends ServerSocket {
    private final StackLoop loop;
    private final StackSocketImpl impl;

    /** Not bound. */
    public StackServerSocket(StackLoop loop) {
        this(loop, new StackSocketImpl(Objects.requireNonNull(loop), TcpOptions.DEFAULT, true));
    }

    /**
     * Listens at a port of all addresses of the stack.
     *
     * @param port 0 for any that is free
     * @throws java.net.BindException if the port is in use
     */
    public StackServerSocket(StackLoop loop, int port) throws IOException {
        this(loop, port, 0, null);
    }

    /**
     * Listens at a port.
     *
     * @param port 0 for any that is free
     * @param backlog most connections that wait to be accepted; 50 for 0
     * @param address an address of the stack; null for all
     * @throws java.net.BindException if the port is in use, or the address is not the stack's
     */
    public StackServerSocket(StackLoop loop, int port, int backlog, @Nullable InetAddress address) throws IOException {
        this(loop);
        bind(new InetSocketAddress(address, port), backlog);
    }

    private StackServerSocket(StackLoop loop, StackSocketImpl impl) {
        super(impl);
        this.loop = loop;
        this.impl = impl;
    }

    @Override
    public Socket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        StackSocket socket = new StackSocket(loop);
        implAccept(socket);
        return socket;
    }

    /** Sets all options of the connections to come, those that {@code java.net} has no name for included. */
    public void options(TcpOptions options) {
        impl.options(Objects.requireNonNull(options));
    }

    /** The options of the connections to come. */
    public TcpOptions options() {
        return impl.options();
    }

    @Override
    public String toString() {
        return "Stack" + super.toString();
    }
}
