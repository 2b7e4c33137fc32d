package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link StackSocket}s for clients that take a {@link SocketFactory}: OkHttp, PostgreSQL JDBC, a
 * {@link javax.net.ssl.SSLSocketFactory} layered over one of its sockets, and others.
 */
public final class StackSocketFactory extends SocketFactory {
    private final StackLoop loop;
    private final @Nullable Resolver resolver;

    /**
     * Over the stack that this process shares for an interface, with its DNS client: for settings that name a class and
     * one argument, such as {@code socketFactory} and {@code socketFactoryArg} of PostgreSQL JDBC. The process keeps its
     * share until it ends.
     *
     * @param interfaceName see {@link dev.ringwire.stack.SharedStacks#of(String)}
     * @throws IOException if there is no such stack yet and the interface cannot be opened
     */
    public StackSocketFactory(String interfaceName) throws IOException {
        this(NamedStacks.of(interfaceName), true);
    }

    /** Over a stack; names are resolved by that, or unless null by whoever connects. */
    public StackSocketFactory(StackLoop loop, @Nullable Resolver resolver) {
        this.loop = Objects.requireNonNull(loop);
        this.resolver = resolver;
    }

    private StackSocketFactory(StackLoop loop, boolean resolves) {
        this(loop, resolves ? new Resolver(loop) : null);
    }

    /** Over a stack; names are resolved by its DNS client. */
    public static StackSocketFactory of(StackLoop loop) {
        return new StackSocketFactory(loop, true);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new StackSocket(loop, resolver);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(address(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(address(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    private InetSocketAddress address(String host, int port) {
        return resolver == null ? new InetSocketAddress(host, port) : InetSocketAddress.createUnresolved(host, port);
    }

    private Socket connect(InetSocketAddress remote, @Nullable InetSocketAddress local) throws IOException {
        StackSocket socket = new StackSocket(loop, resolver);
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
