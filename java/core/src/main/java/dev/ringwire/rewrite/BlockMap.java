package dev.ringwire.rewrite;

import java.util.Arrays;

/**
 * Which block of addresses holds an address, the smallest first, and where it is to go. Addresses are 128 bits, those of
 * IPv4 in the first 32. One hash table for each prefix length that occurs.
 */
final class BlockMap {
    private static final int LARGEST = 1 << 24;

    /** Blocks of one prefix length, by their first address; a slot of no block has the length -1. */
    private static final class Blocks {
        final int prefix;
        final long maskHigh;
        final long maskLow;
        int count;
        long[] high = new long[4];
        long[] low = new long[4];
        long[] toHigh = new long[4];
        long[] toLow = new long[4];
        int[] toPrefix = new int[4];

        Blocks(int prefix) {
            this.prefix = prefix;
            maskHigh = maskHigh(prefix);
            maskLow = maskLow(prefix);
            Arrays.fill(toPrefix, -1);
        }

        /** Where the block is, or a free slot. */
        int slot(long h, long l) {
            long mixed = (h * 0x9e37_79b9_7f4a_7c15L ^ l) * 0xd6e8_feb8_6659_fd93L;
            int mask = high.length - 1;
            int at = (int) (mixed >>> 32) & mask;
            while (toPrefix[at] >= 0 && (high[at] != h || low[at] != l)) {
                at = at + 1 & mask;
            }
            return at;
        }

        boolean add(long h, long l, long toH, long toL, int toP) {
            if (2 * count >= high.length) {
                grow();
            }
            int at = slot(h, l);
            if (toPrefix[at] >= 0) {
                return false;
            }
            high[at] = h;
            low[at] = l;
            toHigh[at] = toH;
            toLow[at] = toL;
            toPrefix[at] = toP;
            count++;
            return true;
        }

        private void grow() {
            if (count >= LARGEST) {
                throw new IllegalArgumentException("more than " + LARGEST + " rules");
            }
            Blocks larger = new Blocks(prefix);
            int size = 2 * high.length;
            larger.high = new long[size];
            larger.low = new long[size];
            larger.toHigh = new long[size];
            larger.toLow = new long[size];
            larger.toPrefix = new int[size];
            Arrays.fill(larger.toPrefix, -1);
            for (int i = 0; i < high.length; i++) {
                if (toPrefix[i] >= 0) {
                    larger.add(high[i], low[i], toHigh[i], toLow[i], toPrefix[i]);
                }
            }
            high = larger.high;
            low = larger.low;
            toHigh = larger.toHigh;
            toLow = larger.toLow;
            toPrefix = larger.toPrefix;
        }
    }

    /** Longest prefix first. */
    private Blocks[] lengths = {};

    /** What the last address that was found becomes. */
    long high;

    long low;

    static long maskHigh(int prefix) {
        return prefix == 0 ? 0 : prefix >= 64 ? -1 : -1L << 64 - prefix;
    }

    static long maskLow(int prefix) {
        return prefix <= 64 ? 0 : -1L << 128 - prefix;
    }

    /** Adds a block, and the one whose prefix its addresses get; false if it is there already. */
    boolean add(long fromHigh, long fromLow, int fromPrefix, long toHigh, long toLow, int toPrefix) {
        for (Blocks blocks : lengths) {
            if (blocks.prefix == fromPrefix) {
                return blocks.add(fromHigh, fromLow, toHigh, toLow, toPrefix);
            }
        }
        Blocks blocks = new Blocks(fromPrefix);
        lengths = Arrays.copyOf(lengths, lengths.length + 1);
        lengths[lengths.length - 1] = blocks;
        Arrays.sort(lengths, (a, b) -> b.prefix - a.prefix);
        return blocks.add(fromHigh, fromLow, toHigh, toLow, toPrefix);
    }

    boolean isEmpty() {
        return lengths.length == 0;
    }

    /** Whether a block holds the address; {@link #high} and {@link #low} are then what it becomes. */
    boolean find(long h, long l) {
        for (Blocks blocks : lengths) {
            int at = blocks.slot(h & blocks.maskHigh, l & blocks.maskLow);
            int prefix = blocks.toPrefix[at];
            if (prefix >= 0) {
                high = blocks.toHigh[at] | h & ~maskHigh(prefix);
                low = blocks.toLow[at] | l & ~maskLow(prefix);
                return true;
            }
        }
        return false;
    }
}
