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

    // Of the ring the block belongs to.
    private RingInterface from;
    private boolean restoresTags;
    private boolean skipsOutgoing;

    private int snaplen;
    private int blockSize;

    private int header;
    /** The generation of the last frame in the block. */
    private int last;

    private boolean damaged;
    /** Frames of all blocks up to this. */
    private long entered;

    RingFrame(RingInterface from) {
        this.from = from;
    }

    /**
     * Goes to the first frame of a block that the kernel has handed over; false if there is none to see, and
     * {@link #leave} must follow all the same.
     */
    boolean enter(ByteBuffer block, RingInterface of, int keep) {
        from = of;
        restoresTags = of.linkType().equals(LinkType.ETHERNET);
        skipsOutgoing = of.skipsOutgoing();
        snaplen = keep;
        blockSize = block.limit();
        damaged = false;
        header = 0;
        aim(block, 0, 0);
        int packets = Math.max(Tpacket3.i32(block, Tpacket3.BLOCK_PACKETS), 0);
        entered += packets;
        last = generation() + packets;
        return packets > 0 && goTo(block, Tpacket3.i32(block, Tpacket3.BLOCK_FIRST)) && (!skipsOutgoing || skip());
    }

    /** Leaves the block: there is no frame any more. */
    void leave() {
        forget();
        release();
        last = generation();
    }

    private void forget() {
        entered -= left();
        last = generation();
    }

    /** Frames of this block that are still to come. */
    int left() {
        return last - generation();
    }

    /** Whether the block did not hold what the kernel would write. */
    boolean isDamaged() {
        return damaged;
    }

    /** Frames read so far, of all blocks. */
    long framesRead() {
        return entered - left();
    }

    /**
     * Goes on to the next frame of the block, the batch that the kernel handed over, without looking at the ring:
     * somewhat faster than {@link PacketRing#next}, which must follow when this gives false.
     *
     * <pre>{@code
     * while (ring.next()) {
     *     do {
     *         bytes += frame.length();
     *     } while (frame.advance());
     * }
     * }</pre>
     *
     * @return false at the end of the block, where the ring was closed, and where something wrote what the kernel would
     *     not, which the next call of {@code next} reports
     */
    public boolean advance() {
        return step() && (!skipsOutgoing || skip());
    }

    private boolean step() {
        ByteBuffer block = memory();
        if (generation() == last || block == null) {
            return false;
        }
        return goTo(block, header + Tpacket3.i32(block, header + Tpacket3.NEXT_OFFSET));
    }

    /** Goes on to the next frame that came in, if this one did not. */
    private boolean skip() {
        while (isOutgoing(buffer(), header)) {
            entered--;
            if (!step()) {
                return false;
            }
        }
        return true;
    }

    /** The generation counts the frames of the block; every offset is checked against it. */
    private boolean goTo(ByteBuffer block, int at) {
        // A sum that overflowed is negative; the step of the last packet is 0.
        if (at <= header || at > blockSize - Tpacket3.HEADER_LENGTH) {
            return damaged();
        }
        int length = Tpacket3.i32(block, at + Tpacket3.SNAPLEN);
        long statusAndMac = Tpacket3.i64(block, at + Tpacket3.STATUS);
        int mac = Tpacket3.macOf(statusAndMac);
        int offset = at + mac;
        if (mac < Tpacket3.HEADER_LENGTH + Tpacket3.HEADROOM || length < 0 || length > blockSize - offset) {
            return damaged();
        }
        header = at;
        if ((Tpacket3.statusOf(statusAndMac) & Tpacket3.TP_STATUS_VLAN_VALID) == 0) {
            aim(offset, length);
        } else {
            aimAtTagged(block, offset, length);
        }
        return true;
    }

    private boolean damaged() {
        damaged = true;
        forget();
        return false;
    }

    private void aimAtTagged(ByteBuffer block, int offset, int length) {
        if (restoresTags && length >= TWO_MAC_ADDRESSES) {
            putTagBack(block, header, offset);
            aim(offset - TAG_LENGTH, Math.min(length + TAG_LENGTH, snaplen));
        } else {
            aim(offset, length);
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

    /** Whether the frame begins where the kernel left room for a tag that it took out. */
    private boolean isTagBack(ByteBuffer block) {
        return offset() != header + Tpacket3.u16(block, header + Tpacket3.MAC);
    }

    @Override
    public int originalLength() {
        ByteBuffer block = buffer();
        return Tpacket3.i32(block, header + Tpacket3.LEN) + (isTagBack(block) ? TAG_LENGTH : 0);
    }

    /** The time of reception, or of sending, by the {@link #clock()}. */
    @Override
    public long timestampNanos() {
        ByteBuffer block = buffer();
        long seconds = Tpacket3.i32(block, header + Tpacket3.SEC) & 0xffff_ffffL;
        return seconds * 1_000_000_000L + Tpacket3.i32(block, header + Tpacket3.NSEC);
    }

    /** Which clock {@link #timestampNanos()} was read from. */
    public FrameClock clock() {
        return FrameClock.of(Tpacket3.i32(buffer(), header + Tpacket3.STATUS));
    }

    @Override
    public LinkType linkType() {
        return from.linkType();
    }

    /** The kernel's ifindex. */
    @Override
    public int interfaceId() {
        return Tpacket3.i32(buffer(), header + Tpacket3.SLL_IFINDEX);
    }

    /** The name under which the ring was opened. */
    @Override
    public String interfaceName() {
        return from.name();
    }

    @Override
    public Direction direction() {
        return isOutgoing(buffer(), header) ? Direction.OUTBOUND : Direction.INBOUND;
    }

    private static boolean isOutgoing(ByteBuffer block, int header) {
        return block.get(header + Tpacket3.SLL_PKTTYPE) == Tpacket3.PACKET_OUTGOING;
    }

    @Override
    public int strippedVlanTag() {
        ByteBuffer block = buffer();
        return isTagBack(block) ? tag(block, header) : 0;
    }

    /** What the kernel knows of the transport checksum in the bytes. */
    public ChecksumStatus checksumStatus() {
        return ChecksumStatus.of(Tpacket3.i32(buffer(), header + Tpacket3.STATUS));
    }

    @Override
    public boolean checksumTrusted() {
        int status = Tpacket3.i32(buffer(), header + Tpacket3.STATUS);
        return (status & (Tpacket3.TP_STATUS_CSUMNOTREADY | Tpacket3.TP_STATUS_CSUM_VALID)) != 0;
    }

    /**
     * The hash of the frame's flow, by which network cards and {@link Fanout} spread flows: all packets of a
     * connection, both ways or one way as the card computes it, have the same. 0 unless
     * {@link PacketRing.Builder#rxHash} asked for it.
     */
    public int rxHash() {
        return Tpacket3.i32(buffer(), header + Tpacket3.RXHASH);
    }
}
