/* The baseline of the ring topics: a TPACKET_V3 ring read in place by a loop in C. */
#include "receiver.h"
#include "tpacket.h"

#include <poll.h>

enum { WAIT_MS = 50 };

static struct tpacket_ring ring;

void receiver_open(const char *interface, unsigned blocks, unsigned block_size, int timeout_ms)
{
    tpacket_open(&ring, interface, blocks, block_size, (unsigned)timeout_ms, 0);
}

uint64_t receiver_read(uint64_t wanted, uint64_t deadline, uint64_t *sum)
{
    uint64_t packets = 0, gathered = 0;
    while (packets < wanted) {
        const struct tpacket_block_desc *block = tpacket_block(&ring);
        if (!tpacket_ready(block)) {
            struct pollfd polled = {.fd = ring.fd, .events = POLLIN};
            if (clock_ns(CLOCK_MONOTONIC) >= deadline)
                break;
            (void)poll(&polled, 1, WAIT_MS);
            continue;
        }
        packets += block->hdr.bh1.num_pkts;
        gathered = tpacket_walk(block, gathered);
        tpacket_give_back(&ring);
    }
    *sum = gathered;
    return packets;
}

uint64_t receiver_drops(void)
{
    struct tpacket_stats_v3 counts;
    socklen_t length = sizeof counts;
    if (getsockopt(ring.fd, SOL_PACKET, PACKET_STATISTICS, &counts, &length) != 0)
        worker_fail("statistics: %s", strerror(errno));
    return counts.tp_drops;
}

void receiver_close(void)
{
    (void)munmap(ring.map, (size_t)ring.block_size * ring.blocks);
    (void)close(ring.fd);
}
