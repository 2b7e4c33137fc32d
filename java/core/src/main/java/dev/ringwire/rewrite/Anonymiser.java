package dev.ringwire.rewrite;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Addresses in place of addresses, by a key. IP addresses share as many first bits as before, MAC addresses too; and
 * what an address is for stays: unspecified, loopback, multicast and broadcast ones are as before, other ones of
 * IPv6 stay global (2000::/3), unique local (fc00::/7) or link-local. MAC addresses stay of one receiver or of a group,
 * universal or local; those of groups are as before. Of a solicited-node group, which has the end of an address in
 * it, those bits change. Not safe for use by several threads.
 */
final class Anonymiser {
    private static final long SOLICITED_NODE_HIGH = 0xff02_0000_0000_0000L;
    private static final long SOLICITED_NODE_LOW = 0x1_ff00_0000L;
    private static final long LAST_24 = 0xff_ffff;

    private static final long GROUP = 0x0100_0000_0000L;
    private static final long GROUP_AND_LOCAL = 0x0300_0000_0000L;
    private static final long SOLICITED_NODE_MAC = 0x3333_ff00_0000L;

    private final PrefixPreserving v4;
    private final PrefixPreserving v6;
    private final PrefixPreserving macs;

    /** What the last IPv6 address became. */
    long high;

    long low;

    /** The same key always gives the same addresses. */
    Anonymiser(byte[] key) {
        byte[] secret = sha256(key, "");
        v4 = new PrefixPreserving(
                secret, 32, new PrefixPreserving.Kept(127L << 56, 0, 8), new PrefixPreserving.Kept(224L << 56, 0, 4));
        v6 = new PrefixPreserving(
                secret,
                128,
                new PrefixPreserving.Kept(0x2000L << 48, 0, 3),
                new PrefixPreserving.Kept(0xfc00L << 48, 0, 7),
                new PrefixPreserving.Kept(0xfe80L << 48, 0, 64),
                new PrefixPreserving.Kept(0xff00L << 48, 0, 8));
        macs = new PrefixPreserving(sha256(key, "mac"), 48);
    }

    private static byte[] sha256(byte[] key, String purpose) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(purpose.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest.digest(key), PrefixPreserving.KEY_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    int ipv4(int address) {
        if (stays(address) || address >>> 24 == 127 || address >>> 28 == 14) {
            return address;
        }
        int other = address;
        do {
            // One address would become one that stays: it takes the place of what that would have become.
            v4.apply((long) other << 32, 0);
            other = (int) (v4.high >>> 32);
        } while (stays(other));
        return other;
    }

    /** 0.0.0.0 and 255.255.255.255. */
    private static boolean stays(int address) {
        return address == 0 || address == -1;
    }

    /** {@link #high} and {@link #low} are then what it becomes. */
    void ipv6(long h, long l) {
        high = h;
        low = l;
        boolean solicited = h == SOLICITED_NODE_HIGH && (l & ~LAST_24) == SOLICITED_NODE_LOW;
        if (stays(h, l) || h >>> 56 == 0xff && !solicited) {
            return;
        }
        do {
            v6.apply(high, low);
            high = v6.high;
            low = v6.low;
        } while (stays(high, low));
        if (solicited) {
            high = h;
            low = l & ~LAST_24 | low & LAST_24;
        }
    }

    /** :: and ::1. */
    private static boolean stays(long h, long l) {
        return h == 0 && (l == 0 || l == 1);
    }

    long mac(long address) {
        boolean solicited = (address & ~LAST_24) == SOLICITED_NODE_MAC;
        if (address == 0 || (address & GROUP) != 0 && !solicited) {
            return address;
        }
        long keep = solicited ? ~LAST_24 : GROUP_AND_LOCAL;
        long other = address;
        do {
            macs.apply(other << 16, 0);
            other = address & keep | macs.high >>> 16 & ~keep;
        } while (other == 0);
        return other;
    }
}
