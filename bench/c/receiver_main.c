/*
 * A receiver as a worker: open INTERFACE BLOCKS BLOCK_BYTES TIMEOUT_MS; drain PACKETS MS; live MILLISECONDS; close. "drain" reads so many
 * packets, or those that are there in time, and tells the CPU time of this thread; "live" only counts: the harness
 * watches the whole process.
 */
#include "receiver.h"
#include "worker.h"

int main(void)
{
    char *words[WORKER_WORDS];
    while (worker_next(words)) {
        uint64_t sum = 0, start = clock_ns(CLOCK_MONOTONIC);
        if (strcmp(words[0], "open") == 0) {
            receiver_open(words[1], (unsigned)atoi(words[2]), (unsigned)atoi(words[3]), atoi(words[4]));
            worker_result("ok=1");
        } else if (strcmp(words[0], "drain") == 0) {
            uint64_t wanted = strtoull(words[1], NULL, 10), cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
            uint64_t packets = receiver_read(wanted, start + strtoull(words[2], NULL, 10) * 1000000, &sum);
            cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
            worker_result("packets=%llu ns=%llu sum=%llx", (unsigned long long)packets, (unsigned long long)cpu,
                          (unsigned long long)sum);
        } else if (strcmp(words[0], "live") == 0) {
            uint64_t packets = receiver_read(UINT64_MAX, start + strtoull(words[1], NULL, 10) * 1000000, &sum);
            worker_result("packets=%llu drops=%llu sum=%llx", (unsigned long long)packets,
                          (unsigned long long)receiver_drops(), (unsigned long long)sum);
        } else if (strcmp(words[0], "close") == 0) {
            receiver_close();
            worker_result("ok=1");
        } else {
            worker_fail("unknown command %s", words[0]);
        }
    }
    return 0;
}
