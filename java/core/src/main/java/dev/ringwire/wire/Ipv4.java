package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Internet Protocol version 4, RFC 791.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Version|  IHL  |    DSCP   |ECN|         Total Length          |
 * |         Identification        |R|D|M|     Fragment Offset     |
 * |      TTL      |    Protocol   |        Header Checksum        |
 * |                        Source Address                         |
 * |                      Destination Address                      |
 * |                    Options (0 to 40 bytes)                    |
 * </pre>
 */
public final class Ipv4 extends ListHeader {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 20;

    public static final FixedField VERSION = FixedField.decimal("ip.version", 0, 4, "version");
    public static final FixedField IHL = FixedField.decimal("ip.ihl", 4, 4, "header length in 32-bit words");
    public static final FixedField DSFIELD =
            FixedField.hex("ip.dsfield", 8, 8, "differentiated services field").alias("ip.tos");
    public static final FixedField DSCP =
            FixedField.decimal("ip.dsfield.dscp", 8, 6, "differentiated services code point");
    public static final FixedField ECN =
            FixedField.decimal("ip.dsfield.ecn", 14, 2, "explicit congestion notification");
    public static final FixedField LEN = FixedField.decimal("ip.len", 16, 16, "bytes of header and payload");
    public static final FixedField ID = FixedField.hex("ip.id", 32, 16, "identification");
    public static final FixedField FLAGS = FixedField.hex("ip.flags", 48, 3, "the three flags");
    public static final FixedField FLAGS_RB = FixedField.flag(
                    "ip.flags.rb", 48, "reserved flag, the evil bit of RFC 3514")
            .alias("ip.flags.sf");
    public static final FixedField FLAGS_DF = FixedField.flag("ip.flags.df", 49, "do not fragment");
    public static final FixedField FLAGS_MF = FixedField.flag("ip.flags.mf", 50, "more fragments follow");
    public static final FixedField FRAG_OFFSET =
            FixedField.decimal("ip.frag_offset", 51, 13, "fragment offset in units of 8 bytes");
    public static final FixedField TTL = FixedField.decimal("ip.ttl", 64, 8, "time to live");
    public static final FixedField PROTO = FixedField.decimal("ip.proto", 72, 8, "protocol of the payload");
    public static final FixedField CHECKSUM = FixedField.hex("ip.checksum", 80, 16, "header checksum");
    public static final FixedField SRC = FixedField.ipv4("ip.src", 96, "source address");
    public static final FixedField DST = FixedField.ipv4("ip.dst", 128, "destination address");
    static final ComputedField HDR_LEN =
            ComputedField.number("ip.hdr_len", FieldType.DECIMAL, "header length in bytes", 1, h -> 4 * h.get(IHL));
    static final ComputedField ADDR = ComputedField.either("ip.addr", SRC, DST, "source or destination address");
    private static final Options LAYOUT = new Options(LENGTH);
    static final ComputedField OPT_TYPE = LAYOUT.kind("ip.opt.type");
    static final ComputedField OPT_LEN = LAYOUT.length("ip.opt.len");
    public static final Protocol PROTOCOL = Protocol.of(
            "IPv4",
            "ip",
            Ipv4::new,
            "ip.len",
            List.of(
                    VERSION,
                    IHL,
                    HDR_LEN,
                    DSFIELD,
                    DSCP,
                    ECN,
                    LEN,
                    ID,
                    FLAGS,
                    FLAGS_RB,
                    FLAGS_DF,
                    FLAGS_MF,
                    FRAG_OFFSET,
                    TTL,
                    PROTO,
                    CHECKSUM,
                    SRC,
                    DST,
                    ADDR,
                    OPT_TYPE,
                    OPT_LEN),
            Ipv4::dissect,
            Selector.etherType(0x0800),
            Selector.ipProtocol(4));

    /** A header of its own with the protocol's defaults. */
    public Ipv4() {
        super(LENGTH);
        version(4).ihl(5).totalLength(LENGTH).ttl(64);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Ipv4 wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Ipv4(), bytes, offset, length);
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
    public Ipv4 version(int value) {
        put(VERSION, value);
        return this;
    }

    /** Header length in 32-bit words. */
    public int ihl() {
        return getInt(IHL);
    }

    /** Sets ihl. */
    public Ipv4 ihl(int value) {
        put(IHL, value);
        return this;
    }

    /** Differentiated services field. */
    public int tos() {
        return getInt(DSFIELD);
    }

    /** Sets tos. */
    public Ipv4 tos(int value) {
        put(DSFIELD, value);
        return this;
    }

    /** Differentiated services code point. */
    public int dscp() {
        return getInt(DSCP);
    }

    /** Sets dscp. */
    public Ipv4 dscp(int value) {
        put(DSCP, value);
        return this;
    }

    /** Explicit congestion notification. */
    public int ecn() {
        return getInt(ECN);
    }

    /** Sets ecn. */
    public Ipv4 ecn(int value) {
        put(ECN, value);
        return this;
    }

    /** Bytes of header and payload. */
    public int totalLength() {
        return getInt(LEN);
    }

    /** Sets totalLength. */
    public Ipv4 totalLength(int value) {
        put(LEN, value);
        return this;
    }

    /** Identification. */
    public int identification() {
        return getInt(ID);
    }

