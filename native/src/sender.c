#define _GNU_SOURCE

#include "sender.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int set_option(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value) == 0 ? 0 : -errno;
}

static int set_send_buffer(int fd, int bytes)
{
    /* With CAP_NET_ADMIN beyond the system's limit. */
    int error = set_option(fd, SOL_SOCKET, SO_SNDBUFFORCE, bytes);
    return error == -EPERM ? set_option(fd, SOL_SOCKET, SO_SNDBUF, bytes) : error;
}

static int open_steps(struct rw_sender *sender, const char *name, int qdisc_bypass, int virtio, int send_buffer)
{
    sender->step = RW_SENDER_SOCKET;
    /* Protocol 0 takes no packets in. */
    sender->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (sender->fd < 0)
        return -errno;

    sender->step = RW_SENDER_INTERFACE;
    int error = rw_interface_describe(sender->fd, name, &sender->interface);
    if (error != 0)
        return error;

    sender->step = RW_SENDER_DOWN;
    if (!sender->interface.up)
        return -ENETDOWN;

    if (qdisc_bypass) {
        sender->step = RW_SENDER_QDISC_BYPASS;
        error = set_option(sender->fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
        if (error != 0)
            return error;
    }
    if (virtio) {
        sender->step = RW_SENDER_VIRTIO;
        error = set_option(sender->fd, SOL_PACKET, PACKET_VNET_HDR, 1);
        if (error != 0)
            return error;
    }
    if (send_buffer > 0) {
        sender->step = RW_SENDER_BUFFER;
        error = set_send_buffer(sender->fd, send_buffer);
        if (error != 0)
            return error;
    }

    sender->step = RW_SENDER_BIND;
    struct sockaddr_ll address;
    memset(&address, 0, sizeof address);
    address.sll_family = AF_PACKET;
    address.sll_ifindex = sender->interface.ifindex;
    return bind(sender->fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : -errno;
}

int rw_sender_open(const char *name, int qdisc_bypass, int virtio, int send_buffer, struct rw_sender *sender)
{
    if (sender == NULL)
        return -EINVAL;
    memset(sender, 0, sizeof *sender);
    sender->fd = -1;
    if (name == NULL || *name == '\0' || strnlen(name, IFNAMSIZ) == IFNAMSIZ || send_buffer < 0)
        return -EINVAL;
    int error = open_steps(sender, name, qdisc_bypass, virtio, send_buffer);
    if (error != 0 && sender->fd >= 0) {
        (void)close(sender->fd);
        sender->fd = -1;
    }
    return error;
}
