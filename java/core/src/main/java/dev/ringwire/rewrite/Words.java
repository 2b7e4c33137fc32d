package dev.ringwire.rewrite;

/**
 * Changes in sums of 16-bit words as the Internet checksum has them (RFC 1624): the new words and the complements of the
 * old ones, added up. Never negative; 0 and multiples of 0xffff mean no change.
 */
final class Words {
    private Words() {}

    static int fold(long sum) {
        long folded = (sum & 0xffff_ffffL) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) ((folded & 0xffff) + (folded >>> 16));
    }

    /** The same change seen from a byte before or after. */
    static int swapped(long sum) {
        int folded = fold(sum);
        return (folded & 0xff) << 8 | folded >>> 8;
    }

    /** The opposite change. */
    static int negative(long sum) {
        return ~fold(sum) & 0xffff;
    }

    static int change16(int was, int is) {
        return is + (~was & 0xffff);
    }

    static int change32(int was, int is) {
        return (is & 0xffff) + (is >>> 16) + (~was & 0xffff) + (~was >>> 16);
    }

    static int change64(long was, long is) {
        return change32((int) (was >>> 32), (int) (is >>> 32)) + change32((int) was, (int) is);
    }

    /** The checksum after a change of what it covers: HC' = ~(~HC + ~m + m'). */
    static int updated(int checksum, long change) {
        int folded = fold(change);
        return folded == 0 || folded == 0xffff ? checksum : ~fold((~checksum & 0xffff) + folded) & 0xffff;
    }

    /** Whether two checksums say the same: 0 and 0xffff do. */
    static boolean same(int a, int b) {
        return a == b || a + b == 0xffff && (a == 0 || b == 0);
    }
}
