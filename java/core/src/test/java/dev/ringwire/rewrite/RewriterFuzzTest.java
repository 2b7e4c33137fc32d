package dev.ringwire.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringwire.address.Cidr;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a frame under any rules: never an error, nothing outside the frame, and back by the opposite rules. */
@Tag("fuzz")
class RewriterFuzzTest {
    private static final LinkType[] LINK_TYPES = {
        LinkType.ETHERNET, LinkType.RAW, LinkType.NULL, LinkType.LINUX_SLL, LinkType.LINUX_SLL2
    };

    /** Bytes around the frame that stay. */
    private static final int AROUND = 24;

    private static final class Amid extends Frame {
        private final int originalLength;
        private final LinkType linkType;

        Amid(byte[] all, int length, LinkType linkType, int more) {
            this.linkType = linkType;
            originalLength = length + more;
            aim(ByteBuffer.wrap(all), AROUND, length);
        }

        @Override
        public int originalLength() {
            return originalLength;
        }

        @Override
        public long timestampNanos() {
            return 0;
        }

        @Override
        public LinkType linkType() {
            return linkType;
        }
    }

    @Test
    void frames() {
        var seeds = new ArrayList<byte[]>();
        for (byte[] frame : Vectors.seeds()) {
            for (int rules : new int[] {0x01, 0x17, 0x40, 0x68}) {
                byte[] seed = new byte[frame.length + 4];
                seed[1] = (byte) rules;
                System.arraycopy(frame, 0, seed, 4, frame.length);
                seeds.add(seed);
            }
        }
        Fuzzer.run(seeds, RewriterFuzzTest::rewrite);
    }

    private static void rewrite(byte[] input) {
        byte[] start = Arrays.copyOf(input, 4);
        LinkType linkType = LINK_TYPES[(start[0] & 0xff) % LINK_TYPES.length];
        int more = Math.max(0, start[3]); // bytes that were not captured
        byte[] frame = input.length < 4 ? new byte[0] : Arrays.copyOfRange(input, 4, input.length);

        byte[] once = apply(rules(start), frame, linkType, more);
        if ((start[1] & 0x60) == 0) {
            // Each of the swaps is its own opposite.
            assertSame(frame, apply(rules(start), once, linkType, more));
        }
        assertArrayEquals(frame, apply(new RewriteRules().port(1, 1), frame, linkType, more));
    }

    /** The same bytes, but for a checksum: there 0 and 0xffff are the same number. */
    private static void assertSame(byte[] expected, byte[] actual) {
        byte[] zeros = actual.clone();
        for (int i = 0; i + 1 < zeros.length; i++) {
            int is = (actual[i] & 0xff) << 8 | actual[i + 1] & 0xff;
            int was = (expected[i] & 0xff) << 8 | expected[i + 1] & 0xff;
            if (is == 0 && was == 0xffff || is == 0xffff && was == 0) {
                zeros[i] = expected[i];
                zeros[i + 1] = expected[i + 1];
            }
        }
        assertArrayEquals(expected, zeros);
    }

    /** The frame as it is then, from amid other bytes, which stay. */
    private static byte[] apply(RewriteRules rules, byte[] frame, LinkType linkType, int more) {
        byte[] all = new byte[frame.length + 2 * AROUND];
        Arrays.fill(all, (byte) 0x45);
        System.arraycopy(frame, 0, all, AROUND, frame.length);
        byte[] was = all.clone();
        var rewriter = new Rewriter(rules);
        boolean changed = rewriter.rewrite(new Amid(all, frame.length, linkType, more));
        byte[] out = Arrays.copyOfRange(all, AROUND, AROUND + frame.length);
        assertEquals(changed, !Arrays.equals(frame, out));
        System.arraycopy(frame, 0, all, AROUND, frame.length);
        assertArrayEquals(was, all, "bytes around the frame");
        return out;
    }

    /** Swaps of blocks, ports and VLANs by the bits of a byte, and what has no opposite. */
    private static RewriteRules rules(byte[] start) {
        var rules = new RewriteRules();
        int bits = start[1];
        if ((bits & 1) != 0) {
            swap(rules, "0.0.0.0/1", "128.0.0.0/1");
        } else if ((bits & 0x10) != 0) { // both together are no swap: 138 becomes 10, and that 11
            swap(rules, "10.0.0.0/8", "11.0.0.0/8");
        }
        if ((bits & 2) != 0) {
            swap(rules, "::/1", "8000::/1");
        }
        if ((bits & 4) != 0) {
            // Not the ports that say what is inside: another decoder would look at it the next time.
            rules.port(3, 4).port(4, 3);
        }
        if ((bits & 8) != 0) {
            rules.vlan(1, 2).vlan(2, 1);
        }
        if ((bits & 0x20) != 0) {
            rules.anonymise(start).anonymiseMacs();
        }
        if ((bits & 0x40) != 0) {
            rules.fixChecksums();
        }
        return rules;
    }

    private static void swap(RewriteRules rules, String a, String b) {
        rules.map(Cidr.of(a), Cidr.of(b)).map(Cidr.of(b), Cidr.of(a));
    }
}
