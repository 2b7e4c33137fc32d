package dev.ringwire.cli;

import dev.ringwire.firewall.Traffic;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire stack}: a host of one's own in user space. */
@Command(
        name = "stack",
        header = "Runs a TCP/IP stack of its own on a device, and a server or client on it.",
        description = {
            "The stack has its own addresses, answers ARP, neighbour discovery and ping, and needs nothing of the "
                    + "kernel's IP. Servers run until Ctrl-C, which closes connections first.",
            "",
            "  echo          sends back what comes, TCP and UDP (port 7)",
            "  sink          throws away what comes over TCP and says how fast it came (port 9)",
            "  source        sends as fast as it can to who connects (port 19)",
            "  source HOST   the same, connecting to HOST (port 9)",
            "  http DIR      serves the files of a folder (port 80)",
            "  ping HOST     sends echo requests",
            "  get URL       writes what is at an http:// address to standard output",
            "",
            "Where the kernel has an address of the stack, too, the stack's ports are kept from it by rules of nftables, "
                    + "or iptables, that go with this process; the kernel goes on with everything else there.",
            "Needs the right to capture and native code, except for a tunnel: \"ringwire doctor\" tells."
        },
        footerHeading = "%nWhat -i takes:%n",
        footer = {
            Links.STACK_FORMS,
            "",
            "Example: ringwire stack -i eth0 --address 192.0.2.7/24 --gateway 192.0.2.1 http /var/www",
            "         ringwire stack -i tap://tap0 --address 10.0.0.2/24 --trace echo.pcapng echo",
            "         ringwire stack -i eth0 --address 2001:db8::7/64 sink -p 5001",
            "         ringwire stack -i tun://tun0 --address 10.0.0.2/24 source 10.0.0.1:5001 --seconds 10",
            "         ringwire stack -i eth0 --address 192.0.2.7/24 --dns 192.0.2.1 get http://intranet.example/"
        })
final class StackCommand extends Subcommand {
    private static final double NANOS = 1e9;
    private static final Map<String, Integer> PORTS = Map.of("echo", 7, "sink", 9, "source", 19, "http", 80);
    private static final int SINK_PORT = 9;
    private static final int LARGEST_PORT = 65_535;

    @Parameters(index = "0", paramLabel = "ACTION", description = "echo, sink, source, http, ping or get, as above.")
    private String action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ARGUMENT", description = "DIR, HOST or URL, as above.")
    private String argument;

    @Mixin
    private final StackOptions stackOptions = new StackOptions();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            description = "The port that a server listens at.")
    private Integer port;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "source: sends so long on each connection.")
    private Double seconds;

    @Option(names = "--bytes", paramLabel = "N", description = "source: sends so many bytes on each connection.")
    private Long bytes;

    @Option(names = "-c", paramLabel = "N", description = "ping: ends after N requests.")
    private Long count;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "ping: time between requests (${DEFAULT-VALUE}).")
    private double interval;

    StackCommand(Console console) {
        super(console);
    }

    /** What is done with a stack that runs; the exit status. */
    private interface Action {
        int run(StackHost host) throws IOException;
    }

    @Override
    public Integer call() throws IOException {
        Action chosen = choose();
        try (StackHost host = stackOptions.open(this)) {
            console.interruption().onInterrupt(host::interrupt, () -> {});
            try (StackMonitor monitor = new StackMonitor(console, host)) {
                // Not into what a terminal shows of an answer.
                if (!console.outIsTerminal() || PORTS.containsKey(action)) {
                    monitor.start();
                }
                return chosen.run(host);
            }
        }
    }

    private Action choose() throws IOException {
        boolean server = PORTS.containsKey(action) && !(action.equals("source") && argument != null);
        if (port != null && (!server || port < 1 || port > LARGEST_PORT)) {
            throw usage(server ? "-p is 1 to 65535, not " + port : "-p is for servers");
        }
        if (!action.equals("source") && (seconds != null || bytes != null)) {
            throw usage("--seconds and --bytes are for source");
        }
        if (seconds != null && !(seconds > 0 && seconds < 1e9) || bytes != null && bytes < 1) {
            throw usage("--seconds and --bytes are more than 0");
        }
        if (!action.equals("ping") && count != null || count != null && count < 1) {
            throw usage("-c is for ping, and 1 or more");
        }
        if (!(interval >= 0 && interval < 1e6)) {
            throw usage("--interval is 0 seconds or more, not " + interval);
        }
        boolean takesNone = action.equals("echo") || action.equals("sink");
        if (takesNone && argument != null || !takesNone && !action.equals("source") && argument == null) {
            throw usage(
                    takesNone
                            ? action + " takes no argument: \"" + argument + "\""
                            : action + " needs an argument: DIR, HOST or URL");
        }
        return switch (action) {
            case "echo" -> this::echo;
            case "sink" -> host -> serve(host, session -> new SinkFlow(host::say));
            case "source" -> argument == null ? host -> serve(host, session -> source(host)) : sourceTo(argument);
            case "http" -> http(new HttpFiles(Path.of(argument)));
            case "ping" -> host -> new StackPing(console, host, argument, count, interval).run();
            case "get" -> get();
            default -> throw usage("\"" + action + "\" is none of echo, sink, source, http, ping and get");
        };
    }

    private int port() {
        return port != null ? port : PORTS.get(action);
    }

    private int serve(StackHost host, Function<TcpSession, TcpApplication> applications) throws IOException {
        host.silence().port(Traffic.TCP, port());
        host.ask(result -> {
            host.stack().tcp().listen(TcpEndpoint.any(port()), TcpOptions.DEFAULT, applications);
            result.complete(true);
        });
        console.err()
                .println(action + " at port " + port() + " of " + host.device().name() + "; Ctrl-C ends it");
        host.serve();
        return ExitCode.OK;
    }

    private int echo(StackHost host) throws IOException {
        host.silence().port(Traffic.UDP, port());
        host.ask(result -> {
            host.stack().udp().bind(port()).application(EchoFlow::received);
            result.complete(true);
        });
        return serve(host, session -> new EchoFlow(host::say));
    }

    private Action http(HttpFiles files) {
        return host -> serve(host, session -> new HttpConnection(files, session, host::say));
    }

    private SourceFlow source(StackHost host) {
        return new SourceFlow(
                bytes == null ? Long.MAX_VALUE : bytes,
                seconds == null ? Long.MAX_VALUE : (long) (seconds * NANOS),
                host::say);
    }

    private Action sourceTo(String place) {
        DeviceUrl to;
        try {
            to = DeviceUrl.parse("to://" + place);
        } catch (IllegalArgumentException e) {
            throw usage("source takes HOST or HOST:PORT, not " + place);
        }
        return host -> {
            InetAddress address = host.lookUp(to.host());
            if (address == null) {
                return INTERRUPTED;
            }
            SourceFlow flow = source(host).atEnd(host::done);
            var remote = new InetSocketAddress(address, to.port() < 0 ? SINK_PORT : to.port());
            new StackConnector(host).connect(remote, flow);
            host.serve();
            if (flow.error() != null) {
                throw StackConnector.failure(remote, flow.error());
            }
            return ExitCode.OK;
        };
    }

    private Action get() {
        HttpGet get;
        try {
            get = HttpGet.of(argument);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        return host -> get.run(host, console);
    }
}
