/*
 * send_burst INTERFACE COUNT [FLOWS]: sends so many numbered 64-byte UDP frames as fast as it can, in batches by
 * sendmmsg. The payload is that of UdpSender: RINGWIRE and the number, high byte first. Flows differ in source port.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, LENGTH = 64, SOURCE_PORT = 34, NUMBER = 50 };

static const unsigned char TEMPLATE[LENGTH] = {
    0x02, 0, 0, 0, 0, 0x99, 0x02, 0, 0, 0, 0, 0x01, 0x08, 0x00,                   /* Ethernet, IPv4 */
    0x45, 0, 0, 50, 0, 0, 0, 0, 64, 17, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2,       /* UDP */
    0, 0, 0x12, 0x68, 0, 30, 0, 0, 'R', 'I', 'N', 'G', 'W', 'I', 'R', 'E',
};

static int fail(const char *what)
{
    perror(what);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: send_burst INTERFACE COUNT [FLOWS]\n");
        return 2;
    }
    uint32_t count = (uint32_t)strtoul(argv[2], NULL, 10), flows = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1;
    int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
    struct sockaddr_ll to;
    memset(&to, 0, sizeof to);
    to.sll_family = AF_PACKET;
    to.sll_ifindex = (int)if_nametoindex(argv[1]);
    if (fd < 0 || to.sll_ifindex == 0 || flows == 0 || bind(fd, (const struct sockaddr *)&to, sizeof to) != 0
        || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) != 0)
        return fail(argv[1]);

    static unsigned char frames[BATCH][LENGTH];
    static struct iovec pieces[BATCH];
    static struct mmsghdr messages[BATCH];
    for (int i = 0; i < BATCH; i++) {
        memcpy(frames[i], TEMPLATE, LENGTH);
        pieces[i] = (struct iovec){.iov_base = frames[i], .iov_len = LENGTH};
        messages[i].msg_hdr.msg_iov = &pieces[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (uint32_t sent = 0; sent < count;) {
        uint32_t batch = count - sent < BATCH ? count - sent : BATCH;
        for (uint32_t i = 0; i < batch; i++) {
            uint32_t number = sent + i, port = 1024 + number % flows;
            frames[i][SOURCE_PORT] = (unsigned char)(port >> 8);
            frames[i][SOURCE_PORT + 1] = (unsigned char)port;
            for (int b = 0; b < 4; b++)
                frames[i][NUMBER + b] = (unsigned char)(number >> (24 - 8 * b));
        }
        int taken = sendmmsg(fd, messages, batch, 0);
        if (taken < 0 && errno != ENOBUFS)
            return fail("sendmmsg");
        sent += taken < 0 ? 0 : (uint32_t)taken;
    }
    return 0;
}
