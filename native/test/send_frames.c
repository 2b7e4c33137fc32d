/*
 * send_frames INTERFACE FILE: sends raw frames, as a device that makes VLAN tags would. The file holds each frame
 * behind its length in two bytes, high byte first.
 */
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static int fail(const char *what)
{
    perror(what);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: send_frames INTERFACE FILE\n");
        return 2;
    }
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (fd < 0)
        return fail("socket");
    struct sockaddr_ll to;
    memset(&to, 0, sizeof to);
    to.sll_family = AF_PACKET;
    to.sll_ifindex = (int)if_nametoindex(argv[1]);
    if (to.sll_ifindex == 0)
        return fail(argv[1]);
    FILE *file = fopen(argv[2], "rb");
    if (file == NULL)
        return fail(argv[2]);

    static unsigned char frame[65535];
    int high, low;
    while ((high = getc(file)) != EOF && (low = getc(file)) != EOF) {
        size_t length = (size_t)high << 8 | (size_t)low;
        if (fread(frame, 1, length, file) != length)
            return fail("cut off");
        if (sendto(fd, frame, length, 0, (const struct sockaddr *)&to, sizeof to) != (ssize_t)length)
            return fail("sendto");
    }
    return 0;
}
