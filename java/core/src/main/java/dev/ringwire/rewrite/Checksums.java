package dev.ringwire.rewrite;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.accel.Checksum;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/**
 * Brings the checksums of a frame up to date after {@link Fields}: from the innermost header outwards, since an outer
 * checksum covers the inner ones.
 */
final class Checksums {
    private static final int NONE = -1;

    private final Checksum checksum = Accelerators.checksum();
    private final SctpCrc crc = new SctpCrc();
    private final Layers layers;
    private final boolean fix;

    private ByteBuffer b = ByteBuffer.allocate(0);
    private boolean changed;
    private long fixed;

    Checksums(Layers layers, boolean fix) {
        this.layers = layers;
        this.fix = fix;
    }

    /** Wrong checksums that were made right. */
    long fixed() {
        return fixed;
    }

    /** Whether any checksum changed. */
    @SuppressWarnings("ReferenceEquality") // is meant
    boolean apply() {
        Layers l = layers;
        if (b != l.buffer) {
            b = l.buffer;
        }
        changed = false;
        // What has changed from the layer on inwards; its first byte is the upper half of a word.
        long inside = l.count == 0 ? 0 : undecoded(l.count - 1);
        for (int i = l.count - 1; i >= 0; i--) {
            int at = l.at[i];
            int ip = l.network[i];
            long all = l.change[i] + inside;
            inside = switch (l.kind[i]) {
                case Layers.IPV4 -> inside + header(i, at + 10);
                case Layers.TCP -> covered(i, at + 16, all, ip);
                case Layers.UDP -> covered(i, at + 6, all, ip);
                case Layers.ICMPV6 -> covered(i, at + 2, all, ip);
                case Layers.ICMPV4, Layers.IGMP -> covered(i, at + 2, all, NONE);
                case Layers.SCTP -> sctp(i, at, all);
                case Layers.GRE -> (Bits.u8(b, at) & 0x80) != 0 ? covered(i, at + 4, all, NONE) : all;
                default -> all;
            };
            if (i > 0 && (at - l.at[i - 1] & 1) != 0) {
                inside = Words.swapped(inside);
            }
        }
        return changed;
    }

    /** The IPv4 header checksum covers no more than the header. */
    private long header(int i, int field) {
        if (field + 2 > layers.end[i]) {
            return layers.change[i];
        }
        int was = Bits.u16(b, field);
        int is = Words.updated(was, layers.change[i]);
        if (fix && i < layers.unquoted && !isCut(i)) {
            is = right(field, was, is, layers.at[i], layers.end[i], 0);
        }
        put(field, was, is);
        return layers.change[i] + Words.change16(was, is);
    }

    private boolean isCut(int i) {
        return layers.cut && i == layers.count - 1;
    }

    /**
     * A checksum over the header and all it carries.
     *
     * @param change what changed in these
     * @param ip the layer with the addresses it covers as well, or NONE
     * @return what changed with the checksum itself
     */
    private long covered(int i, int field, long change, int ip) {
        long pseudo = ip >= 0 ? layers.pseudoChange[ip] : 0;
        boolean udp = layers.kind[i] == Layers.UDP;
        if (change + pseudo == 0 && !fix) {
            return 0;
        }
        if (field + 2 > layers.limit) {
            // What was on the wire behind the bytes that are here would have changed; what a quote leaves out, not.
            return field + 2 <= layers.carriedEnd[i] ? Words.negative(pseudo) : change;
        }
        if (field + 2 > layers.carriedEnd[i]) {
            return change;
        }
        int was = Bits.u16(b, field);
        if (udp && was == 0) {
            return change;
        }
        int is = Words.updated(was, change + pseudo);
        if (fix && i < layers.unquoted && !isCut(i)) {
            is = right(i, field, was, is, ip);
        }
        is = udp && is == 0 ? 0xffff : is;
        put(field, was, is);
        return change + Words.change16(was, is);
    }

    /** SCTP has a CRC over its packet alone, which needs no more than the bits that changed to follow. */
    private long sctp(int i, int at, long change) {
        int field = at + 8;
        int end = layers.carriedEnd[i];
        int bits = layers.portBits[i];
        if (bits == 0 && !fix || field + 4 > Math.min(end, layers.limit)) {
            return change;
        }
        int was = Bits.i32(b, field);
        if (was == 0) { // RFC 9653: none
            return change;
        }
        int is = was ^ (bits == 0 ? 0 : crc.change(bits, end - at));
        if (fix && i < layers.unquoted && !isCut(i) && end <= layers.limit && !layers.isFragmented(i)) {
            Bits.put32(b, field, 0);
            int right = crc.of(b, at, end);
            Bits.put32(b, field, was);
            fixed += right == is ? 0 : 1;
            is = right;
        }
        if (is != was) {
            Bits.put32(b, field, is);
            changed = true;
        }
        return change + Words.change32(was, is);
    }

