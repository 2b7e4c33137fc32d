package dev.ringwire.testkit;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Joins more than two devices: learns which address is where, and floods what is for many or for somebody unknown. What
 * is no Ethernet it floods always.
 */
final class Switch {
    private static final long GROUP_BIT = 0x0100_0000_0000L;
    private static final int ADDRESSES = 6 + 6;

    /** Addresses learned; who comes later is flooded to. */
    private static final int MOST_ADDRESSES = 4096;

    private final LinkSim sim;
    private final boolean ethernet;
    private final List<Lane> ports;
    private long[] addresses = new long[16];
    private int[] where = new int[16];
    private int known;

    /** The list of ports may still grow. */
    Switch(LinkSim sim, boolean ethernet, List<Lane> ports) {
        this.sim = sim;
        this.ethernet = ethernet;
        this.ports = ports;
    }

    void arrive(int from, Transit frame) {
        ByteBuffer bytes = frame.bytes();
        int to = -1;
        if (ethernet && frame.length >= ADDRESSES) {
            learn(Bits.u48(bytes, 6), from);
            int found = find(Bits.u48(bytes, 0));
            to = found < 0 ? -1 : where[found];
        }
        for (int i = 0; i < ports.size(); i++) {
            if (i != from && (to < 0 || to == i)) {
                ports.get(i).send(bytes, 0, frame.length);
            }
        }
        sim.free(frame);
    }

    private int find(long address) {
        for (int i = 0; i < known; i++) {
            if (addresses[i] == address) {
                return i;
            }
        }
        return -1;
    }

    private void learn(long address, int port) {
        int at = find(address);
        if (at < 0) {
            if ((address & GROUP_BIT) != 0 || known == MOST_ADDRESSES) {
                return;
            }
            if (known == addresses.length) {
                addresses = Arrays.copyOf(addresses, 2 * known);
                where = Arrays.copyOf(where, 2 * known);
            }
            at = known++;
            addresses[at] = address;
        }
        where[at] = port;
    }
}
