package dev.ringwire.cli;

import dev.ringwire.wire.dns.DnsClass;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsName;
import dev.ringwire.wire.dns.DnsQuestion;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import dev.ringwire.wire.dns.Edns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringwire dig}: asks a DNS server. */
@Command(
        name = "dig",
        header = "Asks a DNS server, and prints its answer as zone files have it.",
        description = {
            "WORDS are, in any order, @SERVER, the NAME, and its TYPE and class; A and IN unless given. Without @SERVER",
            "the first of /etc/resolv.conf is asked. Further words:",
            "  +tcp         asks over TCP at once, not only when the answer over UDP is cut short",
            "  +ignore      takes a short answer for what it is",
            "  +dnssec      asks for signatures; +edns=no asks without EDNS; +bufsize=N takes messages of N bytes",
            "  +norecurse   asks the server for what it knows itself",
            "  +cd          asks for data that is not proved, too",
            "  +short       prints the data of the answers alone",
            "  +timeout=N   waits N seconds, 5 unless given; +tries=N asks N times over UDP, 3 unless given"
        },
        footer = {"", "Example: ringwire dig @9.9.9.9 riverbed.com MX +dnssec"})
final class DigCommand extends Subcommand {
    private static final int DNS_PORT = 53;
    private static final int MAX_PORT = 0xffff;

    @Parameters(paramLabel = "WORDS", arity = "0..*", description = "See above.")
    private List<String> words = new ArrayList<>();

    @Option(names = "-x", paramLabel = "ADDRESS", description = "Asks for the name of an address.")
    private String reverse;

    @Option(names = "-p", paramLabel = "PORT", description = "Port of the server, ${DEFAULT-VALUE} unless given.")
    private int port = DNS_PORT;

    private String server;
    private String name;
    private int type = -1;
    private int dnsClass = DnsClass.IN;
    private boolean tcp;
    private boolean ignoreTruncation;
    private boolean edns = true;
    private boolean dnssec;
    private boolean recurse = true;
    private boolean checkingDisabled;
    private boolean brief;
    private int bufferSize = 1232; // DNS flag day 2020
    private int seconds = 5;
    private int tries = 3;

    DigCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (port < 1 || port > MAX_PORT) {
            throw usage("-p is 1.." + MAX_PORT + ", not " + port);
        }
        words.forEach(this::word);
        if (reverse != null) {
            name = reverseName(reverse);
            type = type < 0 ? DnsType.PTR : type;
        }
        DnsQuestion question = question();
        var address = new InetSocketAddress(server(), port);
        var query = DnsMessage.builder()
                .id(new SecureRandom().nextInt(1 << 16))
                .recursionDesired(recurse)
                .checkingDisabled(checkingDisabled)
                .question(question);
        if (edns) {
            query.authenticData(true).edns(Edns.of(bufferSize, dnssec));
        }
        var exchange = new DnsExchange(address, seconds, tries);
        DnsMessage asked = query.build();
        boolean overTcp = tcp || type == DnsType.AXFR;
        long start = System.nanoTime();
        DnsExchange.Answer answer = overTcp ? exchange.overTcp(asked) : exchange.overUdp(asked);
        if (!overTcp && !ignoreTruncation && answer.message().isTruncated()) {
            if (!brief) {
                console.print(";; Truncated, retrying over TCP.\n");
            }
            overTcp = true;
            answer = exchange.overTcp(asked);
        }
        print(answer, address, overTcp, System.nanoTime() - start);
        return ExitCode.OK;
    }

    private void word(String word) {
        if (word.startsWith("@")) {
            server = word.substring(1);
        } else if (word.startsWith("+")) {
            flag(word.substring(1));
        } else if (name == null && reverse == null && !isType(word)) {
            name = word;
        } else if (isType(word)) {
            type = DnsType.of(word);
        } else if (isClass(word)) {
            dnsClass = DnsClass.of(word);
        } else if (name == null) {
            name = word;
        } else {
            throw usage("\"" + word + "\" is neither a type nor a class; an option begins with +, a server with @");
        }
    }

    private void flag(String flag) {
        int equals = flag.indexOf('=');
        String value = equals < 0 ? "" : flag.substring(equals + 1);
        switch (equals < 0 ? flag : flag.substring(0, equals)) {
            case "tcp", "vc" -> tcp = true;
            case "ignore" -> ignoreTruncation = true;
            case "edns" -> edns = !value.equals("no");
            case "noedns" -> edns = false;
            case "dnssec", "do" -> dnssec = true;
            case "norecurse", "norec" -> recurse = false;
            case "recurse", "rec" -> recurse = true;
            case "cd", "cdflag" -> checkingDisabled = true;
            case "short" -> brief = true;
            case "bufsize" -> bufferSize = number(flag, value, MAX_PORT);
            case "timeout", "time" -> seconds = number(flag, value, 3600);
            case "tries" -> tries = number(flag, value, 100);
            default -> throw usage("no option +" + flag);
        }
    }

    private int number(String flag, String value, int max) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > max) {
            throw usage("+" + flag + ": takes a number from 1 to " + max + ", as in +timeout=5");
        }
        return Integer.parseInt(value);
    }

    private static boolean isType(String word) {
        try {
            return DnsType.of(word) >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isClass(String word) {
        try {
            return DnsClass.of(word) >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private DnsQuestion question() {
        if (name == null) {
            throw usage("which name? for example: ringwire dig riverbed.com");
        }
        try {
            return new DnsQuestion(DnsName.of(name), type < 0 ? DnsType.A : type, dnsClass);
        } catch (IllegalArgumentException e) {
            throw usage("no name: " + e.getMessage());
        }
    }

    private String reverseName(String address) {
        if (!address.matches("[0-9.]+|[0-9a-fA-F:.]+:[0-9a-fA-F:.]*")) {
            throw usage("-x takes an address such as 192.0.2.1, not " + address);
        }
        byte[] bytes;
        try {
            bytes = InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw usage("-x takes an address such as 192.0.2.1, not " + address);
        }
        var out = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes.length == 4) {
                out.append(bytes[i] & 0xff).append('.');
            } else {
                out.append(Integer.toHexString(bytes[i] & 15)).append('.');
                out.append(Integer.toHexString(bytes[i] >> 4 & 15)).append('.');
            }
        }
        return out + (bytes.length == 4 ? "in-addr.arpa" : "ip6.arpa");
    }

    private InetAddress server() throws IOException {
        if (server == null) {
            server = fromResolvConf(Path.of("/etc/resolv.conf"));
        }
        try {
            return InetAddress.getByName(server);
        } catch (UnknownHostException e) {
            throw new IOException("no address for the server " + server + "; give one, as in @9.9.9.9", e);
        }
    }

    private static String fromResolvConf(Path file) throws IOException {
        if (Files.isReadable(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.trim().split("\\s+", -1);
                if (words.length > 1 && words[0].equals("nameserver")) {
                    return words[1];
                }
            }
        }
        throw new IOException(file + " names no server; give one, as in @9.9.9.9");
    }

    private void print(DnsExchange.Answer answer, InetSocketAddress address, boolean overTcp, long nanos)
            throws IOException {
        var out = new StringBuilder();
        if (brief) {
            for (DnsMessage message : answer.messages()) {
                for (DnsRecord record : message.answers()) {
                    out.append(record.data().text()).append('\n');
                }
            }
            console.print(out);
            return;
        }
        answer.messages().forEach(message -> out.append(message).append('\n'));
        out.append(";; Query time: ").append(nanos / 1_000_000).append(" msec\n");
        out.append(";; SERVER: ")
                .append(address.getAddress().getHostAddress())
                .append('#')
                .append(port);
        out.append(overTcp ? " (TCP)" : " (UDP)")
                .append("\n;; MSG SIZE  rcvd: ")
                .append(answer.bytes())
                .append('\n');
        console.print(out);
    }
}
