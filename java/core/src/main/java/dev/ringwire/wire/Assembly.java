package dev.ringwire.wire;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.accel.Checksum;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The bytes of a packet being written, while its headers fill in lengths and checksums. Lengths are filled in before any
 * checksum, so that a checksum covers what the lengths say.
 */
public final class Assembly {
    private final Checksum checksum = Accelerators.checksum();
    private final ByteBuffer bytes;
    private final List<Header> layers;
    private final int[] offsets;
    private final int[] ends;
    private final Fixes fixes;
    private boolean checksums;
    private int current;

    /**
     * @param bytes the packet from index 0 to its capacity
     * @param ends where the bytes that each layer carries end
     * @param fixes what to fill in
     */
    Assembly(ByteBuffer bytes, List<Header> layers, int[] offsets, int[] ends, Fixes fixes) {
        this.bytes = bytes;
        this.layers = layers;
        this.offsets = offsets;
        this.ends = ends;
        this.fixes = fixes;
    }

    void run() {
        run(Fix.LENGTHS);
        run(Fix.CHECKSUMS);
    }

    private void run(Fix fix) {
        checksums = fix == Fix.CHECKSUMS;
        for (current = layers.size() - 1; current >= 0; current--) {
            Header header = layers.get(current);
            if (fixes.includes(fix, header)) {
                header.fix(this);
            }
        }
    }

    /** Whether this is the time to fill in lengths. */
    public boolean lengths() {
        return !checksums;
    }

    /** Whether this is the time to fill in checksums. */
    public boolean checksums() {
        return checksums;
    }

    /** The packet's bytes, to be read and written by absolute index. */
    public ByteBuffer buffer() {
        return bytes;
    }

    /** Where the header being fixed starts. */
    public int offset() {
        return offsets[current];
    }

    /** Where it ends. */
    public int headerEnd() {
        return offsets[current] + layers.get(current).headerLength();
    }

    /** Where what it carries ends; what lies behind belongs to layers below. */
    public int end() {
        return ends[current];
    }

    /** Reads a field of the header being fixed. */
    public long get(FixedField field) {
        return field.get(bytes, offset());
    }

    /**
     * Writes a field of the header being fixed.
     *
     * @throws IllegalArgumentException if the value does not fit, naming the field
     */
    public void set(FixedField field, long value) {
        field.set(bytes, offset(), value);
    }

    /** Where the packet of the IP layer below ends by that layer's length field, or {@link #end()} if there is none. */
    public int networkEnd() {
        int ip = networkLayer();
        if (ip < 0) {
            return end();
        }
        int at = offsets[ip];
        if (layers.get(ip) instanceof Ipv4) {
            int length = (int) Ipv4.LEN.get(bytes, at);
            return length == 0 ? ends[ip] : at + length;
        }
        int length = (int) Ipv6.PLEN.get(bytes, at);
        return length == 0 ? ends[ip] : at + Ipv6.LENGTH + length;
    }

    private int networkLayer() {
        for (int i = current - 1; i >= 0; i--) {
            if (layers.get(i) instanceof Ipv4 || layers.get(i) instanceof Ipv6) {
                return i;
            }
        }
        return -1;
    }

    /** Writes the Internet checksum (RFC 1071) of this header alone. */
    public void headerChecksum(FixedField field) {
        write(field, 0, headerEnd(), false);
    }

    /**
     * Writes the Internet checksum (RFC 1071) of the bytes from this header's start to {@code to}; leaves the field
     * alone if not all of them are here, or they are only a fragment.
     */
    public void checksum(FixedField field, int to) {
        if (computable(to)) {
            write(field, 0, to, false);
        }
    }

    /**
     * Writes a checksum over the pseudo-header of the IP layer below and the bytes from this header's start to
     * {@code to}; leaves the field alone if there is no such layer, if not all of the bytes are here, or if they are only
     * a fragment.
     *
     * @param protocol number in the pseudo-header
     */
    public void transportChecksum(FixedField field, int protocol, int to) {
        int ip = networkLayer();
        if (ip < 0 || to > networkEnd() || !computable(to)) {
            return;
        }
        int length = to - offset();
        int at = offsets[ip];
        int sum = (length >>> 16) + (length & 0xffff) + protocol;
        if (layers.get(ip) instanceof Ipv4) {
            sum = checksum.sum(bytes, at + Ipv4.SRC.byteOffset(), 8, sum);
        } else {
            sum = checksum.sum(bytes, at + Ipv6.SRC.byteOffset(), 16, sum);
            sum = checksum.sum(bytes, finalDestination(ip), 16, sum);
        }
        write(field, sum, to, protocol == 17);
    }

    /** Whether all bytes from this header's start to {@code to} are here, and are not only a fragment. */
    public boolean computable(int to) {
        if (to > bytes.capacity() || to < headerEnd()) {
            return false;
        }
        for (int i = current - 1; i >= 0; i--) {
            Header below = layers.get(i);
            int at = offsets[i];
            if (below instanceof Ipv4) {
                return Ipv4.FLAGS_MF.get(bytes, at) == 0 && Ipv4.FRAG_OFFSET.get(bytes, at) == 0;
            }
            if (below instanceof Ipv6Fragment
                    && (Ipv6Fragment.MORE.get(bytes, at) != 0 || Ipv6Fragment.OFFSET.get(bytes, at) != 0)) {
                return false;
            }
            if (below instanceof Ipv6) {
                return true;
            }
        }
        return true;
    }

    /** RFC 8200 section 8.1: behind a routing header that is not done, the last address of the route counts. */
    private int finalDestination(int ip) {
        int header = Ipv6.DST.byteOffset() + offsets[ip];
        for (int i = ip + 1; i < current; i++) {
            if (layers.get(i) instanceof Ipv6Routing routing && Ipv6Routing.SEGLEFT.get(bytes, offsets[i]) > 0) {
                int addresses = (routing.headerLength() - Ipv6Routing.LENGTH) / 16;
                int type = (int) Ipv6Routing.TYPE.get(bytes, offsets[i]);
                int first = offsets[i] + Ipv6Routing.LENGTH;
                if (addresses > 0 && (type == 0 || type == 2)) {
                    return first + 16 * (addresses - 1);
                }
                if (addresses > 0 && type == 4) {
                    return first; // RFC 8754 lists the segments backwards
                }
            }
        }
        return header;
    }

    private void write(FixedField field, int initial, int to, boolean zeroMeansNone) {
        set(field, 0);
        int value = ~checksum.sum(bytes, offset(), to - offset(), initial) & 0xffff;
        set(field, value == 0 && zeroMeansNone ? 0xffff : value);
    }

    @Override
    public String toString() {
        return "Assembly[" + layers.get(Math.max(0, current)).protocol() + " at " + offset() + "]";
    }
}
