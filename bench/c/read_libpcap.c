/* libpcap reading a file, as a C program does it: run FILE. */
#include "packet.h"
#include "worker.h"

#include <pcap.h>

static uint64_t packets, sum;

/* Time, both lengths, and the first eight bytes of the frame. */
static void packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    (void)user;
    uint64_t nanos = (uint64_t)header->ts.tv_sec * 1000000000 + (uint64_t)header->ts.tv_usec * 1000;
    sum = (sum ^ load64(bytes)) + nanos + header->caplen + header->len;
    packets++;
}

int main(void)
{
    char *words[WORKER_WORDS], error[PCAP_ERRBUF_SIZE];
    while (worker_next(words)) {
        uint64_t start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        pcap_t *file = pcap_open_offline(words[1], error);
        if (file == NULL)
            worker_fail("%s", error);
        packets = sum = 0;
        if (pcap_loop(file, -1, packet, NULL) != 0)
            worker_fail("%s", pcap_geterr(file));
        pcap_close(file);
        worker_result("packets=%llu ns=%llu sum=%llx", (unsigned long long)packets,
                      (unsigned long long)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - start), (unsigned long long)sum);
    }
    return 0;
}
