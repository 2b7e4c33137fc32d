/* A TPACKET_V3 ring, opened and read as a careful C program does. */
#ifndef BENCH_TPACKET_H
#define BENCH_TPACKET_H

#include "packet.h"
#include "worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct tpacket_ring {
    int fd;
    uint8_t *map;
    unsigned blocks, block_size, current;
};

static inline void tpacket_open(struct tpacket_ring *ring, const char *interface, unsigned blocks, unsigned block_size,
                                unsigned timeout_ms, int headroom)
{
    int version = TPACKET_V3;
    struct tpacket_req3 request = {.tp_block_size = block_size, .tp_block_nr = blocks, .tp_frame_size = 2048,
                                   .tp_frame_nr = block_size / 2048 * blocks, .tp_retire_blk_tov = timeout_ms};
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
                                  .sll_ifindex = (int)if_nametoindex(interface)};
    *ring = (struct tpacket_ring){.fd = socket(AF_PACKET, SOCK_RAW, 0), .blocks = blocks, .block_size = block_size};
    if (ring->fd < 0 || setsockopt(ring->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0
        || setsockopt(ring->fd, SOL_PACKET, PACKET_RESERVE, &headroom, sizeof headroom) != 0
        || setsockopt(ring->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
        worker_fail("ring of %u blocks of %u bytes: %s", blocks, block_size, strerror(errno));
    ring->map = mmap(NULL, (size_t)block_size * blocks, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
    if (ring->map == MAP_FAILED || bind(ring->fd, (struct sockaddr *)&address, sizeof address) != 0)
        worker_fail("%s: %s", interface, strerror(errno));
}

/* The block whose turn it is. */
static inline struct tpacket_block_desc *tpacket_block(const struct tpacket_ring *ring)
{
    return (struct tpacket_block_desc *)(ring->map + (size_t)ring->current * ring->block_size);
}

/* Whether the block is ours; what the kernel wrote before it handed the block over is visible afterwards. */
static inline int tpacket_ready(const struct tpacket_block_desc *block)
{
    return (__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
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

static inline void tpacket_give_back(struct tpacket_ring *ring)
{
    __atomic_store_n(&tpacket_block(ring)->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    ring->current = ring->current + 1 == ring->blocks ? 0 : ring->current + 1;
}

#endif
