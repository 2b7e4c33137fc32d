/*
 * The walk over one block of a ring that stays in the cache: load FILE; run PASSES. The file holds the block as the
 * kernel would leave it.
 */
#include "tpacket.h"
#include "worker.h"

#include <errno.h>

enum { LARGEST = 1 << 20 };

static _Alignas(4096) uint8_t memory[LARGEST];

static void load(const char *name)
{
    FILE *file = fopen(name, "rb");
    if (file == NULL || fread(memory, 1, LARGEST, file) == 0)
        worker_fail("%s: %s", name, strerror(errno));
    (void)fclose(file);
}

int main(void)
{
    struct tpacket_block_desc *block = (struct tpacket_block_desc *)memory;
    char *words[WORKER_WORDS];
    while (worker_next(words)) {
        if (strcmp(words[0], "load") == 0) {
            load(words[1]);
            worker_result("ok=1");
            continue;
        }
        uint64_t passes = strtoull(words[1], NULL, 10), packets = 0, sum = 0, start = clock_ns(CLOCK_MONOTONIC);
        for (uint64_t i = 0; i < passes; i++) {
            __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_USER, __ATOMIC_RELEASE);
            while (!tpacket_ready(block))
                continue;
            sum = tpacket_walk(block, sum);
            packets += block->hdr.bh1.num_pkts;
            tpacket_give_back(block);
        }
        worker_result("packets=%llu ns=%llu sum=%llx", (unsigned long long)packets,
                      (unsigned long long)(clock_ns(CLOCK_MONOTONIC) - start), (unsigned long long)sum);
    }
    return 0;
}
