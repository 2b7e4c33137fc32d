package dev.ringwire.stack.transport;

import dev.ringwire.stack.IntTable;
import dev.ringwire.stack.network.IpPath;
import dev.ringwire.stack.network.IpRouter;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Who has which port of ours: the listeners, connections, and those that keep one for a connection to come. */
final class TcpPorts {
    private final TcpLayer layer;
    private final IpRouter router;
    private final ConnectionTable<TcpFlow> flows;
    private final PortAllocator ephemeral;

    /** The first listener of each port; the others hang on it. */
    private final IntTable<TcpListener> listeners = new IntTable<>();

    private final IntTable<TcpEndpoint> reserved = new IntTable<>();

    TcpPorts(TcpLayer layer, IpRouter router, ConnectionTable<TcpFlow> flows, RandomGenerator random) {
        this.layer = layer;
        this.router = router;
        this.flows = flows;
        ephemeral = new PortAllocator(random);
    }

    // Listeners.

    /** A new listener, which takes connections from now on. */
    TcpListener listen(
            TcpEndpoint wanted,
            int backlog,
            TcpOptions options,
            @Nullable Function<? super TcpSession, ? extends TcpApplication> applications)
            throws BindException {
        TcpEndpoint local = withPort(wanted);
        if (reserved.get(local.port()) != null) {
            throw new BindException("somebody keeps the port " + local.port());
        }
        TcpListener first = listeners.get(local.port());
        for (TcpListener l = first; l != null; l = l.next) {
            if (l.local().isAny() == local.isAny() && l.accepts(local.high(), local.low())) {
                throw new BindException("somebody listens already at " + local);
            }
        }
        TcpListener listener = new TcpListener(layer, local, backlog, options, applications);
        listener.next = first;
        listeners.put(local.port(), listener);
        return listener;
    }

    /** Who listens at an address and port of ours; one that is bound to the address before one for all. */
    @Nullable
    TcpListener listener(long high, long low, int port) {
        TcpListener any = null;
        for (TcpListener l = listeners.get(port); l != null; l = l.next) {
            if (!l.local().isAny()) {
                if (l.accepts(high, low)) {
                    return l;
                }
            } else {
                any = l;
            }
        }
        return any;
    }

    List<TcpListener> listeners() {
        List<TcpListener> all = new ArrayList<>();
        listeners.forEach(first -> {
            for (TcpListener l = first; l != null; l = l.next) {
                all.add(l);
            }
        });
        return all;
    }

    void remove(TcpListener listener) {
        int port = listener.local().port();
        TcpListener first = listeners.get(port);
        if (first == listener) {
            if (listener.next == null) {
                listeners.remove(port);
            } else {
                listeners.put(port, listener.next);
            }
            return;
        }
        for (TcpListener l = first; l != null; l = l.next) {
            if (l.next == listener) {
                l.next = listener.next;
                return;
            }
        }
    }

    // Ports.

    /** Keeps a port until {@link #release}. */
    TcpEndpoint reserve(TcpEndpoint wanted) throws BindException {
        TcpEndpoint local = withPort(wanted);
        if (!isFree(local.port())) {
            throw new BindException("TCP port " + local.port() + " is in use");
        }
        reserved.put(local.port(), local);
        return local;
    }

    void release(TcpEndpoint local) {
        reserved.remove(local.port());
    }

    /** Whether nobody listens at a port or keeps it, and no connection has it. */
    boolean isFree(int port) {
        if (isTaken(port)) {
            return false;
        }
        boolean[] used = new boolean[1];
        flows.forEach(f -> used[0] |= f.localPort == port);
        return !used[0];
    }

    private boolean isTaken(int port) {
        return listeners.get(port) != null || reserved.get(port) != null;
    }

    /** A port for a connection to there, which those to other places may have, too; {@link PortAllocator#NONE} for none. */
    int allocate(IpPath path, int remotePort) {
        long localHigh = path.sourceHigh();
        long localLow = path.sourceLow();
        long high = path.destinationHigh();
        long low = path.destinationLow();
        return ephemeral.allocate(
                localHigh,
                localLow,
                high,
                low,
                remotePort,
                p -> !isTaken(p) && flows.get(localHigh, localLow, p, high, low, remotePort) == null);
    }

    /** The same end with a port, if it has none; and whether its address is one of ours. */
    private TcpEndpoint withPort(TcpEndpoint wanted) throws BindException {
        TcpEndpoint local = wanted;
        if (local.port() == 0) {
            int port = ephemeral.allocate(0, 0, 0, 0, 0, this::isFree);
            if (port == PortAllocator.NONE) {
                throw new BindException("no port is free");
            }
            local = new TcpEndpoint(local.high(), local.low(), port);
        }
        if (!local.isAny() && !router.isOurs(local.high(), local.low())) {
            throw new BindException("not an address of this stack: " + local);
        }
        return local;
    }
}
