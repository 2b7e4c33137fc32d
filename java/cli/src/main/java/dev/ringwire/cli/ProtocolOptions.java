package dev.ringwire.cli;

import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.ProtocolProvider;
import dev.ringwire.wire.Protocols;
import dev.ringwire.wire.Selector;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Protocols beyond those that are built in. */
class ProtocolOptions {
    private static final String SERVICE = "META-INF/services/" + ProtocolProvider.class.getName();

    @Option(
            names = "--protocols",
            paramLabel = "JAR",
            description = "Also knows the protocols that this jar brings along; may be given more than once.")
    private List<String> jars = new ArrayList<>();

    private Protocols known;

    /** The protocols to decode with; what is wrong with the options is wrong usage. */
    final Protocols protocols(Subcommand command) throws IOException {
        if (known == null) {
            // Not the installed ones: nothing else is on the class path of the command, so that to look takes time
            // only.
            Protocols protocols = Protocols.standard();
            if (!jars.isEmpty()) {
                protocols = withJars(command, protocols);
            }
            known = decodedAs(command, protocols);
        }
        return known;
    }

    /** As told to decode otherwise. */
    Protocols decodedAs(Subcommand command, Protocols protocols) {
        return protocols;
    }

    private Protocols withJars(Subcommand command, Protocols protocols) throws IOException {
        var urls = new ArrayList<URL>();
        for (String jar : jars) {
            Path path = Path.of(jar);
            if (!Files.exists(path)) {
                throw new NoSuchFileException(jar);
            }
            urls.add(path.toUri().toURL());
        }
        // Open until the process ends: classes may be loaded as late as they are needed.
        @SuppressWarnings("resource")
        var loader = new URLClassLoader(urls.toArray(URL[]::new), Protocols.class.getClassLoader());
        if (loader.findResource(SERVICE) == null) {
            throw command.usage("--protocols " + String.join(" ", jars) + ": no jar with a file " + SERVICE
                    + ", which names its providers of protocols");
        }
        try {
            return protocols.withProviders(loader);
        } catch (IllegalArgumentException e) {
            throw command.usage("--protocols " + String.join(" ", jars) + ": " + e.getMessage());
        }
    }

    /** With {@code -d}, for commands that read packets. */
    static final class WithDecodeAs extends ProtocolOptions {
        @Option(
                names = {"-d", "--decode-as"},
                paramLabel = "RULE",
                description = "Reads what stands behind a value as this protocol, as in -d udp.port==8053,dns; tables "
                        + "are those of tshark: udp.port, tcp.port, ip.proto, ethertype, and linktype. May be given "
                        + "more than once.")
        private List<String> rules = new ArrayList<>();

        @Override
        Protocols decodedAs(Subcommand command, Protocols protocols) {
            Protocols all = protocols;
            for (String rule : rules) {
                try {
                    all = decodedAs(all, rule);
                } catch (IllegalArgumentException e) {
                    throw command.usage("-d " + rule + ": " + e.getMessage());
                }
            }
            return all;
        }

        private static Protocols decodedAs(Protocols protocols, String rule) {
            int comma = rule.indexOf(',');
            if (comma < 0) {
                throw new IllegalArgumentException("a rule is table==number,protocol, as udp.port==8053,dns");
            }
            Selector selector = Selector.of(rule.substring(0, comma));
            if (!protocols.tables().contains(selector.table())) {
                throw new IllegalArgumentException(
                        "no table " + selector.table() + "; there are " + String.join(", ", protocols.tables()));
            }
            String name = rule.substring(comma + 1);
            Protocol protocol = protocols
                    .find(name)
                    .orElseThrow(() -> new IllegalArgumentException("no protocol \"" + name + "\"; there are "
                            + protocols.all().stream()
                                    .map(Protocol::filterName)
                                    .distinct()
                                    .collect(Collectors.joining(", "))));
            return protocols.with(protocol, selector);
        }
    }
}
