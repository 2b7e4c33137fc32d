package dev.ringwire.device.libpcap;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/** A frame in the batch, borrowed until the next call of {@link PcapDevice#next}. */
final class PcapFrame extends Frame {
    /** Length of struct rw_pcap_record in native/src/pcap.h: time, captured and original length. */
    static final int RECORD = 16;

    private static final int CAPTURED = 8;
    private static final int ORIGINAL = 12;

    private final String interfaceName;
    private final int interfaceIndex;
    private final LinkType linkType;
    private int record;

    PcapFrame(String interfaceName, int interfaceIndex, LinkType linkType) {
        this.interfaceName = interfaceName;
        this.interfaceIndex = interfaceIndex;
        this.linkType = linkType;
    }

    /** Points at the frame behind a record; returns where the next record is. */
    int aimAt(ByteBuffer batch, int at) {
        int captured = batch.getInt(at + CAPTURED);
        record = at;
        aim(batch, at + RECORD, captured);
        return at + RECORD + (captured + 7 & ~7);
    }

    void drop() {
        release();
    }

    @Override
    public int originalLength() {
        return buffer().getInt(record + ORIGINAL);
    }

    @Override
    public long timestampNanos() {
        return buffer().getLong(record);
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public int interfaceId() {
        return interfaceIndex;
    }

    @Override
    public String interfaceName() {
        return interfaceName;
    }
}
