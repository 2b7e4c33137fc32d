package dev.ringwire.stack.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.stack.Host;
import dev.ringwire.stack.link.NeighborCache;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as frames for a stack: no exception escapes, and memory stays within its bounds. */
@Tag("fuzz")
class NetworkFuzzTest {
    @Test
    void frames() {
        List<byte[]> seeds = new ArrayList<>(Vectors.all().values());
        seeds.add(Host.bytes(Host.ethernet(), Host.arp(1)));
        seeds.add(Host.bytes(Host.ethernet(), Host.ipv4(), new dev.ringwire.wire.Icmpv4().type(8)));
        seeds.add(Host.bytes(Host.ethernet(), Host.ipv6(), new dev.ringwire.wire.Icmpv6().type(128)));
        try (Host host = Host.onEthernet()) {
            Fuzzer.run(seeds, input -> feed(host, input));
        }
    }

    /** The input as it is, as a packet for us, and in pieces with checksums that hold. */
    private static void feed(Host host, byte[] input) {
        if (input.length < 34) {
            return;
        }
        byte[] frame = input.length > 1514 ? Arrays.copyOf(input, 1514) : input;
        host.put(frame);
        byte[] ours = frame.clone();
        for (int i = 0; i < 6; i++) {
            ours[i] = (byte) (Host.MAC.bits() >>> 40 - 8 * i);
        }
        host.put(ours);
        // As the payload of IP headers that are fine, so that the layers above are reached.
        int protocol = frame[0] & 0xff;
        byte[] rest = Arrays.copyOfRange(frame, 1, Math.min(frame.length, 1400));
        host.put(Host.bytes(
                Host.ethernet(),
                Host.ipv4().proto(protocol == 0 ? 1 : protocol).flags(frame[1] & 1),
                dev.ringwire.wire.Raw.of(rest)));
        host.put(Host.bytes(Host.ethernet(), Host.ipv6().nextHeader(protocol), dev.ringwire.wire.Raw.of(rest)));
        host.sentBytes();
        host.after(Host.SECOND / 10);
        assertEquals(0, host.stack().context().counters().applicationErrors);
        assertTrue(host.stack().ipv4().reassembly().bytes() <= Reassembly.BYTES, "bytes");
        assertTrue(host.stack().ipv6().reassembly().packets() <= Reassembly.PACKETS, "packets");
        assertTrue(host.stack().arp().neighbors().size() <= NeighborCache.LIMIT, "neighbours");
    }
}
