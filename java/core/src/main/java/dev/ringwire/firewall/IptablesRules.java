package dev.ringwire.firewall;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rules of iptables and ip6tables, where there is no nft. Each is deleted by a shell that waits for the end of this JVM.
 * If that shell was killed, too, the rule stays; its comment says whose it was, and the next one to come deletes it.
 */
final class IptablesRules implements KernelFilter {
    /** The table whose rules come first, and the seconds to wait for others who change it. */
    private static final List<String> TABLE = List.of("-w", "5", "-t", "raw");

    private static final String CHAIN = "PREROUTING";
    private static final Pattern COMMENT = Pattern.compile("--comment \"?(ringwire:[0-9:]+)\"?");

    private final String iptables;
    private final @Nullable String ip6tables;
    private final RuleOwner self = RuleOwner.self();
    private final Set<Program> keepers = ConcurrentHashMap.newKeySet();

    private IptablesRules(Path iptables, @Nullable Path ip6tables) throws IOException {
        this.iptables = iptables.toString();
        this.ip6tables = ip6tables == null ? null : ip6tables.toString();
    }

    /** Has no rules yet, and deletes those that a process which is no more has left. */
    static IptablesRules open(Path iptables, @Nullable Path ip6tables) throws IOException {
        IptablesRules made = new IptablesRules(iptables, ip6tables);
        deleteStale(made.iptables);
        if (made.ip6tables != null) {
            try {
                deleteStale(made.ip6tables);
            } catch (IOException noIpv6Here) {
                // Whoever asks for a rule for IPv6 is told.
            }
        }
        return made;
    }

    private static void deleteStale(String program) throws IOException {
        for (String line : Program.run(command(program, List.of("-S", CHAIN)))) {
            Matcher comment = COMMENT.matcher(line);
            Optional<RuleOwner> owner = comment.find() ? RuleOwner.of(comment.group(1)) : Optional.empty();
            if (line.startsWith("-A ") && owner.isPresent() && owner.get().isGone()) {
                List<String> words =
                        new ArrayList<>(List.of(line.replace("\"", "").strip().split(" ")));
                words.set(0, "-D");
                try {
                    Program.run(command(program, words));
                } catch (IOException deletedBySomebodyElse) {
                    // So it is gone.
                }
            }
        }
    }

    private static List<String> command(String program, Collection<String> words) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(TABLE);
        command.addAll(words);
        return command;
    }

    @Override
    public Closeable drop(Traffic traffic) throws IOException {
        String program = traffic.isIpv6() ? ip6tables : iptables;
        if (program == null) {
            throw new IOException("there is no ip6tables, and no nft: install nftables (apt install nftables)");
        }
        List<String> rule = new ArrayList<>(List.of("-I", CHAIN));
        rule.addAll(match(traffic));
        rule.addAll(List.of("-m", "comment", "--comment", self.comment(), "-j", "DROP"));
        List<String> add = command(program, rule);
        rule.set(0, "-D");
        // First who deletes it, then the rule: if we are killed in between, nothing stays.
        Program keeper = Program.startAtEnd(command(program, rule));
        try {
            Program.run(add);
        } catch (IOException e) {
            keeper.close();
            throw e;
        }
        keepers.add(keeper);
        return () -> {
            if (keepers.remove(keeper)) {
                keeper.finish();
            }
        };
    }

    /** The packets in the words of iptables: numbers, and addresses written by us. */
    static List<String> match(Traffic traffic) {
        List<String> words = new ArrayList<>();
        if (!traffic.address().isLoopbackAddress()) {
            // What the host sends to itself never reaches a stack on another interface.
            words.addAll(List.of("!", "-i", "lo"));
        }
        words.addAll(List.of("-d", Traffic.text(traffic.address())));
        InetAddress peer = traffic.peer();
        if (peer != null) {
            words.addAll(List.of("-s", Traffic.text(peer)));
        }
        if (traffic.protocol() != Traffic.ANY) {
            words.addAll(List.of("-p", Integer.toString(traffic.protocol())));
        }
        if (traffic.firstPort() != Traffic.ANY) {
            words.addAll(List.of("--dport", traffic.firstPort() + ":" + traffic.lastPort()));
        }
        if (traffic.peerPort() != Traffic.ANY) {
            words.addAll(List.of("--sport", Integer.toString(traffic.peerPort())));
        }
        return words;
    }

    /** A rule stays until somebody deletes it: nobody tells us if that is not us. */
    @Override
    public boolean isHeld() {
        return true;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Program keeper : List.copyOf(keepers)) {
            keepers.remove(keeper);
            try {
                keeper.finish();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String toString() {
        return "iptables (rules with the comment " + self.comment() + " in the table raw)";
    }
}
