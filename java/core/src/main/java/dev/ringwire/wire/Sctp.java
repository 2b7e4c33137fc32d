package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Stream Control Transmission Protocol, RFC 9260: the common header; chunks follow. Found in UDP port 9899 too (RFC 6951).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Source Port Number        |     Destination Port Number   |
 * |                      Verification Tag                         |
 * |                           Checksum                            |
 *
 * |   Chunk Type  | Chunk Flags   |        Chunk Length           |
 * :                          Chunk Value                          :
 * </pre>
 */
public final class Sctp extends ListHeader {
    /** Bytes of the common header. */
    public static final int LENGTH = 12;

    private static final int CHUNK_LENGTH = 4;

    /** A chunk's padding is not counted in its length; a length below four makes no sense. */
    private static final Sized CHUNKS = new Sized(LENGTH, true, CHUNK_LENGTH, (b, at) -> Bits.u16(b, at + 2) + 3 & ~3);

    public static final FixedField SRCPORT = FixedField.decimal("sctp.srcport", 0, 16, "source port");
    public static final FixedField DSTPORT = FixedField.decimal("sctp.dstport", 16, 16, "destination port");
    public static final FixedField TAG = FixedField.hex("sctp.verification_tag", 32, 32, "verification tag");
    public static final FixedField CHECKSUM = FixedField.hex("sctp.checksum", 64, 32, "CRC32c of the packet");
    static final ComputedField PORT = ComputedField.either("sctp.port", SRCPORT, DSTPORT, "source or destination port");
    public static final Protocol PROTOCOL = Protocol.of(
            "SCTP",
            "sctp",
            Sctp::new,
            List.of(
                    SRCPORT,
                    DSTPORT,
                    PORT,
                    TAG,
                    CHECKSUM,
                    CHUNKS.each(FixedField.decimal("sctp.chunk_type", 0, 8, "type of each chunk")),
                    CHUNKS.each(FixedField.hex("sctp.chunk_flags", 8, 8, "flags of each chunk")),
                    CHUNKS.each(FixedField.decimal("sctp.chunk_length", 16, 16, "bytes of each chunk"))),
            Sctp::dissect,
            Selector.ipProtocol(132),
            Selector.udpPort(9899));

    /** A header of its own with the protocol's defaults. */
    public Sctp() {
        super(LENGTH);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Sctp wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Sctp(), bytes, offset, length);
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
    public Sctp srcPort(int value) {
        put(SRCPORT, value);
        return this;
    }

    /** Destination port. */
    public int dstPort() {
        return getInt(DSTPORT);
    }

    /** Sets dstPort. */
    public Sctp dstPort(int value) {
        put(DSTPORT, value);
        return this;
    }

    /** Verification tag. */
    public long verificationTag() {
        return get(TAG);
    }

    /** Sets verificationTag. */
    public Sctp verificationTag(long value) {
        put(TAG, value);
        return this;
    }

    /** CRC32c of the packet, in the byte order of RFC 9260 appendix A. */
    public long checksum() {
        return get(CHECKSUM);
    }

    /** Sets checksum. */
    public Sctp checksum(long value) {
        put(CHECKSUM, value);
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
        } else {
            p.add(PROTOCOL, offset, offset + LENGTH, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        int to = assembly.networkEnd();
        if (!assembly.checksums() || !assembly.computable(to)) {
            return;
        }
        assembly.set(CHECKSUM, 0);
        var crc = new CRC32C();
        crc.update(assembly.buffer().duplicate().limit(to).position(assembly.offset()));
        // The polynomial's bits are sent the other way round than those of other numbers.
        assembly.set(CHECKSUM, Integer.toUnsignedLong(Integer.reverseBytes((int) crc.getValue())));
    }

    @Override
    public String summary() {
        return "SCTP, length " + bodyLength();
    }
}
