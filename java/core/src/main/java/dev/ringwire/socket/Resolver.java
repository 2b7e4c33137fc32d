package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.network.IpAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks the DNS client of a stack and waits for the answer. {@code lookup} has the form of OkHttp's {@code Dns}:
 * {@code dns(resolver::lookup)}.
 */
public final class Resolver {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final StackLoop loop;
    private final Duration timeout;

    /** Waits at most 15 seconds for an answer; the DNS client may give up before. */
    public Resolver(StackLoop loop) {
        this(loop, PATIENCE);
    }

    /** Waits at most so long for an answer; the DNS client may give up before. */
    public Resolver(StackLoop loop, Duration timeout) {
        this.loop = Objects.requireNonNull(loop);
        this.timeout = Objects.requireNonNull(timeout);
    }

    private record Outcome(
            @Nullable List<InetAddress> addresses, @Nullable UnknownHostException error) {}

    /**
     * The addresses of a name, IPv4 before IPv6; an address as text is its own.
     *
     * @throws UnknownHostException if it has none, or there was no answer in time
     */
    public List<InetAddress> lookup(String name) throws UnknownHostException {
        AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
        Waiter waiter = new Waiter();
        try {
            StackCall.execute(
                    loop,
                    () -> loop.stack().dns().lookup(name, (addresses, error) -> {
                        outcome.set(new Outcome(addresses, error));
                        waiter.wake();
                    }));
            waiter.await(loop, () -> outcome.get() != null, System.nanoTime() + timeout.toNanos());
        } catch (IOException e) {
            throw failure(name + ": " + e.getMessage(), e);
        }
        Outcome known = outcome.get();
        if (known == null) {
            throw new UnknownHostException(name + ": no answer in " + timeout.toMillis() + " ms");
        }
        List<InetAddress> addresses = known.addresses;
        if (addresses == null) {
            UnknownHostException why = known.error;
            throw failure(why == null ? name : String.valueOf(why.getMessage()), why);
        }
        return addresses;
    }

    /** In the thread that asked, with its stack trace. */
    private static UnknownHostException failure(String message, @Nullable Exception cause) {
        UnknownHostException e = new UnknownHostException(message);
        e.initCause(cause);
        return e;
    }

    /**
     * As {@link #lookup}, in the form of {@link InetAddress#getAllByName}.
     *
     * @throws UnknownHostException if it has none, or there was no answer in time
     */
    public InetAddress[] resolve(String name) throws UnknownHostException {
        return lookup(name).toArray(InetAddress[]::new);
    }

    /** Of an address that is not resolved, the first address there is a way to; any other as it is. */
    static SocketAddress resolve(StackLoop loop, @Nullable Resolver by, SocketAddress endpoint) throws IOException {
        if (by == null || !(endpoint instanceof InetSocketAddress address) || !address.isUnresolved()) {
            return endpoint;
        }
        List<InetAddress> all = by.lookup(address.getHostString());
        InetAddress best = all.size() == 1 ? all.get(0) : StackCall.on(loop, () -> firstWithRoute(loop, all));
        return new InetSocketAddress(best, address.getPort());
    }

    private static InetAddress firstWithRoute(StackLoop loop, List<InetAddress> all) {
        for (InetAddress a : all) {
            if (loop.stack().router().path(IpAddresses.high(a), IpAddresses.low(a)) != null) {
                return a;
            }
        }
        return all.get(0);
    }
}
