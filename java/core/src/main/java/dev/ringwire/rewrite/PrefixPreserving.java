package dev.ringwire.rewrite;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Crypto-PAn (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, ICNP 2002): a keyed permutation of
 * addresses, under which two of them share exactly as many first bits as before. Bit n is flipped or not as AES says of
 * the n bits before it. Addresses are 128 bits, shorter ones stand in the first bits.
 *
 * <p>Blocks may be kept: no bit of their prefix is flipped, so that addresses in the block stay in it, others stay out
 * of it, and all else still holds. Not safe for use by several threads.
 */
final class PrefixPreserving {
    static final int KEY_LENGTH = 32;

    private static final int BLOCK = 16;
    private static final int CACHE = 1 << 15; // entries

    /** A block that is kept. */
    record Kept(long high, long low, int prefix) {}

    private final int width;
    private final Kept[] kept;
    private final Cipher aes;
    private final long padHigh;
    private final long padLow;
    private final byte[] blocks;

    // Direct-mapped. An entry of zeros says that 0 becomes the first address that was put there, so it is put at once.
    private final long[] fromHigh = new long[CACHE];
    private final long[] fromLow = new long[CACHE];
    private final long[] toHigh = new long[CACHE];
    private final long[] toLow = new long[CACHE];

    /** What the last address became. */
    long high;

    long low;

    /**
     * A permutation.
     *
     * @param key 32 bytes: those of AES, and those that encrypted give the padding
     * @param width bits of an address
     */
    PrefixPreserving(byte[] key, int width, Kept... kept) {
        this.width = width;
        this.kept = kept;
        blocks = new byte[width * BLOCK];
        try {
            // Each block stands for itself: this is no encryption of a message.
            aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, BLOCK, "AES"));
            byte[] pad = aes.doFinal(key, BLOCK, BLOCK);
            padHigh = getLong(pad, 0);
            padLow = getLong(pad, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
        compute(0, 0);
        for (int i = 0; i < CACHE; i++) {
            toHigh[i] = high;
            toLow[i] = low;
        }
    }

    /** {@link #high} and {@link #low} are then what the address becomes. */
    void apply(long h, long l) {
        long mixed = (h ^ l * 0x9e37_79b9_7f4a_7c15L) * 0xd6e8_feb8_6659_fd93L;
        int at = (int) (mixed >>> 40) & CACHE - 1;
        if (fromHigh[at] == h && fromLow[at] == l) {
            high = toHigh[at];
            low = toLow[at];
            return;
        }
        compute(h, l);
        fromHigh[at] = h;
        fromLow[at] = l;
        toHigh[at] = high;
        toLow[at] = low;
    }

    private void compute(long h, long l) {
        for (int bit = 0; bit < width; bit++) {
            long maskHigh = BlockMap.maskHigh(bit);
            long maskLow = BlockMap.maskLow(bit);
            putLong(blocks, bit * BLOCK, h & maskHigh | padHigh & ~maskHigh);
            putLong(blocks, bit * BLOCK + 8, l & maskLow | padLow & ~maskLow);
        }
        try {
            aes.update(blocks, 0, blocks.length, blocks, 0);
        } catch (ShortBufferException e) {
            throw new AssertionError("as long as the input", e);
        }
        long flipHigh = 0;
        long flipLow = 0;
        for (int bit = 0; bit < width; bit++) {
            long flip = blocks[bit * BLOCK] < 0 ? 1 : 0;
            if (bit < 64) {
                flipHigh |= flip << 63 - bit;
            } else {
                flipLow |= flip << 127 - bit;
            }
        }
        for (Kept block : kept) {
            int fixed = Math.min(shared(h ^ block.high, l ^ block.low) + 1, block.prefix);
            flipHigh &= ~BlockMap.maskHigh(fixed);
            flipLow &= ~BlockMap.maskLow(fixed);
        }
        high = h ^ flipHigh;
        low = l ^ flipLow;
    }

    /** How many first bits are equal, where the difference is this. */
    private static int shared(long high, long low) {
        return high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
    }

    private static long getLong(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    private static void putLong(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (value >>> 56 - 8 * i);
        }
    }
}
