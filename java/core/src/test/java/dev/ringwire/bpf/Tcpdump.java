package dev.ringwire.bpf;

import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What tcpdump makes of an expression. */
final class Tcpdump {
    private Tcpdump() {}

    /** Skips the test where there is no tcpdump. */
    static void assumeThere() {
        boolean there;
        try {
            there = Command.attempt(List.of("tcpdump", "--version")).output().contains("libpcap");
        } catch (java.io.UncheckedIOException none) {
            there = false;
        }
        Assumptions.assumeTrue(there, "no tcpdump here");
    }

    /** What {@code tcpdump -d} or {@code -ddd} prints. */
    static String dump(String how, LinkType linkType, String expression) {
        // Its own user's home, name and network are no business of a test.
        return Command.run("tcpdump", "-Z", "root", how, "-y", name(linkType), expression)
                .replaceAll("(?m)^Warning: assuming Ethernet\\n", "");
    }

    private static String name(LinkType linkType) {
        return linkType.equals(LinkType.ETHERNET) ? "EN10MB" : linkType.name();
    }

    /** Which frames of a file it accepts, where each frame's time in seconds is its number. */
    static BitSet accepted(Path file, String expression, Path scratch) throws IOException {
        Command.run("tcpdump", "-Z", "root", "-r", file.toString(), "-w", scratch.toString(), expression);
        BitSet accepted = new BitSet();
        try (CaptureReader reader = CaptureReader.open(scratch)) {
            while (reader.next()) {
                accepted.set((int) (reader.frame().timestampNanos() / 1_000_000_000));
            }
        }
        return accepted;
    }
}
