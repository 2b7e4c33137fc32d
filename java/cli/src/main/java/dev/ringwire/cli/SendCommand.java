package dev.ringwire.cli;

import dev.ringwire.bytes.HexDump;
import dev.ringwire.frame.Frame;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Protocols;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire send}: a packet from the command line. */
@Command(
        name = "send",
        header = "Makes a packet of what the command line says, and sends it.",
        description = {
            "PACKET is its layers from the outermost in, with a / between them: the name of a protocol and its fields as "
                    + "name=value, or a payload: \"text\", hex:00ff or @file. Names are Wireshark's, with or without "
                    + "the protocol in front: \"ringwire fields\" lists them.",
            "What is not said is filled in: what the next layer is, lengths, checksums, the addresses of the interface, "
                    + "an Ethernet header, and by ARP or neighbour discovery its destination. What is said stays as it "
                    + "is, right or wrong.",
            "With --listen, the kernel of this host sees the answers too, and may for instance reset a TCP connection "
                    + "that it does not know. The exit status is then 1 if nothing came."
        },
        footerHeading = "%nWhat -i takes:%n",
        footer = {
            Links.FORMS,
            "",
            "Example: ringwire send -i eth0 'ip dst=192.0.2.1 / udp dstport=53 / \"hello\"'",
            "         ringwire send -i eth0 --listen 2 'ip dst=192.0.2.1 ttl=3 / icmp ident=7'",
            "         ringwire send -n 'eth / vlan id=5 / ip / tcp dstport=80 syn=1'"
        })
final class SendCommand extends Subcommand {
    private static final double NANOS = 1e9;

    @Parameters(paramLabel = "PACKET", arity = "1..*", description = "The packet, best in '...' of the shell.")
    private List<String> words;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "DEVICE",
            description = "Where to send, in one of the forms below.")
    private String device;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            description = "Writes the packet to a file instead: pcap if its name ends with .pcap or .cap, otherwise "
                    + "pcapng.")
    private String save;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Prints the packet in hexadecimal instead.")
    private boolean dryRun;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Sends it N times (${DEFAULT-VALUE}).")
    private long count;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Time between them (${DEFAULT-VALUE}).")
    private double interval;

    @Option(
            names = "--listen",
            paramLabel = "SECONDS",
            description = "Prints what comes in, until so long after the last was sent.")
    private Double listen;

    @Mixin
    private final FilterOptions filterOptions = new FilterOptions();

    private long sent;
    private long received;

    SendCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        CraftedPacket packet;
        try {
            packet = new CraftedPacket(PacketSyntax.parse(String.join(" ", words)));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        if (device != null) {
            return send(packet);
        }
        byte[] bytes = packet.bytes();
        Frame frame = Frame.of(bytes, packet.linkType(), LiveSource.now());
        if (dryRun) {
            console.print(Packet.wrap(frame).summary() + "\n" + HexDump.of(bytes));
            return ExitCode.OK;
        }
        try (var sink = new SaveFile(console, save)) {
            sink.begin(frame.linkType());
            for (long i = 0; i < count; i++) {
                sink.write(Frame.of(bytes, frame.linkType(), frame.timestampNanos() + (long) (i * interval * NANOS)));
            }
            sink.inputEnded();
        }
        return ExitCode.OK;
    }

    private void checkOptions() {
        if (Stream.of(device != null, save != null, dryRun).filter(b -> b).count() != 1) {
            throw usage("what is to happen with it? one of -i, -w and -n");
        }
        if (count < 1) {
            throw usage("-c is 1 or more, not " + count);
        }
        if (!(interval >= 0 && interval < 1e6)) {
            throw usage("--interval is 0 seconds or more, not " + interval);
        }
        if (listen != null && !(listen > 0 && listen < 1e6)) {
            throw usage("--listen is more than 0 seconds, not " + listen);
        }
        if (listen != null && device == null) {
            throw usage("--listen needs -i");
        }
        if (filterOptions.given(this) && listen == null) {
            throw usage("-f is for what --listen prints");
        }
        if (save != null) {
            SaveFile.refuseEmpty(save, this);
            if (save.equals(SaveFile.STDOUT) && console.outIsTerminal()) {
                throw usage("-w - writes binary data: send it to a file or a pipe");
            }
        }
        filterOptions.checkSyntax(this);
    }

    private int send(CraftedPacket packet) throws IOException {
        Predicate<Frame> filter = filterOptions.given(this) ? filterOptions.ofFiles(this) : frame -> true;
        try (Station station = open(packet.vlan())) {
            console.interruption().onInterrupt(station::end, () -> {});
            packet.on(station);
            byte[] bytes = packet.bytes();
            var lines = new PacketLines(console.out(), Protocols.installed());
            try {
                send(station, bytes, filter, lines);
            } finally {
                lines.flush();
                console.err()
                        .println(String.format(
                                Locale.ROOT,
                                "%d sent, %d bytes each%s",
                                sent,
                                bytes.length,
                                listen == null ? "" : "; " + received + " received"));
            }
            if (station.ended()) {
                return INTERRUPTED;
            }
        }
        return listen != null && received == 0 ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private Station open(int vlan) throws IOException {
        try {
            return new Station(device, Links.open(device), null, vlan);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private void send(Station station, byte[] bytes, Predicate<Frame> filter, PacketLines lines) throws IOException {
        long next = System.nanoTime();
        while (sent < count && !station.ended()) {
            station.send(bytes);
            sent++;
            boolean last = sent == count;
            if (last && listen == null) {
                return;
            }
            next = last ? System.nanoTime() + (long) (listen * NANOS) : next + (long) (interval * NANOS);
            while (station.next(next)) {
                if (listen != null && filter.test(station.frame())) {
                    lines.write(station.frame());
                    lines.flush();
                    received++;
                }
            }
        }
    }
}
