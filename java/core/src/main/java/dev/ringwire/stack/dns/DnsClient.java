package dev.ringwire.stack.dns;

import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.transport.TcpLayer;
import dev.ringwire.stack.transport.UdpLayer;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsName;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import dev.ringwire.wire.dns.Rdata;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks DNS servers that recurse (a stub resolver, RFC 1034 section 5.3.1), over UDP, and over TCP where an answer is too
 * long for it. What they say is kept as long as they say; that a name or record does not exist, too (RFC 2308). Questions
 * alike that are open at a time are asked once.
 *
 * <p>Belongs to the stack's thread; {@code stack.execute(() -> stack.dns().lookup(name, callback))} asks from any other.
 */
public final class DnsClient {
    private final StackContext context;
    private final UdpLayer udp;
    private final DnsSettings settings;
    private final DnsCounters counters = new DnsCounters();
    private final DnsCache cache;
    private final Map<DnsQuery, List<DnsCallback<DnsAnswer>>> open = new HashMap<>();
    private DnsStream stream;

    /** Asks over these layers. */
    public DnsClient(StackContext context, UdpLayer udp, TcpLayer tcp, DnsSettings settings) {
        this.context = context;
        this.udp = udp;
        this.settings = settings;
        cache = new DnsCache(settings.cacheEntries);
        stream = new TcpDnsStream(tcp);
    }

    /** What it counts. */
    public DnsCounters counters() {
        return counters;
    }

    /** Forgets what servers have said. */
    public void clearCache() {
        cache.clear();
    }

    /** Carries over it what is too long for UDP. */
    void stream(DnsStream over) {
        stream = over;
    }

    /**
     * The addresses of a name, IPv4 before IPv6: what the settings say, or else what the servers answer to questions for
     * both at once. An address as text is its own answer.
     *
     * @param callback may be called before this returns, if the answer is known
     */
    public void lookup(String name, DnsCallback<List<InetAddress>> callback) {
        Objects.requireNonNull(callback);
        InetAddress literal = literal(name);
        if (literal != null) {
            tell(callback, List.of(literal), null);
            return;
        }
        DnsName asked;
        try {
            asked = DnsName.of(name);
        } catch (IllegalArgumentException e) {
            tell(callback, null, new UnknownHostException(e.getMessage()));
            return;
        }
        List<InetAddress> known = settings.hosts.get(asked);
        if (known != null) {
            tell(callback, known, null);
            return;
        }
        Lookup both = new Lookup(name, callback);
        ask(new DnsQuery(asked, DnsType.A), (answer, error) -> both.done(0, answer, error));
        ask(new DnsQuery(asked, DnsType.AAAA), (answer, error) -> both.done(1, answer, error));
    }

