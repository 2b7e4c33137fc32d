package dev.ringwire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** A package imports only what stands above it in {@link #ORDER}. */
class PackageOrderTest {
    /** Low to high. A package that is not listed belongs to its nearest listed parent, as wire.dns does to wire. */
    private static final List<String> ORDER = List.of(
            "bytes",
            "natives",
            "address",
            "accel",
            "frame",
            "bpf",
            "file",
            "wire",
            "rewrite",
            "query",
            "device",
            "device.afpacket",
            "device.libpcap",
            "device.tap",
            "stack",
            "firewall",
            "socket");

    private static final Pattern EDGE = Pattern.compile("^\\s+dev\\.ringwire\\.(\\S+)\\s+->\\s+(\\S+).*");
    private static final String OURS = "dev.ringwire.";

    private record Edge(String from, String to) {}

    @Test
    void everyImportPointsUpwards() {
        List<String> violations = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Edge edge : edges()) {
            seen.add(edge.from);
            if (edge.to.startsWith(OURS)) {
                violation(edge.from, edge.to.substring(OURS.length())).ifPresent(violations::add);
            }
        }
        assertEquals(List.of(), violations);
        // A tool that finds nothing would also find no violation.
        assertTrue(seen.containsAll(Set.of("natives", "accel")), () -> "jdeps saw only " + seen);
        assertTrue(edges().contains(new Edge("accel", OURS + "natives")), "jdeps missed a known import");
    }

    @Test
    void theRulesThemselvesHold() {
        assertTrue(violation("bytes", "address").isPresent());
        assertTrue(violation("natives", "bytes").isPresent());
        assertTrue(violation("wire", "device").isPresent());
        assertTrue(violation("device", "wire.dns").isPresent());
        assertTrue(violation("device.afpacket", "query").isPresent());
        assertTrue(violation("elsewhere", "bytes").isPresent());
        assertTrue(violation("bytes", "elsewhere").isPresent());
        assertTrue(violation("device.afpacket", "natives").isEmpty());
        assertTrue(violation("wire", "wire.dns").isEmpty());
        assertTrue(violation("stack.link", "device").isEmpty());
    }

    private static Optional<String> violation(String from, String to) {
        String edge = from + " imports " + to;
        int fromRank = ORDER.indexOf(group(from));
        int toRank = ORDER.indexOf(group(to));
        if (fromRank < 0 || toRank < 0) {
            return Optional.of(edge + ": one of them has no place in the order");
        }
        if (toRank > fromRank) {
            return Optional.of(edge + ": it stands below");
        }
        if (from.equals("natives") && toRank != fromRank) {
            return Optional.of(edge + ": natives imports nothing, so that a broken library breaks no decoder");
        }
        if (group(from).startsWith("device") && List.of("wire", "query").contains(group(to))) {
            return Optional.of(edge + ": a device never sees a protocol");
        }
        return Optional.empty();
    }

    private static String group(String name) {
        String group = name;
        while (!ORDER.contains(group) && group.contains(".")) {
            group = group.substring(0, group.lastIndexOf('.'));
        }
        return group;
    }

    private static List<Edge> edges() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        String classes = System.getProperty("ringwire.test.classes", "target/classes");
        int status = jdeps.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "--ignore-missing-deps",
                "--multi-release",
                "base",
                "-verbose:package",
                "-filter:none",
                classes);
        assertEquals(0, status, () -> out + "\n" + err);
        return out.toString()
                .lines()
                .map(EDGE::matcher)
                .filter(line -> line.matches())
                .map(line -> new Edge(line.group(1), line.group(2)))
                .toList();
    }
}
