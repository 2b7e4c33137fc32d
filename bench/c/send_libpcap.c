/* Injection as a C program does it with libpcap: one pcap_inject per frame. Commands: open INTERFACE LENGTH; run PACKETS. */
#include "packet.h"
#include "worker.h"

#include <pcap.h>

enum { KINDS = 256, LONGEST = 9014 };

static uint8_t frames[KINDS * LONGEST];

int main(void)
{
    char *words[WORKER_WORDS], error[PCAP_ERRBUF_SIZE];
    pcap_t *handle = NULL;
    uint32_t length = 0;
    while (worker_next(words)) {
        uint64_t start = clock_ns(CLOCK_THREAD_CPUTIME_ID), sent = 0;
        if (strcmp(words[0], "open") == 0) {
            length = (uint32_t)atoi(words[2]);
            if (length < 42 || length > LONGEST)
                worker_fail("frames of %u bytes", length);
            handle = pcap_open_live(words[1], 96, 0, 100, error);
            if (handle == NULL)
                worker_fail("%s", error);
            for (uint32_t i = 0; i < KINDS; i++)
                packet_make(frames + (size_t)i * length, length, i);
        } else if (strcmp(words[0], "run") == 0 && handle != NULL) {
            uint64_t wanted = strtoull(words[1], NULL, 10);
            for (; sent < wanted; sent++)
                if (pcap_inject(handle, frames + sent % KINDS * length, length) < 0)
                    worker_fail("%s", pcap_geterr(handle));
        } else {
            worker_fail("unknown command %s", words[0]);
        }
        worker_result("packets=%llu ns=%llu", (unsigned long long)sent,
                      (unsigned long long)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - start));
    }
    return 0;
}
