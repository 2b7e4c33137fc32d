package dev.ringwire.stack.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.wire.dns.DnsName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of a {@link DnsClient}. */
public final class DnsSettings {
    /** Where DNS servers listen. */
    public static final int PORT = 53;

    final List<InetSocketAddress> servers = new ArrayList<>();
    final Map<DnsName, List<InetAddress>> hosts = new LinkedHashMap<>();
    long timeoutNanos = 1_000_000_000L;
    int rounds = 3;
    boolean mixedCase;
    int cacheEntries = 1024;
    int mostQuestions = 1024;

    /** The usual ones: no server; {@code localhost} is 127.0.0.1 and ::1 (RFC 6761 section 6.3). */
    public DnsSettings() {
        host("localhost", "127.0.0.1", "::1");
    }

    /**
     * Asks this server, too, after those that are there already.
     *
     * @param address such as {@code 192.0.2.53} or {@code 2001:db8::53}; it is asked at port 53
     * @throws IllegalArgumentException if it is no IP address
     */
    public DnsSettings server(String address) {
        return server(new InetSocketAddress(address(address), PORT));
    }

    /**
     * Asks this server, too, after those that are there already.
     *
     * @throws IllegalArgumentException if its address is not known
     */
    public DnsSettings server(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("a DNS server is named by its IP address, not as " + address);
        }
        servers.add(address);
        return this;
    }

    /**
     * A name has these addresses, whatever servers say.
     *
     * @throws IllegalArgumentException if it is no name, or they are no addresses
     */
    public DnsSettings host(String name, String... addresses) {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(address(address));
        }
        hosts.put(DnsName.of(name), List.copyOf(all));
        return this;
    }

    /**
     * How long to wait for an answer before the next server is asked, in the first round; twice as long in each round
     * after it. 1 second unless set.
     *
     * @throws IllegalArgumentException if not in 1 ms..1 minute
     */
    public DnsSettings timeout(Duration time) {
        if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("a timeout of " + time + " is not in 1 ms..1 minute");
        }
        timeoutNanos = time.toNanos();
        return this;
    }

    /**
     * How many times each server is asked; 3 unless set.
     *
     * @throws IllegalArgumentException if not in 1..10
     */
    public DnsSettings rounds(int count) {
        rounds = within(count, 10);
        return this;
    }

    /**
     * Whether queries mix upper and lower case at random and answers must have the same: so much harder to forge, but
     * some servers do not repeat it. False unless set.
     */
    public DnsSettings mixedCase(boolean on) {
        mixedCase = on;
        return this;
    }

    /**
     * How many answers are kept, 1024 unless set; the one not used for longest makes room.
     *
     * @throws IllegalArgumentException if not in 1..2<sup>20</sup>
     */
    public DnsSettings cacheEntries(int count) {
        cacheEntries = within(count, 1 << 20);
        return this;
    }

    /**
     * How many questions may be open at a time, 1024 unless set; one more fails at once.
     *
     * @throws IllegalArgumentException if not in 1..10000
     */
    public DnsSettings mostQuestions(int count) {
        mostQuestions = within(count, 10_000);
        return this;
    }

    private static int within(int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(value + " is not in 1.." + most);
        }
        return value;
    }

    static InetAddress address(String text) {
        return text.indexOf(':') < 0
                ? Ipv4Address.of(text).toInetAddress()
                : Ipv6Address.of(text).toInetAddress();
    }
}
