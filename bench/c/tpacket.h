/* The walk over a block of a TPACKET_V3 ring. */
#ifndef BENCH_TPACKET_H
#define BENCH_TPACKET_H

#include "packet.h"

#include <linux/if_packet.h>

/* Whether the block is ours; what the kernel wrote before it handed the block over is visible afterwards. */
static inline int tpacket_ready(const struct tpacket_block_desc *block)
{
    return (__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
}

static inline void tpacket_give_back(struct tpacket_block_desc *block)
{
    __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

static inline uint64_t tpacket_walk(const struct tpacket_block_desc *block, uint64_t sum)
{
    const uint8_t *at = (const uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
    for (uint32_t left = block->hdr.bh1.num_pkts; left > 0; left--) {
        const struct tpacket3_hdr *packet = (const struct tpacket3_hdr *)at;
        sum = packet_parse(at + packet->tp_mac, packet->tp_snaplen, sum);
        at += packet->tp_next_offset;
    }
    return sum;
}

#endif
