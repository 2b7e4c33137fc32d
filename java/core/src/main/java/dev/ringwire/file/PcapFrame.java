package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/** The packet a pcap reader stands at; its record header is read in place. */
final class PcapFrame extends Frame {
    private static final int PACKET_OUTGOING = 4;

    final PcapReader reader;

    PcapFrame(PcapReader reader) {
        this.reader = reader;
    }

    void point(ByteBuffer b, int offset, int length) {
        aim(b, offset, length);
    }

    void drop() {
        release();
    }

    private int record() {
        return offset() - reader.header;
    }

    @Override
    public int originalLength() {
        int length = reader.originalLength(buffer(), record());
        return length < 0 ? Integer.MAX_VALUE : length;
    }

    @Override
    public long timestampNanos() {
        ByteBuffer b = buffer();
        int p = record();
        long seconds = reader.i32(b, p) & 0xffff_ffffL;
        long fraction = reader.i32(b, p + 4) & 0xffff_ffffL;
        return seconds * 1_000_000_000L + fraction * reader.unit;
    }

    @Override
    public LinkType linkType() {
        buffer();
        return reader.captured.linkType();
    }

    @Override
    public int interfaceId() {
        ByteBuffer b = buffer();
        return modified() ? reader.i32(b, record() + 16) : 0;
    }

    @Override
    public String interfaceName() {
        buffer();
        return "";
    }

    @Override
    public Direction direction() {
        ByteBuffer b = buffer();
        if (!modified()) {
            return Direction.UNKNOWN;
        }
        return Bits.u8(b, record() + 22) == PACKET_OUTGOING ? Direction.OUTBOUND : Direction.INBOUND;
    }

    private boolean modified() {
        return reader.header == PcapReader.MODIFIED_RECORD_HEADER;
    }
}
