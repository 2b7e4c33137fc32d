package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * User Datagram Protocol, RFC 768.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |          Source Port          |       Destination Port        |
 * |            Length             |           Checksum            |
 * </pre>
 */
public final class Udp extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 8;

    public static final FixedField SRCPORT = FixedField.decimal("udp.srcport", 0, 16, "source port");
    public static final FixedField DSTPORT = FixedField.decimal("udp.dstport", 16, 16, "destination port");
    public static final FixedField LEN = FixedField.decimal("udp.length", 32, 16, "bytes of header and payload");
    public static final FixedField CHECKSUM = FixedField.hex("udp.checksum", 48, 16, "checksum, 0 for none");
    static final ComputedField PORT = ComputedField.either("udp.port", SRCPORT, DSTPORT, "source or destination port");
    static final ComputedField PAYLOAD = ComputedField.payload("udp.payload", "payload");
    public static final Protocol PROTOCOL = Protocol.of(
            "UDP",
            "udp",
            Udp::new,
            "udp.length",
            List.of(SRCPORT, DSTPORT, PORT, LEN, CHECKSUM, PAYLOAD),
            Udp::dissect,
            Selector.ipProtocol(17));

    /** A header of its own with the protocol's defaults. */
    public Udp() {
        super(LENGTH);
        length(LENGTH);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Udp wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Udp(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Source port. */
    public int srcPort() {
        return getInt(SRCPORT);
    }

    /** Sets srcPort. */
    public Udp srcPort(int value) {
        put(SRCPORT, value);
        return this;
    }

    /** Destination port. */
    public int dstPort() {
        return getInt(DSTPORT);
    }

    /** Sets dstPort. */
    public Udp dstPort(int value) {
        put(DSTPORT, value);
        return this;
    }

    /** Bytes of header and payload. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public Udp length(int value) {
        put(LEN, value);
        return this;
    }

    /** Checksum, 0 for none. */
    public int checksum() {
        return getInt(CHECKSUM);
    }

    /** Sets checksum. */
    public Udp checksum(int value) {
        put(CHECKSUM, value);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int length = Bits.u16(p.buffer(), offset + 4);
        // 0 stands in jumbograms (RFC 2675) and in packets captured before segmentation offload.
        if (length != 0 && length < LENGTH) {
            reject(p, offset, end, length);
            return;
        }
        int payloadEnd = length == 0 ? end : Math.min(end, offset + length);
        if (p.add(PROTOCOL, offset, offset + LENGTH, payloadEnd)) {
            p.udpPorts(Bits.u16(p.buffer(), offset), Bits.u16(p.buffer(), offset + 2), offset + LENGTH, payloadEnd);
        }
    }

    /** Says what is wrong; apart, so that the way of a good packet stays small enough to be inlined. */
    private static void reject(PacketParser p, int offset, int end, int length) {
        p.malformed(PROTOCOL, offset, end, LENGTH, LENGTH, "udp.length is " + length + ", below " + LENGTH);
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(LEN, assembly.end() - assembly.offset());
        }
        if (assembly.checksums()) {
            long length = assembly.get(LEN);
            assembly.transportChecksum(
                    CHECKSUM, 17, length == 0 ? assembly.networkEnd() : assembly.offset() + (int) length);
        }
    }

    @Override
    public String summary() {
        return "UDP, length " + bodyLength();
    }
}
