/*
 * Sends frames in batches of 64 by sendmmsg, on one interface: the generator of the ring topics and the baseline of
 * "inject". Commands: open INTERFACE LENGTH bypass|qdisc; run PACKETS; flood MILLISECONDS. Times are of the CPU.
 */
#define _GNU_SOURCE
#include "packet.h"
#include "worker.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, KINDS = 256, LONGEST = 9014 };

static int fd = -1;
static uint8_t frames[KINDS * LONGEST];
static struct iovec pieces[KINDS];
static struct mmsghdr messages[KINDS];

static void open_socket(const char *interface, uint32_t length, int bypass)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface)};
    if (length < 42 || length > LONGEST)
        worker_fail("frames of %u bytes", length);
    if (fd >= 0)
        (void)close(fd);
    fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        worker_fail("%s: %s", interface, strerror(errno));
    if (bypass && setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof bypass) != 0)
        worker_fail("PACKET_QDISC_BYPASS: %s", strerror(errno));
    for (uint32_t i = 0; i < KINDS; i++) {
        uint8_t *frame = frames + (size_t)i * length;
        packet_make(frame, length, i);
        pieces[i] = (struct iovec){.iov_base = frame, .iov_len = length};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &pieces[i], .msg_iovlen = 1}};
    }
}

static uint64_t send_packets(uint64_t wanted, uint64_t deadline)
{
    uint64_t sent = 0;
    unsigned next = 0;
    while (sent < wanted) {
        unsigned batch = wanted - sent < BATCH ? (unsigned)(wanted - sent) : BATCH;
        if (batch > KINDS - next)
            batch = KINDS - next;
        int count = sendmmsg(fd, messages + next, batch, 0);
        if (count < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
            worker_fail("sendmmsg: %s", strerror(errno));
        if (count > 0) {
            sent += (unsigned)count;
            next = (next + (unsigned)count) % KINDS;
        }
        if (deadline != 0 && clock_ns(CLOCK_MONOTONIC) >= deadline)
            break;
    }
    return sent;
}

int main(void)
{
    char *words[WORKER_WORDS];
    while (worker_next(words)) {
        uint64_t start = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID), sent = 0;
        if (strcmp(words[0], "open") == 0)
            open_socket(words[1], (uint32_t)atoi(words[2]), strcmp(words[3], "bypass") == 0);
        else if (strcmp(words[0], "run") == 0)
            sent = send_packets(strtoull(words[1], NULL, 10), 0);
        else if (strcmp(words[0], "flood") == 0)
            sent = send_packets(UINT64_MAX, start + strtoull(words[1], NULL, 10) * 1000000);
        else
            worker_fail("unknown command %s", words[0]);
        worker_result("packets=%llu ns=%llu", (unsigned long long)sent,
                      (unsigned long long)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu));
    }
    return 0;
}
