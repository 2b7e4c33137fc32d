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
    private final StationOptions stationOptions = new StationOptions();

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
            var statistics = new PingStatistics();
            try {
                run(station, hop, echoes, statistics);
            } finally {
                console.print(statistics.summary(text(target)));
            }
            return statistics.received() > 0 ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    /** As IPv6 addresses are written, with the longest row of zeros left out. */
    static String text(InetAddress address) {
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

    private void run(Station station, MacAddress hop, Echoes echoes, PingStatistics statistics) throws IOException {
        long next = System.nanoTime();
        while (!station.ended() && (count == null || statistics.sent() < count)) {
            int sequence = (int) (statistics.sent() + 1) & 0xffff;
            replied[sequence] = false;
            sentAt[sequence] = station.send(hop, List.of(echoes.request(sequence)));
            statistics.sentOne();
            boolean last = count != null && statistics.sent() == count;
            next = last ? System.nanoTime() + (long) (patience * NANOS) : next + (long) (interval * NANOS);
            while (!(last && statistics.complete()) && station.next(next)) {
                var answer = echoes.answer(station);
                if (answer.isPresent()) {
                    take(answer.get(), station.received(), statistics);
                }
            }
        }
    }

    private void take(Echoes.Answer answer, long at, PingStatistics statistics) throws IOException {
        int sequence = answer.sequence();
        if (sentAt[sequence] == 0) {
            return;
        }
        if (answer.problem() != null) {
            statistics.error();
            console.print("From " + answer.from() + " icmp_seq=" + sequence + " " + answer.problem() + "\n");
            return;
        }
        double millis = Math.max(0, at - sentAt[sequence]) / MILLIS;
        boolean again = replied[sequence];
        replied[sequence] = true;
        if (again) {
            statistics.duplicate();
        } else {
            statistics.reply(millis);
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
}
