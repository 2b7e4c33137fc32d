package dev.ringwire.cli;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bpf.FilteredSource;
import dev.ringwire.device.Pace;
import dev.ringwire.device.Replay;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Udp;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code ringwire netflow-replay}: recorded NetFlow sent to a collector as if exported now. */
@Command(
        name = "netflow-replay",
        header = "Sends the NetFlow of a capture to a collector, with the time of now in its headers.",
        description = {
            "Takes the UDP packets of the capture that went to the port of NetFlow, sets the export time of NetFlow v1, "
                    + "v5, v7, v8, v9 and IPFIX to now, and sends them with the gaps that they were recorded with. All "
                    + "else in them stays, and what is no such NetFlow is sent as it is and counted.",
            "It sends through an ordinary socket, or with --spoofing on a raw device from addresses of one's choice, "
                    + "which needs the right to send and native code: \"ringwire doctor\" tells."
        },
        footer = {
            "",
            "Names of options may be written with _ for -, too.",
            "Example: ringwire netflow-replay -f flows.pcap --dest-ip 192.0.2.9",
            "         ringwire netflow-replay -f flows.pcap --dest-ip 192.0.2.9 --blast \\",
            "             --spoofing --device eth0 --src-ip 198.51.100.7"
        })
final class NetflowReplayCommand extends Subcommand {
    private static final long WAIT_NANOS = 200_000_000;
    private static final int LARGEST_PORT = 65_535;
    private static final int UDP = 17;
    private static final int TTL = 64;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "pcap or pcapng; - is standard input.")
    private String file;

    @Option(
            names = {"--dest-ip", "--dest_ip"},
            required = true,
            paramLabel = "IP",
            description = "The collector.")
    private String destination;

    @Option(
            names = {"--dest-port", "--dest_port"},
            paramLabel = "PORT",
            defaultValue = "2055",
            description = "Its port (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = {"--pcap-dst-port", "--pcap_dst_port"},
            paramLabel = "PORT",
            defaultValue = "2055",
            description = "The port that the NetFlow of the capture went to (${DEFAULT-VALUE}).")
    private int recordedPort;

    @Option(names = "--blast", description = "As fast as possible.")
    private boolean blast;

    @Option(names = "--spoofing", description = "Sends on a raw device, from the addresses of the next options.")
    private boolean spoofing;

    @Option(names = "--device", paramLabel = "DEV", description = "Where; see \"ringwire replay --help\".")
    private String device;

    @Option(
            names = {"--dest-mac", "--dest_mac"},
            paramLabel = "MAC",
            description = "The next hop; otherwise found by ARP or neighbour discovery.")
    private String nextHop;

    @Option(
            names = {"--src-ip", "--src_ip"},
            paramLabel = "IP",
            description = "The exporter to be; otherwise the one that was recorded with each packet.")
    private String source;

    @Option(
            names = {"--src-mac", "--src_mac"},
            paramLabel = "MAC",
            description = "Otherwise that of the device.")
    private String sourceMac;

    private final PacketParser parser = new PacketParser();
    private final Udp udp = new Udp();
    private volatile boolean stopped;
    private long read;
    private long replayed;
    private long notNetflow;

    NetflowReplayCommand(Console console) {
        super(console);
    }

    /** Takes a datagram away. */
    private interface Exporter {
        void send(byte[] payload) throws IOException;
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        InetAddress to = StationOptions.address("--dest-ip", destination, this);
        Pace pace = blast ? Pace.unlimited() : Pace.original();
        try (Replay replay =
                Replay.of(new FilteredSource(Input.open(console, file, () -> {}), this::isNetflow), pace)) {
            console.interruption().onInterrupt(() -> stopped = true, () -> {});
            if (spoofing) {
                raw(replay, to);
            } else {
                socket(replay, new InetSocketAddress(to, port));
            }
        }
        return stopped ? INTERRUPTED : ExitCode.OK;
    }

    private void checkOptions() {
        Input.refuseEmpty(List.of(file), this);
        for (int p : new int[] {port, recordedPort}) {
            if (p < 1 || p > LARGEST_PORT) {
                throw usage("a port is 1 to " + LARGEST_PORT + ", not " + p);
            }
        }
        if (spoofing && device == null) {
            throw usage("--spoofing needs --device");
        }
        if (!spoofing && Stream.of(device, nextHop, source, sourceMac).anyMatch(o -> o != null)) {
            throw usage("--device, --dest-mac, --src-ip and --src-mac are for --spoofing");
        }
    }

    /** A whole datagram to the port; of a fragmented one the ports are not known. */
    private boolean isNetflow(Frame frame) {
        read++;
        parser.parse(frame);
        for (int n = 1; parser.view(udp, n); n++) {
            if (udp.dstPort() == recordedPort && udp.bodyCaptured() == udp.bodyLength()) {
                return true;
            }
        }
        return false;
    }

    private void socket(Replay replay, InetSocketAddress to) throws IOException {
        long start = System.nanoTime();
        long[] bytes = {0};
        try (DatagramChannel channel = DatagramChannel.open()) {
            run(replay, () -> {}, payload -> {
                try {
                    bytes[0] += channel.send(ByteBuffer.wrap(payload), to);
                } catch (IOException e) {
                    throw new IOException("to " + destination + " port " + port + ": " + Errors.message(e), e);
                }
            });
        } finally {
            say(Outlet.rate(replayed, bytes[0], System.nanoTime() - start));
        }
    }

    private void raw(Replay replay, InetAddress to) throws IOException {
        MacAddress hop = nextHop != null ? mac("--dest-mac", nextHop) : null;
        MacAddress from = sourceMac != null ? mac("--src-mac", sourceMac) : null;
        InetAddress given = source != null ? StationOptions.address("--src-ip", source, this) : null;
        if (given != null && given instanceof Inet4Address != to instanceof Inet4Address) {
            throw usage("--src-ip and --dest-ip are of different versions of IP");
        }
        if (hop == null || from == null) {
            try (Station station = open()) {
                console.interruption().onInterrupt(station::end, () -> {});
                hop = hop != null ? hop : station.resolve(station.nextHop(to, null));
                from = from != null ? from : station.mac();
            }
            console.interruption().onInterrupt(() -> stopped = true, () -> {});
        }
        Ethernet ethernet = new Ethernet().dst(hop).src(from).type(to instanceof Inet4Address ? 0x0800 : 0x86dd);
        try (Outlet outlet = outlet()) {
            outlet.check(LinkType.ETHERNET);
            try {
                run(replay, outlet::flush, payload -> {
                    Header ip = Station.ip(given != null ? given : recordedSource(to), to, UDP, TTL);
                    Header datagram = new Udp().srcPort(udp.srcPort()).dstPort(port);
                    byte[] frame =
                            Packet.of(ethernet, ip, datagram, Raw.of(payload)).toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
                    outlet.write(Frame.of(frame, LinkType.ETHERNET, 0));
                });
            } finally {
                say(outlet.summary());
            }
        }
    }

    private Station open() throws IOException {
        try {
            return new Station(device, Links.open(device), null, Station.NO_VLAN);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private Outlet outlet() throws IOException {
        try {
            return Links.outlet(device, false);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private MacAddress mac(String option, String text) {
        try {
            return MacAddress.of(text);
        } catch (IllegalArgumentException e) {
            throw usage(option + ": " + e.getMessage());
        }
    }

    private InetAddress recordedSource(InetAddress to) throws UnknownHostException {
        if (to instanceof Inet4Address) {
            var ip = new Ipv4();
            if (parser.view(ip)) {
                return ip.src().toInetAddress();
            }
        } else {
            var ip = new Ipv6();
            if (parser.view(ip)) {
                return ip.src().toInetAddress();
            }
        }
        throw new UnknownHostException("packet " + read + " of " + file
                + " came by another version of IP than that of --dest-ip: give the exporter by --src-ip");
    }

    private void run(Replay replay, IoTask beforeWait, Exporter exporter) throws IOException {
        while (!stopped && !replay.ended()) {
            if (!replay.next(0)) {
                beforeWait.run();
                if (!replay.next(WAIT_NANOS)) {
                    continue;
                }
            }
            // The replay has seen to the next packet of the capture only when that was due.
            byte[] payload = new byte[udp.bodyLength()];
            udp.buffer().get(udp.offset() + udp.headerLength(), payload);
            notNetflow += NetflowClock.set(payload, LiveSource.now()) ? 0 : 1;
            exporter.send(payload);
            replayed++;
        }
        beforeWait.run();
    }

    private void say(String sent) {
        console.err()
                .println(sent + "; others in the capture, left out: " + (read - replayed)
                        + (notNetflow == 0 ? "" : "; no NetFlow, and sent as it is: " + notNetflow));
    }
}
