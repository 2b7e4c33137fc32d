package dev.ringwire.firewall;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of nftables that belongs to its owner: only the {@code nft} that made it may change it, and the kernel deletes
 * it with that process, which ends with this JVM. Nobody who flushes or reloads the rules of the host touches it.
 */
final class NftTable implements KernelFilter {
    // Before defragmentation (-400) and connection tracking (-200), so that neither sees what is not for the kernel.
    // Packet sockets have had their copy before.
    private static final int PRIORITY = -450;
    private static final Pattern HANDLE = Pattern.compile("# handle ([0-9]+)\\s*$");

    private final Program nft;
    private final String table;
    private volatile boolean closed;

    private NftTable(Program nft) {
        this.nft = nft;
        // The process id is for people; in containers it is not unique.
        table = String.format(
                Locale.ROOT, "inet ringwire_%d_%08x", ProcessHandle.current().pid(), new SecureRandom().nextInt());
    }

    /**
     * Makes an empty one.
     *
     * @param path the program nft
     * @param lost called if the table goes before it is closed, because nft was killed
     */
    static NftTable open(Path path, Runnable lost) throws IOException {
        NftTable made = new NftTable(Program.start(List.of(path.toString(), "-i", "-e", "-a")));
        boolean complete = false;
        try {
            made.makeTable();
            complete = true;
        } finally {
            if (!complete) {
                made.close();
            }
        }
        made.nft.onEnd(() -> {
            if (!made.closed) {
                lost.run();
            }
        });
        return made;
    }

    private void makeTable() throws IOException {
        // Owned tables came with Linux 5.12 and nft 0.9.9; older ones answer with an error.
        nft.command("add table " + table + " { flags owner; }");
        List<String> answer = nft.await(line -> line.contains("Error") || line.startsWith("add table"));
        if (answer.get(answer.size() - 1).contains("Error")) {
            answer.addAll(nft.rest());
            throw nft.failure(answer);
        }
        // An empty chain, which is listed after each command: nft does not answer every one.
        nft.command("add chain " + table + " end");
        change("add chain " + table + " in { type filter hook prerouting priority " + PRIORITY + "; policy accept; }");
    }

    private List<String> change(String command) throws IOException {
        nft.command(command);
        nft.command("list chain " + table + " end");
        List<String> answer = nft.await("}"::equals);
        if (answer.stream().anyMatch(line -> line.contains("Error"))) {
            throw nft.failure(answer);
        }
        return answer;
    }

    @Override
    public Closeable drop(Traffic traffic) throws IOException {
        for (String line : change("add rule " + table + " in " + match(traffic) + " counter drop")) {
            Matcher handle = HANDLE.matcher(line);
            if (line.startsWith("add rule") && handle.find()) {
                String rule = handle.group(1);
                return () -> {
                    if (isHeld()) {
                        change("delete rule " + table + " in handle " + rule);
                    }
                };
            }
        }
        throw new IOException("nft did not say which rule it added; nft 0.9.9 or newer is needed");
    }

    /** The packets in nft's words: numbers, and addresses written by us. */
    static String match(Traffic traffic) {
        String ip = traffic.address() instanceof Inet6Address ? "ip6" : "ip";
        StringBuilder words = new StringBuilder();
        if (!traffic.address().isLoopbackAddress()) {
            // What the host sends to itself never reaches a stack on another interface.
            words.append("iifname != \"lo\" ");
        }
        words.append(ip).append(" daddr ").append(Traffic.text(traffic.address()));
        InetAddress peer = traffic.peer();
        if (peer != null) {
            words.append(' ').append(ip).append(" saddr ").append(Traffic.text(peer));
        }
        if (traffic.protocol() != Traffic.ANY) {
            words.append(" meta l4proto ").append(traffic.protocol());
        }
        if (traffic.firstPort() != Traffic.ANY) {
            words.append(" th dport ").append(traffic.firstPort());
            if (traffic.lastPort() != traffic.firstPort()) {
                words.append('-').append(traffic.lastPort());
            }
        }
        if (traffic.peerPort() != Traffic.ANY) {
            words.append(" th sport ").append(traffic.peerPort());
        }
        return words.toString();
    }

    @Override
    public boolean isHeld() {
        return !closed && nft.isAlive();
    }

    @Override
    public void close() {
        closed = true;
        nft.close();
    }

    @Override
    public String toString() {
        return "nft (table " + table + ", which goes with its process)";
    }
}
