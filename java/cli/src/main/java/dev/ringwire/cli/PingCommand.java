package dev.ringwire.cli;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire ping}: echo requests without the kernel's sockets. */
@Command(
        name = "ping",
        header = "Sends echo requests over a raw device and prints what comes back, until Ctrl-C.",
        description = {
            "Finds the next hop's MAC address by ARP or neighbour discovery, and needs nothing of the kernel's IP. "
                    + "With --src it speaks from an address that the interface does not have, and answers for it. "
                    + "The exit status is 1 if no reply came.",
            "Needs the right to capture and native code: \"ringwire doctor\" tells."
        },
        footerHeading = "%nWhat -i takes:%n",
        footer = {
            Links.FORMS,
            "",
            "Example: ringwire ping -i eth0 -c 3 192.0.2.1",
            "         ringwire ping -i eth0 --src 192.0.2.77 --gateway 192.0.2.1 198.51.100.1"
        })
final class PingCommand extends Subcommand {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e6;
    private static final int SEQUENCES = 1 << 16;

    @Parameters(paramLabel = "ADDRESS", arity = "1", description = "IPv4 or IPv6, or the name of a host.")
    private String address;

    @Mixin
    private StationOptions stationOptions;

    @Option(names = "-c", paramLabel = "N", description = "Ends after N requests.")
    private Long count;

    @Option(
            names = "-W",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Waits so long for replies after the last request (${DEFAULT-VALUE}).")
    private double patience;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Time between requests (${DEFAULT-VALUE}).")
    private double interval;

    @Option(
            names = "-s",
            paramLabel = "N",
            defaultValue = "56",
            description = "Bytes of data in each (${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = "64",
            description = "Time to live, or hop limit (${DEFAULT-VALUE}).")
    private int ttl;

    @Option(
            names = "--gateway",
            paramLabel = "ADDRESS",
            description = "The router to hosts that are not on the link; otherwise the one that the kernel's table of "
                    + "routes names, if it names one.")
    private String gateway;

    // By sequence number: when it was sent, 0 if not at all, and whether the reply came.
    private final long[] sentAt = new long[SEQUENCES];
    private final boolean[] replied = new boolean[SEQUENCES];

    private long sent;
    private long received;
    private long duplicates;
    private long errors;
    private double sum;
    private double squares;
    private double least = Double.MAX_VALUE;
    private double most;

    PingCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        InetAddress router = gateway == null ? null : StationOptions.address("--gateway", gateway, this);
        InetAddress target = StationOptions.host(address);
        try (Station station = stationOptions.open(this)) {
            console.interruption().onInterrupt(station::end, () -> {});
            InetAddress source = station.sourceFor(target)
                    .orElseThrow(() ->
                            new IOException(station.name() + " has no IPv" + (target instanceof Inet4Address ? 4 : 6)
                                    + " address to speak from: give one with --src"));
            int largest = station.mtu() - Echoes.overhead(target);
            if (size > largest) {
                throw usage("-s is 0 to " + largest + " for the MTU of " + station.name() + ", not " + size);
            }
            MacAddress hop = station.resolve(station.nextHop(target, router));
            console.print("PING " + text(target) + " from " + text(source) + " over " + station.name() + ": " + size
                    + " bytes of data\n");
            var echoes =
                    new Echoes(source, target, ttl, ThreadLocalRandom.current().nextInt(1 << 16), size);
            long start = System.nanoTime();
            try {
                run(station, hop, echoes);
            } finally {
                console.print(summary(text(target), (System.nanoTime() - start) / MILLIS));
            }
        }
        return received > 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static String text(InetAddress address) {
        return address instanceof Inet4Address
                ? address.getHostAddress()
                : Ipv6Address.of(address.getAddress()).toString();
    }

    private void checkOptions() {
        if (count != null && count < 1) {
            throw usage("-c is 1 or more, not " + count);
        }
        if (!(patience > 0 && patience < 1e6)) {
            throw usage("-W is more than 0 seconds, not " + patience);
        }
        if (!(interval >= 0 && interval < 1e6)) {
            throw usage("--interval is 0 seconds or more, not " + interval);
        }
        if (size < 0) {
            throw usage("-s is 0 or more, not " + size);
        }
        if (ttl < 1 || ttl > 255) {
            throw usage("--ttl is 1 to 255, not " + ttl);
        }
    }

    private void run(Station station, MacAddress hop, Echoes echoes) throws IOException {
        long next = System.nanoTime();
        while (!station.ended() && (count == null || sent < count)) {
            int sequence = (int) (sent + 1) & 0xffff;
            replied[sequence] = false;
            sentAt[sequence] = station.send(hop, List.of(echoes.request(sequence)));
            sent++;
            boolean last = count != null && sent == count;
            next = last ? System.nanoTime() + (long) (patience * NANOS) : next + (long) (interval * NANOS);
            while (!(last && received + errors >= sent) && station.next(next)) {
                var answer = echoes.answer(station);
                if (answer.isPresent()) {
                    take(answer.get(), station.received());
                }
            }
        }
    }

    private void take(Echoes.Answer answer, long at) throws IOException {
        int sequence = answer.sequence();
        if (sentAt[sequence] == 0) {
            return;
        }
        if (answer.problem() != null) {
            errors++;
            console.print("From " + answer.from() + " icmp_seq=" + sequence + " " + answer.problem() + "\n");
            return;
        }
        double millis = Math.max(0, at - sentAt[sequence]) / MILLIS;
        boolean again = replied[sequence];
        replied[sequence] = true;
        if (again) {
            duplicates++;
        } else {
            received++;
            sum += millis;
            squares += millis * millis;
            least = Math.min(least, millis);
            most = Math.max(most, millis);
        }
        console.print(String.format(
                Locale.ROOT,
                "%d bytes from %s: icmp_seq=%d ttl=%d time=%.3f ms%s%s%n",
                answer.bytes(),
                answer.from(),
                sequence,
                answer.ttl(),
                millis,
                again ? " (duplicate)" : "",
                answer.whole() ? "" : " (other data than was sent)"));
    }

    private String summary(String target, double millis) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n--- %s ping statistics ---%n%d packets transmitted, %d received%s%s, %s%% packet loss, time %.0f ms%n",
                target,
                sent,
                received,
                duplicates == 0 ? "" : ", " + duplicates + " duplicates",
                errors == 0 ? "" : ", " + errors + " errors",
                sent == 0 ? 0 : (sent - received) * 100 / sent,
                millis));
        if (received > 0) {
            double mean = sum / received;
            text.append(String.format(
                    Locale.ROOT,
                    "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms%n",
                    least,
                    mean,
                    most,
                    Math.sqrt(Math.max(0, squares / received - mean * mean))));
        }
        return text.toString();
    }
}
