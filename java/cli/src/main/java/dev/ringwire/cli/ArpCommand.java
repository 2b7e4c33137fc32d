package dev.ringwire.cli;

import dev.ringwire.address.Cidr;
import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.wire.Arp;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire arp}: who has an address. */
@Command(
        name = "arp",
        header = "Asks by ARP who has an IPv4 address, or which of a network's are taken.",
        description = {
            "Prints each address that is answered for, the MAC address and after what time. The exit status is 1 if "
                    + "nobody answers.",
            "Needs the right to capture and native code: \"ringwire doctor\" tells."
        },
        footerHeading = "%nWhat -i takes:%n",
        footer = {
            Links.FORMS,
            "",
            "Example: ringwire arp -i eth0 192.0.2.1",
            "         ringwire arp -i eth0 -c 2 192.0.2.0/24"
        })
final class ArpCommand extends Subcommand {
    private static final double NANOS = 1e9;

    /** Larger networks would flood the link, and the tables of those on it. */
    private static final int SHORTEST_PREFIX = 16;

    /** Questions between two looks at the answers: they come in as fast as they are asked. */
    private static final int AT_ONCE = 16;

    /** So fast questions go out: a network of 256 addresses in a quarter of a second. */
    private static final long GAP_NANOS = 1_000_000;

    @Parameters(
            paramLabel = "ADDRESS",
            arity = "1..*",
            description = "An IPv4 address, or a network such as 192.0.2.0/24.")
    private List<String> targets;

    @Mixin
    private final StationOptions stationOptions = new StationOptions();

    @Option(
            names = "-c",
            paramLabel = "N",
            defaultValue = "1",
            description = "Asks N times, evenly within the time, as long as there is no answer (${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "-w",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Waits so long for answers (${DEFAULT-VALUE}).")
    private double seconds;

    /** When each was asked last, in nanoseconds since 1970. */
    private final Map<Ipv4Address, Long> asked = new LinkedHashMap<>();

    private final Set<Ipv4Address> answered = new HashSet<>();
    private final Set<Map.Entry<Ipv4Address, MacAddress>> printed = new HashSet<>();

    ArpCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (count < 1) {
            throw usage("-c is 1 or more, not " + count);
        }
        if (!(seconds > 0 && seconds < 1e6)) {
            throw usage("-w is more than 0 seconds, not " + seconds);
        }
        for (String target : targets) {
            addresses(target).forEach(address -> asked.put(address, 0L));
        }
        try (Station station = stationOptions.open(this)) {
            if (!station.isEthernet()) {
                throw new IOException(station.name() + " is no Ethernet: there is no ARP on it");
            }
            console.interruption().onInterrupt(station::end, () -> {});
            for (int i = 0; i < count && !done(station); i++) {
                long end = System.nanoTime() + (long) (seconds / count * NANOS);
                ask(station);
                while (!done(station) && station.next(end)) {
                    look(station);
                }
            }
            console.err().println(answered.size() + " of " + asked.size() + " answered");
            if (station.ended()) {
                return INTERRUPTED;
            }
        }
        return answered.isEmpty() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private List<Ipv4Address> addresses(String text) {
        Cidr block;
        try {
            block = Cidr.of(text);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        if (!block.isIpv4()) {
            throw usage("ARP is for IPv4, not for " + text + "; \"ringwire ping\" finds a neighbour by IPv6");
        }
        int prefix = block.prefixLength();
        if (prefix < SHORTEST_PREFIX) {
            throw usage(text + ": more than a /" + SHORTEST_PREFIX + ", 65536 addresses, is not asked for at once");
        }
        String written = block.toString();
        int first = Ipv4Address.of(written.substring(0, written.indexOf('/'))).bits();
        int size = 1 << 32 - prefix;
        // RFC 3021: only networks of two addresses and one have neither a network's own nor a broadcast address.
        int edge = size > 2 ? 1 : 0;
        List<Ipv4Address> all = new ArrayList<>();
        for (int i = edge; i < size - edge; i++) {
            all.add(new Ipv4Address(first + i));
        }
        return all;
    }

    private boolean done(Station station) {
        return station.ended() || answered.size() == asked.size();
    }

    private void ask(Station station) throws IOException {
        int sent = 0;
        for (Map.Entry<Ipv4Address, Long> entry : asked.entrySet()) {
            if (answered.contains(entry.getKey()) || station.ended()) {
                continue;
            }
            InetAddress target = entry.getKey().toInetAddress();
            Neighbors.Message question = Neighbors.question(station.mac(), station.sourceFor(target), target);
            entry.setValue(station.send(question.to(), question.layers()));
            if (++sent % AT_ONCE == 0) {
                long pause = System.nanoTime() + AT_ONCE * GAP_NANOS;
                while (station.next(pause)) {
                    look(station);
                }
            }
        }
    }

    private void look(Station station) throws IOException {
        Arp arp = station.arp().orElse(null);
        if (arp == null || arp.opcode() != 2) {
            return;
        }
        Ipv4Address from = arp.senderIp();
        Long since = asked.get(from);
        if (since == null || since == 0 || !printed.add(Map.entry(from, arp.senderMac()))) {
            return;
        }
        double millis = Math.max(0, station.received() - since) / 1e6;
        boolean first = answered.add(from);
        console.print(String.format(
                Locale.ROOT, "%s is at %s, %.3f ms%s%n", from, arp.senderMac(), millis, first ? "" : ", as well"));
    }
}
