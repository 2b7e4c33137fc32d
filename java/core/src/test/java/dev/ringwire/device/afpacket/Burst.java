package dev.ringwire.device.afpacket;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringwire.testing.VethPair;
import java.util.List;
import java.util.stream.Stream;

/** Numbered frames from the far end of a cable, faster than Java could send them. */
final class Burst {
    private Burst() {}

    /** Sends all; each packet of a flow has the same source port. Returns how many were lost before any ring. */
    static long send(VethPair veth, int count, int flows) {
        long before = lost(veth);
        veth.netns().run(command(veth, count, flows).toArray(String[]::new));
        return lost(veth) - before;
    }

    static Process start(VethPair veth, int count, int flows) {
        return veth.netns().start(command(veth, count, flows));
    }

    private static List<String> command(VethPair veth, int count, int flows) {
        String program = System.getProperty("ringwire.test.sendBurst");
        assumeTrue(program != null, "the build names no program that sends bursts");
        return List.of(program, veth.peer(), Integer.toString(count), Integer.toString(flows));
    }

    /** A backlog that is full loses frames on the link, which the sending end counts. */
    static long lost(VethPair veth) {
        String counters = veth.netns().run("ip", "-s", "link", "show", veth.peer());
        String[] lines = counters.split("\n");
        int at = Stream.of(lines)
                .map(String::strip)
                .toList()
                .indexOf(Stream.of(lines)
                        .map(String::strip)
                        .filter(l -> l.startsWith("TX:"))
                        .findFirst()
                        .orElseThrow());
        return Long.parseLong(lines[at + 1].strip().split("\\s+")[3]);
    }
}
