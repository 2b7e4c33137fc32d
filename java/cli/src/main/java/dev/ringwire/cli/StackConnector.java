package dev.ringwire.cli;

import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.IpPath;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.concurrent.ThreadLocalRandom;

/** Opens connections of a stack, from a port that the kernel is told to leave alone where the address is its, too. */
final class StackConnector {
    /** Linux takes ports for its own connections from 32768 to 60999 unless it is told otherwise. */
    private static final int FIRST_PORT = 61_000;

    private static final int LAST_PORT = 65_535;

    private final StackHost host;

    StackConnector(StackHost host) {
        this.host = host;
    }

    /**
     * A connection on its way to be up, or null if the user wants to end.
     *
     * @param application told what becomes of it
     */
    TcpSession connect(InetSocketAddress to, TcpApplication application) throws IOException {
        TcpEndpoint local = local(to);
        return local == null
                ? null
                : host.ask(result -> result.complete(
                        host.stack().tcp().connect(TcpEndpoint.of(to), local, TcpOptions.DEFAULT, application)));
    }

    /**
     * Where to connect from: an address that suits, and a port where it must be that one because what comes to it is kept
     * from the kernel, otherwise 0. Null if the user wants to end.
     */
    TcpEndpoint local(InetSocketAddress to) throws IOException {
        TcpEndpoint local = host.ask(result -> result.complete(choose(TcpEndpoint.of(to))));
        if (local != null && local.port() != 0) {
            var own = local.toInetSocketAddress();
            host.silence().connection(own.getAddress(), own.getPort(), to.getAddress(), to.getPort());
        }
        return local;
    }

    /** What ended a connection, with whom it was. */
    static IOException failure(InetSocketAddress to, IOException e) {
        return new IOException(TcpEndpoint.of(to) + ": " + Errors.message(e), e);
    }

    private TcpEndpoint choose(TcpEndpoint remote) throws IOException {
        IpPath path = host.stack().router().path(remote.high(), remote.low());
        if (path == null) {
            throw new NoRouteToHostException("no way to " + remote);
        }
        boolean shared = host.silence().isShared(IpAddresses.toInetAddress(path.sourceHigh(), path.sourceLow()));
        int port = shared ? ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1) : 0;
        return new TcpEndpoint(path.sourceHigh(), path.sourceLow(), port);
    }
}
