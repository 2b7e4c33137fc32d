package dev.ringwire.wire;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Internet Protocol version 6, RFC 8200. Its extension headers are layers of their own.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Version| Traffic Class |              Flow Label               |
 * |        Payload Length         |  Next Header  |   Hop Limit   |
 * |                   Source Address (128 bits)                   |
 * |                Destination Address (128 bits)                 |
 * </pre>
 */
public final class Ipv6 extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 40;

    public static final FixedField VERSION =
            FixedField.decimal("ipv6.version", 0, 4, "version").alias("ip.version");
    public static final FixedField TCLASS = FixedField.hex("ipv6.tclass", 4, 8, "traffic class");
    public static final FixedField DSCP =
            FixedField.decimal("ipv6.tclass.dscp", 4, 6, "differentiated services code point");
    public static final FixedField ECN =
            FixedField.decimal("ipv6.tclass.ecn", 10, 2, "explicit congestion notification");
    public static final FixedField FLOW = FixedField.hex("ipv6.flow", 12, 20, "flow label");
    public static final FixedField PLEN = FixedField.decimal("ipv6.plen", 32, 16, "bytes behind this header");
    public static final FixedField NXT = FixedField.decimal("ipv6.nxt", 48, 8, "protocol of what follows");
    public static final FixedField HLIM = FixedField.decimal("ipv6.hlim", 56, 8, "hop limit");
    public static final FixedField SRC = FixedField.ipv6("ipv6.src", 64, "source address");
    public static final FixedField DST = FixedField.ipv6("ipv6.dst", 192, "destination address");
    static final ComputedField ADDR = ComputedField.either("ipv6.addr", SRC, DST, "source or destination address");
    public static final Protocol PROTOCOL = Protocol.of(
            "IPv6",
            "ipv6",
            Ipv6::new,
            "ipv6.plen",
            List.of(VERSION, TCLASS, DSCP, ECN, FLOW, PLEN, NXT, HLIM, SRC, DST, ADDR),
            Ipv6::dissect,
            Selector.etherType(0x86dd),
            Selector.ipProtocol(41));

    /** A header of its own with the protocol's defaults. */
    public Ipv6() {
        super(LENGTH);
        version(6).nextHeader(59).hopLimit(64);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Ipv6 wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Ipv6(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Version. */
    public int version() {
        return getInt(VERSION);
    }

    /** Sets version. */
    public Ipv6 version(int value) {
        put(VERSION, value);
        return this;
    }

    /** Traffic class. */
    public int trafficClass() {
        return getInt(TCLASS);
    }

    /** Sets trafficClass. */
    public Ipv6 trafficClass(int value) {
        put(TCLASS, value);
        return this;
    }

    /** Differentiated services code point. */
    public int dscp() {
        return getInt(DSCP);
    }

    /** Sets dscp. */
    public Ipv6 dscp(int value) {
        put(DSCP, value);
        return this;
    }

    /** Explicit congestion notification. */
    public int ecn() {
        return getInt(ECN);
    }

    /** Sets ecn. */
    public Ipv6 ecn(int value) {
        put(ECN, value);
        return this;
    }

    /** Flow label. */
    public int flowLabel() {
        return getInt(FLOW);
    }

    /** Sets flowLabel. */
    public Ipv6 flowLabel(int value) {
        put(FLOW, value);
        return this;
    }

    /** Bytes behind this header. */
    public int payloadLength() {
        return getInt(PLEN);
    }

    /** Sets payloadLength. */
    public Ipv6 payloadLength(int value) {
        put(PLEN, value);
        return this;
    }

    /** Protocol of what follows. */
    public int nextHeader() {
        return getInt(NXT);
    }

    /** Sets nextHeader. */
    public Ipv6 nextHeader(int value) {
        put(NXT, value);
        return this;
    }

    /** Hop limit. */
    public int hopLimit() {
        return getInt(HLIM);
    }

    /** Sets hopLimit. */
    public Ipv6 hopLimit(int value) {
        put(HLIM, value);
        return this;
    }

    /** Source address. */
    public Ipv6Address src() {
        return getIpv6(SRC);
    }

    /** Sets src. */
    public Ipv6 src(Ipv6Address value) {
        put(SRC, value);
        return this;
    }

    /** Destination address. */
    public Ipv6Address dst() {
        return getIpv6(DST);
    }

    /** Sets dst. */
    public Ipv6 dst(Ipv6Address value) {
        put(DST, value);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        ByteBuffer b = p.buffer();
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int version = Bits.u8(b, offset) >>> 4;
        if (version != 6) {
            reject(p, offset, end, version);
            return;
        }
        int length = Bits.u16(b, offset + 4);
        int next = offset + LENGTH;
        // 0 stands in jumbograms (RFC 2675) and in packets captured before segmentation offload.
        int payloadEnd = length == 0 ? end : Math.min(end, next + length);
        if (p.add(PROTOCOL, offset, next, payloadEnd)) {
            p.ipProtocol(Bits.u8(b, offset + 6), next, payloadEnd);
        }
    }

    /** Says what is wrong; apart, so that the way of a good packet stays small enough to be inlined. */
    private static void reject(PacketParser p, int offset, int end, int version) {
        p.malformed(PROTOCOL, offset, end, 1, LENGTH, "ipv6.version is " + version + ", not 6");
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(PLEN, assembly.end() - assembly.headerEnd());
        }
    }

    @Override
    public String summary() {
        return "IP6 " + src() + " > " + dst() + ", next header " + nextHeader() + ", length " + bodyLength();
    }
}
