package dev.ringwire.device.afpacket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How Linux lays out a TPACKET_V3 ring, in the machine's byte order: {@code linux/if_packet.h} and
 * {@code Documentation/networking/packet_mmap.rst}.
 *
 * <pre>
 * struct tpacket_block_desc {            struct tpacket3_hdr {              struct sockaddr_ll {
 *    0  __u32 version                       0  __u32 tp_next_offset            0  __u16  sll_family
 *    4  __u32 offset_to_priv                4  __u32 tp_sec                    2  __be16 sll_protocol
 *    8  __u32 block_status                  8  __u32 tp_nsec                   4  __s32  sll_ifindex
 *   12  __u32 num_pkts                     12  __u32 tp_snaplen                8  __u16  sll_hatype
 *   16  __u32 offset_to_first_pkt          16  __u32 tp_len                   10  __u8   sll_pkttype
 *   20  __u32 blk_len                      20  __u32 tp_status                11  __u8   sll_halen
 *   24  __u64 seq_num                      24  __u16 tp_mac                   12  __u8   sll_addr[8]
 *   32  ts_first_pkt, ts_last_pkt          26  __u16 tp_net                };
 * };                                       28  __u32 tp_rxhash
 *                                          32  __u32 tp_vlan_tci
 *                                          36  __u16 tp_vlan_tpid
 *                                          38  __u16 tp_padding, __u8 tp_padding[8]
 *                                          48  struct sockaddr_ll
 *                                       };
 * </pre>
 */
final class Tpacket3 {
    static final int BLOCK_STATUS = 8;
    static final int BLOCK_PACKETS = 12;
    static final int BLOCK_FIRST = 16;

    static final int NEXT_OFFSET = 0;
    static final int SEC = 4;
    static final int NSEC = 8;
    static final int SNAPLEN = 12;
    static final int LEN = 16;
    static final int STATUS = 20;
    static final int MAC = 24;
    static final int RXHASH = 28;
    static final int VLAN_TCI = 32;
    static final int VLAN_TPID = 36;
    static final int SLL_IFINDEX = 48 + 4;
    static final int SLL_PKTTYPE = 48 + 10;
    /** Header and address: TPACKET3_HDRLEN. */
    static final int HEADER_LENGTH = 48 + 20;
    /** Bytes before each frame that are free for a VLAN tag: opening reserves eight. */
    static final int HEADROOM = 4;

    /** block_status: the block belongs to the kernel. */
    static final int TP_STATUS_KERNEL = 0;
    /** block_status: the block belongs to the reader. */
    static final int TP_STATUS_USER = 1;

    static final int TP_STATUS_CSUMNOTREADY = 1 << 3;
    static final int TP_STATUS_VLAN_VALID = 1 << 4;
    static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    static final int TP_STATUS_CSUM_VALID = 1 << 7;
    static final int TP_STATUS_TS_SOFTWARE = 1 << 29;
    static final int TP_STATUS_TS_RAW_HARDWARE = 1 << 31;

    static final int PACKET_OUTGOING = 4;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Tpacket3() {}

    /** The 32 bits at an index. */
    static int i32(ByteBuffer block, int index) {
        return (int) INT.get(block, index);
    }

    /** The 64 bits at an index. */
    static long i64(ByteBuffer block, int index) {
        return (long) LONG.get(block, index);
    }

    /** Of the 64 bits at {@link #STATUS}, those of tp_status. */
    static int statusOf(long bits) {
        return (int) (LITTLE_ENDIAN ? bits : bits >>> 32);
    }

    /** Of the 64 bits at {@link #STATUS}, those of tp_mac. */
    static int macOf(long bits) {
        return (int) (LITTLE_ENDIAN ? bits >>> 32 : bits >>> 16) & 0xffff;
    }

    /** Unsigned 16-bit value at an index. */
    static int u16(ByteBuffer block, int index) {
        return (short) SHORT.get(block, index) & 0xffff;
    }

    /** Who owns the block; what the kernel wrote before it handed the block over is visible afterwards. */
    static boolean isReady(ByteBuffer block) {
        return ((int) INT.getAcquire(block, BLOCK_STATUS) & TP_STATUS_USER) != 0;
    }

    /** Hands the block back to the kernel after every read so far. */
    static void giveBack(ByteBuffer block) {
        INT.setRelease(block, BLOCK_STATUS, TP_STATUS_KERNEL);
    }
}
