package dev.ringwire.rewrite;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/** Changes addresses and words of the header at hand in place, and adds up by how much its sum changes. */
final class Edits {
    private final AddressMap addresses;
    private final boolean ipv4;
    private final boolean ipv6;
    private final boolean macs;

    ByteBuffer b = ByteBuffer.allocate(0);
    /** Where the header starts, and where those of its bytes end that are here. */
    int from;

    int to;
    /** What has changed in the header; its first byte is the upper half of a word. */
    long change;
    /** Whether anything in the frame has. */
    boolean changed;

    Edits(AddressMap addresses) {
        this.addresses = addresses;
        ipv4 = addresses.mapsIpv4();
        ipv6 = addresses.mapsIpv6();
        macs = addresses.mapsMacs();
    }

    void mac(int at) {
        if (!macs || at + 6 > to) {
            return;
        }
        long was = Bits.u48(b, at);
        long is = addresses.mac(was);
        if (is != was) {
            Bits.put16(b, at, (int) (is >>> 32));
            Bits.put32(b, at + 2, is);
            change(at, Words.change64(was, is));
        }
    }

    /** A link-layer address, if it is a MAC address. */
    void linkLayer(int length, int at) {
        if (length == 6) {
            mac(at);
        }
    }

    /** An IP address of 4 or 16 bytes. */
    void address(int at, int size, boolean source) {
        if (size == 4) {
            ipv4(at, source);
        } else {
            ipv6(at, source);
        }
    }

    /** As many of these as are here. */
    void addresses(int at, int count, int size, boolean source) {
        for (int i = 0, p = at; i < count && p + size <= to; i++, p += size) {
            address(p, size, source);
        }
    }

    /** By how much the sum of its words changes. */
    int ipv4(int at, boolean source) {
        if (!ipv4 || at + 4 > to) {
            return 0;
        }
        int was = Bits.i32(b, at);
        int is = addresses.ipv4(was, source);
        if (is == was) {
            return 0;
        }
        Bits.put32(b, at, is);
        int by = Words.change32(was, is);
        change(at, by);
        return by;
    }

    /** By how much the sum of its words changes. */
    int ipv6(int at, boolean source) {
        if (!ipv6 || at + 16 > to) {
            return 0;
        }
        long high = Bits.i64(b, at);
        long low = Bits.i64(b, at + 8);
        addresses.ipv6(high, low, source);
        return put128(at, high, low, addresses.high, addresses.low);
    }

    /** A prefix, behind which zeros stay. */
    void prefix(int at, int length, int end) {
        if (ipv6 && at + 16 <= end && length <= 128) {
            long high = Bits.i64(b, at);
            long low = Bits.i64(b, at + 8);
            addresses.ipv6(high, low, false);
            put128(
                    at,
                    high,
                    low,
                    addresses.high & BlockMap.maskHigh(length) | high & ~BlockMap.maskHigh(length),
                    addresses.low & BlockMap.maskLow(length) | low & ~BlockMap.maskLow(length));
        }
    }

    /** The first bytes of a prefix of IPv4, as many as hold it. */
    void ipv4Prefix(int at, int length) {
        int bytes = length + 7 >>> 3;
        if (!ipv4 || length > 32 || at + bytes > to) {
            return;
        }
        int was = 0;
        for (int i = 0; i < bytes; i++) {
            was |= Bits.u8(b, at + i) << 24 - 8 * i;
        }
        int mask = (int) (BlockMap.maskHigh(length) >>> 32);
        int is = addresses.ipv4(was & mask, false) & mask | was & ~mask;
        for (int i = 0; i < bytes; i++) {
            put8(at + i, was >>> 24 - 8 * i & 0xff, is >>> 24 - 8 * i & 0xff);
        }
    }

    private void put8(int at, int was, int is) {
        if (is != was) {
            Bits.put8(b, at, is);
            change(at, Words.change16(was << 8, is << 8));
        }
    }

    private int put128(int at, long wasHigh, long wasLow, long high, long low) {
        if (high == wasHigh && low == wasLow) {
            return 0;
        }
        Bits.put64(b, at, high);
        Bits.put64(b, at + 8, low);
        int by = Words.change64(wasHigh, high) + Words.change64(wasLow, low);
        change(at, by);
        return by;
    }

    void put16(int at, int was, int is) {
        if (is != was) {
            Bits.put16(b, at, is);
            change(at, Words.change16(was, is));
        }
    }

    private void change(int at, int by) {
        changed = true;
        change += (at - from & 1) == 0 ? by : Words.swapped(by);
    }
}
