/*
 * A small ring read again and again while it stays in the cache: open INTERFACE BLOCKS BLOCK_BYTES TIMEOUT_MS;
 * hot PASSES. Each block is marked as ours again after it was given back; no traffic comes, so the kernel keeps away.
 */
#include "tpacket.h"

/* As ours reserves for a VLAN tag, so that blocks hold the same frames. */
enum { HEADROOM = 8 };

int main(void)
{
    struct tpacket_ring ring = {0};
    char *words[WORKER_WORDS];
    while (worker_next(words)) {
        if (strcmp(words[0], "open") == 0) {
            tpacket_open(&ring, words[1], (unsigned)atoi(words[2]), (unsigned)atoi(words[3]), (unsigned)atoi(words[4]),
                         HEADROOM);
            worker_result("ok=1");
            continue;
        }
        uint64_t blocks = strtoull(words[1], NULL, 10) * ring.blocks, packets = 0, sum = 0;
        uint64_t start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        for (uint64_t i = 0; i < blocks; i++) {
            struct tpacket_block_desc *block = tpacket_block(&ring);
            if (!tpacket_ready(block))
                worker_fail("a block is not full");
            packets += block->hdr.bh1.num_pkts;
            sum = tpacket_walk(block, sum);
            tpacket_give_back(&ring);
            block->hdr.bh1.block_status = TP_STATUS_USER;
        }
        worker_result("packets=%llu ns=%llu sum=%llx", (unsigned long long)packets,
                      (unsigned long long)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - start), (unsigned long long)sum);
    }
    return 0;
}