    /** Sets identification. */
    public Ipv4 identification(int value) {
        put(ID, value);
        return this;
    }

    /** The three flags. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Sets flags. */
    public Ipv4 flags(int value) {
        put(FLAGS, value);
        return this;
    }

    /** Reserved flag, the evil bit of RFC 3514. */
    public boolean reservedFlag() {
        return getFlag(FLAGS_RB);
    }

    /** Sets reservedFlag. */
    public Ipv4 reservedFlag(boolean value) {
        put(FLAGS_RB, value ? 1 : 0);
        return this;
    }

    /** Do not fragment. */
    public boolean dontFragment() {
        return getFlag(FLAGS_DF);
    }

    /** Sets dontFragment. */
    public Ipv4 dontFragment(boolean value) {
        put(FLAGS_DF, value ? 1 : 0);
        return this;
    }

    /** More fragments follow. */
    public boolean moreFragments() {
        return getFlag(FLAGS_MF);
    }

    /** Sets moreFragments. */
    public Ipv4 moreFragments(boolean value) {
        put(FLAGS_MF, value ? 1 : 0);
        return this;
    }

    /** Fragment offset in units of 8 bytes. */
    public int fragmentOffset() {
        return getInt(FRAG_OFFSET);
    }

    /** Sets fragmentOffset. */
    public Ipv4 fragmentOffset(int value) {
        put(FRAG_OFFSET, value);
        return this;
    }

    /** Time to live. */
    public int ttl() {
        return getInt(TTL);
    }

    /** Sets ttl. */
    public Ipv4 ttl(int value) {
        put(TTL, value);
        return this;
    }

    /** Protocol of the payload. */
    public int proto() {
        return getInt(PROTO);
    }

    /** Sets proto. */
    public Ipv4 proto(int value) {
        put(PROTO, value);
        return this;
    }

    /** Header checksum. */
    public int checksum() {
        return getInt(CHECKSUM);
    }

    /** Sets checksum. */
    public Ipv4 checksum(int value) {
        put(CHECKSUM, value);
        return this;
    }

    /** Source address. */
    public Ipv4Address src() {
        return getIpv4(SRC);
    }

    /** Sets src. */
    public Ipv4 src(Ipv4Address value) {
        put(SRC, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Destination address. */
    public Ipv4Address dst() {
        return getIpv4(DST);
    }

    /** Sets dst. */
    public Ipv4 dst(Ipv4Address value) {
        put(DST, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Whether this is part of a larger datagram. */
    public boolean isFragment() {
        return moreFragments() || fragmentOffset() != 0;
    }

    /** The options as they stand, padding included. */
    public byte[] options() {
        return tail(LENGTH);
    }

    /**
     * Replaces the options; zeros fill up to a multiple of four bytes. IHL stays as it is.
     *
     * @throws IllegalArgumentException if they are longer than 40 bytes
     */
    public Ipv4 options(byte[] options) {
        tail(LENGTH, Options.padded("IPv4", options));
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        ByteBuffer b = p.buffer();
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int versionAndLength = Bits.u8(b, offset);
        int headerLength = (versionAndLength & 15) * 4;
        int totalLength = Bits.u16(b, offset + 2);
        // Segmentation offload leaves 0 in packets captured before the card cuts them.
        int payloadEnd = totalLength == 0 ? end : Math.min(end, offset + totalLength);
        if (versionAndLength >>> 4 != 4
                || headerLength < LENGTH
                || available < headerLength
                || payloadEnd - offset < headerLength) {
            reject(p, offset, end, versionAndLength >>> 4, headerLength, totalLength);
            return;
        }
        int next = offset + headerLength;
        boolean firstFragment = (Bits.u16(b, offset + 6) & 0x1fff) == 0;
        if (p.add(PROTOCOL, offset, next, payloadEnd) && firstFragment) {
            p.ipProtocol(Bits.u8(b, offset + 9), next, payloadEnd);
        }
    }

    /** Says what is wrong; apart, so that the way of a good packet stays small enough to be inlined. */
    private static void reject(PacketParser p, int offset, int end, int version, int headerLength, int totalLength) {
        if (version != 4) {
            p.malformed(PROTOCOL, offset, end, 1, LENGTH, "ip.version is " + version + ", not 4");
        } else if (headerLength < LENGTH) {
            p.malformed(PROTOCOL, offset, end, 1, LENGTH, "ip.hdr_len is " + headerLength + ", below " + LENGTH);
        } else if (p.available(offset, end) < headerLength) {
            p.truncated(PROTOCOL, offset, end, headerLength);
        } else {
            String reason = "ip.len is " + totalLength + ", below ip.hdr_len " + headerLength;
            p.malformed(PROTOCOL, offset, end, headerLength, headerLength, reason);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(IHL, (assembly.headerEnd() - assembly.offset()) / 4);
            assembly.set(LEN, assembly.end() - assembly.offset());
        }
        if (assembly.checksums()) {
            assembly.headerChecksum(CHECKSUM);
        }
    }

    @Override
    public String summary() {
        return "IP " + src() + " > " + dst() + ", proto " + proto()
                + (isFragment() ? ", fragment id " + identification() + " at " + fragmentOffset() * 8 : "")
                + ", length " + bodyLength();
    }
}
