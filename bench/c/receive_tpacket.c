/* The baseline of every ring topic: a TPACKET_V3 ring read in place by a loop in C. */
#include "receiver.h"
#include "tpacket.h"
#include "worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, WAIT_MS = 50 };

static int fd;
static uint8_t *map;
static unsigned blocks, current;

void receiver_open(const char *interface, unsigned mebibytes, int timeout_ms)
{
    int version = TPACKET_V3, on = 1;
    struct tpacket_req3 request = {.tp_block_size = BLOCK, .tp_block_nr = mebibytes, .tp_frame_size = 2048,
                                   .tp_frame_nr = BLOCK / 2048 * mebibytes, .tp_retire_blk_tov = (unsigned)timeout_ms};
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
                                  .sll_ifindex = (int)if_nametoindex(interface)};
    fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0
        || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
        worker_fail("ring of %u MiB: %s", mebibytes, strerror(errno));
#ifdef PACKET_IGNORE_OUTGOING
    (void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
#endif
    map = mmap(NULL, (size_t)BLOCK * mebibytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED || bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        worker_fail("%s: %s", interface, strerror(errno));
    blocks = mebibytes;
    current = 0;
}

uint64_t receiver_read(uint64_t wanted, uint64_t deadline, uint64_t *sum)
{
    uint64_t packets = 0, gathered = 0;
    while (packets < wanted) {
        struct tpacket_block_desc *block = (struct tpacket_block_desc *)(map + (size_t)current * BLOCK);
        if (!tpacket_ready(block)) {
            struct pollfd polled = {.fd = fd, .events = POLLIN};
            if (clock_ns(CLOCK_MONOTONIC) >= deadline)
                break;
            (void)poll(&polled, 1, WAIT_MS);
            continue;
        }
        packets += block->hdr.bh1.num_pkts;
        gathered = tpacket_walk(block, gathered);
        tpacket_give_back(block);
        current = current + 1 == blocks ? 0 : current + 1;
    }
    *sum = gathered;
    return packets;
}

uint64_t receiver_drops(void)
{
    struct tpacket_stats_v3 counts;
    socklen_t length = sizeof counts;
    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &length) != 0)
        worker_fail("statistics: %s", strerror(errno));
    return counts.tp_drops;
}

void receiver_close(void)
{
    (void)munmap(map, (size_t)BLOCK * blocks);
    (void)close(fd);
}
