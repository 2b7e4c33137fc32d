package dev.ringwire.device.afpacket;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;

/**
 * A frame in the ring, borrowed until the next call of {@link PacketRing#next}: bytes and metadata are read where the
 * kernel put them. Every accessor throws {@link IllegalStateException} where there is no frame: before the first,
 * after {@code next} gave false, and after the ring was closed. While another thread closes the ring, the last frame
 * may read as zeros instead.
 */
public final class RingFrame extends Frame {
    private static final int TAG_LENGTH = 4;
    private static final int TWO_MAC_ADDRESSES = 12;
    private static final int TPID_8021Q = 0x8100;

    private final String interfaceName;
    private final LinkType linkType;
    private final boolean ethernet;
    private int header;
    private int restored;

    RingFrame(String interfaceName, LinkType linkType) {
        this.interfaceName = interfaceName;
        this.linkType = linkType;
        this.ethernet = linkType.equals(LinkType.ETHERNET);
    }

    /** Points at the frame behind a header that was found to lie within the block. */
    void aimAt(ByteBuffer block, int newHeader, int offset, int length) {
        header = newHeader;
        if ((Tpacket3.i32(block, newHeader + Tpacket3.STATUS) & Tpacket3.TP_STATUS_VLAN_VALID) != 0
                && ethernet
                && length >= TWO_MAC_ADDRESSES) {
            putTagBack(block, newHeader, offset);
            restored = TAG_LENGTH;
            aim(block, offset - TAG_LENGTH, length + TAG_LENGTH);
        } else {
            restored = 0;
            aim(block, offset, length);
        }
    }

    /** Moves the addresses down into the headroom that opening reserved, and writes the tag behind them. */
    private static void putTagBack(ByteBuffer block, int header, int offset) {
        int to = offset - TAG_LENGTH;
        long first = Bits.i64(block, offset);
        int rest = Bits.i32(block, offset + 8);
        Bits.put64(block, to, first);
        Bits.put32(block, to + 8, rest);
        Bits.put32(block, to + TWO_MAC_ADDRESSES, tag(block, header));
    }

    private static int tag(ByteBuffer block, int header) {
        int status = Tpacket3.i32(block, header + Tpacket3.STATUS);
        int tpid = (status & Tpacket3.TP_STATUS_VLAN_TPID_VALID) != 0
                ? Tpacket3.u16(block, header + Tpacket3.VLAN_TPID)
                : TPID_8021Q;
        return tpid << 16 | Tpacket3.i32(block, header + Tpacket3.VLAN_TCI) & 0xffff;
    }

    void drop() {
        release();
    }

    @Override
    public int originalLength() {
        return Tpacket3.i32(buffer(), header + Tpacket3.LEN) + restored;
    }

    /** The kernel's software time of reception, or of sending. */
    @Override
    public long timestampNanos() {
        ByteBuffer block = buffer();
        long seconds = Tpacket3.i32(block, header + Tpacket3.SEC) & 0xffff_ffffL;
        return seconds * 1_000_000_000L + Tpacket3.i32(block, header + Tpacket3.NSEC);
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    /** The kernel's ifindex. */
    @Override
    public int interfaceId() {
        return Tpacket3.i32(buffer(), header + Tpacket3.SLL_IFINDEX);
    }

    /** The name under which the ring was opened. */
    @Override
    public String interfaceName() {
        return interfaceName;
    }

    @Override
    public Direction direction() {
        return isOutgoing(buffer(), header) ? Direction.OUTBOUND : Direction.INBOUND;
    }

    static boolean isOutgoing(ByteBuffer block, int header) {
        return block.get(header + Tpacket3.SLL_PKTTYPE) == Tpacket3.PACKET_OUTGOING;
    }

    @Override
    public int strippedVlanTag() {
        ByteBuffer block = buffer();
        return restored == 0 ? 0 : tag(block, header);
    }

    /**
     * Whether the transport checksum in the bytes is still to be computed, by the network card: so with frames that
     * this host sends. A checker should not call such a checksum wrong.
     */
    public boolean checksumUnfinished() {
        return (Tpacket3.i32(buffer(), header + Tpacket3.STATUS) & Tpacket3.TP_STATUS_CSUMNOTREADY) != 0;
    }
}