    /** An address in brackets or without; null if it is none. */
    private static @Nullable InetAddress literal(String text) {
        boolean brackets = text.startsWith("[") && text.endsWith("]");
        String inner = brackets ? text.substring(1, text.length() - 1) : text;
        try {
            return DnsSettings.address(inner);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A question for each version of IP. */
    private final class Lookup {
        private final String name;
        private final DnsCallback<List<InetAddress>> callback;
        private final List<List<InetAddress>> addresses = new ArrayList<>(List.of(List.of(), List.of()));
        private @Nullable UnknownHostException error;
        private int left = 2;

        Lookup(String name, DnsCallback<List<InetAddress>> callback) {
            this.name = name;
            this.callback = callback;
        }

        void done(int which, @Nullable DnsAnswer answer, @Nullable UnknownHostException failure) {
            if (answer != null) {
                addresses.set(which, addresses(name, answer));
            } else {
                error = failure;
            }
            if (--left > 0) {
                return;
            }
            List<InetAddress> all = new ArrayList<>(addresses.get(0));
            all.addAll(addresses.get(1));
            if (!all.isEmpty()) {
                tell(callback, List.copyOf(all), null);
            } else {
                tell(callback, null, error != null ? error : new UnknownHostException(name + ": it has no address"));
            }
        }
    }

    private static List<InetAddress> addresses(String name, DnsAnswer answer) {
        List<InetAddress> addresses = new ArrayList<>();
        for (DnsRecord record : answer.records()) {
            if (record.data() instanceof Rdata.A a) {
                addresses.add(named(name, a.address().toInetAddress()));
            } else if (record.data() instanceof Rdata.Aaaa aaaa) {
                addresses.add(named(name, aaaa.address().toInetAddress()));
            }
        }
        return addresses;
    }

    /** With the name it was found by, as java.net has it. */
    private static InetAddress named(String name, InetAddress address) {
        try {
            return InetAddress.getByAddress(name, address.getAddress());
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only for other lengths than 4 and 16
        }
    }

    /**
     * The records of a name.
     *
     * @param type see {@link DnsType}
     * @param callback gets the aliases of the name in their order and then the records they lead to, with the times to
     *     live that are left; an empty list if the name exists without such records. May be called before this returns,
     *     if the answer is known
     * @throws IllegalArgumentException if it is no name
     */
    public void query(String name, int type, DnsCallback<List<DnsRecord>> callback) {
        ask(
                new DnsQuery(DnsName.of(name), type),
                (answer, error) -> tell(callback, answer == null ? null : answer.records(), error));
    }

    private void ask(DnsQuery query, DnsCallback<DnsAnswer> callback) {
        DnsAnswer known = cache.get(query, context.now());
        if (known != null) {
            counters.cached++;
            answer(query, known, callback);
            return;
        }
        List<DnsCallback<DnsAnswer>> waiting = open.get(query);
        if (waiting != null) {
            waiting.add(callback);
            return;
        }
        if (open.size() == settings.mostQuestions) {
            callback.done(
                    null,
                    new UnknownHostException(
                            query.name() + ": " + settings.mostQuestions + " questions are open, which is the most"));
            return;
        }
        open.put(query, new ArrayList<>(List.of(callback)));
        new Question(query).ask();
    }

    private static void answer(DnsQuery query, DnsAnswer answer, DnsCallback<DnsAnswer> callback) {
        if (answer.exists()) {
            callback.done(answer, null);
        } else {
            callback.done(null, new UnknownHostException(query.name() + ": there is no such name (NXDOMAIN)"));
        }
    }

    private <T> void tell(DnsCallback<T> callback, @Nullable T value, @Nullable UnknownHostException error) {
        try {
            callback.done(value, error);
        } catch (RuntimeException e) {
            context.applicationFailed("DNS", e);
        }
    }

    /** A question that servers are asked, alias by alias where they do not follow them. */
    private final class Question implements DnsExchange.Result {
        private final DnsQuery query;
        private final AliasChain chain;

        Question(DnsQuery query) {
            this.query = query;
            chain = new AliasChain(query);
        }

        void ask() {
            new DnsExchange(context, udp, settings, counters, stream, new DnsQuery(chain.name(), query.type()), this)
                    .start();
        }

        @Override
        public void answered(DnsMessage message) {
            DnsAnswer answer = chain.follow(message);
            if (answer == null && !chain.isTooLong()) {
                DnsAnswer known = cache.get(new DnsQuery(chain.name(), query.type()), context.now());
                if (known == null) {
                    ask();
                    return;
                }
                answer = chain.join(known);
            }
            if (answer == null) {
                failed(new UnknownHostException(
                        query.name() + ": more than " + AliasChain.LONGEST + " aliases, or they go in a circle"));
                return;
            }
            cache.put(query, answer, context.now());
            for (DnsCallback<DnsAnswer> callback : close()) {
                DnsClient.answer(query, answer, callback);
            }
        }

        @Override
        public void failed(UnknownHostException error) {
            close().forEach(callback -> callback.done(null, error));
        }

        private List<DnsCallback<DnsAnswer>> close() {
            return Objects.requireNonNull(open.remove(query));
        }
    }
}
