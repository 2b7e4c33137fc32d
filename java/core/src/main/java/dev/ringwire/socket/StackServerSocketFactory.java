package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import javax.net.ServerSocketFactory;

/** Makes {@link StackServerSocket}s for servers that take a {@link ServerSocketFactory}. */
public final class StackServerSocketFactory extends ServerSocketFactory {
    private final StackLoop loop;

    /**
     * Over the stack that this process shares for an interface; see {@link StackSocketFactory#StackSocketFactory(String)}.
     *
     * @throws IOException if there is no such stack yet and the interface cannot be opened
     */
    public StackServerSocketFactory(String interfaceName) throws IOException {
        this(NamedStacks.of(interfaceName));
    }

    private StackServerSocketFactory(StackLoop loop) {
        this.loop = Objects.requireNonNull(loop);
    }

    /** Over a stack. */
    public static StackServerSocketFactory of(StackLoop loop) {
        return new StackServerSocketFactory(loop);
    }

    @Override
    public ServerSocket createServerSocket() {
        return new StackServerSocket(loop);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return new StackServerSocket(loop, port);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return new StackServerSocket(loop, port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
        return new StackServerSocket(loop, port, backlog, address);
    }
}
