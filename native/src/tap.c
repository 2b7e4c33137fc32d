#define _GNU_SOURCE

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Newer than some headers: Linux 6.2. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

/* struct virtio_net_hdr without the number of merged buffers. */
enum { VIRTIO_LENGTH = 10 };

static int take_offloads(struct rw_tap *tap)
{
    int length = VIRTIO_LENGTH;
    if (ioctl(tap->fd, TUNSETVNETHDRSZ, &length) != 0)
        return -errno;
    tap->offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 | TUN_F_USO6;
    if (ioctl(tap->fd, TUNSETOFFLOAD, (unsigned long)tap->offloads) == 0)
        return 0;
    tap->offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
    return ioctl(tap->fd, TUNSETOFFLOAD, (unsigned long)tap->offloads) == 0 ? 0 : -errno;
}

static int open_steps(struct rw_tap *tap, const char *name, int tun, int virtio)
{
    tap->step = RW_TAP_DEVICE_FILE;
    tap->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tap->fd < 0)
        return -errno;

    tap->step = RW_TAP_ATTACH;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, name, strlen(name));
    request.ifr_flags = (short)((tun ? IFF_TUN : IFF_TAP) | IFF_NO_PI | (virtio ? IFF_VNET_HDR : 0));
    if (ioctl(tap->fd, TUNSETIFF, &request) != 0)
        return -errno;
    memcpy(tap->name, request.ifr_name, sizeof tap->name - 1);

    tap->step = RW_TAP_OFFLOAD;
    /* Without: a persistent interface keeps what its last user could take. */
    int error = virtio ? take_offloads(tap) : ioctl(tap->fd, TUNSETOFFLOAD, 0UL) == 0 ? 0 : -errno;
    if (error != 0)
        return error;

    tap->step = RW_TAP_OTHER;
    tap->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return tap->wake_fd < 0 ? -errno : 0;
}

int rw_tap_open(const char *name, int tun, int virtio, struct rw_tap *tap)
{
    if (tap == NULL)
        return -EINVAL;
    memset(tap, 0, sizeof *tap);
    tap->fd = tap->wake_fd = -1;
    if (name == NULL || *name == '\0' || strnlen(name, IFNAMSIZ) == IFNAMSIZ)
        return -EINVAL;
    int error = open_steps(tap, name, tun, virtio);
    if (error != 0 && tap->fd >= 0) {
        (void)close(tap->fd);
        tap->fd = -1;
    }
    return error;
}