    /** The right checksum of a layer where all of it is here and none of it elsewhere; else {@code is}. */
    private int right(int i, int field, int was, int is, int ip) {
        int below = layers.network[i];
        if (below < 0 || layers.kind[i] == Layers.GRE) {
            return is;
        }
        if (layers.isFragmented(i)) {
            return is;
        }
        int at = layers.at[i];
        int end = networkEnd(below);
        if (layers.kind[i] == Layers.UDP && Bits.u16(b, at + 4) != 0) {
            int udpEnd = at + Bits.u16(b, at + 4);
            end = udpEnd > end ? Integer.MAX_VALUE : udpEnd;
        }
        if (end > layers.limit || end > layers.carriedEnd[below] || end < layers.end[i]) {
            return is;
        }
        return right(field, was, is, at, end, ip >= 0 ? pseudoHeader(ip, layers.kind[i], end - at) : 0);
    }

    /** Where the packet of an IP layer ends by its own length. */
    private int networkEnd(int ip) {
        int at = layers.at[ip];
        boolean v4 = layers.kind[ip] == Layers.IPV4;
        int length = Bits.u16(b, v4 ? at + 2 : at + 4);
        // 0 stands in jumbograms and in packets captured before segmentation offload.
        return length == 0 ? layers.carriedEnd[ip] : at + length + (v4 ? 0 : 40);
    }

    private int pseudoHeader(int ip, int kind, int length) {
        int protocol = kind == Layers.TCP ? 6 : kind == Layers.UDP ? 17 : 58;
        boolean v4 = layers.kind[ip] == Layers.IPV4;
        int size = v4 ? 4 : 16;
        int sum = (length >>> 16) + (length & 0xffff) + protocol;
        sum = checksum.sum(b, layers.source[ip], size, sum);
        return checksum.sum(b, layers.destination[ip], size, sum);
    }

    /** The right checksum of bytes, or {@code is} if that says the same. */
    private int right(int field, int was, int is, int from, int to, int initial) {
        Bits.put16(b, field, 0);
        int right = ~checksum.sum(b, from, to - from, initial) & 0xffff;
        Bits.put16(b, field, was);
        if (Words.same(right, is)) {
            return is;
        }
        fixed++;
        return right;
    }

    private void put(int field, int was, int is) {
        if (is != was) {
            Bits.put16(b, field, is);
            changed = true;
        }
    }

    /**
     * Behind the last header, there may be one of a protocol that is not decoded, but sums a pseudo-header.
     *
     * @return what changed
     */
    private long undecoded(int last) {
        int ip = layers.kind[last] == Layers.IPV4 || layers.kind[last] == Layers.IPV6 ? last : layers.network[last];
        if (layers.cut || ip < 0 || layers.pseudoChange[ip] == 0) {
            return 0;
        }
        int at = layers.at[last];
        boolean v6 = layers.kind[ip] == Layers.IPV6;
        int protocol;
        switch (layers.kind[last]) {
            case Layers.IPV4 -> {
                if ((Bits.u16(b, at + 6) & 0x1fff) != 0) {
                    return 0;
                }
                protocol = Bits.u8(b, at + 9);
            }
            case Layers.IPV6 -> protocol = Bits.u8(b, at + 6);
            case Layers.FRAGMENT -> {
                if ((Bits.u16(b, at + 2) & 0xfff8) != 0) {
                    return 0;
                }
                protocol = Bits.u8(b, at);
            }
            case Layers.ROUTING, Layers.EXTENSION, Layers.AUTHENTICATION -> protocol = Bits.u8(b, at);
            default -> {
                return 0;
            }
        }
        int start = layers.end[last];
        if (start >= layers.bodyEnd(last)) {
            return 0;
        }
        int field = start + checksumOffset(protocol, v6, Bits.u8(b, start));
        if (field < start || field + 2 > layers.bodyEnd(last)) {
            return 0;
        }
        int was = Bits.u16(b, field);
        int is = Words.updated(was, layers.pseudoChange[ip]);
        put(field, was, is);
        long change = Words.change16(was, is);
        return (start - at & 1) == 0 ? change : Words.swapped(change);
    }

    /** Where a protocol that no class here decodes has a checksum over the pseudo-header too; or a large negative one. */
    private static int checksumOffset(int protocol, boolean v6, int firstByte) {
        return switch (protocol) {
            case 33, 136 -> 6; // DCCP, UDP-Lite
            case 135, 139 -> 4; // Mobility Header, HIP
            case 89 -> v6 ? 12 : Integer.MIN_VALUE; // OSPFv3
            case 103 -> v6 ? 2 : Integer.MIN_VALUE; // PIM
            case 112 -> firstByte >>> 4 == 3 ? 6 : Integer.MIN_VALUE; // VRRPv3
            default -> Integer.MIN_VALUE;
        };
    }
}
