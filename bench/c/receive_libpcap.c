/* libpcap as a C program uses it: pcap_dispatch with a callback. */
#include "packet.h"
#include "receiver.h"
#include "worker.h"

#include <pcap.h>
#include <poll.h>

static pcap_t *handle;
static uint64_t packets, gathered;

static void packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    (void)user;
    gathered = packet_parse(bytes, header->caplen, gathered);
    packets++;
}

void receiver_open(const char *interface, unsigned blocks, unsigned block_size, int timeout_ms)
{
    char error[PCAP_ERRBUF_SIZE];
    handle = pcap_create(interface, error);
    if (handle == NULL)
        worker_fail("%s", error);
    if (pcap_set_snaplen(handle, 65536) != 0 || pcap_set_promisc(handle, 1) != 0 || pcap_set_timeout(handle, timeout_ms) != 0
        || pcap_set_buffer_size(handle, (int)(blocks * block_size)) != 0 || pcap_activate(handle) < 0
        || pcap_setnonblock(handle, 1, error) != 0)
        worker_fail("%s: %s", interface, pcap_geterr(handle));
}

uint64_t receiver_read(uint64_t wanted, uint64_t deadline, uint64_t *sum)
{
    packets = gathered = 0;
    while (packets < wanted) {
        int got = pcap_dispatch(handle, -1, packet, NULL);
        if (got < 0)
            worker_fail("%s", pcap_geterr(handle));
        if (got == 0) {
            struct pollfd polled = {.fd = pcap_get_selectable_fd(handle), .events = POLLIN};
            if (clock_ns(CLOCK_MONOTONIC) >= deadline)
                break;
            (void)poll(&polled, 1, 50);
        }
    }
    *sum = gathered;
    return packets;
}

uint64_t receiver_drops(void)
{
    struct pcap_stat counts;
    if (pcap_stats(handle, &counts) != 0)
        worker_fail("%s", pcap_geterr(handle));
    return counts.ps_drop;
}

void receiver_close(void)
{
    pcap_close(handle);
}
